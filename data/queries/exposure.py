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
from data.queries.lives import whole_numbers
from data.queries.origins import first_day_of_many, with_origin
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
    found = engine.arrow(_counted(_lives(engine, segment), engine.release.as_of + timedelta(days=1)))
    if not found.num_rows:
        return None
    names = found["interval"].combine_chunks().dictionary_encode()
    order = np.argsort(np.argsort(np.array(names.dictionary.to_pylist())))
    lives = {name: whole_numbers(found[name].combine_chunks()) for name in ("start", "known", "age", "gone", "n")}
    lives["interval"] = order[whole_numbers(names.indices)]
    first = int((lives["start"] + lives["known"]).min())
    lives["start"] = lives["start"] - first
    cut = [_cut(lives, band, low, high) for band, (low, high) in enumerate(pairwise(AGE_EDGES))]
    kind, day, change, lost = (np.concatenate(column) for column in zip(*cut, strict=True))
    days = (engine.release.as_of - FIRST_DAY).days - first + 1
    return DaysAtRisk(FIRST_DAY + timedelta(days=first), days, kind, day, change, lost)


def _cut(lives: dict[str, np.ndarray], band: int, low: int, high: int) -> tuple[np.ndarray, ...]:
    """Kind, day, change and losses of one band of age, a row for each day on which anything changed."""
    inside = (lives["age"] > low) & (lives["known"] < high)
    start, known, age, gone, n, interval = (
        lives[name][inside] for name in ("start", "known", "age", "gone", "n", "interval")
    )
    came, went = start + np.maximum(known, low), start + np.minimum(age, high)
    width = int(went.max(initial=0)) + 1
    size = width * (int(interval.max(initial=0)) + 1)
    change = np.bincount(interval * width + came, n, size) - np.bincount(interval * width + went, n, size)
    lost = np.bincount(interval * width + went, n * gone * (age <= high), size)
    place = np.flatnonzero((change != 0) | (lost != 0))
    kind = place // width * len(AGE_EDGES) + band
    return kind, place % width, change[place].astype(np.int64), lost[place].astype(np.int64)


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


def _counted(lives: Table, after: date) -> Table:
    """Lives by interval, the day ages count from, the ages from which and up to which they are known, and their end."""
    ends = lives.ended.fill_null(ibis.date(after.isoformat()))
    lives = lives.mutate(
        start=_days(ibis.date(FIRST_DAY.isoformat()), lives.origin),
        known=_days(lives.origin, lives.began),
        age=_days(lives.origin, ends),
        gone=lives.ended.notnull().cast("int64"),
    )
    return lives.group_by("interval", "start", "known", "age", "gone").agg(n=lives.count().cast("int64"))


def _days(start: Value, end: Value) -> Value:
    return end.delta(start, unit="day").cast("int64")
