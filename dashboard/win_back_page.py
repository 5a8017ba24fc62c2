"""The call list: whom we lost for what was mended since, who calls them, and what came of it."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from analysis.improvement.moves import DROPPED
from dashboard import (
    action_new,
    action_words,
    formats,
    navigation,
    refusals,
    session,
    tables,
    url_state,
    who,
    win_back_call,
)
from dashboard.filters import Look
from dashboard.gateway import actions, win_back
from dashboard.language import _, ngettext
from dashboard.tables import Column
from data.records_improvement import Action, Call

ANY = ""
#: Calls drawn with their fields, until more are asked for.
SHOWN = 10


def draw(look: Look) -> None:
    """Who is here, what fills the list, and the calls to make."""
    known = {one.id: one for one in actions.everything()}
    with st.container(horizontal=True, vertical_alignment="bottom", key="win-back-top"):
        who.ask(actions.people())
        mended = win_back.mended(tuple(known.values()))
        _draw_fill(mended, look)
    calls = win_back.everybody()
    if not calls:
        _draw_empty(tuple(known.values()), mended)
        return
    _draw_standing(calls, look)
    mine = _narrowed(calls, known)
    st.caption(_("{n} of {all} customers").format(n=formats.count(len(mine)), all=formats.count(len(calls))))
    shown: int = session.get("calls.shown", SHOWN)
    for call in mine[:shown]:
        win_back_call.draw(call, known, look)
    if len(mine) > shown:
        more = ("calls.shown", shown + SHOWN)
        st.button(_("Show more"), key="calls.more", type="tertiary", on_click=session.put, args=more)
    tables.downloads(lambda: [flat(call, known) for call in mine], columns(), name="win-back", currency=look.currency)


def _draw_empty(known: Sequence[Action], mended: Sequence[Action]) -> None:
    """What must be done for somebody to come on the list; where actions for it are in place, only to look."""
    with st.container(border=True, key="no-calls", gap="small"):
        st.header(_("Nobody to call yet"), anchor=False)
        if mended:
            n = formats.count(len(mended))
            said = ngettext(
                "{n} action tied to a reason has shipped. Look for the customers it may win back, here or with the "
                "daily run (`python -m dashboard daily`).",
                "{n} actions tied to a reason have shipped. Look for the customers they may win back, here or with the "
                "daily run (`python -m dashboard daily`).",
                len(mended),
            )
            st.write(said.format(n=n))
            return
        st.write(
            _(
                "Give an action the reason whose losses it is to prevent, and ship it. The daily run (`python -m "
                "dashboard daily`) then puts customers on this list who were lost for that reason before, or who said "
                "they would come back if it were mended."
            )
        )
        for one in [one for one in known if one.reason and one.state in DROPPED][:SHOWN]:
            label = f"{one.title} · {action_words.state(one)}"
            params = action_new.address(one.id)
            st.page_link(navigation.page("proof"), label=formats.plain(label), query_params=params)
        st.page_link(navigation.page("actions"), label=_("All actions"), icon=":material/arrow_forward:")


def _draw_fill(mended: Sequence[Action], look: Look) -> None:
    st.button(
        _("Look for customers"),
        key="calls.fill",
        icon=":material/refresh:",
        disabled=not mended,
        help=_("Once a day by itself; what was written of those on the list stays."),
        on_click=_fill,
        args=(mended, look.release.number),
    )


def _fill(mended: Sequence[Action], number: int) -> None:
    refusals.press(_look_for, mended, number)


def _look_for(mended: Sequence[Action], number: int) -> None:
    added = sum(win_back.fill(one, number, who.you()) for one in mended)
    back = win_back.mark_returned(number, who.you())
    said = ngettext("{n} customer came to the list", "{n} customers came to the list", added)
    told = [said.format(n=formats.count(added))]
    if back:
        said = ngettext("{n} is a customer again", "{n} are customers again", back)
        told.append(said.format(n=formats.count(back)))
    st.toast(formats.plain(" · ".join(told)))


def _draw_standing(calls: Sequence[Call], look: Look) -> None:
    """How many are in each state, and what they paid."""
    rows = [
        {
            _("Outcome"): _(name),
            _("Customers"): formats.count(len(mine)),
            _("MRR they paid"): formats.money(sum(call.mrr_cents for call in mine), look.currency, compact=True),
        }
        for code, name in action_words.CALLS.items()
        if (mine := [call for call in calls if call.state == code])
    ]
    tables.plain_table(rows, alt=_("Calls by outcome"))


def _narrowed(calls: Sequence[Call], known: dict[int, Action]) -> list[Call]:
    with st.container(horizontal=True, vertical_alignment="bottom", key="call-search"):
        text = url_state.words(st.text_input, _("Search"), "find", icon=":material/search:", width=240)
        states = {ANY: _("any"), **{code: _(name) for code, name in action_words.CALLS.items()}}
        state = url_state.choice(_box, _("Outcome"), "state", list(states), states.__getitem__, ANY)
        titles = {ANY: _("any"), **{str(n): known[n].title for n in sorted({call.action for call in calls} & {*known})}}
        action = url_state.choice(_box, _("Because of"), "of", list(titles), titles.__getitem__, ANY)
        owners = {ANY: _("any"), **{name: name for name in sorted({call.owner for call in calls} - {""})}}
        owner = url_state.choice(_box, _("Owner"), "owner", list(owners), owners.__getitem__, ANY)
    return [
        call
        for call in calls
        if state in {ANY, call.state}
        and action in {ANY, str(call.action)}
        and owner in {ANY, call.owner}
        and text.casefold() in f"{call.name} {call.customer_id} {call.words} {call.owner} {call.note}".casefold()
    ]


def _box(label: str, options: Sequence[str], **looks: Any) -> str:
    return st.selectbox(label, options, width=240, **looks)


def columns() -> list[Column]:
    """Columns of the download."""
    return [
        Column("name", _("Customer")),
        Column("customer_id", _("Customer id")),
        Column("mrr_cents", _("MRR before"), "money"),
        Column("lost_on", _("Lost on"), "day"),
        Column("why", _("Why on the list")),
        Column("stated", _("Stated reason")),
        Column("words", _("In their words")),
        Column("action", _("Action")),
        Column("owner", _("Owner")),
        Column("state", _("Outcome")),
        Column("note", _("Note")),
    ]


def flat(call: Call, known: Mapping[int, Action]) -> dict[str, Any]:
    """A call as one row."""
    action = known.get(call.action)
    names = ("name", "customer_id", "mrr_cents", "lost_on", "owner", "note")
    return {
        **{name: getattr(call, name) for name in names},
        "why": win_back_call.why(call, action),
        "stated": win_back_call.stated_of(call, action),
        "words": win_back_call.quote(call),
        "action": action.title if action else "",
        "state": _(action_words.CALLS[call.state]),
    }
