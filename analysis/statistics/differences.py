"""The difference of two estimates from their own intervals."""

from math import sqrt

from analysis.results import Comparison, Estimate


def mover_difference(a: Estimate, b: Estimate) -> Comparison | None:
    """b minus a with the interval recovered from those of a and b (MOVER); None when one of them has no interval.

    For two Wilson intervals this is Newcombe's hybrid score interval.

    Assumes   a and b are independent. For churn of one company in two periods this holds nearly: who stays at risk
              depends on the first period, whether he leaves in the second does not.
    Source    Zou & Donner (2008), Statistics in Medicine 27:1693-1702; Newcombe (1998), 17:873-890, method 10.
    Checked   equal to newcombe_difference for proportions, tests/unit/analysis/statistics/test_differences.py.
    """
    if a.low is None or a.high is None or b.low is None or b.high is None:
        return None
    difference = b.value - a.value
    low = difference - sqrt((b.value - b.low) ** 2 + (a.high - a.value) ** 2)
    high = difference + sqrt((b.high - b.value) ** 2 + (a.value - a.low) ** 2)
    return Comparison(difference, low, high, None, "mover", min(a.confidence, b.confidence))
