"""Churn over time: splits, seasons, forecast, events and published figures."""

from datetime import date

import streamlit as st

from analysis.results import NotEnoughData
from analysis.trends import benchmarks, forecast, seasons, split
from analysis.trends.benchmarks import Benchmark
from analysis.trends.events import Event, events
from analysis.trends.forecast import ChurnForecast
from analysis.trends.seasons import SeasonRow
from analysis.trends.split import SplitRow
from dashboard.gateway import engines, releases
from data.database.repositories import annotations
from data.records import Annotation, Scope


def by_attribute(scope: Scope, attribute: str) -> tuple[SplitRow, ...]:
    """The churn rate of each value of an attribute per period."""
    return _split(*engines.at(scope.release), scope, attribute)


def by_season(scope: Scope) -> tuple[SeasonRow, ...] | NotEnoughData:
    """The same month or quarter of each year."""
    return _seasons(*engines.at(scope.release), scope)


def ahead(scope: Scope) -> ChurnForecast | NotEnoughData:
    """The next two quarters."""
    return _forecast(*engines.at(scope.release), scope)


def happened(start: date, end: date, release: int | None = None) -> tuple[Event, ...]:
    """Events from the data and from people, in order of day."""
    noted = tuple(annotations.between(releases.database(), start, end))
    return _events(*engines.at(release), start, end, noted)


def notes(start: date, end: date) -> list[Annotation]:
    """What people noted in a range of days."""
    return annotations.between(releases.database(), start, end)


def note(on: date, title: str) -> None:
    """Store what somebody says happened on a day."""
    annotations.add(releases.database(), on, title)


def withdraw(seen: Annotation) -> None:
    """Take a note off the charts."""
    annotations.archive(releases.database(), seen)


def published(figure: str, scope: Scope, *, old_too: bool = False) -> tuple[Benchmark, ...]:
    """Published figures that may stand beside a rate; those old on the as-of date only when asked for."""
    year, definition = releases.chosen(scope.release).as_of.year, scope.definition
    return benchmarks.benchmarks_for(figure, scope.grain, year=year, old_too=old_too, definition=definition)


@st.cache_resource(max_entries=64, show_spinner=False)
def _split(place: str, number: int, scope: Scope, attribute: str) -> tuple[SplitRow, ...]:
    return engines.ask(split.split, number, scope, attribute)


@st.cache_resource(max_entries=64, show_spinner=False)
def _seasons(place: str, number: int, scope: Scope) -> tuple[SeasonRow, ...] | NotEnoughData:
    return engines.ask(seasons.seasons, number, scope)


@st.cache_resource(max_entries=64, show_spinner=False)
def _forecast(place: str, number: int, scope: Scope) -> ChurnForecast | NotEnoughData:
    return engines.ask(forecast.forecast, number, scope)


@st.cache_resource(max_entries=64, show_spinner=False)
def _events(place: str, number: int, start: date, end: date, noted: tuple[Annotation, ...]) -> tuple[Event, ...]:
    return engines.ask(events, number, start, end, noted)
