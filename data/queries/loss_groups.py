"""Losses counted by what was said of them, and by the rule their behaviour meets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ibis

from data.expressions import Table, Value
from data.queries.flows import bucket
from data.queries.judged_losses import judged_losses
from data.queries.loss_rules import EventDays
from data.queries.segments import values_table
from data.records import Grain, Period, Segment

if TYPE_CHECKING:
    from data.engine import Engine


@dataclass(frozen=True)
class Place:
    """What losses are told apart by besides what was said of them: when the customer left, or an attribute.

    At most one of the two; without both all losses are in one place.
    """

    grain: Grain | None = None
    attribute: str = ""


def loss_groups(
    engine: Engine, segment: Segment, period: Period | None, days: EventDays, places: Sequence[Place] = (Place(),)
) -> list[list[dict[str, Any]]]:
    """For each way to tell places apart, per stated and survey text, first rule and place: customers and mrr_cents.

    place  The first day of the period of the grain in which the customer left, or the value of the attribute; '' where
           neither is asked for, or there is no value.
    """
    with judged_losses(engine, segment, period, days) as lost:
        rows = lost.select("customer_id", "lost_on", "mrr_cents", "stated", "survey", "first")
        if len(places) == 1:
            return [engine.rows(_grouped(engine, rows, places[0]))]
        with engine.holding("judged", lambda: rows) as judged:
            return [engine.rows(_grouped(engine, judged, place)) for place in places]


def _grouped(engine: Engine, rows: Table, place: Place) -> Table:
    if place.attribute:
        rows = _with_values(engine, rows, place.attribute)
    else:
        rows = rows.mutate(place=_period_of(rows, place.grain))
    groups = rows.group_by("stated", "survey", "first", "place")
    return groups.agg(customers=rows.count(), mrr_cents=rows.mrr_cents.sum().cast("int64"))


def _with_values(engine: Engine, rows: Table, attribute: str) -> Table:
    values = values_table(engine, attribute)
    values = values.select(owner="customer_id", place=values.value)
    found = rows.left_join(values, rows.customer_id == values.owner).drop("owner")
    return found.mutate(place=found.place.fill_null(""))


def _period_of(rows: Table, grain: Grain | None) -> Value:
    return ibis.literal("") if grain is None else bucket(rows.lost_on, grain).strftime("%Y-%m-%d")
