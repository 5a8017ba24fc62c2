"""Key figures, per release and scope, computed once."""

import streamlit as st

from analysis.kpis import judgement
from analysis.kpis.avoidable import Diagnosis
from analysis.kpis.judgement import Judged
from analysis.kpis.report import KpiReport, KpiRow, kpis, with_diagnoses
from dashboard.gateway import engines, interviews
from data.records import EVERYBODY, Compare, Scope, Segment


def overview(scope: Scope, compare: Compare = "previous", against: Segment = EVERYBODY) -> Judged:
    """What the overview shows, every change judged."""
    return _overview(*engines.at(scope.release), scope, compare, against if compare == "segment" else EVERYBODY)


def report(scope: Scope, version: int | None = None) -> KpiReport:
    """Every headline figure for each period of the scope; version: of the list of reasons, None = the newest."""
    diagnosed = interviews.diagnoses(version)
    return _report(*engines.at(scope.release), scope, hash(diagnosed), diagnosed)


def diagnosed(scope: Scope, rows: tuple[KpiRow, ...]) -> tuple[KpiRow, ...]:
    """The rows of an overview with what interviews found of their losses."""
    found = interviews.diagnoses()
    return _diagnosed(*engines.at(scope.release), scope, rows, hash(found), found) if found else rows


@st.cache_resource(max_entries=128, show_spinner=False)
def _diagnosed(
    place: str, number: int, scope: Scope, _rows: tuple[KpiRow, ...], key: int, _diagnosed: tuple[Diagnosis, ...]
) -> tuple[KpiRow, ...]:
    # The rows follow from the scope and the release.
    return engines.ask(with_diagnoses, number, scope, _rows, _diagnosed)


@st.cache_resource(max_entries=128, show_spinner=False)
def _overview(place: str, number: int, scope: Scope, compare: Compare, against: Segment) -> Judged:
    return engines.ask(judgement.overview, number, scope, compare, against)


@st.cache_resource(max_entries=128, show_spinner=False)
def _report(place: str, number: int, scope: Scope, key: int, _diagnosed: tuple[Diagnosis, ...]) -> KpiReport:
    # Streamlit would hash a thousand diagnoses in 20 ms at each rerun; Python does it in one.
    return engines.ask(kpis, number, scope, None, _diagnosed)
