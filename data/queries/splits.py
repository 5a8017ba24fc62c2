"""Churn split by an attribute: customers and losses per value and period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import ibis

from data.queries.flows import movements_of, net_changes
from data.queries.segments import column_of
from data.records import Grain, Segment

if TYPE_CHECKING:
    from data.engine import Engine
    from data.expressions import Table


@dataclass(frozen=True)
class SplitCounts:
    """Per value of an attribute ('' where a customer has none).

    active   (value, day): change of active customers on that day; all earlier changes on the day before `start`.
    churned  (value, first day of period): customers at start that were gone at its end.
    """

    active: dict[tuple[str, date], int]
    churned: dict[tuple[str, date], int]


def split_counts(engine: Engine, segment: Segment, grain: Grain, start: date, end: date, attribute: str) -> SplitCounts:
    """Count active and churned customers per value of an attribute; earlier changes on the day before `start`."""
    column = column_of(engine, attribute)
    valued = _values(engine, column)
    m = movements_of(engine, segment)
    m = m.filter((m.on < ibis.date(end.isoformat())) & (m.active_before != m.active_after))
    m = m.left_join(valued, m.customer_id == valued.owner)
    before = ibis.date((start - timedelta(days=1)).isoformat())
    m = m.mutate(value=m.value.fill_null(""), day=ibis.greatest(m.on, before))
    change = (m.active_after.cast("int64") - m.active_before.cast("int64")).sum()
    n = net_changes(movements_of(engine, segment), grain, start, end)
    n = n.filter(n.was & ~n.stays)
    n = n.left_join(valued, n.customer_id == valued.owner)
    lost = n.mutate(value=n.value.fill_null("")).group_by("value", "period").agg(n=ibis._.count())
    return SplitCounts(
        {(r["value"], r["day"]): int(r["n"]) for r in engine.rows(m.group_by("value", "day").agg(n=change))},
        {(r["value"], r["period"]): int(r["n"]) for r in engine.rows(lost)},
    )


def _values(engine: Engine, column: str) -> Table:
    table = engine.table("customers")
    table = table if column in table.columns else engine.table("lifetimes")
    return table.select(owner="customer_id", value=table[column].cast("string").fill_null(""))
