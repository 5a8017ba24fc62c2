"""The sections of the lifecycle page."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import lifecycle_cohorts, lifecycle_journey, lifecycle_risk, lifecycle_survival, remarks, url_state
from dashboard.filters import Look
from dashboard.language import N_, _
from data.records import Scope

SECTIONS = {
    "cohorts": N_("Cohorts"),
    "survival": N_("Survival"),
    "risk": N_("Risk by age"),
    "journey": N_("Stages and journey"),
}
_DRAWN = {
    "cohorts": lifecycle_cohorts.draw,
    "survival": lifecycle_survival.draw,
    "risk": lifecycle_risk.draw,
    "journey": lifecycle_journey.draw,
}


def draw(look: Look) -> None:
    """The section the reader chose, over the whole life of the customers chosen."""
    section = url_state.choice(
        _section_bar, _("Section"), "part", list(SECTIONS), lambda code: _(SECTIONS[code]), "cohorts"
    )
    remarks.draw(look)
    _DRAWN[section](look, Scope(segment=look.scope.segment, release=look.scope.release))


def _section_bar(label: str, options: Sequence[str], **looks: Any) -> str | None:
    return st.segmented_control(label, options, label_visibility="collapsed", **looks)
