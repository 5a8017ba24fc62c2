"""Lives counted by age: how many customers were lost, or are still there, at each age."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import ibis
import numpy as np
import pyarrow as pa

from data.expressions import Table, Value
from data.queries.behaviour import known_after
from data.queries.origins import first_day_of_many, with_origin
from data.queries.segments import attribute_columns, attribute_key, in_lifetimes, values_table, within
from data.queries.stored_sums import stored_lives
from data.records import AgeUnit, Segment

if TYPE_CHECKING:
    from data.engine import Engine

DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True, eq=False)
class CountedLives:
    """Customers counted by values of attributes, age and end; columns of equal length.

    values, codes  Per attribute its distinct values ('' where a customer has none), and the place of each row's value.
    age            Whole days or months from the start to the first loss, or to the as-of date.
    lost           1 when it ended by a loss, 0 when the customer was still there.
    entered        Age from which a customer is known; 0 for all but those there before the data begin.
    customers      How many.
    since          First day of the data, when many customers were there before it (see `first_day_of_many`).
    landmark       Age after which a behaviour asked for is known: who was lost before is left out, and the others are
                   at risk from then on only. 0 without one.
    """

    values: tuple[tuple[str, ...], ...]
    codes: tuple[np.ndarray, ...]
    age: np.ndarray
    lost: np.ndarray
    entered: np.ndarray
    customers: np.ndarray
    since: date | None
    landmark: int


def lives_by_age(engine: Engine, segment: Segment, unit: AgeUnit, by: tuple[str, ...] = ()) -> CountedLives:
    """Count the lives of a segment by age and by values of attributes."""
    names = [f"value_{i}" for i in range(len(by))]
    stored = _stored_counts(engine, segment, unit, by)
    since = first_day_of_many(engine) if stored is None else None
    found = engine.arrow(_counts(engine, segment, unit, by, since) if stored is None else stored)
    coded = [found[name].combine_chunks().dictionary_encode() for name in names]
    age, lost, entered, customers = (
        whole_numbers(found[name].combine_chunks()) for name in ("age", "lost", "entered", "customers")
    )
    values = tuple(tuple(column.dictionary.to_pylist()) for column in coded)
    codes = tuple(whole_numbers(column.indices) for column in coded)
    landmark = landmark_of((*by, *(condition.attribute for condition in segment.conditions)), unit)
    kept = (age > landmark) & _known(values, codes, by, age) if landmark else np.ones(len(age), dtype=bool)
    late = np.maximum(entered, landmark)[kept]
    codes = tuple(code[kept] for code in codes)
    return CountedLives(values, codes, age[kept], lost[kept], late, customers[kept], since, landmark)


def _counts(engine: Engine, segment: Segment, unit: AgeUnit, by: tuple[str, ...], since: date | None) -> Table:
    lives = within(engine.table("lifetimes"), engine, segment)
    lives = with_origin(lives.filter(lives.started_on.notnull()), engine, since)
    lives = _with_values(lives, engine, by)
    as_of = ibis.date(_as_of(engine).isoformat())
    lives = lives.mutate(
        age=_between(lives.origin, lives.first_lost_on.fill_null(as_of), unit),
        entered=ibis.literal(0, "int64") if since is None else _between(lives.origin, lives.started_on, unit),
        lost=lives.first_lost_on.notnull().cast("int64"),
    )
    keys = [*(f"value_{i}" for i in range(len(by))), "age", "lost", "entered"]
    return lives.group_by(*keys).agg(customers=lives.count())


def _stored_counts(engine: Engine, segment: Segment, unit: AgeUnit, by: tuple[str, ...]) -> Table | None:
    """The same counts from those a large release brings along; None where they have to be counted."""
    stored = stored_lives(engine, segment) if unit == "day" and all(_in_lifetimes(engine, a) for a in by) else None
    if stored is None:
        return None
    values = {f"value_{i}": stored[attribute].fill_null("") for i, attribute in enumerate(by)}
    found = stored.mutate(**values, entered=ibis.literal(0, "int64"))
    return found.group_by(*values, "age", "lost", "entered").agg(customers=found.customers.sum().cast("int64"))


def lives_to_store(engine: Engine, as_of: date) -> Table:
    """Lives of all customers per plan, interval, currency, age in days and end, as a large release brings them along.

    No row where many customers were there before the data begin: their ages need more than this.
    """
    lives = engine.table("lifetimes")
    lives = lives.filter(lives.started_on.notnull() & ibis.literal(first_day_of_many(engine) is None))
    end = lives.first_lost_on.fill_null(ibis.date(as_of.isoformat()))
    lives = lives.mutate(age=_between(lives.started_on, end, "day"), lost=lives.first_lost_on.notnull().cast("int64"))
    return lives.group_by(*_OWN, "age", "lost").agg(customers=lives.count())


def landmark_of(attributes: tuple[str, ...], unit: AgeUnit = "day") -> int:
    """The age after which all behaviours among some attributes are known."""
    days = max((known_after(attribute_key(name)) or 0 for name in attributes), default=0)
    return days if unit == "day" else round(days / DAYS_A_MONTH)


def _known(
    values: tuple[tuple[str, ...], ...], codes: tuple[np.ndarray, ...], by: tuple[str, ...], age: np.ndarray
) -> np.ndarray:
    """Rows that have a value of every behaviour: of the others nothing was recorded when their life began."""
    kept = np.ones(len(age), dtype=bool)
    for name, of_name, code in zip(by, values, codes, strict=True):
        if known_after(attribute_key(name)) and "" in of_name:
            kept &= code != of_name.index("")
    return kept


def whole_numbers(column: pa.Array) -> np.ndarray:
    """A column of whole numbers; `to_numpy` of Arrow would import pandas."""
    return np.from_dlpack(column) if len(column) else np.zeros(0, dtype=np.int64)


def _as_of(engine: Engine) -> date:
    if engine.release is None:
        raise ValueError("ages are counted up to the as-of date of a release")
    return engine.release.as_of


def _with_values(lives: Table, engine: Engine, by: tuple[str, ...]) -> Table:
    for i, attribute in enumerate(by):
        name = f"value_{i}"
        if attribute == START_YEAR and attribute not in attribute_columns(engine):
            lives = lives.mutate(**{name: lives.origin.year().cast("string")})
            continue
        if _in_lifetimes(engine, attribute):
            lives = lives.mutate(**{name: lives[attribute].fill_null("")})
            continue
        valued = values_table(engine, attribute)
        valued = valued.select(valued_id="customer_id", value=valued.value)
        lives = lives.left_join(valued, lives.customer_id == valued.valued_id).drop("valued_id")
        lives = lives.mutate(**{name: lives.value.fill_null("")}).drop("value")
    return lives


START_YEAR = "start_year"
"""The calendar year a customer's age counts from, as if it were an attribute: whether later customers stay longer."""

_OWN = ("plan", "interval", "currency")
"""Attributes that lie in the lifetimes themselves: nothing needs to be joined for them."""


def _in_lifetimes(engine: Engine, attribute: str) -> bool:
    return attribute in _OWN and in_lifetimes(engine, attribute)


def _between(start: Value, end: Value, unit: AgeUnit) -> Value:
    if unit == "day":
        return end.delta(start, unit="day").cast("int64")
    months = (end.year() - start.year()) * 12 + end.month() - start.month()
    return (months - (end.day() < start.day()).cast("int32")).cast("int64")
