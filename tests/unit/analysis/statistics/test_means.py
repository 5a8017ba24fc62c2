"""Means of two groups from moments: Welch, CUPED, ratios, and what is said where nothing can be tested."""

import numpy as np
import pytest

from analysis.results import NotEnoughData
from analysis.statistics.means import (
    cuped_difference,
    moments_of,
    moments_of_share,
    ratio_difference,
    welch_difference,
)
from analysis.statistics.relative_lift import delta_lift, fieller_lift, relative_lift

RANDOM = np.random.default_rng(20261123)
LEFT, RIGHT = RANDOM.gamma(0.3, 50, 40), RANDOM.gamma(0.3, 60, 90)


def test_it_is_scipys_welch_test():
    from scipy import stats

    found, theirs = welch_difference(moments_of(LEFT), moments_of(RIGHT)), stats.ttest_ind(RIGHT, LEFT, equal_var=False)
    limits = theirs.confidence_interval(0.95)
    assert (found.low, found.high, found.p_value) == pytest.approx((limits.low, limits.high, theirs.pvalue), rel=1e-9)
    assert (found.statistic, found.df) == pytest.approx((theirs.statistic, theirs.df), rel=1e-9)


def test_large_means_cost_no_digits():
    """NIST NumAcc4: the standard deviation is 0.1 exactly, and sums of squares find none."""
    rows = np.array([10_000_000.2] + [10_000_000.1, 10_000_000.3] * 500)
    found = welch_difference(moments_of(rows), moments_of(rows + 1))
    assert found.difference == pytest.approx(1)
    assert found.error == pytest.approx(0.1 * np.sqrt(2 / 1001), rel=1e-6)


def test_where_nothing_varies_there_is_a_difference_but_no_test():
    found = welch_difference(moments_of([7.1] * 30), moments_of([7.3] * 20))
    assert found.difference == pytest.approx(0.2)
    assert (found.low, found.high, found.p_value, found.statistic) == (None, None, None, None)
    one_varies = welch_difference(moments_of([0.0] * 5), moments_of([1.0, 2.0, 3.0]))
    assert one_varies.df == pytest.approx(2)
    assert isinstance(welch_difference(moments_of([1.0]), moments_of(LEFT)), NotEnoughData)
    assert isinstance(welch_difference(moments_of([]), moments_of(LEFT)), NotEnoughData)


def test_p_values_far_out_are_small_and_not_zero():
    rows = np.arange(1000.0) % 2
    assert 0 < welch_difference(moments_of(rows), moments_of(rows + 0.6)).p_value < 1e-100


def test_a_share_has_the_moments_of_its_rows():
    rows = np.repeat([1.0, 0.0], [3, 8])
    found, expected = moments_of_share(3, 11), moments_of(rows)
    assert found.variance["value"] == pytest.approx(expected.variance["value"])
    assert (found.n, found.mean, found.least, found.most) == (11, expected.mean, 0, 1)


def test_cuped_is_the_regression_on_what_was_before():
    from scipy import stats

    before = RANDOM.normal(10, 3, 130)
    value = before * 2 + RANDOM.normal(0, 1, 130)
    found = cuped_difference(moments_of(value[:40], before=before[:40]), moments_of(value[40:], before=before[40:]))
    theta = np.cov(value, before)[0, 1] / before.var(ddof=1)
    adjusted = value - theta * before
    theirs = stats.ttest_ind(adjusted[40:], adjusted[:40], equal_var=False)
    assert found.theta == pytest.approx(theta)
    assert found.difference.p_value == pytest.approx(theirs.pvalue, rel=1e-6)
    assert 0.9 < found.shrink < 1


def test_without_a_past_cuped_is_welch():
    found = cuped_difference(moments_of(LEFT), moments_of(RIGHT))
    assert found.difference == found.unadjusted == welch_difference(moments_of(LEFT), moments_of(RIGHT))
    assert (found.theta, found.shrink) == (0, 0)
    one_arm_new = cuped_difference(moments_of(LEFT, before=0 * LEFT), moments_of(RIGHT, before=RIGHT))
    assert one_arm_new.theta > 0
    assert isinstance(cuped_difference(moments_of([1.0]), moments_of(RIGHT)), NotEnoughData)


def test_a_value_known_wholly_before_leaves_no_doubt():
    before = RANDOM.normal(10, 3, 60)
    found = cuped_difference(moments_of(before[:30], before=before[:30]), moments_of(before[30:], before=before[30:]))
    assert found.difference.p_value is None
    assert found.shrink == 1


def test_a_ratio_over_nothing_is_not_said():
    nothing = moments_of([1.0, 2.0], per=[0.0, 0.0])
    some = moments_of([1.0, 2.0], per=[1.0, 3.0])
    assert isinstance(ratio_difference(nothing, some), NotEnoughData)
    assert isinstance(ratio_difference(some, moments_of([1.0], per=[1.0])), NotEnoughData)
    same = moments_of([2.0, 4.0, 6.0], per=[1.0, 2.0, 3.0])
    assert ratio_difference(same, same).p_value is None


def test_fiellers_limits_are_the_ratios_the_means_just_do_not_rule_out():
    from scipy import stats

    control, treatment = moments_of(RIGHT), moments_of(LEFT - 30)
    found = relative_lift(control, treatment)
    assert found.method == "fieller"
    critical = stats.t.ppf(0.975, welch_difference(control, treatment).df)
    for limit in found.limits:
        ratio = 1 + limit
        error = np.sqrt(treatment.variance["value"] / 40 + ratio**2 * control.variance["value"] / 90)
        assert abs(treatment.mean["value"] - ratio * control.mean["value"]) / error == pytest.approx(critical)


def test_where_nobody_in_the_treatment_pays_all_is_lost_without_an_interval_of_no_width():
    found = relative_lift(moments_of(RIGHT), moments_of([0.0] * 20))
    assert (found.difference, found.low, found.high) == (-1, None, None)
    assert found.p_value < 0.01
    assert delta_lift(moments_of(RIGHT), moments_of([0.0] * 20)).p_value is None


def test_a_lift_needs_a_base_above_zero_and_something_that_varies():
    positive = moments_of(RIGHT)
    assert isinstance(relative_lift(moments_of(-RIGHT), positive), NotEnoughData)
    assert isinstance(relative_lift(moments_of([0.0] * 9), positive), NotEnoughData)
    assert isinstance(relative_lift(moments_of([2.0] * 9), moments_of([3.0] * 9)), NotEnoughData)
    assert isinstance(relative_lift(moments_of([2.0]), positive), NotEnoughData)
    unclear = moments_of([-10.0, 11.0, 2.0])
    assert isinstance(fieller_lift(unclear, positive), NotEnoughData)
    assert delta_lift(moments_of(LEFT), positive).method == "delta"
    assert isinstance(delta_lift(moments_of(-LEFT), positive), NotEnoughData)
    assert relative_lift(moments_of(LEFT), positive).method == "log ratio"
