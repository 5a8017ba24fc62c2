"""The effect of an action with its interval: what was seen, less what would have been without it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

import numpy as np

from analysis.proof.series import Case, Monthly
from analysis.results import NotEnoughData
from analysis.statistics.cohort_change import CohortChange, cohort_change
from analysis.statistics.local_level import WANDERS, Foresight, foresee
from analysis.statistics.synthetic_control import Placebo, placebo_in_space
from data.records_improvement import Expected, Method, ProofMetric

WAVE_MONTHS = 24
"""Months from the first to the last from which on a yearly wave is taken off: in one year it is no wave yet."""
CONFIDENCE = 0.95
SERIES_MONTHS = 4
"""Months of signing from which on how far their level may have wandered is weighed; of fewer nothing is foreseen."""
MOST_STEP = 0.1
"""Part of itself by which a level moves at most from month to month by itself, unless months vary more than by chance.

Of few customers months vary so much by chance that anything could be a wandering level; a rate does not double and
halve of itself.
"""


@dataclass(frozen=True)
class Series:
    """One number per month, before and after: the figure, or what it differs by from the comparison.

    times, ahead     Whole numbers of the months.  chance: variance of each month by the chance of its customers.
    share            Customers of the months after, by which their mean is weighted; share_before: of those before.
    wave             A yearly wave is taken off.  at_least_chance: no month varies less than by chance.
    """

    y: np.ndarray
    times: np.ndarray
    chance: np.ndarray
    after: np.ndarray
    ahead: np.ndarray
    chance_ahead: np.ndarray
    share: np.ndarray
    share_before: np.ndarray
    wave: bool = False
    at_least_chance: bool = False
    wanders: tuple[float, ...] = WANDERS

    def seen(self) -> float:
        """The mean of the months after, over customers."""
        return float(self.share @ self.after / self.share.sum())

    def foreseen(self, *, drift: bool = False) -> Foresight | NotEnoughData:
        """What that mean would have been."""
        return foresee(
            self.y,
            self.times,
            self.ahead,
            chance=self.chance,
            chance_ahead=self.chance_ahead,
            at_least_chance=self.at_least_chance,
            share=self.share,
            wanders=self.wanders,
            drift=drift,
            wave=self.wave,
        )

    def placebo(self, months: int) -> Series:
        """The same series as if the date were so many months before the end of the baseline."""
        cut = len(self.y) - months
        return Series(
            self.y[:cut], self.times[:cut], self.chance[:cut],
            self.y[cut:], self.times[cut:], self.chance[cut:], self.share_before[cut:], self.share_before[:cut],
            at_least_chance=self.at_least_chance, wanders=self.wanders,
        )  # fmt: skip


@dataclass(frozen=True)
class Found:
    """An effect: `after` as seen, `without` as it would have been, and their difference with half its interval's width.

    error       Standard error of the effect.  after_part: part of its square that is what was seen.
    dispersion  How many times as much months vary as chance alone; None where it was not measured.
    placebo     Ranks among other groups, where a synthetic twin was made.
    """

    method: Method
    before: float
    after: float
    without: float
    half: float
    error: float
    p_value: float | None
    after_part: float
    series: Series
    months: tuple[Expected, ...]
    dispersion: float | None = None
    placebo: Placebo | None = None

    @property
    def effect(self) -> float:
        """What was seen less what would have been."""
        return self.after - self.without

    def limits(self, metric: ProofMetric) -> tuple[float, float]:
        """The interval of the effect, within what is possible: what would have been is no share below 0 or above 1."""
        least = self.after - 1 if metric.unit == "rate" else -float("inf")
        return max(self.effect - self.half, least), min(self.effect + self.half, self.after)

    def relative(self) -> tuple[float | None, float | None, float | None]:
        """The effect as a share of what would have been, with Fieller's interval; None where that may be nothing.

        It leaves out 0 exactly when the interval of the effect does.
        """
        if self.without <= 0:
            return None, None, None
        value, times = self.effect / self.without, self.half / self.error if self.error else 0.0
        own, level = self.after_part * self.error**2, (1 - self.after_part) * self.error**2
        square = self.without**2 - times**2 * level
        if square <= 0:
            return value, None, None
        middle = self.after * self.without / square
        apart = middle**2 - (self.after**2 - times**2 * own) / square
        # As roots of a square at least 0; rounding may leave a hair below.
        half = sqrt(max(apart, 0.0))
        return value, max(middle - half - 1, -1.0), middle + half - 1


def estimate(case: Case, *, chart: bool = True) -> Found | NotEnoughData:
    """The effect, by the method that the plan and the months allow; without its chart it takes less time."""
    if case.units:
        return _by_units(case)
    if case.plan.metric.by_signing and len(case.before.starts) < SERIES_MONTHS:
        return _by_cohorts(case)
    return _by_series(case, chart=chart)


def _by_series(case: Case, *, chart: bool) -> Found | NotEnoughData:
    series = series_of(case)
    found = series.foreseen()
    if isinstance(found, NotEnoughData):
        return found
    apart = series.seen() - found.value
    own = found.noise
    if case.compared is not None:
        own *= _own_part(case.after, case.compared[1])
    after = case.after.mean
    return Found(
        _method(case), case.before.mean, after, after - apart, found.half(CONFIDENCE), found.error,
        found.p_value(series.seen()), own, series, _chart(case, found) if chart else (), _dispersion(series),
    )  # fmt: skip


def series_of(case: Case) -> Series:
    """The monthly figure, or its difference from that of the comparison."""
    before, after = case.before, case.after
    span = int(before.times[-1] - before.times[0]) + 1 if before.starts else 0
    y, late = before.rates, after.rates
    chance, coming = (variance_of(before) / side.n for side in (before, after))
    if case.compared is not None:
        other, others = case.compared
        y, late = y - other.rates, late - others.rates
        chance, coming = (mine + variance_of(other) / side.n for mine, side in ((chance, other), (coming, others)))
    least = max(float(chance.max(initial=0.0)), float(coming.max(initial=0.0))) * 1e-9 or 1.0
    return Series(
        y, before.times, np.maximum(chance, least), late, after.times, np.maximum(coming, least), after.n, before.n,
        span >= WAVE_MONTHS, _drawn_anew(case.plan.metric), _wanders(before, chance),
    )  # fmt: skip


def _wanders(before: Monthly, chance: np.ndarray) -> tuple[float, ...]:
    """How far the level may step, in variances of a month."""
    usual = float(chance.mean()) if len(chance) else 0.0
    most = (MOST_STEP * before.mean) ** 2 / usual if usual > 0 else WANDERS[-1]
    return tuple(step for step in WANDERS if step <= max(most, WANDERS[2]))


def _method(case: Case) -> Method:
    if case.compared is not None:
        return "difference-in-differences"
    return "proportions" if case.plan.metric.by_signing else "interrupted-series"


def variance_of(*sides: Monthly) -> float:
    """Variance of a customer's figure over some months together."""
    n = sum(float(side.n.sum()) for side in sides)
    total, squares = (
        sum(float(x.sum()) for x in xs) for xs in zip(*((s.total, s.squares) for s in sides), strict=True)
    )
    return max(squares / n - (total / n) ** 2, 0.0)


def _drawn_anew(metric: ProofMetric) -> bool:
    """Whether each month's figure is chance anew, so that no month can vary less.

    Those who use a feature this month mostly did the month before: their number is steadier than that of draws.
    """
    return metric.by_signing or metric.kind not in {"feature", "tickets"}


def _dispersion(series: Series) -> float:
    """How many times as much the months before vary as the chance of their customers."""
    weight = 1 / series.chance
    mean = float(weight @ series.y / weight.sum())
    return float(weight @ (series.y - mean) ** 2) / (len(series.y) - 1)


def _own_part(own: Monthly, other: Monthly) -> float:
    mine, theirs = variance_of(own) / own.customers, variance_of(other) / other.customers
    return mine / (mine + theirs) if mine + theirs > 0 else 0.5


def _by_cohorts(case: Case) -> Found | NotEnoughData:
    """Few months of signing, each with customers of its own."""
    found = _cohorts(case.before, case.after)
    if isinstance(found, NotEnoughData):
        return found
    if case.compared is not None:
        other = _cohorts(*case.compared)
        if isinstance(other, NotEnoughData):
            return other
        found = found.less(other)
    after, half = case.after.mean, found.half(CONFIDENCE)
    without = after - found.change
    return Found(
        _method(case), case.before.mean, after, without, half, found.error, found.p_value, found.after_part,
        series_of(case), _flat_chart(case, without, half), found.dispersion,
    )  # fmt: skip


def _cohorts(before: Monthly, after: Monthly) -> CohortChange | NotEnoughData:
    return cohort_change(
        before.n, before.total, after.n, after.total, float(before.squares.sum() + after.squares.sum())
    )


def _by_units(case: Case) -> Found | NotEnoughData:
    """A synthetic twin; what other groups' gaps moved by says how far this one may by chance.

    Each gap is taken from its own mean before, and measured by its spread there. The treated group's is one more of the
    same kind: it stands out when it passes Student's t with as many degrees of freedom as other groups, and what the
    gaps of those others reached themselves, since such gaps have longer tails than the normal; and what its own gap may
    have wandered by.
    """
    from scipy.special import stdtr, stdtrit

    first = len(case.before.starts)
    treated = np.concatenate([case.before.rates, case.after.rates])
    others = np.array([np.concatenate([before.rates, after.rates]) for before, after in case.units.values()])
    found = placebo_in_space(treated, others, first)
    if isinstance(found, NotEnoughData):
        return found
    share = case.after.n / case.after.n.sum()
    moved, spread = _moved(found.gaps, first, share)
    rest = [_moved(gap, first, share) for gap in found.other_gaps]
    steps = np.array([one / by for one, by in rest if by > 0])
    if spread <= 0 or len(steps) < 2:
        return NotEnoughData("the series does not vary", 1, 2)
    unit = float(np.sqrt((steps**2).mean()))
    error = unit * spread
    half = max(float(stdtrit(len(steps), 0.5 + CONFIDENCE / 2)) * unit, _far(steps)) * spread
    further = int((np.abs(steps) >= abs(moved) / spread).sum())
    p_value = 2 * float(stdtr(len(steps), -abs(moved) / error))
    p_value = max(p_value, (1 + further) / (1 + len(steps))) if further else p_value
    gaps = found.gaps - float(found.gaps[:first].mean())
    series = replace(series_of(case), y=gaps[:first], after=gaps[first:], wave=False)
    alone = series.foreseen()
    if isinstance(alone, NotEnoughData):
        return alone
    if alone.half(CONFIDENCE) > half:
        half, error, p_value = alone.half(CONFIDENCE), alone.error, max(p_value, alone.p_value(alone.value + moved))
    twin = treated - gaps
    return Found(
        "synthetic", case.before.mean, case.after.mean, case.after.mean - moved, half, error, p_value, 0.5,
        series, _twin_chart(case, twin, half), None, found,
    )  # fmt: skip


def _far(steps: np.ndarray) -> float:
    """How far the gaps of 95 of 100 other groups moved; of fewer than 20 all of them, since fewer show no such part."""
    place = int((len(steps) + 1) * CONFIDENCE)
    return float(np.sort(np.abs(steps))[min(place, len(steps) - 1)])


def _moved(gap: np.ndarray, first: int, share: np.ndarray) -> tuple[float, float]:
    """By how much a gap moved, and its spread before."""
    before = gap[:first]
    return float(share @ gap[first:]) - float(before.mean()), float(before.std(ddof=1))


def _chart(case: Case, found: Foresight) -> tuple[Expected, ...]:
    other = _rates(case.whole_compared)
    fitted = dict(zip(case.before.starts, found.fitted.tolist(), strict=True))
    ahead = {day: found.period(place, CONFIDENCE) for place, day in enumerate(case.after.starts)}
    level = {day: (other.get(day) or 0.0) + value for day, value in fitted.items()}
    coming = {day: ((other.get(day) or 0.0) + value, half) for day, (value, half) in ahead.items()}
    return _expected(case, level, coming)


def _flat_chart(case: Case, without: float, half: float) -> tuple[Expected, ...]:
    level = dict.fromkeys(case.before.starts, case.before.mean)
    return _expected(case, level, dict.fromkeys(case.after.starts, (without, half)))


def _twin_chart(case: Case, twin: np.ndarray, half: float) -> tuple[Expected, ...]:
    first = len(case.before.starts)
    level = dict(zip(case.before.starts, twin[:first].tolist(), strict=True))
    coming = {day: (float(value), half) for day, value in zip(case.after.starts, twin[first:], strict=True)}
    return _expected(case, level, coming)


def _expected(case: Case, level: dict[Any, float], coming: dict[Any, tuple[float, float]]) -> tuple[Expected, ...]:
    """Every month of the population: what was seen, what was expected of it, and the comparison beside it."""
    seen, other = _rates(case.whole), _rates(case.whole_compared)
    sizes = dict(zip(case.whole.starts, case.whole.n, strict=True))
    most = 1.0 if case.plan.metric.unit == "rate" else float("inf")
    found: list[Expected] = []
    for day in case.whole.starts:
        phase = "window" if day in coming else "baseline" if day in level else "left-out"
        without, half = coming.get(day, (level.get(day), None))
        low, high = (None, None) if half is None or without is None else (max(without - half, 0.0), without + half)
        capped = None if high is None else min(high, most)
        found.append(Expected(day, seen[day], without, low, capped, other.get(day), int(sizes[day]), phase))
    return tuple(found)


def _rates(months: Monthly | None) -> dict[Any, float | None]:
    if months is None:
        return {}
    sums = zip(months.starts, months.n, months.total, strict=True)
    return {day: float(total / n) if n > 0 else None for day, n, total in sums}
