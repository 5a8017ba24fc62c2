"""The parity tests ask about everything, and their companies have something to say."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any, get_args

import pytest

import data.derived
import data.queries
from data.engine import Engine
from data.records import ListKind
from tests.parity.asking import Case
from tests.parity.cases import BY_PUBLISHING, CASES, WITHOUT_ENGINE, answer
from tests.parity.conftest import COMPANIES

Engines = Callable[[str, str], Engine]


def public_functions() -> Iterator[Callable[..., Any]]:
    """Every public function written in a module of data/queries and data/derived."""
    for package in (data.queries, data.derived):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            module = importlib.import_module(found.name)
            for name, function in inspect.getmembers(module, inspect.isfunction):
                if not name.startswith("_") and function.__module__ == module.__name__:
                    yield function


def test_no_query_and_no_derived_table_is_left_out():
    asked = {case.function for case in CASES} | {*BY_PUBLISHING, *WITHOUT_ENGINE}
    missing = sorted(f"{f.__module__}.{f.__name__}" for f in public_functions() if f not in asked)
    assert not missing, f"give each of these a Case in its tests/parity/cases_<area>.py: {missing}"


def dull_columns(rows_found: Any) -> set[str]:
    """Columns that hold nothing but nulls, zeros, empty texts and false."""
    rows = [row if isinstance(row, dict) else dict(enumerate(row)) for row in rows_found]
    return {name for name in rows[0] if not any(row[name] for row in rows)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_company_has_signal_for_the_question(engines: Engines, case: Case):
    found = answer(case, engines(case.company, "duckdb"))
    assert found, "an empty answer is the same on every engine and shows nothing"
    if isinstance(found, dict):
        assert sum(len(values) > 1 for values in found.values()) >= 8, found
    elif "*" not in case.empty:
        assert dull_columns(found) <= case.empty


@pytest.mark.parametrize("company", COMPANIES)
def test_every_check_of_the_release_passed(homes: Any, company: str):
    _, done = homes(company, "duckdb")
    assert done.release.checks
    assert all(check.passed for check in done.release.checks)


def values(engine: Engine, table: str, column: str) -> set[Any]:
    return {row[column] for row in engine.rows(engine.table(table).select(column).distinct())}


def test_the_contracts_show_every_kind_cause_status_and_interval(engines: Engines):
    engine = engines("contracts", "duckdb")
    assert values(engine, "movements", "kind") == {"new", "reactivation", "expansion", "contraction", "churn"}
    assert values(engine, "movements", "cause") >= {None, "voluntary", "payment", "paused", "resumed"}
    assert values(engine, "lifetimes", "status") == {"active", "paused", "past_due", "lost", "never"}
    assert values(engine, "lifetimes", "interval") == {None, "month", "quarter", "year"}
    assert values(engine, "lifetimes", "currency") >= {None, "EUR", "USD", "usd", "JPY"}
    assert len(values(engine, "lifetimes", "scheduled_end_on")) > 2


def test_every_list_of_customers_is_asked_for():
    asked = {case.name.removeprefix("kind-") for case in CASES if case.name.startswith("kind-")}
    assert asked == set(get_args(ListKind))


def test_no_column_of_the_full_list_is_empty(engines: Engines):
    case = next(c for c in CASES if c.id.endswith("customer_list-kind-all"))
    engine = engines("contracts", "duckdb")
    never = {"annual_revenue_band", "region", "channel", "sales_team", "change_cents"}
    assert dull_columns(answer(case, engine)) == never


def test_every_definition_counts_somebody_the_others_do_not_or_nobody_else_would(engines: Engines):
    case = next(c for c in CASES if c.id.endswith("lost_customers-months"))
    engine = engines("contracts", "duckdb")
    sets: dict[str, set[Any]] = {}
    for row in answer(case, engine):
        sets.setdefault(row["definition"], set()).add((row["window"], row["customer_id"]))
    assert len(sets) == 6
    assert len({frozenset(found) for found in sets.values()}) == 6
