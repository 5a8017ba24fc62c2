"""Time since a moment in a customer's life: the end of its trial, its first training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from data.expressions import Table
from data.queries.segments import within
from data.records import Segment

if TYPE_CHECKING:
    from data.engine import Engine

MOMENTS = {"trial_end": "subscriptions", "first_training": "touches"}
"""Moments that can be told from the data -> the table that holds them."""


def lives_since(engine: Engine, segment: Segment, moment: str) -> dict[str, list[int]] | None:
    """Customers by days from a moment to the first loss or the as-of date; None where no table tells the moment.

    Columns of equal length: age (days since the moment), lost (0 or 1), customers. Only customers that were there at
    their moment are in it: days before it are no days at risk, because whoever left earlier never came so far.
    """
    if not engine.has(MOMENTS[moment]) or engine.release is None:
        return None
    days = (_trial_ends if moment == "trial_end" else _first_trainings)(engine)
    lives = within(engine.table("lifetimes"), engine, segment)
    lives = lives.inner_join(days, lives.customer_id == days.owner)
    as_of = ibis.date(engine.release.as_of.isoformat())
    end = lives.first_lost_on.fill_null(as_of)
    day = ibis.greatest(lives.day, lives.started_on)
    lives = lives.mutate(age=end.delta(day, unit="day").cast("int64"), lost=lives.first_lost_on.notnull().cast("int64"))
    lives = lives.filter(lives.age >= 0)
    found = engine.arrow(lives.group_by("age", "lost").agg(customers=lives.count()))
    return {name: found[name].to_pylist() for name in ("age", "lost", "customers")}


def _trial_ends(engine: Engine) -> Table:
    s = engine.table("subscriptions")
    s = s.filter(s.trial_ends_on.notnull() & (s.trial_ends_on > s.starts_on))
    return s.group_by(owner="customer_id").agg(day=s.trial_ends_on.min())


def _first_trainings(engine: Engine) -> Table:
    t = engine.table("touches")
    t = t.filter(t.kind == "training")
    return t.group_by(owner="customer_id").agg(day=t["at"].date().min())
