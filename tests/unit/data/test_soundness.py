"""`check` finds what is missing, and says nothing when all is well."""

from pathlib import Path

import pytest
from sqlalchemy import text

from data.database import close_databases, open_database
from data.settings import settings
from data.soundness import problems
from tests.builders import a_company, a_subscription, published


@pytest.fixture(autouse=True)
def _a_home(churn_home: Path):
    published(a_company([a_subscription("c1"), a_subscription("c2")]))
    yield
    close_databases()


def test_a_sound_home_has_no_problem() -> None:
    assert problems(settings()) == []


def test_a_lost_file_of_the_lake_names_release_and_table(churn_home: Path) -> None:
    next((churn_home / "lake" / "customers").glob("*.parquet")).unlink()

    (problem,) = problems(settings())
    assert problem.startswith("Release 1: Version 0 of customers lacks 1 of its files")


def test_a_lost_table_names_the_lake(churn_home: Path) -> None:
    (churn_home / "lake" / "movements").rename(churn_home / "elsewhere")

    (problem,) = problems(settings())
    assert "does not hold version 0 of movements" in problem


def test_a_slip_in_a_variable_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHURN_LAKE_URI", "s3://bucket")

    assert problems(settings()) == [
        "The variable CHURN_LAKE_URI is set and nothing reads it. Correct its name, or unset it."
    ]


def test_a_broken_reference_in_the_database_is_found() -> None:
    with open_database(settings()).engine.connect() as connection:
        connection.rollback()
        connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute(text("INSERT INTO release_pins VALUES (1, '2026-01-01', '2026-01-01', 1, 9, 'nobody')"))
        connection.commit()
        connection.invalidate()

    (problem,) = problems(settings())
    assert problem.startswith("A row of release_pins")


def test_a_lake_in_an_object_store_answers_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHURN_LAKE_URL", "s3://bucket/lake")

    assert problems(settings()) == []
