"""The call list: whom we lost for what was mended since, who calls them, and what came of it."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import action_words, formats, navigation, session, tables, url_state, who
from dashboard.filters import Look
from dashboard.gateway import actions, win_back
from dashboard.language import _, ngettext
from dashboard.said import in_this_language
from dashboard.tables import Column
from data.errors import ReviewError
from data.records_improvement import Action, Call

ANY = ""
#: Calls drawn with their fields, until more are asked for.
SHOWN = 10


def draw(look: Look) -> None:
    """Who is here, what fills the list, and the calls to make."""
    known = {one.id: one for one in actions.everything()}
    with st.container(horizontal=True, vertical_alignment="bottom", key="win-back-top"):
        who.ask(actions.people())
        _draw_fill(win_back.mended(tuple(known.values())), look)
    calls = win_back.everybody()
    if not calls:
        _draw_empty()
        return
    _draw_standing(calls, look)
    mine = _narrowed(calls, known)
    st.caption(_("{n} of {all} customers").format(n=formats.count(len(mine)), all=formats.count(len(calls))))
    shown: int = session.get("calls.shown", SHOWN)
    for call in mine[:shown]:
        _draw_call(call, known, look)
    if len(mine) > shown:
        more = ("calls.shown", shown + SHOWN)
        st.button(_("Show more"), key="calls.more", type="tertiary", on_click=session.put, args=more)
    titles = {number: one.title for number, one in known.items()}
    tables.downloads(lambda: [flat(call, titles) for call in mine], columns(), name="win-back", currency=look.currency)


def _draw_empty() -> None:
    with st.container(border=True, key="no-calls", gap="small"):
        st.header(_("Nobody to call yet"), anchor=False)
        st.write(
            _(
                "Give an action the reason whose losses it is to prevent. Once it has shipped, customers lost for that "
                "reason before, or who said they would come back if it were mended, come on this list."
            )
        )
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
    try:
        added = sum(win_back.fill(one, number, who.you()) for one in mended)
        back = win_back.mark_returned(number, who.you())
    except ReviewError as refused:
        st.toast(formats.plain(in_this_language(str(refused))), icon=":material/error:")
        return
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
    return [
        call
        for call in calls
        if state in {ANY, call.state}
        and action in {ANY, str(call.action)}
        and text.casefold() in f"{call.name} {call.customer_id} {call.words} {call.owner}".casefold()
    ]


def _box(label: str, options: Sequence[str], **looks: Any) -> str:
    return st.selectbox(label, options, width=240, **looks)


def _draw_call(call: Call, known: dict[int, Action], look: Look) -> None:
    with st.container(border=True, key=f"call-{call.id}", gap="xsmall"):
        st.markdown(f"**{formats.plain(call.name or call.customer_id)}**")
        st.caption(formats.plain(" · ".join(told(call, known.get(call.action), look))))
        if call.words:
            st.text(f"“{call.words}”")
        _draw_outcome(call)


def told(call: Call, action: Action | None, look: Look) -> list[str]:
    """What stands below the name of a customer."""
    said = [_("{money} a month").format(money=formats.money(call.mrr_cents, look.currency, compact=True))]
    said += [_("lost on {day}").format(day=formats.day(call.lost_on)), _(action_words.WHYS[call.why])]
    said += [action.title] if action else []
    paid: int | None = call.facts.get("returned_mrr_cents")
    if call.state == "returned" and paid is not None:
        said.append(_("pays {money} again").format(money=formats.money(paid, look.currency, compact=True)))
    return said


def _draw_outcome(call: Call) -> None:
    """Owner, outcome and note; the fields belong to the version that was read, so that nobody writes over another."""
    place = f"call.{call.id}.{call.version}"
    with (
        st.form(f"form-{place}", border=False),
        st.container(horizontal=True, vertical_alignment="bottom", key=f"outcome-{call.id}"),
    ):
        st.text_input(_("Owner"), call.owner, key=f"{place}.owner", max_chars=120, width=180)
        states = list(action_words.CALLS)
        st.selectbox(
            _("Outcome"),
            states,
            index=states.index(call.state),
            key=f"{place}.state",
            format_func=lambda code: _(action_words.CALLS[code]),
            width=170,
        )
        st.text_input(_("Note"), call.note, key=f"{place}.note", max_chars=2_000, width=320)
        st.form_submit_button(_("Save"), key=f"{place}.save", on_click=_record, args=(call, place))


def _record(call: Call, place: str) -> None:
    note, owner = session.get(f"{place}.note") or "", session.get(f"{place}.owner") or ""
    try:
        win_back.record(call, session.get(f"{place}.state"), note, owner, who.you())
    except ReviewError as refused:
        st.toast(formats.plain(in_this_language(str(refused))), icon=":material/error:")


def columns() -> list[Column]:
    """Columns of the download."""
    return [
        Column("name", _("Customer")),
        Column("customer_id", _("Customer id")),
        Column("mrr_cents", _("MRR before"), "money"),
        Column("lost_on", _("Lost on"), "day"),
        Column("why", _("Why on the list")),
        Column("words", _("In their words")),
        Column("action", _("Action")),
        Column("owner", _("Owner")),
        Column("state", _("Outcome")),
        Column("note", _("Note")),
    ]


def flat(call: Call, titles: dict[int, str]) -> dict[str, Any]:
    """A call as one row."""
    names = ("name", "customer_id", "mrr_cents", "lost_on", "why", "words", "owner", "state", "note")
    return {**{name: getattr(call, name) for name in names}, "action": titles.get(call.action, "")}
