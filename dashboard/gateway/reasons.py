"""Why customers left: the losses of a range with their three reasons, and what they say together."""

from dataclasses import dataclass

import streamlit as st

from analysis.feedback import report as reports
from analysis.feedback import themes as theme_groups
from analysis.feedback.losses import Feedback, Loss
from analysis.feedback.report import ReasonReport
from analysis.feedback.themes import Themes
from analysis.results import NotEnoughData
from dashboard.gateway import engines, interviews
from data.queries.reasons import loss_values
from data.records import Period, Scope, Segment


@dataclass(frozen=True)
class Looked:
    """The losses of a range, read under one version of the list of reasons; period None = everybody lost so far."""

    scope: Scope
    period: Period | None
    losses: tuple[Loss, ...]
    feedback: Feedback
    report: ReasonReport


def looked(scope: Scope, period: Period | None, version: int | None = None) -> Looked:
    """What is known of the losses of a period; without one, of everybody lost by the as-of date."""
    return _looked(*engines.at(scope.release), scope, period, *interviews.known(version), version)


def values(scope: Scope, period: Period | None, attribute: str) -> dict[str, str]:
    """The value of an attribute of each lost customer; "" where it has none."""
    return _values(*engines.at(scope.release), scope.segment, period, attribute)


def themes(texts: tuple[str, ...]) -> Themes | NotEnoughData:
    """Groups of texts that use the same words."""
    return _themes(texts)


@st.cache_resource(max_entries=16, show_spinner=False)
def _looked(
    place: str, number: int, scope: Scope, period: Period | None, key: int, _feedback: Feedback, version: int | None
) -> Looked:
    found = interviews.losses(scope, period, version)
    return Looked(scope, period, found, _feedback, reports.report(found, _feedback))


@st.cache_resource(max_entries=32, show_spinner=False)
def _values(place: str, number: int, segment: Segment, period: Period | None, attribute: str) -> dict[str, str]:
    rows = engines.ask(loss_values, number, segment, period, attribute)
    return {row["customer_id"]: row["value"] for row in rows}


@st.cache_resource(max_entries=8, show_spinner=False)
def _themes(texts: tuple[str, ...]) -> Themes | NotEnoughData:
    return theme_groups.themes(texts)
