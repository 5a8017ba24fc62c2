"""Every action as a row, to be sorted, opened and taken away."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from analysis.proof.gain import priority
from dashboard import action_board, action_new, action_words, formats, reason_words, tables, url_state, who
from dashboard.filters import Look
from dashboard.gateway import actions, interviews
from dashboard.language import _
from dashboard.tables import Column
from data.records_improvement import Action

ANY = ""


def draw(found: Sequence[Action], look: Look) -> None:
    """The search, the table, whose rows open their action, and the downloads."""
    mine = _narrowed(action_board.by_priority(found))
    st.caption(_("{n} of {all} actions").format(n=formats.count(len(mine)), all=formats.count(len(found))))
    if not mine:
        return
    rows = [flat(one) for one in mine]
    shown = [{**flat(one), "state": action_words.state(one)} for one in mine]
    selected = tables.draw(
        shown, columns(), key="action-table", alt=_("Improvement actions"), currency=look.currency, picks=True
    )
    for i in ((selected or {}).get("selection") or {}).get("rows") or []:
        action_new.open_action(mine[i].id)
    st.caption(_("Tick a row to open its action."))
    tables.downloads(lambda: rows, columns(), name="actions", currency=look.currency)


def _narrowed(found: Sequence[Action]) -> list[Action]:
    with st.container(horizontal=True, vertical_alignment="bottom", key="action-search"):
        text = url_state.words(st.text_input, _("Search"), "find", icon=":material/search:", width=260)
        states = {ANY: _("any"), **{code: _(name) for code, name in action_words.STATES.items()}}
        state = url_state.choice(_box, _("State"), "state", list(states), states.__getitem__, ANY)
        owners = {ANY: _("any"), **{one.owner: one.owner for one in found if one.owner}}
        owner = url_state.choice(_box, _("Owner"), "owner", list(owners), owners.__getitem__, ANY)
    return [
        one
        for one in found
        if state in {ANY, one.state}
        and owner in {ANY, one.owner}
        and text.casefold() in f"{one.title} {one.text} {one.owner}".casefold()
    ]


def _box(label: str, options: Sequence[str], **looks: Any) -> str:
    return st.selectbox(label, options, width=200, **looks)


def columns() -> list[Column]:
    """Columns of the table and its downloads."""
    return [
        Column("title", _("Action"), width=300),
        Column("state", _("State")),
        Column("owner", _("Owner")),
        Column("department", _("Department")),
        Column("due", _("Due"), "day"),
        Column("shipped_on", _("Reached customers on"), "day"),
        Column("check_on", _("Judged from"), "day"),
        Column("metric", _("Number it must move")),
        *tables.limited("gain_cents", _("Expected gain, MRR a month"), "money"),
        Column("effort_days", _("Effort, person-days"), "number"),
        Column("priority", _("Gain per day of effort, weighted"), "money"),
        Column("effect", _("Effect")),
        Column("reason", _("Reason")),
    ]


def flat(one: Action) -> dict[str, Any]:
    """An action as one row: codes and plain values."""
    plan, known = one.frozen or one.draft, priority(one)
    return {
        **{name: getattr(one, name) for name in ("title", "state", "owner", "due", "shipped_on", "effort_days")},
        "department": who.department_name(one.department),
        "check_on": actions.due_on(one),
        "metric": action_words.metric(plan.metric) if plan else "",
        "gain_cents": one.gain_cents,
        "gain_cents_low": one.gain_low_cents,
        "gain_cents_high": one.gain_high_cents,
        "priority": None if known is None else round(known),
        "effect": action_words.effect(one.verdicts[-1]) if one.verdicts else "",
        "reason": reason_of(one),
    }


def reason_of(one: Action) -> str:
    """The reason whose losses an action is to prevent, in words."""
    return reason_words.reason(interviews.taxonomy(), one.reason) if one.reason else ""
