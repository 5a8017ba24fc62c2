"""Assignments made here: who may be assigned, the assignment as a release, and what goes to other systems."""

from typing import Any

import streamlit as st

from analysis.experiments import assign as use_cases
from analysis.experiments.assign import Assigned
from analysis.experiments.send import Sent
from analysis.experiments.send import send as send_to
from dashboard.gateway import engines, releases
from dashboard.gateway.clock import now
from data.records_experiments import Experiment
from data.settings import settings


def waiting(stored: Experiment, number: int) -> dict[str, int]:
    """Customers of the population, and why some of them cannot be assigned."""
    return _waiting(*engines.at(number), stored.id, stored.version, stored)


def assign(stored: Experiment) -> Assigned:
    """Assign everybody who may take part now, as a new release."""
    return use_cases.assign(settings(), releases.database(), stored, now=now())


def rows(key: str, number: int) -> list[dict[str, Any]]:
    """Every assignment of an experiment."""
    found = engines.ask(use_cases.exported, number, key)
    return [{name: _plain(value) for name, value in row.items()} for row in found]


def _plain(value: Any) -> Any:
    """A moment as text, which a sheet cannot hold with its time zone."""
    return value.isoformat() if hasattr(value, "isoformat") else value


def send(stored: Experiment, number: int) -> Sent:
    """Tell the address of the plan who was assigned to what."""
    engine = engines.engine(*engines.at(number))
    return send_to(releases.database(), engine, stored, settings().webhook_secret)


@st.cache_resource(max_entries=16, show_spinner=False)
def _waiting(place: str, number: int, experiment: int, version: int, _stored: Experiment) -> dict[str, int]:
    return engines.ask(use_cases.waiting, number, _stored)
