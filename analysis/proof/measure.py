"""What is computed when a plan of proof is frozen: the value so far, the smallest visible change, the check date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from analysis.proof.checks import Known
from analysis.proof.evidence import TREATED, counted
from analysis.proof.visible import smallest_visible
from analysis.proof.window import baseline_months, check_on, months_later
from analysis.results import Estimate
from data.database.repositories import experiments
from data.queries import behaviour
from data.queries.measured import as_of
from data.queries.proof import SOURCES, features, ticket_categories
from data.queries.segments import LIFE, attribute_columns
from data.records_improvement import ProofMonth, ProofPlan

if TYPE_CHECKING:
    from data.database import Database
    from data.engine import Engine


def measured(engine: Engine, plan: ProofPlan, today: date) -> ProofPlan:
    """The plan with what is computed of it: only from months that were over when it is frozen."""
    due = None if plan.ships_on is None else check_on(plan, plan.ships_on)
    if plan.metric.kind == "experiment":
        return replace(plan, check_on=due, baseline=None, visible=None)
    months = months_so_far(engine, plan, today)
    found = smallest_visible(plan, months)
    visible = found.value if isinstance(found, Estimate) else None
    return replace(plan, check_on=due, baseline=value_of(months), visible=visible)


def months_so_far(engine: Engine, plan: ProofPlan, today: date) -> tuple[ProofMonth, ...]:
    """The last months before shipping that are known, as many as the baseline has, without those it was chosen by."""
    known = as_of(engine) + timedelta(days=1)
    end = min(months_later(day, 0) for day in (known, today, plan.ships_on or today))
    wanted = baseline_months(plan, end)
    if not wanted:
        return ()
    return tuple(row for row in counted(engine, plan, wanted[0], wanted[-1]) if row.start in wanted)


def value_of(months: Sequence[ProofMonth]) -> float | None:
    """The metric over the treated customers of some months; None where there are none."""
    treated = [row for row in months if row.group == TREATED]
    n = sum(row.n for row in treated)
    return sum(row.total for row in treated) / n if n else None


def known_of(engine: Engine, db: Database, today: date | None = None) -> Known:
    """What a plan is checked against on this release."""
    return Known(
        today=today,
        attributes=frozenset({*attribute_columns(engine), *behaviour.known(engine), *LIFE}),
        tables=frozenset(name for name in SOURCES.values() if engine.has(name)),
        features=features(engine),
        categories=ticket_categories(engine),
        experiments=experiments.keys(db),
    )
