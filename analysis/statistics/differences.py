"""The difference of two estimates from their own intervals."""

from math import erfc, sqrt

from analysis.results import Comparison, Estimate
from analysis.statistics.proportions import two_proportions_test, z_value


def mover_difference(a: Estimate, b: Estimate) -> Comparison | None:
    """b minus a with the interval recovered from those of a and b (MOVER); None when one of them has no interval.

    For two Wilson intervals this is Newcombe's hybrid score interval.

    The p-value is that of two proportions for two Wilson intervals (`two_proportions_test`), otherwise that of the
    variance recovered on the side of zero: it is below 1 - confidence exactly when the interval leaves out 0. None
    where that variance is 0.

    Assumes   a and b are independent and no customer is in both at one time. For churn of one company in two periods
              this holds nearly: who stays at risk depends on the first period, whether he leaves in the second does
              not.
    Source    Zou & Donner (2008), Statistics in Medicine 27:1693-1702; Newcombe (1998), 17:873-890, method 10.
    Checked   equal to newcombe_difference for proportions, tests/unit/analysis/statistics/test_differences.py.
    """
    if a.low is None or a.high is None or b.low is None or b.high is None:
        return None
    difference = b.value - a.value
    low = difference - sqrt((b.value - b.low) ** 2 + (a.high - a.value) ** 2)
    high = difference + sqrt((b.high - b.value) ** 2 + (a.value - a.low) ** 2)
    confidence = min(a.confidence, b.confidence)
    return Comparison(difference, low, high, _p_value(a, b, difference, low, high), "mover", confidence)


def _p_value(a: Estimate, b: Estimate, difference: float, low: float, high: float) -> float | None:
    if a.method == b.method == "wilson":
        return two_proportions_test(round(a.value * a.n), a.n, round(b.value * b.n), b.n)
    if difference == 0:
        return 1.0
    half = difference - low if difference > 0 else high - difference
    if half == 0:
        return None
    # The survival function itself: 1 - cdf would be 0 from z = 8 on.
    return erfc(abs(difference) / half * z_value(min(a.confidence, b.confidence)) / sqrt(2))
