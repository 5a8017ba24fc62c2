"""What a plan may expect: the measure of the company's own customers lately, and how many there are to assign."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import ibis

from data.queries import measured as m
from data.queries.experiments import moments_of_rows
from data.queries.flows import movements_of
from data.queries.segments import within
from data.records import Segment
from data.records_experiments import Measure, Moments

if TYPE_CHECKING:
    from data.engine import Engine

FLOW_DAYS = 182
"""How long back newcomers are counted: half a year evens out a good month, and is not of another time."""


def own_rates(engine: Engine, segment: Segment, measure: Measure, unit: str = "") -> Moments:
    """Moments of a measure over the customers of a segment who paid its days before the as-of date, as if all had been
    assigned then. Of nobody where the release lacks the table, and for outcomes, which only an experiment has.

    unit  An attribute: the rows are groups, `per` their customers.
    """
    if not m.can_be_measured(engine, (measure,), ()):
        return Moments(0, {})
    day = m.as_of(engine) - timedelta(days=measure.days)
    rows = within(engine.table("lifetimes").select("customer_id"), engine, segment)
    rows = rows.mutate(variant=ibis.literal(""), assigned_on=ibis.date(day.isoformat()))
    return moments_of_rows(engine, rows, (measure,), unit=unit)[measure.key].get(("", ""), Moments(0, {}))


def flow(engine: Engine, segment: Segment) -> tuple[int, float]:
    """Customers of a segment who pay now, and how many begin to (or come back) in a month, over the last half year."""
    lives = within(engine.table("lifetimes"), engine, segment)
    now = engine.rows(lives.agg(n=(lives.mrr_cents > 0).sum()))[0]["n"]
    since = ibis.date((m.as_of(engine) - timedelta(days=FLOW_DAYS)).isoformat())
    moves = movements_of(engine, segment)
    came = moves.kind.isin(("new", "reactivation")) & (moves.mrr_after_cents > 0) & (moves.on > since)
    arrived = engine.rows(moves.agg(n=came.sum()))[0]["n"]
    return int(now or 0), int(arrived or 0) * m.DAYS_A_MONTH / FLOW_DAYS
