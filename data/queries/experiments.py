"""Experiments counted by the engine: who was assigned, who counts, and the moments of what is compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np

from data.expressions import Table, Value
from data.queries import measured as m
from data.queries.known_before import filled_attributes, known_before
from data.queries.lives import whole_numbers
from data.queries.segments import attribute_key, within
from data.records_experiments import Measure, Moments, Reading, VariantCount

if TYPE_CHECKING:
    from data.engine import Engine

Counts = dict[tuple[str, str], Moments]
"""Moments by variant and value of an attribute ('' where nothing was asked for)."""


def experiment_keys(engine: Engine) -> list[dict[str, Any]]:
    """The experiments in the data, in order of their first day.

    key, variants (name -> customers), assigned, exposed, dated (with a known moment of assignment), first_on, last_on
    (days of assignment; None where none is known), outcomes (keys of the columns that hold values for it).
    """
    if not engine.has("assignments"):
        return []
    rows = engine.table("assignments")
    outcomes = [name for name in rows.columns if name.startswith(m.OUTCOME)]
    day = m.local_day(rows.assigned_at, m.time_zone(engine))
    counted = rows.group_by("experiment_key", "variant").agg(
        assigned=rows.count(),
        exposed=rows.exposed_at.count(),
        dated=rows.assigned_at.count(),
        first_on=day.min(),
        last_on=day.max(),
        **{name: rows[name].count() for name in outcomes},
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for row in engine.rows(counted.order_by("experiment_key", "variant")):
        found.setdefault(row["experiment_key"], []).append(row)
    every = [_summed(key, parts, outcomes) for key, parts in found.items()]
    return sorted(every, key=lambda one: (one["first_on"] is None, one["first_on"], one["key"]))


def first_day(engine: Engine, key: str) -> date | None:
    """The day of the first assignment of an experiment; None where no day is known. Asked once per release."""
    rows = m.assigned(engine, key)
    found = engine.known((first_day, key), lambda: engine.rows(rows.agg(first=rows.assigned_on.min())))
    return found[0]["first"]


def _summed(key: str, parts: Sequence[Mapping[str, Any]], outcomes: Sequence[str]) -> dict[str, Any]:
    days = [part[name] for part in parts for name in ("first_on", "last_on") if part[name] is not None]
    return {
        "key": key,
        "variants": {part["variant"]: part["assigned"] for part in parts},
        **{name: sum(part[name] for part in parts) for name in ("assigned", "exposed", "dated")},
        "first_on": min(days, default=None),
        "last_on": max(days, default=None),
        "outcomes": tuple(name.removeprefix(m.OUTCOME) for name in outcomes if any(part[name] for part in parts)),
    }


def assigned_counts(engine: Engine, key: str) -> list[dict[str, Any]]:
    """Customers `assigned` and `exposed` per `variant`, in its order; nothing else is read."""
    return engine.known((assigned_counts, key), lambda: _assigned_counts(engine, key))


def _assigned_counts(engine: Engine, key: str) -> list[dict[str, Any]]:
    rows = m.assigned(engine, key)
    counted = rows.group_by("variant").agg(assigned=rows.count(), exposed=rows.exposed.sum())
    return engine.rows(counted.order_by("variant"))


def funnel(engine: Engine, reading: Reading, days: int) -> tuple[VariantCount, ...]:
    """How many customers were assigned and how many of them count; the variants compared first, then all others.

    Nobody without a known day of assignment pays or is ready.
    """
    rows = m.assigned(engine, reading.key)
    inside = within(rows.select("customer_id"), engine, reading.segment).select(who="customer_id")
    rows = m.with_paying(engine, rows)
    rows = rows.left_join(inside, rows.customer_id == inside.who)
    rows = rows.mutate(inside=rows.who.notnull(), known=m.ready(engine, rows, days))
    counted = rows.group_by("variant").agg(
        assigned=rows.count(),
        exposed=rows.exposed.sum(),
        inside=rows.inside.sum(),
        paying=(rows.inside & rows.paying).sum(),
        ready=(rows.inside & rows.paying & rows.known).sum(),
    )
    found = {row["variant"]: row for row in engine.rows(counted)}
    exposure = any(row["exposed"] for row in found.values())
    names = dict.fromkeys([*reading.variants, *sorted(found)])
    return tuple(_variant_count(name, found.get(name, {}), exposure) for name in names)


def _variant_count(name: str, row: Mapping[str, Any], exposure: bool) -> VariantCount:
    counts = {part: int(row.get(part, 0)) for part in ("assigned", "inside", "paying", "ready")}
    return VariantCount(name, exposed=int(row.get("exposed", 0)) if exposure else None, **counts)


def moments(engine: Engine, reading: Reading, *, by: str | None = None) -> dict[str, Counts]:
    """Moments of every measure that the data can tell, by the measure's key: what it lacks is what nothing tells.

    With a unit the rows are groups: sums over the customers assigned together, `per` their number.
    """
    rows, known = _rows(engine, reading, by)
    if not known:
        return {}
    found = engine.rows(_moments_of(rows, known, grouped=bool(reading.unit)))
    return {measure.key: _counts(found, i) for i, measure in enumerate(known)}


def moments_of_rows(engine: Engine, rows: Table, measures: Sequence[Measure], *, unit: str = "") -> dict[str, Counts]:
    """Moments of measures that the data can tell, over customers assigned as `rows` say: see `measured.measured`."""
    found = engine.rows(_moments_of(_of_units(engine, rows, measures, unit), measures, grouped=bool(unit)))
    return {measure.key: _counts(found, i) for i, measure in enumerate(measures)}


def moments_by_half(engine: Engine, reading: Reading) -> dict[str, Counts]:
    """Moments of every measure over customers assigned first and second: before the middle day of those who can be
    judged by the longest horizon, and from it on. Nothing where no day of assignment is known."""
    rows = m.compared(engine, reading)
    known = m.can_be_measured(engine, reading.measures, rows.columns)
    ready = rows.filter(m.ready(engine, rows, max((measure.days for measure in known), default=0)))
    days = engine.rows(ready.group_by("assigned_on").agg(n=ready.count()).order_by("assigned_on"))
    if not known or len(days) < 2:
        return {}
    passed = np.cumsum([day["n"] for day in days])
    place = max(int(np.searchsorted(passed, passed[-1] / 2)), 1)
    middle = ibis.date(days[place]["assigned_on"].isoformat())
    rows = rows.mutate(by=(rows.assigned_on < middle).ifelse("first", "second"))
    found = engine.rows(_moments_of(m.measured(engine, rows, known), known))
    return {measure.key: _counts(found, i) for i, measure in enumerate(known)}


def _rows(engine: Engine, reading: Reading, by: str | None = None) -> tuple[Table, tuple[Measure, ...]]:
    """One row per customer (or group) that is compared, and the measures that the data can tell."""
    rows = m.compared(engine, reading)
    known = m.can_be_measured(engine, reading.measures, rows.columns)
    if by is not None:
        rows = m.with_values(engine, rows, "by", by)
    return _of_units(engine, rows, known, reading.unit), known


def _of_units(engine: Engine, rows: Table, measures: Sequence[Measure], unit: str) -> Table:
    """The measures of each customer, or of each group."""
    if not unit:
        return m.measured(engine, rows, measures)
    rows = m.with_values(engine, rows, "group", unit)
    # Who belongs to no group was assigned alone.
    rows = rows.mutate(group=(rows.group == "").ifelse("=" + rows.customer_id, rows.group))
    return m.in_groups(m.measured(engine, rows, measures), measures)


def _moments_of(rows: Table, measures: Sequence[Measure], *, grouped: bool = False) -> Table:
    """One row per variant (and value of `by`): number, mean, variance, covariances, least and most of every measure."""
    sums: dict[str, Value] = {}
    for i, measure in enumerate(measures):
        names = _columns(measure, grouped=grouped)
        value = rows[f"value_{i}"]
        sums |= {f"n_{i}": value.count(), f"least_{i}": value.min(), f"most_{i}": value.max()}
        for name in names:
            sums |= {f"mean_{name}_{i}": rows[f"{name}_{i}"].mean(), f"var_{name}_{i}": rows[f"{name}_{i}"].var()}
        for one, other in combinations(sorted(names), 2):
            sums[f"cov_{one}_{other}_{i}"] = rows[f"{one}_{i}"].cov(rows[f"{other}_{i}"])
    keys = [name for name in ("variant", "by") if name in rows.columns]
    return rows.group_by(*keys).agg(**sums)


def _columns(measure: Measure, *, grouped: bool) -> tuple[str, ...]:
    names = m.parts(measure)
    return (*names, "per") if grouped and "per" not in names else names


def _counts(found: Sequence[Mapping[str, Any]], i: int) -> Counts:
    return {(row["variant"], row.get("by", "")): _one(row, i) for row in found}


def _one(row: Mapping[str, Any], i: int) -> Moments:
    n = int(row[f"n_{i}"])
    if not n:
        return Moments(0, {})
    place = f"_{i}"
    mean = {k[5 : -len(place)]: v for k, v in row.items() if k.startswith("mean_") and k.endswith(place)}
    variance = {name: _or_nothing(row[f"var_{name}_{i}"], n) for name in mean}
    pairs = combinations(sorted(mean), 2)
    covariance = {(a, b): _or_nothing(row[f"cov_{a}_{b}_{i}"], n) for a, b in pairs}
    return Moments(n, mean, variance, covariance, row[f"least_{i}"], row[f"most_{i}"])


def _or_nothing(spread: float | None, n: int) -> float:
    """The spread of a single customer is not defined; 0 here, as nothing may be judged by it."""
    return 0.0 if spread is None or n < 2 else float(spread)


def moments_before(engine: Engine, reading: Reading) -> dict[str, dict[str, Moments]]:
    """Moments of what was known of the customers before they were assigned, per column and variant: age in days, MRR,
    use and tickets of the days before, and one 0/1 column for each common value of plan, interval and others.
    """
    dated = engine.known((moments_before, reading.key), lambda: _is_dated(engine, reading.key))
    if not dated and not filled_attributes(engine):
        return {}
    rows, names = known_before(engine, m.compared(engine, reading), dated=dated)
    if not names:
        return {}
    found = engine.rows(_moments_of(rows, [Measure("outcome", column=name) for name in names]))
    every = {name: _counts(found, i) for i, name in enumerate(names)}
    return {name: {variant: one for (variant, _), one in counts.items()} for name, counts in every.items()}


def _is_dated(engine: Engine, key: str) -> bool:
    """Whether a day of assignment is known of anybody."""
    rows = engine.table("assignments")
    rows = rows.filter((rows.experiment_key == key) & rows.assigned_at.notnull())
    return bool(engine.rows(rows.select("customer_id").limit(1)))


def assigned_by_day(engine: Engine, key: str) -> list[dict[str, Any]]:
    """Customers `n` per `day` of assignment and `variant`, in this order; without those of whom no day is known."""
    rows = m.assigned(engine, key)
    rows = rows.filter(rows.assigned_on.notnull())
    counted = rows.group_by("variant", day="assigned_on").agg(n=rows.count())
    return engine.rows(counted.select("day", "variant", "n").order_by("day", "variant"))


def assigned_by(engine: Engine, key: str, attribute: str) -> list[dict[str, Any]]:
    """Customers `n` per `value` of an attribute and `variant`, in this order; '' = no value."""
    rows = m.with_values(engine, m.assigned(engine, key), "value", attribute)
    counted = rows.group_by("value", "variant").agg(n=rows.count())
    return engine.rows(counted.order_by("value", "variant"))


def lives_after(engine: Engine, reading: Reading, days: int) -> dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Per variant, for each day since the assignment on which anybody's watch ended: day, lost, censored.

    Of customers that paid at the assignment; lost on the day of the first loss, otherwise there until the horizon or
    the as-of date.
    """
    rows = m.with_paying(engine, m.compared(engine, reading))
    rows = rows.filter(rows.paying & m.ready(engine, rows, 0))
    moves = engine.table("movements")
    losses = moves.filter(moves.kind == "churn").select(who="customer_id", lost_on="on")
    later = losses.inner_join(rows, [losses.who == rows.customer_id, losses.lost_on >= rows.assigned_on])
    first = later.group_by("who").agg(lost_on=later.lost_on.min())
    rows = rows.left_join(first, rows.customer_id == first.who)
    watched = ibis.least(m.days_known(engine, rows), days)
    age = rows.lost_on.delta(rows.assigned_on, unit="day").cast("int64")
    lost = (age <= watched).fill_null(False)
    rows = rows.mutate(day=lost.ifelse(age, watched), lost=lost)
    counted = rows.group_by("variant", "day").agg(lost=rows.lost.sum(), censored=(~rows.lost).sum())
    found = engine.arrow(counted.order_by("variant", "day"))
    names = np.array(found["variant"].to_pylist())
    columns = [whole_numbers(found[c].cast("int64").combine_chunks()) for c in ("day", "lost", "censored")]
    return {
        name: (columns[0][names == name], columns[1][names == name], columns[2][names == name])
        for name in reading.variants
    }


def largest(engine: Engine, reading: Reading, measure: Measure, limit: int = 3) -> list[tuple[str, str, float]]:
    """The largest values of a measure: customer (or group), variant, value; the id decides between equals."""
    rows, known = _only(engine, reading, measure)
    if not known:
        return []
    who = "group" if reading.unit else "customer_id"
    rows = rows.filter(rows.value_0.notnull()).select("variant", who=rows[who], value=rows.value_0)
    found = engine.rows(rows.order_by(rows.value.desc(), rows.who.asc()).limit(limit))
    return [(row["who"], row["variant"], row["value"]) for row in found]


def _only(engine: Engine, reading: Reading, measure: Measure) -> tuple[Table, tuple[Measure, ...]]:
    return _rows(engine, Reading(reading.key, reading.variants, (measure,), reading.segment, reading.unit))


def capped_moments(engine: Engine, reading: Reading, measure: Measure, share: float) -> Counts:
    """Moments of a measure with its values cut to the quantile `share` of all variants together (`most` at most)."""
    rows, known = _only(engine, reading, measure)
    if not known:
        return {}
    cap = engine.rows(rows.agg(cap=rows.value_0.quantile(share)))[0]["cap"]
    if cap is not None:
        rows = rows.mutate(value_0=rows.value_0.notnull().ifelse(ibis.least(rows.value_0, float(cap)), None))
    return _counts(engine.rows(_moments_of(rows, known, grouped=bool(reading.unit))), 0)


def values(engine: Engine, reading: Reading, measure: Measure, most: int = 200_000) -> dict[str, np.ndarray]:
    """The values of a measure per variant; where there are more than `most`, so many by a hash of the customer."""
    rows, known = _only(engine, reading, measure)
    if not known:
        return {}
    who = "group" if reading.unit else "customer_id"
    rows = rows.filter(rows.value_0.notnull()).select("variant", who=rows[who], value=rows.value_0)
    if engine.rows(rows.agg(n=rows.count()))[0]["n"] > most:
        rows = rows.mutate(place=rows.who.hexdigest("md5")).order_by("place").limit(most)
    found = engine.arrow(rows.select("variant", "value"))
    names = np.array(found["variant"].to_pylist())
    column = np.array(found["value"].to_pylist(), dtype=float)
    return {name: column[names == name] for name in reading.variants}


def outcomes(engine: Engine) -> dict[str, str]:
    """Key of every outcome column of the assignments -> what it is called in the file."""
    if not engine.has("assignments"):
        return {}
    labels = engine.release.attributes if engine.release else {}
    columns = [name for name in engine.table("assignments").columns if name.startswith(m.OUTCOME)]
    return {name.removeprefix(m.OUTCOME): labels.get(name, attribute_key(name)) for name in columns}
