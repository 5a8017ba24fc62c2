"""Every test that takes `database` runs on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from datetime import date

import pytest

from data.database import open_database
from data.database.repositories import annotations, experiments, mappings, releases, segments, users
from data.records import EVERYBODY
from data.records_experiments import Experiment, Plan
from data.settings import Settings
from tests.postgres import database, empty_database, postgres_server
from tests.unit.data.database.homes import publish

__all__ = ["database", "empty_database", "postgres_server"]


@pytest.fixture
def home(empty_database: Settings) -> Iterator[Settings]:
    """A home with three releases, the first of them dropped, and something of everything people write."""
    settings = empty_database
    database = open_database(settings)
    for count in (3, 5, 8):
        publish(settings, database, count)
    releases.pin(database, 2, "review 2026Q3")
    releases.drop(database, keep=1)
    mappings.save(database, "telco", {"churned": "Churn", "on": date(2026, 1, 1)})
    segments.save(database, "all", EVERYBODY)
    annotations.add(database, date(2026, 1, 1), "Price rise 价格")
    draft = experiments.save_draft(database, Experiment("save-call", Plan("Call", ends_on=date(2026, 3, 1))))
    experiments.start(database, draft, draft.plan, date(2026, 1, 1))
    users.add(database, "mia", "Mia", "viewer")
    yield settings
    open_database(settings).close()
