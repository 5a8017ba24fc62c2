"""A question for every query, and who answers what else: the same on DuckDB and on Spark."""

from __future__ import annotations

from typing import Any

from data.derived import build, checks, lifetimes, movements, periods, plan, sums
from data.engine import Engine
from data.queries import (
    attributes,
    behaviour,
    customers,
    deliveries,
    events,
    experiments,
    flows,
    lives,
    measured,
    proof,
    segments,
)
from tests.parity import (
    cases_experiments,
    cases_flows,
    cases_lifecycle,
    cases_lists,
    cases_losses,
    cases_money,
    cases_personas,
    cases_proof,
    cases_reasons,
    cases_segments,
)
from tests.parity.asking import Case, plain

#: Answered by publishing: the derived tables of the two releases are compared row by row.
BY_PUBLISHING = (
    build.build,
    build.batches,
    build.reconcile,
    checks.release_checks,
    sums.write_sums,
    sums.sums_match,
    lifetimes.lifetimes,
    movements.movements,
    periods.customer_periods,
    periods.in_reporting_currency,
    periods.subscription_periods,
    periods.purchase_periods,
    periods.usage_periods,
)

#: Plain Python on texts, names and rows that were read already: no engine takes part.
WITHOUT_ENGINE = (
    behaviour.known_after,
    customers.attributes_of,
    lives.landmark_of,
    lives.whole_numbers,
    measured.as_of,
    measured.can_be_measured,
    measured.outcome_column,
    measured.parts,
    measured.table_of,
    measured.time_zone,
    plan.sources,
    proof.days_after,
    proof.month_after,
    segments.attribute_key,
)

CASES: tuple[Case, ...] = (
    *cases_segments.CASES,
    *cases_personas.CASES,
    *cases_lifecycle.CASES,
    *cases_flows.CASES,
    *cases_losses.CASES,
    *cases_reasons.CASES,
    *cases_lists.CASES,
    *cases_money.CASES,
    *cases_experiments.CASES,
    *cases_proof.CASES,
)

#: Functions whose rows come in an order they promise; of all others the order is up to the engine.
ORDERED = {
    attributes.all_values,
    customers.attribute_values,
    customers.customer_list,
    customers.movement_list,
    deliveries.assigned_after,
    events.logged_events,
    experiments.experiment_keys,
    flows.daily_flows,
    flows.net_flows,
    proof.features,
    proof.proof_months,
    proof.ticket_categories,
    proof.told_months,
}


def answer(case: Case, engine: Engine) -> Any:
    """The plain answer to a case, rows without a promised order sorted."""
    found = plain(engine, case.ask(engine))
    return found if case.function in ORDERED else sorted(found, key=repr)
