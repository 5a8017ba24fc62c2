"""Who was at risk on which day, at which age: changes per day, from which the days at risk of any window follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import ibis
import numpy as np

from data.expressions import Table, Value
from data.queries.flows import movements_of
from data.queries.origins import first_day_of_many, with_origin
from data.queries.small_tables import small_table
from data.records import FIRST_DAY, Segment

if TYPE_CHECKING:
    from data.engine import Engine

_DAYS_A_MONTH = 365.25 / 12
AGE_EDGES = (
    0,
    *(int(month * _DAYS_A_MONTH) + 5 for month in range(1, 61)),
    *(int(year * 12 * _DAYS_A_MONTH) + 5 for year in range(6, 21)),
    100_000,
)
"""Bands of age in days: months, after five years years; no whole number of months after a start lies at an edge."""


@dataclass(frozen=True, eq=False)
class DaysAtRisk:
    """Changes of the number of customers at risk, per kind of customer and day; arrays of equal length.

    kind    Number of a billing interval together with a band of age (`AGE_EDGES`), from 0.
    day     Days since `first`, the first day anybody was there.
    change  Customers that came into the kind on this day, less those that left it, by age or by a loss.
    lost    Of these the customers lost on this day.
    days    How many days there are, up to the as-of date.
    """

    first: date
    days: int
    kind: np.ndarray
    day: np.ndarray
    change: np.ndarray
    lost: np.ndarray


def days_at_risk(engine: Engine, segment: Segment) -> DaysAtRisk | None:
    """Every life (from a start or return to the loss) cut by age; None where nobody was ever there.

    A returner is of age 0 on the day it returns. A loss counts at the age of the last day before it.
    """
    if engine.release is None:
        raise ValueError("days at risk are counted up to the as-of date of a release")
    lives = _lives(engine, segment)
    found = engine.arrow(_changes(lives, engine.release.as_of + timedelta(days=1)))
    if not found.num_rows:
        return None
    # Through lists: `to_numpy` of Arrow imports pandas.
    column = {name: np.array(found[name].to_pylist()) for name in ("band", "day", "change", "lost")}
    _names, intervals = np.unique(found["interval"].to_pylist(), return_inverse=True)
    first = int(column["day"].min())
    return DaysAtRisk(
        FIRST_DAY + timedelta(days=first),
        (engine.release.as_of - FIRST_DAY).days - first + 1,
        intervals * len(AGE_EDGES) + column["band"],
        column["day"] - first,
        column["change"],
        column["lost"],
    )


def _lives(engine: Engine, segment: Segment) -> Table:
    """One row per life: began, ended (null while it lasts), origin (the day ages count from), interval."""
    m = movements_of(engine, segment)
    m = m.filter(m.active_before != m.active_after)
    after = m.on.lead().over(ibis.window(group_by="customer_id", order_by="on"))
    m = m.mutate(ended=after).filter(m.active_after)
    m = with_origin(m, engine, first_day_of_many(engine))
    terms = engine.table("lifetimes").select(owner="customer_id", interval="interval")
    m = m.left_join(terms, m.customer_id == terms.owner)
    return m.select(
        began="on",
        ended="ended",
        origin=(m.on == m.started_on).ifelse(m.origin, m.on),
        interval=m.interval.fill_null(""),
    )


def _changes(lives: Table, after: date) -> Table:
    ends = lives.ended.fill_null(ibis.date(after.isoformat()))
    lives = lives.mutate(
        start=_days(ibis.date(FIRST_DAY.isoformat()), lives.origin),
        known=_days(lives.origin, lives.began),
        age=_days(lives.origin, ends),
        gone=lives.ended.notnull().cast("int64"),
    )
    low, high = (np.array(side, dtype="int64") for side in zip(*pairwise(AGE_EDGES), strict=True))
    bands = small_table(band=np.arange(len(low)), low=low, high=high)
    cut = lives.join(bands, [lives.age > bands.low, lives.known < bands.high])
    came, went = ibis.greatest(cut.low, cut.known), ibis.least(cut.high, cut.age)
    none, one, minus = (ibis.literal(n, "int64") for n in (0, 1, -1))
    kind = {"interval": "interval", "band": "band"}
    both = cut.select(**kind, day=cut.start + came, change=one, lost=none).union(
        cut.select(**kind, day=cut.start + went, change=minus, lost=(cut.high >= cut.age).ifelse(cut.gone, none))
    )
    found = both.group_by("interval", "band", "day").agg(change=both.change.sum(), lost=both.lost.sum())
    return found.cast({"change": "int64", "lost": "int64"})


def _days(start: Value, end: Value) -> Value:
    return end.delta(start, unit="day").cast("int64")
