"""Improvement actions: as a board, a table and a timeline, and the findings they come from."""

from collections.abc import Callable, Sequence

import streamlit as st

from dashboard import action_board, action_findings, action_new, action_table, action_timeline, sections, who
from dashboard.filters import Look
from dashboard.gateway import actions
from dashboard.language import N_, _
from data.records_improvement import Action

SECTIONS = {"board": N_("Board"), "table": N_("Table"), "timeline": N_("Timeline"), "findings": N_("Findings")}


def draw(look: Look) -> None:
    """Who is here, the button for a new action, and the section the reader chose."""
    with st.container(horizontal=True, vertical_alignment="bottom", key="action-top"):
        who.ask(actions.people())
        action_new.draw(look)
    found = actions.everything()
    part = sections.choose(SECTIONS)
    if part == "findings":
        action_findings.draw(look)
    elif found:
        _DRAWN[part](found, look)
    else:
        _draw_empty()


def _draw_empty() -> None:
    with st.container(border=True, key="no-actions", gap="small"):
        st.header(_("No action yet"), anchor=False)
        st.write(
            _(
                "Keep a finding at any chart or table and begin an action from it, or write one from nothing. Each "
                "action says beforehand how it will be seen whether it worked."
            )
        )


_DRAWN: dict[str, Callable[[Sequence[Action], Look], None]] = {
    "board": action_board.draw,
    "table": action_table.draw,
    "timeline": action_timeline.draw,
}
