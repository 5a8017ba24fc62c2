"""Differences of two means from counts, means and variances: Welch, CUPED, ratios of sums."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce
from itertools import combinations
from math import sqrt
from typing import Any

import numpy as np

from analysis.results import Comparison, NotEnoughData
from data.records_experiments import Moments

VALUE, PER, BEFORE = "value", "per", "before"

CLEAR_OF_ZERO = 20
"""Standard errors that means are moved away from 0 before tea-tasting sees them, see `_judged`."""
NO_SPREAD = 1e-26
"""A variance below this part of the squared mean is the rounding of equal numbers, not a spread."""


@dataclass(frozen=True)
class MeanDifference(Comparison):
    """A difference of two means; `error` is its standard error and `df` the degrees of freedom of Student's t."""

    error: float = 0.0
    df: float = 0.0

    @property
    def statistic(self) -> float | None:
        """The difference in standard errors; None where nothing varies."""
        return self.difference / self.error if self.error else None


@dataclass(frozen=True)
class CupedDifference:
    """A difference adjusted for the same figure before the experiment.

    theta   Slope of the figure on itself before, over both groups together; 0 where there is nothing to adjust by.
    shrink  Part of the squared standard error that the adjustment takes away: 1 - rho^2 in theory is what is left.
    """

    difference: MeanDifference
    theta: float
    unadjusted: MeanDifference
    shrink: float


@dataclass(frozen=True)
class _Arm:
    """One group as the test sees it: a mean (or ratio, or adjusted mean) of n rows, and its variance over one row."""

    n: int
    mean: float
    variance: float


def moments_of(value: Any, per: Any = None, before: Any = None) -> Moments:
    """Moments of arrays with one row per customer; variances by two passes, so large means cost no digits."""
    given = {VALUE: value, PER: per, BEFORE: before}
    columns = {name: np.asarray(rows, dtype=float) for name, rows in given.items() if rows is not None}
    n = len(columns[VALUE])
    if not n:
        return Moments(0, {})
    mean = {name: float(rows.mean()) for name, rows in columns.items()}
    least, most = float(columns[VALUE].min()), float(columns[VALUE].max())
    if n == 1:
        return Moments(1, mean, least=least, most=most)
    apart = {name: rows - mean[name] for name, rows in columns.items()}
    variance = {name: float(rows @ rows) / (n - 1) for name, rows in apart.items()}
    pairs = combinations(sorted(columns), 2)
    covariance = {(a, b): float(apart[a] @ apart[b]) / (n - 1) for a, b in pairs}
    return Moments(n, mean, variance, covariance, least, most)


def moments_of_share(successes: int, n: int, *, column: str = VALUE) -> Moments:
    """Moments of a column of 0 and 1 of which `successes` of n are 1."""
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is no proportion")
    if n == 0:
        return Moments(0, {})
    share = successes / n
    variance = {column: n * share * (1 - share) / (n - 1)} if n > 1 else {}
    return Moments(n, {column: share}, variance, {}, float(successes == n), float(successes > 0))


def merge(moments: Sequence[Moments]) -> Moments:
    """Moments of all customers of several parts together.

    Source    Chan, Golub & LeVeque (1983), American Statistician 37:242-247: no digits are lost to large means.
    Checked   equal to the moments of all rows, tests/property/test_experiment_means.py.
    """
    return reduce(_together, (part for part in moments if part.n), Moments(0, {}))


def _together(a: Moments, b: Moments) -> Moments:
    if not a.n:
        return b
    n = a.n + b.n
    apart = {name: b.mean[name] - a.mean[name] for name in a.mean}

    def spread(of_a: float | None, of_b: float | None, first: str, second: str) -> float:
        inside = (of_a or 0.0) * (a.n - 1) + (of_b or 0.0) * (b.n - 1)
        return (inside + apart[first] * apart[second] * a.n * b.n / n) / (n - 1)

    pairs = combinations(sorted(a.mean), 2)
    return Moments(
        n,
        {name: a.mean[name] + apart[name] * b.n / n for name in a.mean},
        {name: spread(a.variance.get(name), b.variance.get(name), name, name) for name in a.mean},
        {pair: spread(a.covariance.get(pair), b.covariance.get(pair), *pair) for pair in pairs},
        min(a.least, b.least),
        max(a.most, b.most),
    )


def welch_difference(
    control: Moments, treatment: Moments, *, column: str = VALUE, confidence: float = 0.95
) -> MeanDifference | NotEnoughData:
    """Difference of two means, treatment minus control, with Welch's t interval.

    control, treatment  Moments of `column` (in its unit) over the customers of each; they share no customer.
    confidence          Coverage of the interval, between 0 and 1.

    Returns the difference without interval and p-value where neither group varies. NotEnoughData below two customers
    in a group.

    Assumes   means about normal, as from some hundred customers on for skewed money; unequal variances are fine.
    Use not   for groups of customers assigned together: see `ratio_difference`.
    Source    Welch (1947), Biometrika 34:28-35; df of Satterthwaite (1946), Biometrics Bulletin 2:110-114.
    Checked   tea-tasting computes it; R t.test(extra ~ group, sleep), scipy ttest_ind; golden area mean_diff.
    """
    short = _too_few(control, treatment)
    if short is not None:
        return short
    from tea_tasting.metrics import Mean

    arms = [_Arm(m.n, m.mean[column], variance_of(m, column)) for m in (control, treatment)]
    return _judged(Mean(column, confidence_level=confidence), (control, treatment), arms, "welch")


def cuped_difference(
    control: Moments, treatment: Moments, *, confidence: float = 0.95
) -> CupedDifference | NotEnoughData:
    """Difference of the means of `value` adjusted for `before`, the same figure before the assignment (CUPED).

    control, treatment  Moments of the columns value and before, with their covariance; without the column before, or
                        where it varies in neither group, the result is Welch's with theta 0.

    With rho the correlation of value and before, the variance of the difference becomes 1 - rho^2 of what it was.

    Assumes   before was measured before the assignment; customers without a past count with 0 and are not dropped.
    Use not   with anything the experiment may have changed: that takes a part of the effect away.
    Source    Deng, Xu, Kohavi & Walker (2013), WSDM, 123-132; theta over both groups together.
    Checked   tea-tasting computes it; growthbook's gbstats; golden area cuped; tests/simulation.
    """
    unadjusted = welch_difference(control, treatment, confidence=confidence)
    if isinstance(unadjusted, NotEnoughData):
        return unadjusted
    theta = _theta(control, treatment)
    if theta == 0.0 or not unadjusted.error:
        return CupedDifference(unadjusted, 0.0, unadjusted, 0.0)
    from tea_tasting.metrics import Mean

    arms = [_adjusted(moments, theta, merge([control, treatment]).mean[BEFORE]) for moments in (control, treatment)]
    adjusted = _judged(Mean(VALUE, BEFORE, confidence_level=confidence), (control, treatment), arms, "cuped")
    return CupedDifference(adjusted, theta, unadjusted, 1 - (adjusted.error / unadjusted.error) ** 2)


def _theta(control: Moments, treatment: Moments) -> float:
    if BEFORE not in control.mean or BEFORE not in treatment.mean:
        return 0.0
    if variance_of(control, BEFORE) == variance_of(treatment, BEFORE) == 0:
        return 0.0
    both = merge([control, treatment])
    return both.covariance[BEFORE, VALUE] / both.variance[BEFORE]


def _adjusted(moments: Moments, theta: float, before: float) -> _Arm:
    value, covariance = moments.variance[VALUE], moments.covariance[BEFORE, VALUE]
    found = value + theta * theta * moments.variance[BEFORE] - 2 * theta * covariance
    variance = _spread(found, max(value, moments.mean[VALUE] ** 2 * NO_SPREAD), 1e-13)
    return _Arm(moments.n, moments.mean[VALUE] - theta * (moments.mean[BEFORE] - before), variance)


def ratio_difference(
    control: Moments, treatment: Moments, *, confidence: float = 0.95
) -> MeanDifference | NotEnoughData:
    """Difference of two ratios of means, value over per, by the delta method: revenue per invoice, or per customer.

    control, treatment  Moments of value and per with their covariance. For customers assigned in groups a row is a
                        group, value its sum and per its customers: the interval is then robust to the clusters.

    Returns NotEnoughData below two rows in a group, or where nothing lies below the line.

    Assumes   some ten rows per group at least, and `per` far from 0 in the mean.
    Source    Deng, Knoblich & Lu (2018), KDD, 233-242; Cochran (1977), Sampling Techniques, section 6.3.
    Checked   tea-tasting computes it (RatioOfMeans); linearised by hand; golden area ratio_metric.
    """
    short = _too_few(control, treatment)
    if short is not None:
        return short
    if not control.mean[PER] or not treatment.mean[PER]:
        return NotEnoughData("nothing to divide by in one of the groups", 0, 1)
    from tea_tasting.metrics import RatioOfMeans

    arms = [_Arm(m.n, m.mean[VALUE] / m.mean[PER], ratio_variance(m)) for m in (control, treatment)]
    return _judged(RatioOfMeans(VALUE, PER, confidence_level=confidence), (control, treatment), arms, "delta")


def ratio_variance(moments: Moments) -> float:
    """Variance of value / per over one row, linearised; over n rows that of the ratio is 1 / n of it."""
    ratio = moments.mean[VALUE] / moments.mean[PER]
    value, per = moments.variance[VALUE], moments.variance[PER]
    found = value - 2 * ratio * moments.covariance[PER, VALUE] + ratio * ratio * per
    return _spread(found, value + ratio * ratio * per, 1e-13) / moments.mean[PER] ** 2


def variance_of(moments: Moments, column: str = VALUE) -> float:
    """Variance of a column; exactly 0 where what there is can only be rounding."""
    return _spread(moments.variance[column], moments.mean[column] ** 2, NO_SPREAD)


def _spread(variance: float, scale: float, rounding: float) -> float:
    return variance if variance > scale * rounding else 0.0


def welch_df(parts: Sequence[float], sizes: Sequence[int]) -> float:
    """Satterthwaite's degrees of freedom of a difference whose squared error has these parts, one per group."""
    # Divided first: squares of very small variances would be 0.
    shares = [part / sum(parts) for part in parts]
    return 1 / sum(share**2 / (n - 1) for share, n in zip(shares, sizes, strict=True))


def _too_few(control: Moments, treatment: Moments) -> NotEnoughData | None:
    fewest = min(control.n, treatment.n)
    return NotEnoughData("too few customers in one of the groups", fewest, 2) if fewest < 2 else None


def _judged(metric: Any, sides: tuple[Moments, Moments], arms: Sequence[_Arm], method: str) -> MeanDifference:
    """What tea-tasting finds of a metric; the difference alone where nothing varies, for then there is no test.

    Its relative interval, which is not used here, divides by the means and overflows near 0: so it is given both
    groups moved by one constant, which changes no difference.
    """
    difference, squared = arms[1].mean - arms[0].mean, [arm.variance / arm.n for arm in arms]
    error = sqrt(sum(squared))
    if not error:
        return MeanDifference(difference, None, None, None, method, metric.confidence_level)
    by = max(0.0, CLEAR_OF_ZERO * error - min(arm.mean for arm in arms))
    moved = [aggregates_of(_moved(side, by, metric.numer, metric.denom)) for side in sides]
    found = metric.analyze_aggregates(*moved)
    return MeanDifference(
        difference,
        float(found.effect_size_ci_lower),
        float(found.effect_size_ci_upper),
        float(found.pvalue),
        method,
        metric.confidence_level,
        error,
        welch_df(squared, [arm.n for arm in arms]),
    )


def _moved(moments: Moments, by: float, column: str, per: str | None) -> Moments:
    """With `by` added to every row of a column, or `by` times what it is divided by."""
    if per is None:
        return replace(moments, mean={**moments.mean, column: moments.mean[column] + by})
    together = moments.covariance[per, column]
    spread = moments.variance[per]
    return replace(
        moments,
        mean={**moments.mean, column: moments.mean[column] + by * moments.mean[per]},
        variance={**moments.variance, column: moments.variance[column] + by * (2 * together + by * spread)},
        covariance={**moments.covariance, (per, column): together + by * spread},
    )


def aggregates_of(moments: Moments) -> Any:
    """The same moments as tea-tasting holds them."""
    from tea_tasting.aggr import Aggregates

    # From sums of squares a variance of equal numbers may come out below 0.
    variance = {name: max(0.0, found) for name, found in moments.variance.items()}
    return Aggregates(moments.n, dict(moments.mean), variance, dict(moments.covariance))
