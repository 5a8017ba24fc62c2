"""Who leaves more often than others, and why the rate changed."""

import streamlit as st

from analysis.personas import before_leaving, change, crosstab, drivers, search
from analysis.personas.before_leaving import BeforeLeaving
from analysis.personas.behaviour import LOOKING_BACK
from analysis.personas.change import Change
from analysis.personas.crosstab import Crosstab
from analysis.personas.drivers import Drivers
from analysis.personas.search import Personas
from analysis.results import NotEnoughData
from dashboard.gateway import engines
from data.engine import Engine
from data.queries import behaviour
from data.records import Scope


def behaviours(number: int, *, of_period: bool) -> tuple[str, ...]:
    """Behaviours the release has tables for; those that look back from the loss only without a period."""
    found = _behaviours(*engines.at(number))
    return tuple(key for key in found if not (of_period and key in LOOKING_BACK))


def by_attributes(scope: Scope, attributes: tuple[str, ...]) -> Crosstab:
    """Churn by one or two attributes."""
    return _crosstab(*engines.at(scope.release), scope, attributes)


def typical(scope: Scope) -> Personas | NotEnoughData:
    """Groups that leave most often, found on one half and confirmed on the other."""
    return _typical(*engines.at(scope.release), scope)


def before(scope: Scope) -> BeforeLeaving | NotEnoughData:
    """What lost customers did before they left, against others of their age."""
    return _before(*engines.at(scope.release), scope)


def associations(scope: Scope) -> Drivers | NotEnoughData:
    """What goes with leaving, all else being equal."""
    return _associations(*engines.at(scope.release), scope)


def changed(scope: Scope, attribute: str, against: str) -> Change | NotEnoughData:
    """The change of the rate taken apart."""
    return _changed(*engines.at(scope.release), scope, attribute, against)


@st.cache_resource(max_entries=16, show_spinner=False)
def _behaviours(place: str, number: int) -> tuple[str, ...]:
    return engines.ask(_known, number)


def _known(engine: Engine) -> tuple[str, ...]:
    return tuple(behaviour.known(engine))


@st.cache_resource(max_entries=64, show_spinner=False)
def _crosstab(place: str, number: int, scope: Scope, attributes: tuple[str, ...]) -> Crosstab:
    return engines.ask(crosstab.crosstab, number, scope, attributes)


@st.cache_resource(max_entries=64, show_spinner=False)
def _typical(place: str, number: int, scope: Scope) -> Personas | NotEnoughData:
    return engines.ask(search.personas, number, scope)


@st.cache_resource(max_entries=64, show_spinner=False)
def _changed(place: str, number: int, scope: Scope, attribute: str, against: str) -> Change | NotEnoughData:
    return engines.ask(change.change, number, scope, attribute, against)


@st.cache_resource(max_entries=32, show_spinner=False)
def _before(place: str, number: int, scope: Scope) -> BeforeLeaving | NotEnoughData:
    return engines.ask(before_leaving.before_leaving, number, scope)


@st.cache_resource(max_entries=32, show_spinner=False)
def _associations(place: str, number: int, scope: Scope) -> Drivers | NotEnoughData:
    return engines.ask(drivers.drivers, number, scope)
