"""What losses cost: lost MRR per customer and value, and lives in months for the revenue at risk."""

from __future__ import annotations

from datetime import date
from math import isqrt
from typing import TYPE_CHECKING, Any

import ibis

from data.expressions import Table, Value
from data.queries.flows import bucket, movements_of, net_changes
from data.queries.origins import first_day_of_many, with_origin
from data.queries.segments import values_table
from data.records import Grain, Segment

if TYPE_CHECKING:
    from data.engine import Engine

_STEPS = 100


def _lost(engine: Engine, segment: Segment, grain: Grain, start: date, end: date) -> Table:
    """One row per customer lost in the range, with what it paid before, as the periods of the KPI report count it."""
    n = net_changes(movements_of(engine, segment), grain, start, end)
    n = n.filter(n.was & ~n.stays)
    return n.group_by("customer_id").agg(lost_cents=(n.before - n.after).sum().cast("int64"))


def loss_concentration(engine: Engine, segment: Segment, grain: Grain, start: date, end: date) -> list[dict[str, Any]]:
    """Lost MRR added up from the largest loss down: `customers`, `cents` so far, at about a hundred places.

    The first, the last and the places where half and four fifths of the money are reached are always there.
    """
    lost = _lost(engine, segment, grain, start, end)
    order = ibis.window(order_by=[lost.lost_cents.desc(), lost.customer_id])
    everything = ibis.window()
    ranked = lost.mutate(
        customers=ibis.row_number().over(order) + 1,
        cents=lost.lost_cents.sum().over(ibis.cumulative_window(order_by=[lost.lost_cents.desc(), lost.customer_id])),
        n=lost.count().over(everything),
        total=lost.lost_cents.sum().over(everything),
    )
    before = ranked.cents - ranked.lost_cents
    step = ibis.greatest(ranked.n // _STEPS, 1)
    kept = (ranked.customers == 1) | (ranked.customers == ranked.n) | (ranked.customers % step == 0)
    for share in (5, 8):
        kept = kept | ((before * 10 < ranked.total * share) & (ranked.cents * 10 >= ranked.total * share))
    shown = ranked.filter(kept).select(
        customers=ranked.customers.cast("int64"), cents=ranked.cents.cast("int64"), loss="lost_cents"
    )
    return engine.rows(shown.order_by("customers"))


def lost_by(
    engine: Engine, segment: Segment, grain: Grain, start: date, end: date, attribute: str
) -> list[dict[str, Any]]:
    """Customers lost and their MRR per value of an attribute ('' where a customer has none), most money first."""
    lost = _lost(engine, segment, grain, start, end)
    valued = values_table(engine, attribute).rename(owner="customer_id")
    lost = lost.left_join(valued, lost.customer_id == valued.owner)
    lost = lost.mutate(value=lost.value.fill_null(""))
    found = lost.group_by("value").agg(
        customers=lost.customer_id.nunique(), lost_cents=lost.lost_cents.sum().cast("int64")
    )
    return engine.rows(found.order_by(ibis.desc("lost_cents"), "value"))


def life_cells(engine: Engine, segment: Segment, until: date) -> list[dict[str, Any]]:
    """Lives before a day, counted by what they are and when they began, per month.

    A life begins with `new` or a return and ends with the loss. One row per (interval, band, began, month): customers
    known from this month on (`starts`) or lost in it (`losses`), the change of their MRR and of its square, and the MRR
    `lost_cents`.
    began  Of customers there before the data begin the month they signed in, though they are known only since.
    band   Size of the first amount in cents: two sizes per power of ten, 0 for nothing.
    """
    m = with_origin(movements_of(engine, segment), engine, first_day_of_many(engine))
    m = m.filter(m.on < ibis.date(until.isoformat()))
    begins = m.kind.isin(["new", "reactivation"])
    running = ibis.cumulative_window(group_by="customer_id", order_by="on")
    m = m.mutate(begins=begins, began=begins.ifelse(m.on, ibis.null("date")).max().over(running))
    life = ibis.window(group_by=["customer_id", "began"], order_by="on")
    m = m.mutate(first_cents=m.mrr_after_cents.first().over(life))
    terms = engine.table("lifetimes").select(owner="customer_id", interval="interval")
    m = m.left_join(terms, m.customer_id == terms.owner)
    after, before = m.mrr_after_cents.cast("float64"), m.mrr_before_cents.cast("float64")
    lost = m.kind == "churn"
    found = m.group_by(
        interval=m.interval.fill_null(""),
        band=_band(m.first_cents),
        began=bucket((m.began == m.started_on).ifelse(m.origin, m.began), "month"),
        month=bucket(m.on, "month"),
    ).agg(
        starts=m.begins.sum().cast("int64"),
        losses=lost.sum().cast("int64"),
        delta_cents=m.delta_cents.sum().cast("int64"),
        squares=(after * after - before * before).sum(),
        lost_cents=m.mrr_before_cents.sum(where=lost).fill_null(0).cast("int64"),
    )
    return engine.rows(found)


def _band(cents: Value) -> Value:
    """Two sizes per power of ten, 0 for nothing; by limits, because engines round a logarithm differently."""
    limits = [isqrt(10**half) for half in range(1, 25)]
    band: Value = ibis.literal(0)
    for limit in limits:
        band = band + (cents >= limit).cast("int64")
    return band
