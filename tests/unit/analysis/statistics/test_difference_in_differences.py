"""Differences in differences: by hand, and where nothing can be said."""

from typing import Any

import pytest

from analysis.results import NotEnoughData
from analysis.statistics.difference_in_differences import (
    Slope,
    did_of_changes,
    did_of_means,
    did_of_panel,
    did_of_proportions,
    slope_of,
)
from analysis.statistics.means import moments_of, moments_of_share


def test_what_both_groups_share_is_taken_off():
    found = did_of_changes((10.0, 14.0), (20.0, 23.0), error_treated=0.3, error_control=0.4)
    assert (found.difference, found.naive) == (1.0, 4.0)
    assert (found.error, found.statistic) == pytest.approx((0.5, 2.0))
    assert found.p_value == pytest.approx(0.0455, abs=1e-4)


def test_nothing_that_varies_is_no_test():
    found = did_of_changes((10.0, 14.0), (20.0, 23.0), error_treated=0, error_control=0)
    assert (found.p_value, found.statistic, found.limits) == (None, None, (1.0, 1.0))


def test_an_empty_cell_says_so():
    assert isinstance(did_of_proportions((1, 10), (0, 0), (1, 10), (1, 10)), NotEnoughData)
    some, none = moments_of([1.0, 2.0]), moments_of([])
    assert isinstance(did_of_means(some, some, some, none), NotEnoughData)
    assert isinstance(did_of_means(*[moments_of([1.0])] * 4), NotEnoughData)


def test_shares_by_both_ways_agree():
    cells = [(18, 240), (15, 238), (19, 250), (20, 248)]
    shares = did_of_proportions(*cells)
    means = did_of_means(*(moments_of_share(*cell) for cell in cells))
    assert not isinstance(shares, NotEnoughData)
    assert not isinstance(means, NotEnoughData)
    assert means.difference == pytest.approx(shares.difference)
    assert means.robust_error == pytest.approx(shares.error, rel=0.01)


def test_means_without_spread_have_no_test():
    found = did_of_means(*(moments_of([value, value]) for value in (1.0, 2.0, 1.0, 1.0)))
    assert not isinstance(found, NotEnoughData)
    assert (found.difference, found.p_value) == (1.0, None)


def test_a_panel_is_held_against_the_mean_of_the_others():
    assert did_of_panel([5.0, 5.0, 9.0], [[1.0, 1.0, 2.0], [3.0, 3.0, 6.0]], 2) == pytest.approx(2.0)


def test_a_slope_is_that_of_scipy_and_a_line_is_known_exactly():
    from scipy.stats import linregress

    times, values = [0, 1, 2, 4, 5, 9], [0.3, 0.1, 0.6, 0.2, 0.9, 0.5]
    theirs: Any = linregress(times, values)
    found = slope_of(times, values)
    assert isinstance(found, Slope)
    assert (found.value, found.error, found.p_value) == pytest.approx(
        (theirs.slope, theirs.stderr, theirs.pvalue), rel=1e-9
    )
    assert slope_of([0, 1, 2], [1.0, 2.0, 3.0]) == NotEnoughData("fewer than four periods before", 3, 4)
    level = slope_of([0, 1, 2, 3], [2.0] * 4)
    assert level == Slope(0.0, 0.0, None)
