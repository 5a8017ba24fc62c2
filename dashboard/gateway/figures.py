"""Key figures, per release and scope, computed once."""

import streamlit as st

from analysis.kpis import headline as overview
from analysis.kpis.headline import Headline
from analysis.kpis.report import KpiReport, kpis
from dashboard.gateway import engines
from data.records import Scope, Segment


def headline(scope: Scope, against: Segment | None = None) -> Headline:
    """What the overview shows."""
    return _headline(*engines.at(scope.release), scope, against)


def report(scope: Scope) -> KpiReport:
    """Every headline figure for each period of the scope."""
    return _report(*engines.at(scope.release), scope)


@st.cache_resource(max_entries=128, show_spinner=False)
def _headline(place: str, number: int, scope: Scope, against: Segment | None) -> Headline:
    return engines.ask(overview.headline, number, scope, against)


@st.cache_resource(max_entries=128, show_spinner=False)
def _report(place: str, number: int, scope: Scope) -> KpiReport:
    return engines.ask(kpis, number, scope)
