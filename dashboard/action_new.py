"""A new action: from nothing or from findings, opened at once."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import formats, navigation, session, url_state, who
from dashboard.filters import Look
from dashboard.gateway import actions, findings
from dashboard.language import _
from dashboard.said import in_this_language
from data.errors import ReviewError
from data.records_improvement import Action, Finding

#: Findings offered to rest a new action on, the newest first.
OFFERED = 50


def draw(look: Look) -> None:
    """The button and what it asks: a title, and the findings the action rests on."""
    with st.popover(_("New action"), icon=":material/add:", key="action-new"):
        st.text_input(
            _("What is to be done"), key="action.title", max_chars=200, placeholder=_("Guided onboarding for everybody")
        )
        known = {one.id: one for one in findings.everything()[:OFFERED]}
        if known:
            st.multiselect(
                _("Because of these findings"),
                list(known),
                key="action.findings",
                format_func=lambda number: known[number].sentence,
                placeholder=_("none"),
                select_all=False,
            )
        if st.button(_("Propose it"), key="action.create", type="primary"):
            begin(session.get("action.title") or "", [known[n] for n in session.get("action.findings") or []])


def begin(title: str, rests_on: Sequence[Finding]) -> None:
    """A new action, opened; the reason when it cannot be."""
    first = rests_on[0] if rests_on else None
    made = Action(
        title,
        findings=tuple(one.id for one in rests_on),
        reason=first.reason if first else "",
        draft=actions.drafted(first) if first else None,
    )
    try:
        created = actions.create(made, who.you())
    except ReviewError as refused:
        st.error(formats.plain(in_this_language(str(refused))), icon=":material/error:")
        return
    session.forget("action.title")
    session.forget("action.findings")
    open_action(created.id)


def open_action(number: int, part: str = "") -> None:
    """Go to the page of one action."""
    st.switch_page(navigation.page("proof"), query_params=address(number, part))


def address(number: int, part: str = "") -> dict[str, Any]:
    """The query parameters of the page of one action."""
    view: dict[str, Any] = dict(url_state.encode(url_state.current()))
    return {**view, "action": str(number), **({"part": part} if part else {})}
