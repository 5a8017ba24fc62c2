"""Cohorts: what happened to the customers that came in the same period, period by period."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import ibis

from data.expressions import Table, Value
from data.queries.flows import bucket, movements_of
from data.queries.origins import begun_since
from data.queries.segments import values_table, within
from data.records import Grain, Segment

if TYPE_CHECKING:
    from data.engine import Engine


def cohort_changes(
    engine: Engine, segment: Segment, grain: Grain, by: str | None = None, since: date | None = None
) -> list[dict[str, Any]]:
    """Changes per value of an attribute ('' without one), cohort and period, each named by its first day.

    joined, first     Customers of a cohort, and their first MRR in cents; in the period of the cohort itself.
    active, net       Change of the number of active customers, and of their MRR.
    kept              Change of MRR with each customer counted up to its first MRR: losses without later gains.
    kept_squared, kept_by_first, net_squared, net_by_first, first_squared
                      Changes of sums over customers of squares, and of products with the first MRR, for intervals.

    Changes add up: a cohort's level at the end of a period is the sum of its changes so far. With `since`, the first
    day of the data, customers that were there before it are left out: those who left earlier are not in the data.
    """
    m = begun_since(movements_of(engine, segment), engine, since)
    first = m.filter(m.kind == "new").select(starter="customer_id", first="mrr_after_cents")
    m = m.left_join(first, m.customer_id == first.starter)
    if by is not None:
        m = _with_group(m, engine, by)
    after: Value = ibis.least(m.mrr_after_cents, m["first"])
    before: Value = ibis.least(m.mrr_before_cents, m["first"])
    new = m.kind == "new"
    keys = {"cohort": bucket(m.started_on, grain), "period": bucket(m.on, grain)}
    found = m.group_by(*(["group"] if by is not None else []), **keys).agg(
        joined=new.sum(),
        first=m.mrr_after_cents.sum(where=new).fill_null(0),
        active=(m.active_after.cast("int64") - m.active_before.cast("int64")).sum(),
        net=m.delta_cents.sum(),
        kept=(after - before).sum(),
        **_squares(after, before, m["first"], "kept"),
        **_squares(m.mrr_after_cents, m.mrr_before_cents, m["first"], "net"),
        first_squared=_square(m.mrr_after_cents).sum(where=new).fill_null(0),
    )
    return _plain(engine, found)


def _squares(after: Value, before: Value, first: Value, name: str) -> dict[str, Value]:
    change = after.cast("float64") - before.cast("float64")
    return {
        f"{name}_squared": (_square(after) - _square(before)).sum(),
        f"{name}_by_first": (change * first.cast("float64")).sum(),
    }


def _square(cents: Value) -> Value:
    return cents.cast("float64") * cents.cast("float64")


def cohort_activity(
    engine: Engine, segment: Segment, grain: Grain, by: str | None = None, since: date | None = None
) -> list[dict[str, Any]]:
    """Customers with a purchase (or a day of use) per value, cohort and period; none where contracts decide."""
    seen = _days_of_activity(engine)
    if seen is None:
        return []
    lives = engine.table("lifetimes").select(owner="customer_id", started_on="started_on")
    seen = begun_since(within(seen, engine, segment), engine, since)
    seen = seen.inner_join(lives, seen.customer_id == lives.owner)
    if by is not None:
        seen = _with_group(seen, engine, by)
    keys = {"cohort": bucket(seen.started_on, grain), "period": bucket(seen.day, grain)}
    found = seen.group_by(*(["group"] if by is not None else []), **keys).agg(customers=seen.customer_id.nunique())
    return _plain(engine, found)


def _days_of_activity(engine: Engine) -> Table | None:
    if engine.has("subscriptions") or engine.release is None:
        return None
    if engine.has("purchases"):
        bought = engine.table("purchases").select("customer_id", day="on")
        return bought.filter(bought.day <= ibis.date(engine.release.as_of.isoformat()))
    used = engine.table("usage_daily")
    return used.filter((used.logins.fill_null(0) > 0) | (used.core_actions.fill_null(0) > 0)).select(
        "customer_id", "day"
    )


def _with_group(rows: Table, engine: Engine, by: str) -> Table:
    valued = values_table(engine, by)
    valued = valued.select(valued_id="customer_id", group=valued.value.fill_null(""))
    rows = rows.left_join(valued, rows.customer_id == valued.valued_id).drop("valued_id")
    return rows.mutate(group=rows.group.fill_null(""))


def _plain(engine: Engine, found: Table) -> list[dict[str, Any]]:
    return [{"group": "", **{name: _number(value) for name, value in row.items()}} for row in engine.rows(found)]


def _number(value: Any) -> Any:
    """Sums that an engine gives as decimals or nulls, as whole numbers."""
    return value if isinstance(value, str | float | date) else int(value or 0)
