"""What customers did, as attributes: computed when asked for, from the tables that hold it.

An attribute that splits a churn rate must be known before the risk it is held against begins: customers that were lost
before its day have no value, and stand in no rate by it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ibis

from data.expressions import Table, Value

if TYPE_CHECKING:
    from data.engine import Engine

LANDMARK_DAYS = 30


@dataclass(frozen=True)
class Behaviour:
    """One attribute made of what customers did.

    needs  Tables it is counted from. count: (engine) -> customer_id, value.
    known_after  Days after the start at which it is known.
    """

    needs: tuple[str, ...]
    count: Callable[[Engine], Table]
    known_after: int


def known(engine: Engine) -> Mapping[str, Behaviour]:
    """The behaviours whose tables the release holds."""
    return {key: one for key, one in BEHAVIOURS.items() if all(engine.has(name) for name in one.needs)}


def table(engine: Engine, key: str) -> Table:
    """One behaviour of every customer that was there on its day: customer_id and value, as text."""
    return BEHAVIOURS[key].count(engine)


def _early_trainings(engine: Engine) -> Table:
    """Trainings attended in the first days: 0, 1, 2 or more."""
    stayed, touches = _stayed(engine), engine.table("touches")
    touches = touches.filter(touches.kind == "training")
    touches = touches.select(visitor="customer_id", day=touches["at"].date())
    here = stayed.left_join(
        touches,
        [
            stayed.customer_id == touches.visitor,
            touches.day >= stayed.started_on,
            touches.day.delta(stayed.started_on, unit="day") < LANDMARK_DAYS,
        ],
    )
    n = here.group_by("customer_id").agg(n=here.visitor.count())
    return n.select("customer_id", value=ibis.cases((n.n == 0, "0"), (n.n == 1, "1"), else_="2+"))


def _stayed(engine: Engine) -> Table:
    """Customers that were there on the day of the landmark, with the day on which they started."""
    lives = engine.table("lifetimes")
    if engine.release is None:
        raise ValueError("behaviour is counted on a recorded release")
    today = ibis.date(engine.release.as_of.isoformat())
    last: Value = ibis.coalesce(lives.first_lost_on, today)
    lives = lives.filter(last.delta(lives.started_on, unit="day") >= LANDMARK_DAYS)
    return lives.select("customer_id", "started_on")


BEHAVIOURS: Mapping[str, Behaviour] = {
    "trainings_in_first_30_days": Behaviour(("touches", "lifetimes"), _early_trainings, LANDMARK_DAYS),
}
