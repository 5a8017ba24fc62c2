"""What customers did, as attributes: computed when asked for, from the tables that hold it.

Two kinds. Those of the first days are known from a day on (a landmark): customers that were lost before it have no
value and stand in no rate by it, because "ever attended a training" would only say who stayed long enough. Those of the
last days look back from the loss, or from the as-of date: they describe those who left, and foretell nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import ibis

from data.expressions import Table, Value
from data.queries.origins import begun_since, first_day_of_many

if TYPE_CHECKING:
    from data.engine import Engine

LANDMARK_DAYS, LATE_LANDMARK_DAYS, LAST_DAYS = 30, 90, 60
NEVER = "never"


@dataclass(frozen=True)
class Behaviour:
    """One attribute made of what customers did.

    needs        Tables it is counted from. count: (engine) -> customer_id, value.
    known_after  Days after the start at which it is known; None when it looks back from the loss or the as-of date.
    """

    needs: tuple[str, ...]
    count: Callable[[Engine], Table]
    known_after: int | None


def known(engine: Engine) -> Mapping[str, Behaviour]:
    """The behaviours whose tables the release holds, one for each feature among them."""
    found = {key: one for key, one in BEHAVIOURS.items() if all(engine.has(name) for name in one.needs)}
    named: dict[str, list[str]] = {}
    for feature in _features(engine):
        named.setdefault(_feature_key(feature), []).append(feature)
    return {**found, **{key: _of_features(tuple(features)) for key, features in named.items()}}


def find(engine: Engine, key: str) -> Behaviour | None:
    """The behaviour of this key; None when the release has no such, and nothing is read to say so."""
    if _FEATURE_KEY.fullmatch(key):
        return known(engine).get(key)
    one = BEHAVIOURS.get(key)
    return one if one is not None and all(engine.has(name) for name in one.needs) else None


def table(engine: Engine, key: str) -> Table:
    """One behaviour of every customer that was there on its day: customer_id and value, as text."""
    found = find(engine, key)
    if found is None:
        raise KeyError(f"the release has no behaviour {key}")
    return found.count(engine)


def _early_trainings(engine: Engine) -> Table:
    touches = engine.table("touches")
    touches = touches.select(who="customer_id", day=touches["at"].date(), counts=touches.kind == "training")
    return _banded(_counted(engine, touches, LANDMARK_DAYS), (1, 2))


def _early_tickets(engine: Engine) -> Table:
    tickets = engine.table("tickets")
    tickets = tickets.select(who="customer_id", day=tickets.opened_at.date(), counts=ibis.literal(True))
    return _banded(_counted(engine, tickets, LANDMARK_DAYS), (1, 2, 3))


def _early_breadth(engine: Engine) -> Table:
    first = _beginnings(engine, _uses(engine), LANDMARK_DAYS)
    n = first.group_by("customer_id").agg(n=first.feature.nunique())
    return _banded(n, (1, 3, 5))


def _first_use(engine: Engine) -> Table:
    first = _beginnings(engine, _uses(engine), LANDMARK_DAYS)
    n = first.group_by("customer_id").agg(days=first.day.delta(first.started_on, unit="day").min())
    value = ibis.cases((n.days.isnull(), NEVER), (n.days <= 7, "0-7"), else_=f"8-{LANDMARK_DAYS - 1}")
    return n.select("customer_id", value=value)


def _use_of(engine: Engine, *, features: tuple[str, ...]) -> Table:
    uses = _uses(engine)
    first = _beginnings(engine, uses, LATE_LANDMARK_DAYS)
    n = first.group_by("customer_id").agg(used=first.feature.isin(features).fill_null(False).any())
    return n.select("customer_id", value=n.used.ifelse("yes", NEVER))


def _last_tickets(engine: Engine) -> Table:
    tickets = engine.table("tickets")
    tickets = tickets.select(who="customer_id", day=tickets.opened_at.date())
    ends = _endings(engine)
    days = ends.until.delta(tickets.day, unit="day")
    inside = ends.left_join(tickets, [ends.customer_id == tickets.who, days >= 0, days < LAST_DAYS])
    return _banded(inside.group_by("customer_id").agg(n=inside.who.count()), (1, 2, 3))


def _last_module(engine: Engine) -> Table:
    uses, ends = _uses(engine), _endings(engine)
    before = ends.left_join(uses, [ends.customer_id == uses.who, uses.day < ends.until])
    # Among those of the last day the most used one; the name decides between equals, on every engine alike.
    order = ibis.struct({"day": before.day, "n": before.n, "feature": before.feature})
    last = before.group_by("customer_id").agg(value=before.feature.argmax(order))
    return last.select("customer_id", value=last.value.fill_null(NEVER))


def _uses(engine: Engine) -> Table:
    uses = engine.table("feature_usage")
    return uses.filter(uses["count"] > 0).select(who="customer_id", day="day", feature="feature", n="count")


def _counted(engine: Engine, events: Table, days: int) -> Table:
    """How many events that count each customer had in its first days; other events only say that there are records."""
    first = _beginnings(engine, events, days)
    return first.group_by("customer_id").agg(n=first.counts.fill_null(False).sum())


def _beginnings(engine: Engine, events: Table, days: int) -> Table:
    """Customers that were there after their first days, each with its events up to then (or one row of nulls).

    What happened before the first paid day, as in a trial, is known too. Who started before the first event on record
    is left out, and so is who was there before the data begin: what it did at first is not known.
    """
    lives = begun_since(_lives(engine), engine, first_day_of_many(engine))
    recorded = events.agg(recorded_from=events.day.min())
    last: Value = ibis.coalesce(lives.first_lost_on, lives.as_of)
    stayed = lives.filter(last.delta(lives.started_on, unit="day") >= days).cross_join(recorded)
    stayed = stayed.filter(stayed.started_on >= stayed.recorded_from).select("customer_id", "started_on")
    age = events.day.delta(stayed.started_on, unit="day")
    return stayed.left_join(events, [stayed.customer_id == events.who, age < days])


def _endings(engine: Engine) -> Table:
    """Every customer with the day it was lost, or the as-of date."""
    lives = _lives(engine)
    return lives.select("customer_id", until=ibis.coalesce(lives.lost_on, lives.as_of))


def _lives(engine: Engine) -> Table:
    lives = engine.table("lifetimes")
    if engine.release is None:
        raise ValueError("behaviour is counted on a recorded release")
    as_of = ibis.date(engine.release.as_of.isoformat())
    lives = lives.filter(lives.started_on.notnull())
    return lives.select("customer_id", "started_on", "first_lost_on", "lost_on", as_of=as_of)


def _banded(counts: Table, lows: tuple[int, ...]) -> Table:
    """Counts as text: 0, the bands that begin at `lows`, and the last one without an end."""
    highs = [f"{low}-{high - 1}" if high > low + 1 else str(low) for low, high in pairwise(lows)]
    bands = [(counts.n < high, name) for high, name in zip(lows, ["0", *highs], strict=True)]
    return counts.select("customer_id", value=ibis.cases(*bands, else_=f"{lows[-1]}+"))


BEHAVIOURS: Mapping[str, Behaviour] = {
    "trainings_in_first_30_days": Behaviour(("touches", "lifetimes"), _early_trainings, LANDMARK_DAYS),
    "tickets_in_first_30_days": Behaviour(("tickets", "lifetimes"), _early_tickets, LANDMARK_DAYS),
    "features_in_first_30_days": Behaviour(("feature_usage", "lifetimes"), _early_breadth, LANDMARK_DAYS),
    "days_to_first_feature": Behaviour(("feature_usage", "lifetimes"), _first_use, LANDMARK_DAYS),
    "tickets_in_last_60_days": Behaviour(("tickets", "lifetimes"), _last_tickets, None),
    "module_last_used": Behaviour(("feature_usage", "lifetimes"), _last_module, None),
}

_FEATURE_KEY = re.compile(r"used_\w+_in_first_90_days")


def _feature_key(feature: str) -> str:
    slug = re.sub(r"\W+", "_", feature.strip().lower()).strip("_")
    return f"used_{slug}_in_first_90_days"


def _of_features(features: tuple[str, ...]) -> Behaviour:
    """Use of a feature, or of several whose names differ only in signs and in large and small letters."""
    return Behaviour(("feature_usage", "lifetimes"), partial(_use_of, features=features), LATE_LANDMARK_DAYS)


def _features(engine: Engine) -> list[str]:
    """Features by the number of rows that name them, at most a dozen: one attribute for each."""
    if not engine.has("feature_usage"):
        return []
    uses = engine.table("feature_usage")
    counts = uses.group_by("feature").agg(n=uses.count())
    counts = counts.filter(counts.feature.notnull()).order_by(counts.n.desc(), counts.feature.asc()).limit(12)
    return [row["feature"] for row in engine.rows(counts)]


def known_after(key: str) -> int | None:
    """Days after the start at which a behaviour is known; None for other attributes, and for those that look back."""
    one = BEHAVIOURS.get(key)
    return LATE_LANDMARK_DAYS if _FEATURE_KEY.fullmatch(key) else one.known_after if one is not None else None
