"""Survival: how long customers stay, group by group, and whether the groups differ by more than chance."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    """One group: customers, those of them lost, the curve with its median, and the mean up to the common horizon."""

    group: str
    customers: int
    lost: int
    curve: Curve
    median: MedianAge | None
    mean: RestrictedMean | NotEnoughData


@dataclass(frozen=True, eq=False)
class SurvivalReport:
    """Survival of each group, the largest first.

    horizon      Age up to which means are taken.
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

    A group of fewer than 10 customers says so instead of a curve.
    """
    refuse_unknowable(scope.segment, by)
    counted = lives_by_age(engine, scope.segment, unit, tuple(by)[:2])
    strata = _strata(counted, most)
    if not strata:
        return NotEnoughData("no customers", 0, 1)
    groups = {name: _merged([stratum[name] for stratum in strata]) for name in strata[0]}
    curves = {name: _curve(lives) for name, lives in groups.items()}
    end = horizon or _common_horizon(curves.values())
    shown = [name for name, curve in curves.items() if isinstance(curve, SurvivalCurve)]
    return SurvivalReport(
        unit,
        tuple(by),
        end,
        tuple(_group(name, groups[name], curve, end) for name, curve in curves.items()),
        stratified_log_rank([[s[name] for name in shown] for s in strata]) if len(shown) > 1 else None,
        _differences({name: curve for name, curve in curves.items() if isinstance(curve, SurvivalCurve)}, end),
        counted.since,
        counted.landmark,
    )


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


def _common_horizon(curves: Iterable[Curve]) -> float:
    """How far every group with losses to speak of was followed; the others have no mean to compare."""
    known = [curve for curve in curves if isinstance(curve, SurvivalCurve)]
    known = [curve for curve in known if curve.lives.lost.sum() >= MIN_LOSSES] or known
    return min((float(c.age[c.at_risk >= MIN_CUSTOMERS].max(initial=0)) for c in known), default=0.0)


def _group(name: str, lives: LifeCounts, curve: Curve, horizon: float) -> GroupSurvival:
    n, lost = lives.n, int(lives.lost.sum())
    if isinstance(curve, NotEnoughData):
        return GroupSurvival(name, n, lost, curve, None, curve)
    return GroupSurvival(name, n, lost, curve, median_age(curve), _mean(curve, horizon))


def _mean(curve: SurvivalCurve, horizon: float) -> RestrictedMean | NotEnoughData:
    """The restricted mean of a group; Greenwood's error says nothing of a group of which hardly anybody was lost."""
    if not horizon:
        return NotEnoughData("nobody has been followed to this age", 0, 1)
    lost = int(curve.lives.lost[curve.age < horizon].sum())
    if lost < MIN_LOSSES:
        return NotEnoughData("too few losses for a mean", lost, MIN_LOSSES)
    return restricted_mean(curve, horizon)


def _differences(curves: Mapping[str, SurvivalCurve], horizon: float) -> dict[str, Comparison | NotEnoughData]:
    if len(curves) < 2 or not horizon:
        return {}
    largest, *others = curves.items()
    return {name: _difference(largest[1], curve, horizon) for name, curve in others}


def _difference(a: SurvivalCurve, b: SurvivalCurve, horizon: float) -> Comparison | NotEnoughData:
    unknown = next((m for m in (_mean(a, horizon), _mean(b, horizon)) if isinstance(m, NotEnoughData)), None)
    return unknown or restricted_mean_difference(a, b, horizon)


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
