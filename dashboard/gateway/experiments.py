"""Experiments: their plans as people write them, and what the data say of them."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from analysis.experiments import library, plans, report
from analysis.experiments.checks import Known
from analysis.experiments.checks import problems as problems_of
from analysis.experiments.library import Choices, Entry, Search
from dashboard.gateway import engines, releases
from dashboard.gateway.attributes import attributes
from dashboard.gateway.clock import today
from dashboard.gateway.experiment_sizes import sized
from data.contracts import OUTCOME_PREFIX
from data.database.repositories import experiments
from data.importers.recognise_names import slug
from data.plan_documents import from_document, to_document
from data.queries.experiments import experiment_keys
from data.records_experiments import Amendment, Decision, Experiment, Measure, Plan


def everything() -> tuple[Experiment, ...]:
    """Every experiment that has a plan, the newest first."""
    return _all(engines.home(), releases.database().recent_version())


def of_key(key: str) -> Experiment | None:
    """The experiment of a key as it stands in the database now; None when it has no plan."""
    return experiments.find_key(releases.database(), key)


def in_data(number: int | None = None) -> dict[str, Mapping[str, Any]]:
    """What the data know of each experiment, by its key."""
    return _in_data(*engines.at(number))


def number() -> int:
    """How many experiments have a plan."""
    return len(everything())


def search(wanted: Search) -> tuple[Entry, ...]:
    """The experiments that are looked for."""
    return library.search(everything(), wanted)


def choices() -> Choices:
    """What the experiments can be narrowed down to."""
    return library.choices(everything())


def measures() -> dict[str, Measure]:
    """Every measure that an experiment has, by its key."""
    return {measure.key: measure for one in everything() for measure in one.plan.measures}


def without_plan(number: int) -> list[Mapping[str, Any]]:
    """What the data know of experiments that have no plan."""
    known = {*(one.key for one in everything()), *experiments.archived(releases.database())}
    return [row for key, row in in_data(number).items() if key not in known]


def keys(number: int) -> list[str]:
    """The keys of all experiments, planned or in the data."""
    return sorted({*(one.key for one in everything()), *in_data(number)})


def outcomes(number: int | None = None) -> dict[str, str]:
    """Columns of outcomes that the assignments' file has: key -> label."""
    found = releases.chosen(number).attributes
    return {key.removeprefix(OUTCOME_PREFIX): label for key, label in found.items() if key.startswith(OUTCOME_PREFIX)}


def outcome_key(header: str) -> str:
    """The key a column of outcomes gets when a file with this header is loaded; empty for an empty one."""
    return slug(header, OUTCOME_PREFIX).removeprefix(OUTCOME_PREFIX) if header.strip() else ""


def labels(number: int | None = None) -> dict[str, str]:
    """Names of outcomes and attributes."""
    return {**{a.key: a.label for a in attributes(number)}, **outcomes(number)}


def create(name: str) -> Experiment:
    """A new draft."""
    return plans.create(releases.database(), Plan(name), in_data=in_data())


def adopt(key: str, number: int) -> Experiment:
    """A draft for an experiment that the data know already."""
    row: Any = in_data(number)[key]
    return plans.create(releases.database(), report.improvised(row), key=key, in_data=in_data(number))


def save(draft: Experiment) -> Experiment:
    """Store a draft; Busy when somebody else changed it meanwhile."""
    return plans.save_draft(releases.database(), draft)


def problems(stored: Experiment, plan: Plan, number: int) -> tuple[str, ...]:
    """What keeps a plan from starting, with the size and the rates it would start with."""
    return problems_of(sized(plan, number), today(), _known(stored, number), key=stored.key)


def start(seen: Experiment) -> Experiment:
    """Freeze the plan, with its size and the rates of the company's own customers."""
    number = releases.chosen().number
    ready = replace(seen, plan=sized(seen.plan, number))
    return plans.start(releases.database(), ready, today(), _known(seen, number))


def amend(seen: Experiment, changed: Plan, reason: str) -> Experiment:
    """Change a frozen plan on record."""
    known = _known(seen, releases.chosen().number)
    return plans.amend(releases.database(), seen, changed, reason, today(), known)


def amendments(stored: Experiment) -> list[tuple[Amendment, Plan, Plan]]:
    """Each amendment with the plan before and after it, as far as its fields go."""
    base = to_document(stored.plan)
    return [
        (one, from_document({**base, **_fields(one.before)}), from_document({**base, **_fields(one.after)}))
        for one in stored.amendments
    ]


def _fields(document: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is no field of a plan: a decision that was taken back."""
    return {name: value for name, value in document.items() if name != "decision"}


def end(seen: Experiment) -> Experiment:
    """Assign nobody any more."""
    return plans.end(releases.database(), seen, today())


def decide(seen: Experiment, made: Decision, who: str) -> Experiment:
    """Record a decision."""
    return plans.decide(releases.database(), seen, made, who=who or None)


def withdraw(seen: Experiment, reason: str) -> Experiment:
    """Take the last decision back."""
    return plans.withdraw(releases.database(), seen, reason)


def archive(seen: Experiment) -> None:
    """Take an experiment off every list."""
    plans.archive(releases.database(), seen)


def _known(stored: Experiment, number: int) -> Known:
    """What a plan is checked against."""
    release = releases.chosen(number)
    others = [key for key in keys(number) if key != stored.key]
    names = [attribute.key for attribute in attributes(number)]
    return Known(attributes=names, tables=release.tables, in_data=in_data(number), others=others)


@st.cache_resource(max_entries=4, show_spinner=False)
def _all(home: str, written: int) -> tuple[Experiment, ...]:
    return experiments.all(releases.database())


@st.cache_resource(max_entries=8, show_spinner=False)
def _in_data(place: str, number: int) -> dict[str, Mapping[str, Any]]:
    return {row["key"]: row for row in engines.ask(experiment_keys, number)}
