"""A server that goes on while its home is restored shows the restored numbers, not those of the release before."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from dashboard.gateway import customers, figures, releases
from data.backup import backup, restore
from data.database import open_database
from data.records import CustomerQuery, Scope
from data.release import publish
from data.settings import settings
from tests.builders import a_company, a_subscription


def publish_company(home: Path, size: int, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHURN_HOME", str(home))
    company = a_company([a_subscription(f"c{n}", "2024-01-01") for n in range(size)])
    publish(settings(), open_database(settings()), company, now=at)


def shown() -> tuple[int, int, int]:
    listed = customers.totals(CustomerQuery()).customers
    return figures.report(Scope()).rows[-1].customers_end, listed, releases.chosen().number


def test_another_release_of_the_same_number_is_counted_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    publish_company(tmp_path / "other", 3, datetime(2026, 11, 1, 9, tzinfo=UTC), monkeypatch)
    backup(settings(), tmp_path / "other.zip", now=datetime(2026, 11, 1, 10, tzinfo=UTC))
    publish_company(tmp_path / "mine", 5, datetime(2026, 11, 2, 9, tzinfo=UTC), monkeypatch)
    assert shown() == (5, 5, 1)
    restore(settings(), tmp_path / "other.zip", replace=True)
    assert shown() == (3, 3, 1)
