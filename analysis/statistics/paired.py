"""The mean difference of pairs: customers matched to others, or the same ones at two times."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from analysis.results import Comparison, NotEnoughData
from analysis.statistics.proportions import MIN_CUSTOMERS


@dataclass(frozen=True)
class PairedDifference:
    """Two sides of pairs and how they differ, first less second.

    difference    Of the means, with Student's interval and p-value.
    standardised  The difference over the standard deviation of both sides: 0.2 is small, 0.8 large.
    """

    pairs: int
    mean_first: float
    mean_second: float
    median_first: float
    median_second: float
    difference: Comparison
    standardised: float


def paired_difference(
    first: Sequence[float], second: Sequence[float], *, confidence: float = 0.95
) -> PairedDifference | NotEnoughData:
    """Mean of first - second over pairs, with Student's t interval of the differences.

    first, second  One value per pair, in the same order; second may be the mean of several matched customers.
    confidence     Coverage of the interval, between 0 and 1.

    Returns NotEnoughData below 10 pairs. The p-value is None where all differences are equal.

    Assumes   pairs independent of each other; the mean of the differences about normal, as from some 30 pairs on.
    Use not   for two groups that were not matched.
    Raises    ValueError for lists of unequal length.
    Source    Student (1908), Biometrika 6:1-25; Austin (2011), Multivariate Behavioral Research 46:399-424
              (standardised difference).
    Checked   scipy ttest_rel; tests/unit/analysis/statistics/test_paired.py.
    """
    differences = np.subtract(*(np.asarray(side, dtype=float) for side in _same_length(first, second)))
    n = len(differences)
    if n < MIN_CUSTOMERS:
        return NotEnoughData("too few matched pairs", n, MIN_CUSTOMERS)
    from scipy.stats import t

    mean, error = float(differences.mean()), float(differences.std(ddof=1)) / sqrt(n)
    half = float(t.ppf(0.5 + confidence / 2, n - 1)) * error
    p_value = 2 * float(t.sf(abs(mean) / error, n - 1)) if error else None
    spread = sqrt((float(np.var(first, ddof=1)) + float(np.var(second, ddof=1))) / 2)
    return PairedDifference(
        pairs=n,
        mean_first=float(np.mean(first)),
        mean_second=float(np.mean(second)),
        median_first=float(np.median(first)),
        median_second=float(np.median(second)),
        difference=Comparison(mean, mean - half, mean + half, p_value, "paired t", confidence),
        standardised=mean / spread if spread else 0.0,
    )


def _same_length(first: Sequence[float], second: Sequence[float]) -> tuple[Sequence[float], Sequence[float]]:
    if len(first) != len(second):
        raise ValueError("every pair has two sides")
    return first, second
