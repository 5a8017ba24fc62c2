"""Alike before, or not."""

from math import inf

import numpy as np
import pytest

from analysis.results import NotEnoughData
from analysis.statistics.balance import balance_test, standardised_difference
from analysis.statistics.means import moments_of, moments_of_share, welch_difference


def test_the_standardised_difference_is_that_of_the_textbook():
    control, treatment = moments_of([1.0, 2.0, 3.0]), moments_of([3.0, 5.0, 7.0])
    assert standardised_difference(control, treatment) == pytest.approx(3 / np.sqrt((1 + 4) / 2))
    assert standardised_difference(moments_of([2.0]), moments_of([2.0, 2.0])) == 0
    assert standardised_difference(moments_of([2.0]), moments_of([1.0, 1.0])) == -inf


def test_one_column_alone_has_its_own_p_value():
    from scipy.stats import ttest_ind

    control, treatment = [1.0, 2.0, 4.0, 9.0], [5.0, 8.0, 7.0, 6.5, 9.5]
    found = balance_test([(moments_of(control), moments_of(treatment))])
    assert found == pytest.approx(ttest_ind(control, treatment).pvalue)


def test_a_small_group_of_a_skewed_figure_seems_unlike_less_often_than_by_its_own_variance():
    """20 of 200 get the offer. At p < 0.001 chance alone is refused more often than that by either; by far less here."""
    random, runs = np.random.default_rng(12), 1_000
    paid = np.exp(random.normal(3, 1, (runs, 200)))
    pairs = [(moments_of(row[20:]), moments_of(row[:20])) for row in paid]
    mine = np.mean([balance_test([pair]) < 0.001 for pair in pairs])
    own = np.mean([welch_difference(*pair).p_value < 0.001 for pair in pairs])
    assert mine < 0.7 * own


def test_a_region_only_one_group_has_is_no_chance():
    apart = (moments_of_share(0, 40), moments_of_share(40, 40))
    alike = (moments_of_share(11, 40), moments_of_share(11, 40))
    assert balance_test([apart, alike, alike]) < 1e-15
    constant = (moments_of([10.0] * 40), moments_of([20.0] * 40))
    assert balance_test([constant]) < 1e-15
    assert balance_test([alike] * 5) > 0.9


def test_nothing_known_is_no_balance():
    assert isinstance(balance_test([]), NotEnoughData)
    assert isinstance(balance_test([(moments_of_share(0, 9), moments_of_share(0, 9))]), NotEnoughData)
    assert isinstance(balance_test([(moments_of([4.0]), moments_of([1.0, 2.0]))]), NotEnoughData)
    assert isinstance(balance_test([(moments_of([4.0] * 3), moments_of([4.0] * 2))]), NotEnoughData)
