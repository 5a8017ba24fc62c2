"""What the data say of experiments: how far each is, what may be read of it, and what is explored after that."""

from typing import Any

import streamlit as st

from analysis.experiments import explore, judge, look, report, watch
from analysis.experiments.explore import Lasting, Novelty, Segments
from analysis.experiments.last_look import before_last_look, last_look
from analysis.experiments.results import Judgement
from analysis.experiments.staying import StillThere
from analysis.experiments.staying import staying as staying_of
from analysis.experiments.watch import Watch
from dashboard.gateway import engines, releases
from dashboard.gateway.clock import today
from dashboard.gateway.experiments import in_data
from data.errors import NoData
from data.records_experiments import Experiment, Measure


def take_look(said: Judgement) -> Experiment:
    """Put on record what a look shows."""
    return engines.ask(look.take, said.release, releases.database(), said.experiment, today())


def watched(stored: Experiment, number: int) -> Watch:
    """How far an experiment is."""
    return _watched(*engines.at(number), stored.id, stored.version, stored)


def judged(stored: Experiment, number: int) -> Judgement:
    """What may be said of an experiment now."""
    return _judged(*engines.at(number), stored.id, stored.version, stored)


def read_again(stored: Experiment) -> Judgement | None:
    """What the last look showed, on its release; None when that is no longer kept."""
    taken = last_look(stored)
    try:
        place, number = engines.at(taken[0].release)
    except NoData:
        return None
    return _in_full(place, number, stored.id, stored.version, before_last_look(stored))


def read_now(stored: Experiment, number: int) -> Judgement:
    """What an always-valid plan lets one see now, computed in other ways too."""
    return _in_full(*engines.at(number), stored.id, -stored.version, stored)


def measures_of(key: str, number: int) -> tuple[Measure, ...]:
    """By what an experiment without a plan can be read."""
    row: Any = in_data(number)[key]
    plan = report.improvised(row)
    return (plan.primary, *plan.secondary) if row["dated"] or row["outcomes"] else ()


def read_as_it_is(key: str, measure: str, number: int) -> Judgement:
    """An experiment without a plan, read by one of its measures."""
    return _as_it_is(*engines.at(number), key, measure)


def staying(said: Judgement) -> tuple[StillThere, ...]:
    """How many customers of each variant are still there, on the release that was judged."""
    experiment = said.experiment
    return _staying(*engines.at(said.release), experiment.key, experiment.version, said.experiment)


def segments(stored: Experiment, attribute: str, number: int) -> Segments:
    """The effect within the values of an attribute."""
    return _segments(*engines.at(number), stored.id, stored.version, attribute, stored)


def lasting(stored: Experiment, number: int) -> tuple[Lasting, ...]:
    """The effect at later days."""
    return _later(*engines.at(number), stored.id, stored.version, stored)[0]


def novelty(stored: Experiment, number: int) -> tuple[Novelty, ...]:
    """The effect on early against late customers."""
    return _later(*engines.at(number), stored.id, stored.version, stored)[1]


@st.cache_resource(max_entries=32, show_spinner=False)
def _watched(place: str, number: int, experiment: int, version: int, _stored: Experiment) -> Watch:
    return engines.ask(watch.watch, number, _stored)


@st.cache_resource(max_entries=32, show_spinner=False)
def _judged(place: str, number: int, experiment: int, version: int, _stored: Experiment) -> Judgement:
    return engines.ask(judge.judge, number, _stored)


@st.cache_resource(max_entries=32, show_spinner=False)
def _in_full(place: str, number: int, experiment: int, version: int, _stored: Experiment) -> Judgement:
    return engines.ask(judge.in_full, number, _stored)


@st.cache_resource(max_entries=32, show_spinner=False)
def _as_it_is(place: str, number: int, key: str, measure: str) -> Judgement:
    return engines.ask(report.report, number, releases.database(), key, measure)


@st.cache_resource(max_entries=32, show_spinner=False)
def _staying(place: str, number: int, key: str, version: int, _stored: Experiment) -> tuple[StillThere, ...]:
    return engines.ask(staying_of, number, _stored)


@st.cache_resource(max_entries=32, show_spinner=False)
def _segments(place: str, number: int, experiment: int, version: int, attribute: str, _stored: Experiment) -> Segments:
    return engines.ask(explore.segments, number, _stored, attribute)


@st.cache_resource(max_entries=32, show_spinner=False)
def _later(
    place: str, number: int, experiment: int, version: int, _stored: Experiment
) -> tuple[tuple[Lasting, ...], tuple[Novelty, ...]]:
    return engines.ask(explore.lasting, number, _stored), engines.ask(explore.novelty, number, _stored)
