"""One action: what is to be done, its plan of proof, the verdict, and everything that was said and done about it."""

from collections.abc import Callable

import streamlit as st

from dashboard import (
    action_form,
    action_moves,
    action_talk,
    action_words,
    formats,
    navigation,
    proof_plan,
    proof_verdict,
    sections,
    url_state,
    who,
)
from dashboard.filters import Look
from dashboard.gateway import actions
from dashboard.language import N_, _
from data.records_improvement import Action

SECTIONS = {
    "action": N_("Action"),
    "plan": N_("Plan of proof"),
    "verdict": N_("Verdict"),
    "talk": N_("Comments, history"),
}

#: The section the page of an action opens with, where it is not the first.
OPENS: dict[str, str] = {
    "reopened": "plan",
    "shipped": "verdict",
    "verifying": "verdict",
    "worked": "verdict",
    "did-not": "verdict",
    "cannot-tell": "verdict",
}


def draw(look: Look) -> None:
    """The action that the address names, at the section the reader chose."""
    st.page_link(navigation.page("actions"), label=_("All actions"), icon=":material/arrow_back:")
    number = url_state.page_value("action")
    stored = actions.find(int(number)) if number.isdecimal() and len(number) <= _MOST_DIGITS else None
    if stored is None:
        st.info(_("There is no such action. The list shows those there are.") if number else _("Choose one."))
        return
    _draw_head(stored, look)
    who.ask(actions.people())
    _DRAWN[sections.choose(SECTIONS, OPENS.get(stored.state, ""))](stored, look)


def _draw_head(stored: Action, look: Look) -> None:
    with st.container(key="proof-head", gap=None):
        st.header(formats.plain(stored.title), anchor=False)
        told = [action_words.state(stored), *([stored.owner] if stored.owner else [])]
        if stored.due:
            told.append(_("due {day}").format(day=formats.day(stored.due)))
        if stored.shipped_on:
            told.append(_("reached customers on {day}").format(day=formats.day(stored.shipped_on)))
        due = actions.due_on(stored)
        told += [_("judged from {day}").format(day=formats.day(due))] if due else []
        told += [_("{gain} a month").format(gain=action_words.gain(stored, look.currency))] if stored.gain_cents else []
        told += [_("archived")] if stored.archived else []
        st.caption(formats.plain(" · ".join(told)))
    if actions.is_late(stored):
        st.badge(_("Overdue"), color="red", icon=":material/schedule:")
    action_moves.draw(stored, "head")


#: More would be no number of a row.
_MOST_DIGITS = 9
_DRAWN: dict[str, Callable[[Action, Look], None]] = {
    "action": action_form.draw,
    "plan": proof_plan.draw,
    "verdict": lambda stored, _look: proof_verdict.draw(stored),
    "talk": action_talk.draw,
}
