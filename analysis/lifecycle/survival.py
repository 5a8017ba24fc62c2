"""Survival: how long customers stay, group by group, and whether the groups differ by more than chance."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from analysis.lifecycle.groups import placed
from analysis.lifecycle.knowable import refuse_unknowable
from analysis.results import Comparison, NotEnoughData
from analysis.statistics.log_rank import LogRank, stratified_log_rank
from analysis.statistics.proportions import MIN_CUSTOMERS
from analysis.statistics.survival import (
    LifeCounts,
    MedianAge,
    RestrictedMean,
    SurvivalCurve,
    after_age,
    first_age_of_many,
    kaplan_meier,
    life_counts,
    median_age,
    restricted_mean,
    restricted_mean_difference,
)
from data.queries.lives import CountedLives, lives_by_age
from data.records import AgeUnit, Scope, Segment

if TYPE_CHECKING:
    from data.engine import Engine

MOST_GROUPS = 6
Curve = SurvivalCurve | NotEnoughData


@dataclass(frozen=True, eq=False)
class GroupSurvival:
    """One group: customers, those of them lost, the curve with its median, and the mean up to the common horizon.

    begins  Age the curve begins at: what it says is of the customers who reached it, and only they are counted. 0 where
            10 customers or more are known from their start.
    """

    group: str
    customers: int
    lost: int
    curve: Curve
    median: MedianAge | None
    mean: RestrictedMean | NotEnoughData
    begins: float = 0.0


@dataclass(frozen=True, eq=False)
class SurvivalReport:
    """Survival of each group, the largest first.

    horizon      Age up to which means are taken.
    reached      Age that the means are of those who reached it; 0 where they are of everybody.
    test         Log-rank over the groups, within strata where asked for; None for a single group.
    differences  Restricted mean of each group minus that of the largest one.
    since        First day of the data, when many customers had started before: they are at risk from then on only.
    landmark     Age from which on the curves run, where they ask for a behaviour that is known only then; else 0.
    """

    unit: AgeUnit
    by: tuple[str, ...]
    horizon: float
    groups: tuple[GroupSurvival, ...]
    test: LogRank | NotEnoughData | None
    differences: Mapping[str, Comparison | NotEnoughData]
    since: date | None
    landmark: int
    reached: float = 0.0


def survival(
    engine: Engine,
    scope: Scope,
    by: Sequence[str] = (),
    *,
    unit: AgeUnit = "day",
    horizon: float | None = None,
    most: int = MOST_GROUPS,
) -> SurvivalReport | NotEnoughData:
    """Kaplan-Meier from the start to the first loss, censored at the as-of date, per value of the first attribute.

    by       Nothing, the attribute of the groups, or that and another one whose values are the strata of the test.
    unit     Whole days, or whole months (the tenure of a snapshot comes back as it was given).
    horizon  Age up to which means are taken; None = the highest that 10 customers of every group have reached.

    A group of fewer than 10 customers says so instead of a curve. Where customers are known only from a later age on, a
    curve begins when 10 of its group are at risk; whoever was lost before is in no curve, test or mean.
    """
    refuse_unknowable(scope.segment, by)
    counted = lives_by_age(engine, scope.segment, unit, tuple(by)[:2])
    strata = _strata(counted, most)
    if not strata:
        return NotEnoughData("no customers", 0, 1)
    every, strata = _by_group(strata), _begun(strata)
    curves = {name: _curve(lives) for name, lives in _by_group(strata).items()}
    known = {name: curve for name, curve in curves.items() if isinstance(curve, SurvivalCurve)}
    end = horizon or _common_horizon(known.values())
    reached = _common_start(known.values(), end)
    then = {name: _from(curve, reached) for name, curve in known.items()}
    return SurvivalReport(
        unit,
        tuple(by),
        end,
        tuple(_group(name, every[name], curve, then.get(name), end) for name, curve in curves.items()),
        stratified_log_rank([[s[name] for name in known] for s in strata]) if len(known) > 1 else None,
        _differences(then, end),
        counted.since,
        counted.landmark,
        reached,
    )


def _by_group(strata: Sequence[Mapping[str, LifeCounts]]) -> dict[str, LifeCounts]:
    return {name: _merged([stratum[name] for stratum in strata]) for name in strata[0]}


def _begun(strata: Sequence[Mapping[str, LifeCounts]]) -> list[dict[str, LifeCounts]]:
    """Each group from the age on at which enough of it are at risk, in every stratum."""
    starts = {name: first_age_of_many(lives) for name, lives in _by_group(strata).items()}
    return [{name: after_age(lives, starts[name]) for name, lives in stratum.items()} for stratum in strata]


def counted_lives(engine: Engine, segment: Segment, unit: AgeUnit = "day") -> LifeCounts:
    """All lives of a segment, counted by age."""
    found = lives_by_age(engine, segment, unit)
    return life_counts(found.age, found.lost, found.customers, found.entered)


def _strata(found: CountedLives, most: int) -> list[dict[str, LifeCounts]]:
    """Per stratum every group, largest first; a group that a stratum lacks has no customers there."""
    values = found.values[0] if found.values else ("",)
    codes = found.codes[0] if found.codes else np.zeros(len(found.age), dtype=np.int64)
    shown, places = placed(values, codes, found.customers, most)
    strata = found.codes[1] if len(found.codes) > 1 else np.zeros(len(found.age), dtype=np.int64)
    return [
        {name: _lives(found, (places == i) & (strata == stratum)) for i, name in enumerate(shown)}
        for stratum in np.unique(strata)
    ]


def _lives(found: CountedLives, at: np.ndarray) -> LifeCounts:
    return life_counts(found.age[at], found.lost[at], found.customers[at], found.entered[at])


def _merged(parts: Sequence[LifeCounts]) -> LifeCounts:
    if len(parts) == 1:
        return parts[0]
    age = np.unique(np.concatenate([part.age for part in parts]))
    summed = {name: np.zeros(len(age), dtype=np.int64) for name in ("lost", "censored", "entered")}
    for part in parts:
        place = np.searchsorted(age, part.age)
        for name, total in summed.items():
            total[place] += getattr(part, name)
    return LifeCounts(age, **summed)


def _curve(lives: LifeCounts) -> Curve:
    if lives.n < MIN_CUSTOMERS:
        return NotEnoughData("too few customers in this group", lives.n, MIN_CUSTOMERS)
    return kaplan_meier(lives)


MIN_LOSSES = 5
"""With fewer, the interval of a restricted mean covers far less than it promises (10 customers: nothing at all)."""


def _common_horizon(curves: Collection[SurvivalCurve]) -> float:
    """How far every group with losses to speak of was followed; the others have no mean to compare."""
    known = [curve for curve in curves if curve.lives.lost.sum() >= MIN_LOSSES] or list(curves)
    return min((float(c.age[c.at_risk >= MIN_CUSTOMERS].max(initial=0)) for c in known), default=0.0)


def _common_start(curves: Collection[SurvivalCurve], horizon: float) -> float:
    """The age that every group is known from, but for those known from the second half of the horizon on only.

    Means hold for those who reached it; a group that is known later has none, instead of taking those of all others.
    """
    starts = [curve.begins for curve in curves if curve.begins < horizon]
    return max([start for start in starts if start <= horizon / 2] or starts, default=0.0)


def _from(curve: SurvivalCurve, age: float) -> Curve:
    """The curve of those who reached an age."""
    if curve.begins > age:
        return NotEnoughData("customers are known from a later age on only", int(age), int(curve.begins))
    if curve.begins == age:
        return curve
    lives = after_age(curve.lives, age)
    return _curve(lives) if first_age_of_many(lives) == age else _curve(after_age(lives, lives.age[-1]))


def _group(name: str, lives: LifeCounts, curve: Curve, then: Curve | None, horizon: float) -> GroupSurvival:
    if isinstance(curve, NotEnoughData):
        return GroupSurvival(name, lives.n, int(lives.lost.sum()), curve, None, curve)
    n, lost = curve.lives.n, int(curve.lives.lost.sum())
    return GroupSurvival(name, n, lost, curve, median_age(curve), _mean(then or curve, horizon), curve.begins)


def _mean(curve: Curve, horizon: float) -> RestrictedMean | NotEnoughData:
    """The restricted mean of a group; Greenwood's error says nothing of a group of which hardly anybody was lost."""
    if isinstance(curve, NotEnoughData):
        return curve
    if not horizon:
        return NotEnoughData("nobody has been followed to this age", 0, 1)
    lost = int(curve.lives.lost[curve.age < horizon].sum())
    if lost < MIN_LOSSES:
        return NotEnoughData("too few losses for a mean", lost, MIN_LOSSES)
    return restricted_mean(curve, horizon)


def _differences(curves: Mapping[str, Curve], horizon: float) -> dict[str, Comparison | NotEnoughData]:
    if len(curves) < 2 or not horizon:
        return {}
    largest, *others = curves.items()
    return {name: _difference(largest[1], curve, horizon) for name, curve in others}


def _difference(a: Curve, b: Curve, horizon: float) -> Comparison | NotEnoughData:
    unknown = next((m for m in (_mean(a, horizon), _mean(b, horizon)) if isinstance(m, NotEnoughData)), None)
    if unknown or isinstance(a, NotEnoughData) or isinstance(b, NotEnoughData):
        return unknown or NotEnoughData("no customers", 0, 1)
    return restricted_mean_difference(a, b, horizon)


@dataclass(frozen=True)
class SurvivalPoint:
    """One group at one age: customers just before it, lost at it, and the share still there after it with limits."""

    group: str
    day: int
    at_risk: int
    events: int
    survival: float
    low: float | None
    high: float | None


def points(report: SurvivalReport, until: float | None = None) -> tuple[SurvivalPoint, ...]:
    """Every age at which anything happened, group by group."""
    return tuple(point for group in report.groups for point in _points(group, until))


def _points(group: GroupSurvival, until: float | None) -> list[SurvivalPoint]:
    curve = group.curve
    if isinstance(curve, NotEnoughData):
        return []
    end = curve.last if until is None else until
    columns = (curve.age, curve.at_risk, curve.lives.lost, curve.survival, curve.low, curve.high)
    rows = zip(*(column[curve.age <= end].tolist() for column in columns), strict=True)
    return [
        SurvivalPoint(group.group, int(age), n, lost, share, _known(low), _known(high))
        for age, n, lost, share, low, high in rows
    ]


def _known(limit: float) -> float | None:
    return None if np.isnan(limit) else limit
