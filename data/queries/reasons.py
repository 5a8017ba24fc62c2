"""Who was lost in a range, or so far: one row per loss, and counts of those a list leaves out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import ibis

from data.expressions import Table, Value
from data.queries.flows import bucket, movements_of, net_changes
from data.queries.segments import within
from data.queries.small_tables import text_table
from data.records import Grain, Period, Segment

if TYPE_CHECKING:
    from data.engine import Engine


def losses(engine: Engine, segment: Segment, period: Period | None) -> Table:
    """One row per lost customer: customer_id, started_on, lost_on, mrr_cents that went, cause ('' where unknown).

    Of a period: who was there at its start and not at its end, with the MRR at its start. Without one: whoever is lost
    by the as-of date, with the last MRR.
    """
    return _ever(engine, segment) if period is None else _of_period(engine, segment, period)


def _ever(engine: Engine, segment: Segment) -> Table:
    lives = within(engine.table("lifetimes"), engine, segment)
    gone = lives.filter(lives.status == "lost")
    mrr, cause = gone.last_mrr_cents.fill_null(0), gone.cause.fill_null("")
    return gone.select("customer_id", "started_on", "lost_on", mrr_cents=mrr, cause=cause)


def _of_period(engine: Engine, segment: Segment, period: Period) -> Table:
    m = movements_of(engine, segment)
    m = m.filter((m.on >= _day(period.start)) & (m.on < _day(period.end)))
    per = m.group_by("customer_id").agg(
        started_on=m.started_on.min(),
        lost_on=m.on.max(where=m.kind == "churn"),
        mrr_cents=m.mrr_before_cents.argmin(m.on),
        cause=m.cause.fill_null("").argmax(m.on),
        was=m.active_before.argmin(m.on),
        stays=m.active_after.argmax(m.on),
    )
    return per.filter(per.was & ~per.stays).drop("was", "stays")


def came_and_left(engine: Engine, segment: Segment, period: Period) -> int:
    """How many of those lost so far left on days of a period and are in no `losses` of it.

    They joined inside it, or came back inside it.
    """
    rows = losses(engine, segment, None)
    rows = rows.filter((rows.lost_on >= _day(period.start)) & (rows.lost_on < _day(period.end)))
    rows = rows.anti_join(losses(engine, segment, period), "customer_id")
    return int(engine.rows(rows.agg(customers=rows.count()))[0]["customers"])


def _day(day: date) -> Value:
    return ibis.date(day.isoformat())


def lost_among(
    engine: Engine, segment: Segment, grain: Grain, start: date, end: date, customers: Sequence[str]
) -> list[dict[str, Any]]:
    """Which of some customers were lost in which period: period, customer_id, lost_on.

    Lost is, as in the churn rate, who was there at the start of the period and not at its end.
    """
    m = movements_of(engine, segment)
    m = m.semi_join(text_table(customer_id=customers), "customer_id")
    n = net_changes(m, grain, start, end)
    n = n.filter(n.was & ~n.stays).select("customer_id", "period")
    left = m.filter(m.kind == "churn")
    left = left.group_by(fact_id="customer_id", left_in=bucket(left.on, grain)).agg(lost_on=left.on.max())
    return engine.rows(
        n.inner_join(left, [n.customer_id == left.fact_id, n.period == left.left_in]).drop("fact_id", "left_in")
    )
