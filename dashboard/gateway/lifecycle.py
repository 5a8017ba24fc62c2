"""When in their life customers leave: cohorts, survival, risk by age and the journey."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from analysis.lifecycle import cohorts, journey, ratios, risk, survival
from analysis.lifecycle.cohorts import CohortGrid
from analysis.lifecycle.journey import Moment
from analysis.lifecycle.ratios import RiskRatio
from analysis.lifecycle.risk import RiskByAge
from analysis.lifecycle.survival import SurvivalReport
from analysis.results import NotEnoughData
from dashboard.gateway import engines
from data.records import AgeUnit, Grain, Scope


def by_cohort(scope: Scope, grain: Grain, by: str | None = None) -> CohortGrid | NotEnoughData:
    """What is left of each cohort at each age."""
    return _cohorts(*engines.at(scope.release), scope, grain, by)


def by_age(scope: Scope, by: tuple[str, ...], unit: AgeUnit) -> SurvivalReport | NotEnoughData:
    """The share still there at each age, per value of an attribute."""
    return _survival(*engines.at(scope.release), scope, by, unit)


def risk_ratios(scope: Scope, by: tuple[str, ...], unit: AgeUnit) -> Mapping[str, RiskRatio] | NotEnoughData:
    """How many times as fast each group leaves as the largest one."""
    return _ratios(*engines.at(scope.release), scope, by, unit)


def at_risk(scope: Scope) -> RiskByAge | NotEnoughData:
    """The rate of loss by age, and the losses by stage of life."""
    return _risk(*engines.at(scope.release), scope)


def around(scope: Scope, days: int) -> tuple[Moment, ...] | NotEnoughData:
    """Losses in the days after each moment against those at other times."""
    return _journey(*engines.at(scope.release), scope, days)


@st.cache_resource(max_entries=32, show_spinner=False)
def _cohorts(place: str, number: int, scope: Scope, grain: Grain, by: str | None) -> CohortGrid | NotEnoughData:
    return engines.ask(cohorts.cohorts, number, scope, grain, by)


@st.cache_resource(max_entries=32, show_spinner=False)
def _survival(
    place: str, number: int, scope: Scope, by: tuple[str, ...], unit: AgeUnit
) -> SurvivalReport | NotEnoughData:
    return engines.ask(partial(survival.survival, unit=unit), number, scope, by)


@st.cache_resource(max_entries=32, show_spinner=False)
def _risk(place: str, number: int, scope: Scope) -> RiskByAge | NotEnoughData:
    return engines.ask(risk.risk_by_age, number, scope)


@st.cache_resource(max_entries=32, show_spinner=False)
def _journey(place: str, number: int, scope: Scope, days: int) -> tuple[Moment, ...] | NotEnoughData:
    return engines.ask(journey.journey, number, scope, days)


@st.cache_resource(max_entries=32, show_spinner=False)
def _ratios(
    place: str, number: int, scope: Scope, by: tuple[str, ...], unit: AgeUnit
) -> Mapping[str, RiskRatio] | NotEnoughData:
    return engines.ask(partial(ratios.risk_ratios, unit=unit), number, scope, by)
