"""Spark gives the same answers as DuckDB: derived tables, every query, publishing and reports."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from typer.testing import CliRunner

from dashboard.cli.commands import app
from data.derived.plan import DERIVED, SUMS
from data.engine import Engine
from tests.parity.asking import Case, plain
from tests.parity.cases import CASES, answer
from tests.parity.conftest import COMPANIES, Homes

pytestmark = [
    pytest.mark.spark,
    pytest.mark.usefixtures("spark"),
    # The bridge to Java leaves its sockets to the garbage collector.
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
]
Engines = Callable[[str, str], Engine]


BUILT = [(c, table) for c in COMPANIES for table in DERIVED if c == "many" or table not in SUMS]


@pytest.mark.parametrize(("company", "table"), BUILT)
def test_a_derived_table_has_the_same_rows_and_types(engines: Engines, company: str, table: str):
    on_duckdb, on_spark = engines(company, "duckdb"), engines(company, "spark")
    # Both read by DuckDB: what is compared is what was written.
    written = Engine("duckdb", on_spark.files)
    assert plain(written, written.table(table)) == plain(on_duckdb, on_duckdb.table(table))
    assert written.table(table).schema() == on_duckdb.table(table).schema()


@pytest.mark.parametrize("company", COMPANIES)
def test_publishing_says_the_same(homes: Homes, company: str):
    (_, by_duckdb), (_, by_spark) = homes(company, "duckdb"), homes(company, "spark")
    assert by_spark.changes == by_duckdb.changes
    assert by_spark.release.checks == by_duckdb.release.checks
    assert by_spark.release.rows == by_duckdb.release.rows


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_query_has_the_same_answer(engines: Engines, case: Case):
    answers = {name: answer(case, engines(case.company, name)) for name in ("duckdb", "spark")}
    assert answers["spark"] == answers["duckdb"]
    assert repr(answers["spark"]) == repr(answers["duckdb"]), "the same values of other types (1 and 1.0, 1 and True)"


REPORTS = (
    ("kpis", "--grain", "quarter", "--bridge", "activity", "--definition", "stripe", "--segment", "industry=retail"),
    ("movements", "--kind", "churn"),
    ("customers", "--lost"),
)


@pytest.mark.parametrize("asked", REPORTS, ids=" ".join)
def test_a_report_is_the_same_document(homes: Homes, monkeypatch: pytest.MonkeyPatch, asked: tuple[str, ...]):
    documents = {}
    for engine in ("duckdb", "spark"):
        home, _ = homes("contracts", engine)
        monkeypatch.setenv("CHURN_HOME", str(home.home))
        monkeypatch.setenv("CHURN_ENGINE", engine)
        told = CliRunner().invoke(app, ["report", *asked, "--json"])
        assert told.exit_code == 0, told.output
        documents[engine] = plain(None, json.loads(told.stdout))
    assert documents["duckdb"]["rows"]
    assert documents["spark"] == documents["duckdb"]
