"""What customers did in the days before a moment: use, depth, breadth, tickets and late payments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import ibis
import pyarrow as pa

from data.expressions import Table, Value
from data.queries.origins import first_day_of_many, with_origin
from data.queries.segments import within
from data.records import Period, Segment

if TYPE_CHECKING:
    from data.engine import Engine

USE_DAYS, LONG_DAYS = 28, 60
Moment = tuple[str, date]
"""A customer, and the day up to which (not included) is looked back."""

MEASURES = {
    "logins_28": "usage_daily",
    "core_actions_28": "usage_daily",
    "active_days_28": "usage_daily",
    "features_28": "feature_usage",
    "tickets_60": "tickets",
    "late_invoices_60": "invoices",
}
"""What is counted, and the table it is counted from; the number is that of days looked back."""


def measures(engine: Engine) -> tuple[str, ...]:
    """The measures whose tables the release holds."""
    return tuple(name for name, table in MEASURES.items() if engine.has(table))


def lives_at_random(
    engine: Engine, segment: Segment, period: Period | None, seed: int, most: int
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Customers lost (in the period), and customers of every kind, each at most so many in an order by chance.

    Rows: customer_id, started_on, origin (the day its age counts from, before `started_on` for those who signed before
    the data begin), until (first day it was gone; the day after the data for those who stay). The order is that of a
    hash of the seed and the customer, the same on every engine.
    """
    if engine.release is None:
        raise ValueError("lives are compared on a recorded release")
    after = ibis.date((engine.release.as_of + timedelta(days=1)).isoformat())
    lives = engine.table("lifetimes")
    lives = within(lives.filter(lives.started_on.notnull()), engine, segment)
    lives = with_origin(lives, engine, first_day_of_many(engine))
    digest = (ibis.literal(f"{seed}:") + lives.customer_id).hexdigest("md5")
    kept = ("customer_id", "started_on", "origin", "until")
    found = lives.mutate(until=ibis.coalesce(lives.first_lost_on, after), place=digest)
    found = found.select(*kept, "first_lost_on", "place").order_by("place")
    lost = found.filter(found.first_lost_on.notnull())
    if period is not None:
        start, end = (ibis.date(day.isoformat()) for day in (period.start, period.end))
        lost = lost.filter((lost.first_lost_on >= start) & (lost.first_lost_on < end))
    return engine.rows(lost.limit(most).select(*kept)), engine.rows(found.limit(4 * most).select(*kept))


def before(engine: Engine, moments: Sequence[Moment]) -> dict[str, list[float | None]]:
    """Per measure one value for each moment, in their order; None where the records begin later than the days asked."""
    asked = _moments(moments)
    found = {name: _counted(engine, asked, name) for name in measures(engine)}
    values = {name: {row["moment"]: row["value"] for row in engine.rows(table)} for name, table in found.items()}
    return {name: [counted.get(place) for place in range(len(moments))] for name, counted in values.items()}


def _moments(moments: Sequence[Moment]) -> Table:
    who, days = zip(*moments, strict=True) if moments else ((), ())
    table = pa.table(
        {
            "moment": pa.array(range(len(moments)), pa.int64()),
            "who": pa.array(who, pa.string()),
            "anchor": pa.array(days, pa.date32()),
        }
    )
    return ibis.memtable(table)


def _counted(engine: Engine, asked: Table, name: str) -> Table:
    """(moment, value) of the moments whose days are all on record; 0 where nothing happened."""
    events, days = _events(engine, name), LONG_DAYS if name.endswith("60") else USE_DAYS
    recorded = events.agg(recorded_from=events.day.min())
    known = asked.cross_join(recorded)
    known = known.filter(known.anchor.delta(known.recorded_from, unit="day") >= days)
    back = known.anchor.delta(events.day, unit="day")
    inside = known.inner_join(events, [known.who == events.customer_id, back >= 1, back <= days])
    sums = inside.group_by(counted="moment").agg(amount=_amount(inside, name))
    both = known.left_join(sums, known.moment == sums.counted)
    return both.select("moment", value=both.amount.fill_null(0).cast("float64"))


def _events(engine: Engine, name: str) -> Table:
    """The rows a measure counts: customer_id, day, and what is summed."""
    table = engine.table(MEASURES[name])
    if name == "tickets_60":
        return table.select("customer_id", day=table.opened_at.date())
    if name == "late_invoices_60":
        status = table.status.fill_null("").lower()
        owed = table.filter((table.amount_cents > 0) & status.notin(["void", "voided", "draft"]))
        return owed.select(
            "customer_id", "paid_on", day=owed.due_on, settled=owed.status.fill_null("").lower() == "paid"
        )
    if name == "features_28":
        return table.filter(table["count"] > 0).select("customer_id", "day", "feature")
    return table.select("customer_id", "day", "logins", "core_actions")


def _amount(inside: Table, name: str) -> Value:
    if name == "features_28":
        return inside.feature.nunique()
    if name == "late_invoices_60":
        # Paid without a day says nothing of when.
        return (inside.paid_on > inside.day).fill_null(~inside.settled).sum()
    if name in {"tickets_60", "active_days_28"}:
        return inside.count()
    return inside[name.removesuffix("_28")].fill_null(0).sum()
