"""Lives counted by age: how many customers were lost, or are still there, at each age."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import ibis

from data.expressions import Table, Value
from data.queries.segments import attribute_columns, values_table, within
from data.records import AgeUnit, Segment

if TYPE_CHECKING:
    from data.engine import Engine

MANY_AT_ONCE = 10
"""So many customers that start on the first day of the data were there before it."""


def lives_by_age(
    engine: Engine, segment: Segment, unit: AgeUnit, by: tuple[str, ...] = ()
) -> tuple[list[tuple[str, ...]], dict[str, list[int]]]:
    """Customers per values of attributes, age and end: the values of each row, and columns of equal length.

    age       Whole days or months from the start to the first loss, or to the as-of date.
    lost      1 when it ended by a loss, 0 when the customer was still there.
    entered   Age from which a customer is known (see `first_day_of_many`); 0 for all others.
    customers How many.
    """
    lives = within(engine.table("lifetimes"), engine, segment)
    lives = _with_values(lives.filter(lives.started_on.notnull()), engine, by)
    lives = _with_origin(lives, engine)
    as_of = ibis.date(_as_of(engine).isoformat())
    lives = lives.mutate(
        age=_between(lives.origin, lives.first_lost_on.fill_null(as_of), unit),
        entered=_between(lives.origin, lives.started_on, unit),
        lost=lives.first_lost_on.notnull().cast("int64"),
    )
    names = [f"value_{i}" for i in range(len(by))]
    found = engine.arrow(lives.group_by(*names, "age", "lost", "entered").agg(customers=lives.count()))
    columns = {name: found[name].to_pylist() for name in ("age", "lost", "entered", "customers")}
    values = list(zip(*(found[name].to_pylist() for name in names), strict=True)) if names else [()] * found.num_rows
    return values, columns


def first_day_of_many(engine: Engine) -> date | None:
    """The first day of the data, when many customers start on it that had signed before: they are known only since.

    Those lost before that day are not in the data, so the others were never at risk before it as far as anybody can
    see. None where the data begin with the company, or do not say when customers signed.
    """
    customers, lives = engine.table("customers"), engine.table("lifetimes")
    if "signed_on" not in customers.columns:
        return None
    starts = lives.filter(lives.started_on.notnull())
    starts = starts.group_by("started_on").agg(n=starts.count())
    rows = engine.rows(starts.order_by("started_on").limit(1))
    if not rows or rows[0]["n"] < MANY_AT_ONCE:
        return None
    first = rows[0]["started_on"]
    there = lives.filter(lives.started_on == ibis.date(first.isoformat())).select("customer_id")
    before = customers.filter(customers.signed_on < ibis.date(first.isoformat())).semi_join(there, "customer_id")
    return first if engine.rows(before.agg(n=before.count()))[0]["n"] >= MANY_AT_ONCE else None


def _as_of(engine: Engine) -> date:
    if engine.release is None:
        raise ValueError("ages are counted up to the as-of date of a release")
    return engine.release.as_of


def _with_values(lives: Table, engine: Engine, by: tuple[str, ...]) -> Table:
    for i, attribute in enumerate(by):
        name = f"value_{i}"
        if attribute == START_YEAR and attribute not in attribute_columns(engine):
            lives = lives.mutate(**{name: lives.started_on.year().cast("string")})
            continue
        if attribute in _OWN and attribute not in engine.table("customers").columns:
            lives = lives.mutate(**{name: lives[attribute].fill_null("")})
            continue
        valued = values_table(engine, attribute)
        valued = valued.select(valued_id="customer_id", value=valued.value)
        lives = lives.left_join(valued, lives.customer_id == valued.valued_id).drop("valued_id")
        lives = lives.mutate(**{name: lives.value.fill_null("")}).drop("value")
    return lives


START_YEAR = "start_year"
"""The calendar year of a customer's start, as if it were an attribute: whether later customers stay longer."""

_OWN = ("plan", "interval", "currency")
"""Attributes that lie in the lifetimes themselves: nothing needs to be joined for them."""


def _with_origin(lives: Table, engine: Engine) -> Table:
    """`origin`: the day ages count from; the signing of those who were there when the data begin."""
    first = first_day_of_many(engine)
    if first is None:
        return lives.mutate(origin=lives.started_on)
    signed = engine.table("customers").select(signed_id="customer_id", signed_on="signed_on")
    day = ibis.date(first.isoformat())
    lives = lives.left_join(signed, lives.customer_id == signed.signed_id).drop("signed_id")
    before = (lives.started_on == day) & (lives.signed_on < day)
    return lives.mutate(origin=before.fill_null(False).ifelse(lives.signed_on, lives.started_on))


def _between(start: Value, end: Value, unit: AgeUnit) -> Value:
    if unit == "day":
        return end.delta(start, unit="day").cast("int64")
    months = (end.year() - start.year()) * 12 + end.month() - start.month()
    return (months - (end.day() < start.day()).cast("int32")).cast("int64")
