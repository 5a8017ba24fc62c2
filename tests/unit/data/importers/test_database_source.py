"""Addresses of databases: what is read, what may be shown of them, and how tables of one database are told apart."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from analysis.imports.load import load_files
from data.database import open_database
from data.database.repositories import imports
from data.errors import DataProblem
from data.importers.database_source import parse, rows, shown
from data.importers.request import ImportRequest
from data.importers.stage import stage
from data.settings import settings
from tests.unit.data.importers.loading import TODAY


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://bob:S3CRET@host/db?table=customers",
        "postgresql://bob:S3CRET@host:5432/db?query=SELECT 'S3CRET'",
        "postgresql://bob:half@S3CRET@host/db?table=customers",
        "postgresql://bob:S3/CRET@host/db?table=customers",
        "postgresql://bob:S3CRET@host?table=customers",
        "postgresql://host/db?user=bob&password=S3CRET&table=customers",
        "postgresql://bob:S3CRET@host:port/db?table=customers",
        "postgresql://bob:S3CRET@host/db",
        "postgresql://bob:S3CRET@[host/db?table=customers",
        "postgresql://bob:#S3CRET@host/db?table=customers",
    ],
)
def test_no_password_is_shown_however_the_address_is_written(address: str) -> None:
    said = shown(address)
    assert said.startswith("postgresql://")
    assert not any(part in said for part in ("S3", "CRET", "half"))


def test_a_path_that_is_no_address_is_shown_as_it_is() -> None:
    assert shown("in/a@b:c.csv") == "in/a@b:c.csv"


def test_a_missing_sqlite_file_is_said_and_not_made(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'missing.db'}?table=customers"
    with pytest.raises(DataProblem, match=r"there is no file .*missing\.db"):
        stage(ImportRequest(paths=(address,), today=TODAY, home=tmp_path / "home"))
    assert not (tmp_path / "missing.db").exists()


@pytest.mark.parametrize("name", ["shop.db", "shop 100% #1.db"])
def test_a_database_is_only_read(tmp_path: Path, name: str) -> None:
    database = sqlite3.connect(tmp_path / name)
    database.execute("CREATE TABLE people AS SELECT 'c1' AS customer_id")
    database.commit()
    database.close()
    address = f"sqlite:///{tmp_path / name}"
    assert [*rows(parse(f"{address}?table=people"))] == [["customer_id"], ["c1"]]
    with pytest.raises(DataProblem, match="readonly"):
        [*rows(parse(f"{address}?query=WITH x AS (SELECT 1) DELETE FROM people"))]
    assert [*rows(parse(f"{address}?table=people"))] == [["customer_id"], ["c1"]]


def test_tables_and_queries_of_one_database_are_told_apart(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "x.db")
    database.execute("CREATE TABLE people AS SELECT 'c1' AS customer_id, 'retail' AS industry")
    database.execute("CREATE TABLE deals AS SELECT 's1' AS subscription_id, 'c1' AS customer_id, 5 AS mrr")
    database.execute("ALTER TABLE deals ADD starts_on TEXT DEFAULT '2024-01-01'")
    database.commit()
    database.close()
    address = f"sqlite:///{tmp_path / 'x.db'}"
    tables = {"customers": f"{address}?table=people", "subscriptions": f"{address}?query=SELECT * FROM deals"}
    for named in (tables, {role: shown(path) for role, path in tables.items()}):
        asked = ImportRequest(paths=tuple(tables.values()), tables=named, today=TODAY, home=tmp_path / "home")
        staged = stage(asked)
        assert {t.name: (t.loaded, t.sources) for t in staged.tables} == {
            role: (1, (shown(path),)) for role, path in tables.items()
        }
    assert len({shown(path) for path in (*tables.values(), f"{address}?query=SELECT 1")}) == 3


def test_an_address_without_password_keeps_its_place() -> None:
    assert shown("sqlite:////srv/shop.db?table=customers") == "sqlite:////srv/shop.db?table=customers"


def test_the_log_of_imports_holds_no_password(tmp_path: Path) -> None:
    db = open_database(settings())
    address = "postgresql://bob:S3CRET@nowhere.invalid/db?table=customers"
    request = ImportRequest(tables={"customers": address}, today=TODAY, home=tmp_path / "home")
    with pytest.raises(DataProblem) as problem:
        load_files(settings(), db, request, now=datetime(2026, 11, 22, tzinfo=UTC))
    run = imports.all(db)[0]
    assert run.files == (shown(address),)
    with db.reading() as session:
        kept = [str(row) for name in ("imports", "audit_log") for row in session.execute(text(f"SELECT * FROM {name}"))]
    assert kept
    assert not any("S3CRET" in row for row in [*kept, str(problem.value)])
