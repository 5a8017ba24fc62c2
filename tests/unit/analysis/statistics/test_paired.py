"""Paired differences against SciPy, and where there is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from analysis.results import NotEnoughData
from analysis.statistics.paired import PairedDifference, paired_difference

VALUES = some.lists(some.tuples(some.integers(-50, 50), some.integers(-50, 50)), min_size=10, max_size=40)


@given(VALUES)
def test_interval_and_p_value_are_those_of_scipy(pairs: list[tuple[int, int]]):
    from scipy.stats import ttest_rel

    first, second = zip(*pairs, strict=True)
    found = paired_difference(first, second)
    assert isinstance(found, PairedDifference)
    if found.difference.p_value is not None:
        theirs = ttest_rel(first, second)
        assert found.difference.p_value == pytest.approx(theirs.pvalue, rel=1e-6, abs=1e-12)
        limits = theirs.confidence_interval()
        assert (found.difference.low, found.difference.high) == pytest.approx((limits.low, limits.high), abs=1e-9)


def test_means_medians_and_the_standardised_difference_by_hand():
    """Hand calculation: differences of 1 each but one of 3; spread of 1..10 is 3.03, of the other side 3.22."""
    first = [float(n) for n in range(2, 11)] + [13.0]
    second = [float(n) for n in range(1, 11)]
    found = paired_difference(first, second)
    assert isinstance(found, PairedDifference)
    assert (found.mean_first, found.mean_second, found.median_first) == (6.7, 5.5, 6.5)
    assert found.standardised == pytest.approx(1.2 / ((3.4010**2 + 3.0277**2) / 2) ** 0.5, rel=1e-3)


def test_equal_differences_have_no_p_value():
    found = paired_difference([2.0] * 12, [1.0] * 12)
    assert isinstance(found, PairedDifference)
    assert (found.difference.p_value, found.standardised) == (None, 0.0)


def test_few_pairs_say_so_and_sides_must_match():
    assert isinstance(paired_difference([1.0] * 9, [0.0] * 9), NotEnoughData)
    with pytest.raises(ValueError, match="two sides"):
        paired_difference([1.0], [])
