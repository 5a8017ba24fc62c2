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
    control, treatment = moments_of([1.0, 2.0, 4.0, 9.0]), moments_of([5.0, 8.0, 7.0, 6.5, 9.5])
    assert balance_test([(control, treatment)]) == pytest.approx(welch_difference(control, treatment).p_value)


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
