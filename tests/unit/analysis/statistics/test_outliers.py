"""Few large customers: drawn again."""

import numpy as np
import pytest

from analysis.results import NotEnoughData
from analysis.statistics.means import moments_of, welch_difference
from analysis.statistics.outliers import bootstrap_mean_difference

RANDOM = np.random.default_rng(11)
CONTROL, TREATMENT = RANDOM.exponential(10, 300), RANDOM.exponential(12, 250)


def test_for_normal_values_it_is_welchs_interval_and_the_same_for_the_same_seed():
    control, treatment = RANDOM.normal(10, 3, 60), RANDOM.normal(12, 5, 40)
    found, welch = (
        bootstrap_mean_difference(control, treatment, seed=1),
        welch_difference(moments_of(control), moments_of(treatment)),
    )
    assert (found.low, found.high) == pytest.approx((welch.low, welch.high), abs=0.06 * (welch.high - welch.low))
    assert found == bootstrap_mean_difference(control, treatment, seed=1)


def test_a_draw_of_nothing_but_zeros_does_not_shorten_the_interval():
    few = np.append(np.zeros(18), [5.0, 8.0])
    found = bootstrap_mean_difference(np.zeros(20), few, seed=3)
    welch = welch_difference(moments_of(np.zeros(20)), moments_of(few))
    assert isinstance(found, NotEnoughData) or found.high - found.low > welch.high - welch.low


def test_a_large_group_is_drawn_as_a_small_one_is():
    """Twelve copies of each customer: the interval of one copy is sqrt(12) times as wide, about the same middle."""
    large = bootstrap_mean_difference(np.repeat(CONTROL, 12), np.repeat(TREATMENT, 12), seed=2)
    welch = welch_difference(moments_of(np.repeat(CONTROL, 12)), moments_of(np.repeat(TREATMENT, 12)))
    assert (large.low, large.high) == pytest.approx((welch.low, welch.high), abs=0.05 * (welch.high - welch.low))


def test_where_nothing_varies_nothing_is_drawn():
    assert isinstance(bootstrap_mean_difference(np.ones(20), np.zeros(20), seed=1), NotEnoughData)
    assert isinstance(bootstrap_mean_difference(CONTROL[:9], TREATMENT, seed=1), NotEnoughData)
