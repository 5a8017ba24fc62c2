"""Losses counted by what was said of them, and by the rule their behaviour meets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ibis

from data.expressions import Table, Value
from data.queries.flows import bucket
from data.queries.loss_facts import with_facts
from data.queries.loss_rules import EventDays, ruled
from data.queries.reasons import losses
from data.queries.segments import values_table
from data.records import Grain, Period, Segment

if TYPE_CHECKING:
    from data.engine import Engine


def loss_groups(
    engine: Engine,
    segment: Segment,
    period: Period | None,
    days: EventDays,
    *,
    grain: Grain | None = None,
    attribute: str = "",
) -> list[dict[str, Any]]:
    """Per stated and survey text, first rule and place: customers and mrr_cents.

    place  The first day of the period of the grain in which the customer left, or the value of the attribute; '' where
           neither is asked for, or there is no value.
    """
    with engine.holding("losses", lambda: losses(engine, segment, period)):
        rows = ruled(with_facts(engine, engine.held("losses"), "words", "deeds"), days)
        rows = rows.select("customer_id", "lost_on", "mrr_cents", "stated", "survey", "first")
        rows = _with_values(engine, rows, attribute) if attribute else rows.mutate(place=_place(rows, grain))
        groups = rows.group_by("stated", "survey", "first", "place")
        return engine.rows(groups.agg(customers=rows.count(), mrr_cents=rows.mrr_cents.sum().cast("int64")))


def _with_values(engine: Engine, rows: Table, attribute: str) -> Table:
    values = values_table(engine, attribute)
    values = values.select(owner="customer_id", place=values.value)
    found = rows.left_join(values, rows.customer_id == values.owner).drop("owner")
    return found.mutate(place=found.place.fill_null(""))


def _place(rows: Table, grain: Grain | None) -> Value:
    return ibis.literal("") if grain is None else bucket(rows.lost_on, grain).strftime("%Y-%m-%d")
