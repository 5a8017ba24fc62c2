"""Releases are numbered without gap or double, come back as they were recorded, and go only when nobody needs them."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as some

from data.database import Database
from data.database.repositories import releases
from data.errors import Busy, NoData
from data.records import Check, MetricOptions, Release
from data.settings import Settings


def a_release(**changes: Any) -> Release:
    """A release of one table; the number is not looked at when it is recorded."""
    plain = Release(
        number=0,
        created_at=datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
        as_of=date(2026, 10, 31),
        options=MetricOptions(reporting_currency="EUR", currency_rates=(("USD", 0.92),)),
        tables={"customers": 4},
        rows={"customers": 7_043},
        checks=(Check("opening + movements = closing", True, "7,043 = 7,043"),),
        attributes={"a_plan": "Plan", "a_city": "Città 城市"},
        sources={
            "customers": {"files": ["telco.csv"], "newest": date(2026, 10, 30), "at": datetime(2026, 11, 1, tzinfo=UTC)}
        },
        note="first",
    )
    return replace(plain, **changes)


def test_a_release_comes_back_as_it_was_recorded(database: Database) -> None:
    recorded = releases.record(database, a_release())

    assert recorded == replace(a_release(), number=1)
    assert releases.latest(database) == recorded
    assert releases.get(database, 1) == recorded
    assert releases.all(database) == [recorded]


def test_the_order_of_attributes_is_kept(database: Database) -> None:
    labels = {f"a_{name}": name for name in "zyxabc"}

    assert list(releases.record(database, a_release(attributes=labels)).attributes) == list(labels)


def test_before_the_first_import_there_is_no_release(database: Database) -> None:
    assert releases.latest(database) is None
    assert releases.all(database) == []
    with pytest.raises(NoData, match="import data first"):
        releases.get(database, 1)


def test_an_unknown_release_names_the_latest_one(database: Database) -> None:
    releases.record(database, a_release())

    with pytest.raises(NoData, match=r"Release 9 does not exist\. The latest one is 1"):
        releases.get(database, 9)


def test_a_release_built_on_an_outdated_one_is_refused(database: Database) -> None:
    releases.record(database, a_release(), after=0)
    releases.record(database, a_release(), after=1)

    with pytest.raises(Busy, match="Release 2 was published"):
        releases.record(database, a_release(), after=1)
    assert len(releases.all(database)) == 2


def test_threads_that_record_at_once_never_share_or_lose_a_number(database: Database) -> None:
    with ThreadPoolExecutor(8) as threads:
        recorded = list(threads.map(lambda n: releases.record(database, a_release(note=str(n))), range(40)))

    assert sorted(release.number for release in recorded) == list(range(1, 41))
    assert {release.note for release in releases.all(database)} == {str(n) for n in range(40)}


RECORDS_TEN = """
from tests.unit.data.database.test_releases import a_release
from data.database import open_database
from data.database.repositories import releases
from data.settings import settings
database = open_database(settings())
for _ in range(10):
    releases.record(database, a_release())
"""


@pytest.mark.slow
def test_processes_that_start_and_record_at_once_never_share_or_lose_a_number(empty_database: Settings) -> None:
    from data.database import open_database

    root = Path(__file__).parents[4]
    environment = os.environ | {
        "CHURN_HOME": str(empty_database.home),
        "CHURN_DATABASE_URL": empty_database.database_url,
        "PYTHONPATH": str(root),
    }
    running = [subprocess.Popen([sys.executable, "-c", RECORDS_TEN], env=environment, cwd=root) for _ in range(4)]

    assert [process.wait(60) for process in running] == [0, 0, 0, 0]
    database = open_database(empty_database)
    assert [release.number for release in releases.all(database)] == list(range(40, 0, -1))
    assert database.data_version() == 40
    database.close()


def test_old_releases_go_but_neither_the_newest_nor_the_pinned(database: Database) -> None:
    for _ in range(5):
        releases.record(database, a_release())
    releases.pin(database, 2, "review 2026Q3")

    assert [release.number for release in releases.prunable(database, keep=2)] == [3, 1]
    assert [release.number for release in releases.drop(database, keep=2)] == [3, 1]
    assert [release.number for release in releases.all(database)] == [5, 4, 2]
    assert releases.prunable(database, keep=2) == []
    with pytest.raises(NoData, match="Release 3 was dropped"):
        releases.get(database, 3)


def test_the_latest_release_is_never_prunable(database: Database) -> None:
    releases.record(database, a_release())

    assert releases.prunable(database, keep=0) == []


def test_numbers_of_dropped_releases_are_not_used_again(database: Database) -> None:
    for _ in range(3):
        releases.record(database, a_release())
    releases.drop(database, keep=1)

    assert releases.record(database, a_release()).number == 4


def test_a_release_stays_until_its_last_holder_lets_go(database: Database) -> None:
    for _ in range(2):
        releases.record(database, a_release())
    releases.pin(database, 1)
    releases.pin(database, 1)
    releases.pin(database, 1, "review 2026Q3")
    assert releases.pins(database) == {1: ("by hand", "review 2026Q3")}

    releases.unpin(database, 1)
    assert releases.prunable(database, keep=1) == []
    releases.unpin(database, 1, "review 2026Q3")
    releases.unpin(database, 1, "nobody")
    assert [release.number for release in releases.prunable(database, keep=1)] == [1]


def test_a_release_that_does_not_exist_cannot_be_pinned(database: Database) -> None:
    with pytest.raises(NoData, match="Release 7 does not exist"):
        releases.pin(database, 7)


# PostgreSQL stores no NUL in text, and half a surrogate pair is no text at all.
words = some.text(some.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)
numbers = some.integers(-(2**53), 2**53) | some.floats(allow_nan=False, allow_infinity=False)
moments = some.datetimes(min_value=datetime(1900, 1, 1), timezones=some.just(UTC)).map(lambda at: at + timedelta())
values = some.recursive(
    some.none() | some.booleans() | numbers | words | some.dates() | moments,
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
options = some.builds(
    MetricOptions,
    gap_tolerance_days=some.integers(0, 400),
    reporting_currency=words,
    gross_margin=some.floats(0, 1),
    currency_rates=some.lists(some.tuples(words, some.floats(0.0001, 1e6)), max_size=3).map(tuple),
)
counts = some.dictionaries(words, some.integers(0, 2**53), max_size=3)
any_release = some.builds(
    Release,
    number=some.integers(),
    created_at=moments,
    as_of=some.dates(),
    options=options,
    tables=counts,
    rows=counts,
    checks=some.lists(some.builds(Check, words, some.booleans(), words), max_size=3).map(tuple),
    attributes=some.dictionaries(words, words, max_size=3),
    sources=some.dictionaries(words, some.dictionaries(words, values, max_size=3), max_size=3),
    shape=words,
    note=words,
)


@given(release=any_release)
@hypothesis_settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@pytest.mark.slow
def test_any_release_survives_the_way_through_the_database(database: Database, release: Release) -> None:
    recorded = releases.record(database, release)

    assert recorded == replace(release, number=recorded.number)
    assert releases.get(database, recorded.number) == recorded
