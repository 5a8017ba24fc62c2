"""The same effect computed in other ways: exactly, without what was known before, with large values cut, resampled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import erfc, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, Protocol

import numpy as np

from analysis.experiments import compare
from analysis.experiments.compare import Level
from analysis.experiments.results import Effect, Found, Sensitivity
from analysis.results import Comparison, NotEnoughData
from analysis.statistics.always_valid import METHOD, always_valid_p, critical_z
from analysis.statistics.means import welch_difference
from analysis.statistics.outliers import bootstrap_mean_difference
from analysis.statistics.proportions import (
    agresti_caffo_difference,
    fisher_exact_test,
    newcombe_difference,
    z_value,
)
from data.queries import experiments as counts
from data.records_experiments import Measure, Moments, Plan, Reading

if TYPE_CHECKING:
    from data.engine import Engine

CAPPED_AT = 0.99
FAR_OUT = 5.0
"""The largest value is named when it is so many times the second largest."""
MOST_RESAMPLED = 200_000
SEED = 20_260_101


class Source(Protocol):
    """Where single values of a measure can be asked for: the engine, or columns of a file."""

    def capped(self, measure: Measure, share: float) -> Mapping[str, Moments]:
        """Moments per variant with values cut at a quantile of all."""
        ...

    def largest(self, measure: Measure) -> Sequence[tuple[str, str, float]]:
        """The two largest values: customer, variant, value."""
        ...

    def values(self, measure: Measure) -> Mapping[str, np.ndarray]:
        """Values per variant."""
        ...


@dataclass(frozen=True)
class FromEngine:
    """Single values from the data of a release."""

    engine: Engine
    reading: Reading

    def capped(self, measure: Measure, share: float) -> Mapping[str, Moments]:
        """See `Source`."""
        found = counts.capped_moments(self.engine, self.reading, measure, share)
        return {variant: moments for (variant, _by), moments in found.items()}

    def largest(self, measure: Measure) -> Sequence[tuple[str, str, float]]:
        """See `Source`."""
        return counts.largest(self.engine, self.reading, measure, 2)

    def values(self, measure: Measure) -> Mapping[str, np.ndarray]:
        """See `Source`."""
        return counts.values(self.engine, self.reading, measure, MOST_RESAMPLED)


Ways = Iterator[tuple[str, Comparison | NotEnoughData]]


def sensitivity(source: Source | None, plan: Plan, effects: Sequence[Effect], found: Found) -> tuple[Sensitivity, ...]:
    """Every effect on a primary or secondary measure in the other ways its kind knows.

    source  None where only counts are known.
    """
    return tuple(
        Sensitivity(effect.variant, effect.measure, what, _as_often(plan, effect, found, difference))
        for effect in effects
        if effect.role != "guardrail" and isinstance(effect.difference, Comparison)
        for what, difference in _ways(source, plan, effect, found[effect.measure.key])
    )


def _as_often(
    plan: Plan, effect: Effect, found: Found, other: Comparison | NotEnoughData
) -> Comparison | NotEnoughData:
    """Another way at as many looks as the effect itself: of an always-valid one the interval is as much wider."""
    mine = effect.difference
    assert isinstance(mine, Comparison)
    if mine.method != METHOD or isinstance(other, NotEnoughData) or None in {other.low, other.high}:
        return other
    names = plan.control.name, effect.variant
    n = sum(compare.arms_of(found[effect.measure.key], name).n for name in names)
    alpha, tuned_at = 1 - mine.confidence, max(plan.size, 2)
    times = critical_z(n, alpha=alpha, tuned_at=tuned_at) / z_value(mine.confidence)
    low, high = (other.difference + (limit - other.difference) * times for limit in other.limits)
    p_value = other.p_value
    if p_value is not None:
        z = NormalDist().inv_cdf(1 - p_value / 2) if p_value > 1e-15 else 8.0
        p_value = always_valid_p(z, n, alpha=alpha, tuned_at=tuned_at)
    return replace(other, low=low, high=high, p_value=p_value)


def _ways(source: Source | None, plan: Plan, effect: Effect, mine: Mapping[tuple[str, str], Moments]) -> Ways:
    assert isinstance(effect.difference, Comparison)
    names = plan.control.name, effect.variant
    control, treated = (compare.arms_of(mine, name) for name in names)
    level = Level(1 - effect.difference.confidence)
    if compare.is_share(effect.measure, control, treated):
        yield from _of_shares(control, treated, level)
    elif "per" not in control.mean:
        shift = _shift(effect, control, treated)
        ways = _of_means(source, effect.measure, names, (control, treated), level)
        yield from ((what, moved(difference, shift)) for what, difference in ways)


def _of_shares(control: Moments, treated: Moments, level: Level) -> Ways:
    """Other intervals, and Fisher's exact test."""
    counted = (compare.yes(control), control.n, compare.yes(treated), treated.n)
    found = newcombe_difference(*counted, confidence=level.confidence)
    if isinstance(found, Comparison) and control.n + treated.n <= MOST_RESAMPLED:
        exact = replace(found, p_value=fisher_exact_test(*counted), method="fisher-newcombe")
        yield "exact test (Fisher), interval of Newcombe", exact
    added = agresti_caffo_difference(*counted, confidence=level.confidence)
    yield "one success and one failure more in each (Agresti-Caffo)", added


def _of_means(
    source: Source | None, measure: Measure, names: tuple[str, str], arms: tuple[Moments, Moments], level: Level
) -> Ways:
    if "before" in arms[0].mean:
        yield "without what was known before (Welch)", compare.difference(*arms, level, share=False, adjusted=False)
    if source is None:
        return
    capped = source.capped(measure, CAPPED_AT)
    both = [capped.get(name, Moments(0, {})) for name in names]
    if min(arm.n for arm in both) >= compare.LEAST:
        cut = welch_difference(both[0], both[1], confidence=level.confidence)
        yield "largest hundredth cut to the hundredth largest value", cut
    yield from _without_the_largest(source, measure, names, arms, level)
    yield from _resampled(source, measure, names, arms, level)


def _shift(effect: Effect, control: Moments, treated: Moments) -> float:
    """What the costs of the offer add to the plain difference."""
    if effect.measure.kind != "revenue" or isinstance(effect.value, NotEnoughData):
        return 0.0
    assert not isinstance(effect.base, NotEnoughData)
    return (effect.value.value - effect.base.value) - (treated.mean["value"] - control.mean["value"])


def moved(found: Comparison | NotEnoughData, shift: float) -> Comparison | NotEnoughData:
    """A comparison of means moved by a known amount, with the p-value that belongs there."""
    if isinstance(found, NotEnoughData) or not shift or found.low is None or found.high is None:
        return found
    difference = found.difference + shift
    error = (found.high - found.low) / 2 / z_value(found.confidence)
    p_value = erfc(abs(difference) / error / sqrt(2)) if error else None
    return Comparison(difference, found.low + shift, found.high + shift, p_value, found.method, found.confidence)


def _without_the_largest(
    source: Source, measure: Measure, names: tuple[str, str], arms: tuple[Moments, Moments], level: Level
) -> Ways:
    """Names a customer that alone is far larger than all others, and leaves it out here alone."""
    top = source.largest(measure)
    if len(top) < 2 or top[0][2] <= 0 or top[0][2] < FAR_OUT * max(top[1][2], 0.0):
        return
    (who, variant, value), (_next, _variant, second) = top[0], top[1]
    if variant not in names or min(arm.n for arm in arms) <= compare.LEAST:
        return
    rest = [compare.without(a, value) if n == variant else a for n, a in zip(names, arms, strict=True)]
    said = f"without customer {who} of {variant}, who has {value:,.0f} (the next {second:,.0f})"
    yield said, welch_difference(rest[0], rest[1], confidence=level.confidence)


def _resampled(
    source: Source, measure: Measure, names: tuple[str, str], arms: tuple[Moments, Moments], level: Level
) -> Ways:
    if sum(arm.n for arm in arms) > MOST_RESAMPLED:
        return
    found = source.values(measure)
    control, treated = (found.get(name, np.empty(0)) for name in names)
    if min(len(control), len(treated)) >= compare.LEAST:
        drawn = bootstrap_mean_difference(control, treated, seed=SEED, confidence=level.confidence)
        yield f"resampled customers (bootstrap, seed {SEED})", drawn
