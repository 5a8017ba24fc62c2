"""The sections of the personas page."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from analysis.personas.notes import notes_on_customers
from dashboard import (
    formats,
    persona_before,
    persona_change,
    persona_crosstab,
    persona_drivers,
    persona_search,
    sections,
    url_state,
)
from dashboard.filters import Look
from dashboard.gateway import releases
from dashboard.language import N_, _

SECTIONS = {
    "crosstab": N_("Cross-tab"),
    "typical": N_("Typical lost customer"),
    "before": N_("Lost against kept"),
    "drivers": N_("Drivers"),
    "change": N_("Why did churn change"),
}
#: Of every customer so far, those who came early had more time to leave: a kind of customer that came early leads.
WHOM = {"period": N_("Customers at the start of the period"), "ever": N_("Every customer so far")}


def draw(look: Look) -> None:
    """The section the reader chose."""
    section = sections.choose(SECTIONS)
    if section == "change":
        persona_change.draw(look)
    elif section == "drivers":
        persona_drivers.draw(look)
    elif section == "before":
        persona_before.draw(_of_whom(look, counted=False))
    elif section == "typical":
        persona_search.draw(_of_whom(look))
    else:
        persona_crosstab.draw(_of_whom(look))


def _of_whom(look: Look, *, counted: bool = True) -> Look:
    """Everybody who ever paid, or those at the start of the period: then from its first day to its last.

    counted  Whether to say who is counted in rates.
    """
    whom = url_state.choice(_whom, _("Counted"), "whom", list(WHOM), lambda code: _(WHOM[code]), "period")
    if whom == "ever":
        if counted:
            st.caption(_(notes_on_customers((), None)[0]))
        return replace(look, scope=replace(look.scope, start=None, end=None))
    period = releases.whole_range(look.scope)
    if counted:
        said = _("Customers at the start of {span} are counted, and whether they are gone at its end.")
        st.caption(said.format(span=formats.span(period)))
    return replace(look, scope=replace(look.scope, start=period.start, end=period.end))


def _whom(label: str, options: Sequence[str], **looks: Any) -> str | None:
    return st.segmented_control(label, options, **looks)
