"""The mean difference of pairs: customers matched to others, or the same ones at two times."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np

from analysis.results import Comparison, NotEnoughData
from analysis.statistics.proportions import MIN_CUSTOMERS, z_value


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


@dataclass(frozen=True)
class PairedShares:
    """Two shares of the same customers, second time less first.

    difference  With Bonett and Price's interval and the p-value of `chi2`, exact below 25 customers who changed; None
                where nobody did.
    chi2        McNemar's statistic, one degree of freedom, and its p-value; the same with Edwards' correction.
    """

    difference: Comparison
    chi2: float | None
    p_value: float | None
    chi2_corrected: float | None
    p_corrected: float | None
    p_exact: float | None


FEW_CHANGED = 25


def mcnemar_test(table: Sequence[Sequence[int]], *, confidence: float = 0.95) -> PairedShares | NotEnoughData:
    """Change of a share over the same customers at two times, by McNemar's test.

    table  [[yes then yes, yes then no], [no then yes, no then no]], customers.

    Returns NotEnoughData without customers; no p-value where nobody changed.

    Assumes   customers independent of each other.
    Use not   for two groups of different customers: see `proportions.score_difference`.
    Source    McNemar (1947), Psychometrika 12:153-157; Bonett & Price (2012), J. Educational and Behavioral
              Statistics 37:479-488.
    Checked   R mcnemar.test, statsmodels mcnemar; golden area paired_proportion.
    """
    (kept, lost), (won, never) = table
    n, changed = kept + lost + won + never, lost + won
    if min(kept, lost, won, never) < 0:
        raise ValueError("counts below 0")
    if n == 0:
        return NotEnoughData("no customers", 0, 1)
    low, high = _bonett_price(lost, won, n, confidence)
    if not changed:
        return PairedShares(Comparison(0.0, low, high, None, "mcnemar", confidence), None, None, None, None, None)
    from scipy.stats import binomtest

    chi2, corrected = (won - lost) ** 2 / changed, max(0, abs(won - lost) - 1) ** 2 / changed
    exact, plain = float(binomtest(won, changed).pvalue), erfc(sqrt(chi2 / 2))
    p_value = exact if changed < FEW_CHANGED else plain
    found = Comparison((won - lost) / n, low, high, p_value, "mcnemar", confidence)
    return PairedShares(found, chi2, plain, corrected, erfc(sqrt(corrected / 2)), exact)


def _bonett_price(lost: int, won: int, n: int, confidence: float) -> tuple[float, float]:
    up, down = (won + 1) / (n + 2), (lost + 1) / (n + 2)
    half = z_value(confidence) * sqrt((up + down - (up - down) ** 2) / (n + 2))
    return max(-1.0, up - down - half), min(1.0, up - down + half)


def _same_length(first: Sequence[float], second: Sequence[float]) -> tuple[Sequence[float], Sequence[float]]:
    if len(first) != len(second):
        raise ValueError("every pair has two sides")
    return first, second
