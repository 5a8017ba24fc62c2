"""The engine against the metric dictionary read day by day, on random companies."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from analysis.periods import floor
from data.queries.flows import KINDS, net_flows
from data.records import EVERYBODY
from data.staged import StagedImport
from tests.property import oracle
from tests.property.built import Built
from tests.property.customers import FIRST, contract_companies, shops

few = settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.data_too_large, HealthCheck.too_slow],
)


def days_of_contracts(built: Built) -> dict[str, list[oracle.Day]]:
    company = built.company
    invoices = oracle.by_customer(built.rows("invoices"))
    return {
        customer: oracle.days_of(
            oracle.spans_of_contracts(rows, invoices.get(customer, []), company.options, company.as_of),
            company.as_of,
            company.options.gap_tolerance_days,
        )
        for customer, rows in oracle.by_customer(built.rows("subscriptions")).items()
    }


def days_of_shop(built: Built) -> dict[str, list[oracle.Day]]:
    company = built.company
    return {
        customer: oracle.days_of(
            oracle.spans_of_activity({r["on"]: r["amount_cents"] for r in rows}, company.options), company.as_of
        )
        for customer, rows in oracle.by_customer(built.rows("purchases")).items()
    }


Days = Mapping[str, Sequence[oracle.Day]]


def agree_on_movements(built: Built, days: Days) -> None:
    engine = built.engine
    found: dict[str, list[tuple[Any, ...]]] = {}
    for r in engine.rows(engine.table("movements").order_by("customer_id", "on")):
        change = (r["on"], r["kind"], r["delta_cents"], r["mrr_after_cents"], r["cause"])
        found.setdefault(r["customer_id"], []).append(change)
    for customer, days_here in days.items():
        expected = [(c.on, c.kind, c.delta, c.after, c.cause) for c in oracle.movements_of(customer, days_here)]
        assert found.get(customer, []) == expected, story(built, customer)


def follow_each_other(built: Built) -> None:
    """Each movement names the days of the one before and after it, of those that are kept."""
    engine = built.engine
    days: dict[str, list[tuple[Any, ...]]] = {}
    for r in engine.rows(engine.table("movements").order_by("customer_id", "on")):
        days.setdefault(r["customer_id"], []).append((r["previous_on"], r["on"], r["next_on"]))
    for customer, found in days.items():
        on = [day for _before, day, _after in found]
        assert found == list(zip([None, *on], on, [*on[1:], None], strict=False)), story(built, customer)


def agree_on_net_flows(built: Built, days: Days, grain: Any) -> None:
    as_of = built.company.as_of
    expected = oracle.net_flows(days, lambda day: floor(day, grain), as_of)
    found = net_flows(built.engine, EVERYBODY, grain, floor(FIRST, grain), date(2026, 1, 1))
    names = [*(f"n_{k}" for k in KINDS), *(f"cents_{k}" for k in KINDS), "early_churn", "involuntary", "voluntary"]
    engine = {r["period"]: {n: int(r[n]) for n in names if r[n]} for r in found}
    told = {p: {n: v for n, v in row.items() if not n.endswith("_none")} for p, row in expected.items()}
    assert {p: row for p, row in engine.items() if row} == {p: row for p, row in told.items() if row}


def agree_on_lifetimes(built: Built, days: Days) -> None:
    engine = built.with_lifetimes
    found = {r["customer_id"]: r for r in engine.rows(engine.table("lifetimes"))}
    for customer, days_here in days.items():
        assert said_of(found[customer]) == told_of(customer, days_here), story(built, customer)


def said_of(row: Mapping[str, Any]) -> tuple[Any, ...]:
    columns = ("started_on", "first_lost_on", "lost_on", "losses", "mrr_cents", "last_mrr_cents", "cause")
    return tuple(row[c] for c in columns)


def told_of(customer: str, days: Sequence[oracle.Day]) -> tuple[Any, ...]:
    changes = oracle.movements_of(customer, days)
    if not changes:
        return (None,) * 7
    losses = [c for c in changes if c.kind == "churn"]
    gone = not days[-1].here
    paid = [c.after - c.delta for c in changes if c.after - c.delta > 0]
    return (
        changes[0].on,
        losses[0].on if losses else None,
        losses[-1].on if gone else None,
        len(losses),
        days[-1].cents,
        (paid[-1] if paid else 0) if gone else days[-1].cents,
        losses[-1].cause if gone else None,
    )


def agree_on_customers(built: Built, days: Days) -> None:
    agree_on_movements(built, days)
    follow_each_other(built)
    agree_on_lifetimes(built, days)


def story(built: Built, customer: str) -> str:
    """The rows of one customer, to be read when a property fails."""
    told = [f"as of {built.company.as_of}, {built.company.options}"]
    for name in ("subscriptions", "invoices", "purchases"):
        rows = [row for row in built.rows(name) if row["customer_id"] == customer]
        told += [", ".join(f"{k}={v}" for k, v in row.items() if v is not None) for row in rows]
    return "\n".join(told)


@few
@given(company=contract_companies())
def test_contracts_move_as_the_dictionary_says(company: StagedImport):
    built = Built(company)
    days = days_of_contracts(built)
    agree_on_customers(built, days)
    agree_on_net_flows(built, days, "month")


@few
@given(company=shops())
def test_activity_moves_as_the_dictionary_says(company: StagedImport):
    built = Built(company)
    agree_on_customers(built, days_of_shop(built))


@pytest.mark.parametrize("grain", ["week", "quarter", "year"])
@settings(few, max_examples=3)
@given(company=contract_companies())
def test_net_flows_compare_the_start_with_the_end_of_any_period(company: StagedImport, grain: str):
    built = Built(company)
    agree_on_net_flows(built, days_of_contracts(built), grain)
