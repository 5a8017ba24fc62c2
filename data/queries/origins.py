"""The day ages count from, where the data begin after many customers had signed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import ibis

from data.expressions import Table
from data.queries.stored_sums import stored_days
from data.records import EVERYBODY

if TYPE_CHECKING:
    from data.engine import Engine

MANY_AT_ONCE = 10
"""So many customers that start on the first day of the data were there before it."""


def first_day_of_many(engine: Engine) -> date | None:
    """The first day of the data, when many customers start on it that had signed before: they are known only since.

    Those lost before that day are not in the data, so the others were never at risk before it as far as anybody can
    see. None where the data begin with the company, or do not say when customers signed.
    """
    customers, lives = engine.table("customers"), engine.table("lifetimes")
    first, many = _first_starts(engine)
    if "signed_on" not in customers.columns or first is None or many < MANY_AT_ONCE:
        return None
    before = customers.filter(customers.signed_on < ibis.date(first.isoformat()))
    # Counted alone first: mostly there are none, and the join reads every customer.
    if _count(engine, before) < MANY_AT_ONCE:
        return None
    there = lives.filter(lives.started_on == ibis.date(first.isoformat())).select("customer_id")
    return first if _count(engine, before.semi_join(there, "customer_id")) >= MANY_AT_ONCE else None


def _count(engine: Engine, rows: Table) -> int:
    return engine.rows(rows.agg(n=rows.count()))[0]["n"]


def _first_starts(engine: Engine) -> tuple[date | None, int]:
    """The first day of the data, and how many customers start on it."""
    stored = stored_days(engine, EVERYBODY)
    if stored is not None:
        rows = engine.rows(stored.select("on", n=stored.n_new).limit(1))
        return rows[0]["on"], rows[0]["n"]
    lives = engine.table("lifetimes")
    starts = lives.filter(lives.started_on.notnull())
    rows = engine.rows(starts.group_by(on="started_on").agg(n=starts.count()).order_by("on").limit(1))
    return (rows[0]["on"], rows[0]["n"]) if rows else (None, 0)


def with_origin(lives: Table, engine: Engine, first: date | None) -> Table:
    """`origin`: the day ages count from; the signing of those who were there when the data begin."""
    if first is None:
        return lives.mutate(origin=lives.started_on)
    signed = engine.table("customers").select(signed_id="customer_id", signed_on="signed_on")
    day = ibis.date(first.isoformat())
    lives = lives.left_join(signed, lives.customer_id == signed.signed_id).drop("signed_id")
    before = (lives.started_on == day) & (lives.signed_on < day)
    return lives.mutate(origin=before.fill_null(False).ifelse(lives.signed_on, lives.started_on))


def begun_since(rows: Table, engine: Engine, first: date | None) -> Table:
    """The rows (with a customer_id) of customers that were not there before the first day of the data."""
    if first is None:
        return rows
    lives = with_origin(engine.table("lifetimes"), engine, first)
    before = lives.filter(lives.origin < ibis.date(first.isoformat())).select("customer_id")
    return rows.anti_join(before.view(), "customer_id")
