"""Few large customers: capped, trimmed, drawn again."""

import numpy as np
import pytest

from analysis.results import NotEnoughData
from analysis.statistics.means import moments_of, welch_difference
from analysis.statistics.outliers import bootstrap_mean_difference, capped, capped_difference, trimmed_difference

RANDOM = np.random.default_rng(11)
CONTROL, TREATMENT = RANDOM.exponential(10, 300), RANDOM.exponential(12, 250)


def test_one_huge_customer_is_cut_and_not_dropped():
    values = np.append(CONTROL, 50_000)
    cut = capped(values)
    assert (len(cut), cut.max()) == (301, np.quantile(values, 0.99))
    assert len(capped(np.array([]))) == 0
    whole = welch_difference(moments_of(values), moments_of(TREATMENT))
    found = capped_difference(values, TREATMENT)
    assert found.difference.error < whole.error / 5
    assert sum(found.above) == 6
    assert found.above[0] == (values > found.limit).sum()


def test_a_cap_that_leaves_nothing_is_said():
    rare = np.append(np.zeros(300), 5.0)
    assert isinstance(capped_difference(rare, rare), NotEnoughData)
    assert isinstance(capped_difference(np.array([]), np.array([])), NotEnoughData)
    assert isinstance(capped_difference(np.array([1.0]), TREATMENT), NotEnoughData)
    assert isinstance(trimmed_difference(rare, rare), NotEnoughData)
    assert isinstance(trimmed_difference(rare[:3], rare), NotEnoughData)


def test_trimmed_means_are_those_of_the_middle():
    found = trimmed_difference(np.append(CONTROL, 50_000), TREATMENT, share=0.02)
    middle = [np.sort(v)[k : len(v) - k].mean() for v, k in ((np.append(CONTROL, 50_000), 6), (TREATMENT, 5))]
    assert found.difference == pytest.approx(middle[1] - middle[0])
    assert found.low < found.difference < found.high < 10


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
