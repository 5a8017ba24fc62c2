"""The sections of the lifecycle page."""

from dashboard import (
    lifecycle_cohorts,
    lifecycle_journey,
    lifecycle_risk,
    lifecycle_survival,
    remarks,
    sections,
)
from dashboard.filters import Look
from dashboard.language import N_
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
    section = sections.choose(SECTIONS)
    remarks.draw(look)
    if section in ("survival", "risk"):
        remarks.draw_silence(look)
    _DRAWN[section](look, Scope(segment=look.scope.segment, release=look.scope.release))
