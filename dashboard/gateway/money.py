"""What losses cost, what retention is worth, and what is at risk."""

import streamlit as st

from analysis.money import at_risk, losses, worth
from analysis.money.at_risk import AtRisk
from analysis.money.losses import Concentration, LossRow
from analysis.money.worth import Worth
from analysis.results import NotEnoughData
from dashboard.gateway import engines
from data.records import Scope


def concentration(scope: Scope) -> Concentration | NotEnoughData:
    """How few customers make most of the loss."""
    return _concentration(*engines.at(scope.release), scope)


def losses_by(scope: Scope, attribute: str) -> tuple[LossRow, ...]:
    """Lost customers and MRR per value of an attribute."""
    return _losses_by(*engines.at(scope.release), scope, attribute)


def worth_of(scope: Scope, points: float) -> Worth | NotEnoughData:
    """The worth of so many points (0-1) of retention."""
    return _worth(*engines.at(scope.release), scope, points)


def revenue_at_risk(scope: Scope) -> AtRisk | NotEnoughData:
    """The coming two quarters, and how such forecasts did."""
    return _at_risk(*engines.at(scope.release), scope)


@st.cache_resource(max_entries=64, show_spinner=False)
def _concentration(place: str, number: int, scope: Scope) -> Concentration | NotEnoughData:
    return engines.ask(losses.concentration, number, scope)


@st.cache_resource(max_entries=64, show_spinner=False)
def _losses_by(place: str, number: int, scope: Scope, attribute: str) -> tuple[LossRow, ...]:
    return engines.ask(losses.losses_by, number, scope, attribute)


@st.cache_resource(max_entries=64, show_spinner=False)
def _worth(place: str, number: int, scope: Scope, points: float) -> Worth | NotEnoughData:
    return engines.ask(worth.worth, number, scope, points)


@st.cache_resource(max_entries=64, show_spinner=False)
def _at_risk(place: str, number: int, scope: Scope) -> AtRisk | NotEnoughData:
    return engines.ask(at_risk.at_risk, number, scope)
