"""Intervals and tests for proportions against statsmodels and Newcombe's tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.results import Comparison, Estimate, NotEnoughData
from analysis.statistics.proportions import (
    fisher_exact_test,
    newcombe_difference,
    pooled_z_test,
    two_proportions_test,
    wilson_interval,
)

COUNTS = st.integers(0, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))).filter(lambda c: c[1] > 0)


@given(COUNTS, st.floats(0.5, 0.999))
def test_wilson_equals_statsmodels(counts: tuple[int, int], confidence: float):
    from statsmodels.stats.proportion import proportion_confint

    found = wilson_interval(*counts, confidence=confidence)
    assert isinstance(found, Estimate)
    low, high = proportion_confint(*counts, alpha=1 - confidence, method="wilson")
    assert (found.low, found.high) == pytest.approx((max(low, 0), min(high, 1)), abs=1e-12)


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    # Newcombe (1998), Statistics in Medicine 17:857-872, Table I, method 3
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_equals_newcombes_table(successes: int, n: int, low: float, high: float):
    found = wilson_interval(successes, n)
    assert isinstance(found, Estimate)
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


@given(COUNTS)
def test_the_interval_holds_the_value_and_stays_within_0_and_1(counts: tuple[int, int]):
    found = wilson_interval(*counts)
    assert isinstance(found, Estimate)
    assert found.low is not None
    assert found.high is not None
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_a_share_of_nobody_is_not_enough_data():
    assert isinstance(wilson_interval(0, 0), NotEnoughData)


def test_more_lost_than_there_were_is_a_bug():
    with pytest.raises(ValueError, match="11 of 10"):
        wilson_interval(11, 10)


@given(COUNTS, COUNTS)
def test_newcombe_equals_statsmodels(a: tuple[int, int], b: tuple[int, int]):
    from statsmodels.stats.proportion import confint_proportions_2indep

    found = newcombe_difference(*a, *b)
    assert isinstance(found, Comparison)
    low, high = confint_proportions_2indep(*b, *a, method="newcomb", compare="diff")
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-9)


@given(COUNTS, COUNTS)
def test_swapping_the_groups_flips_the_sign_only(a: tuple[int, int], b: tuple[int, int]):
    one, other = newcombe_difference(*a, *b), newcombe_difference(*b, *a)
    assert isinstance(one, Comparison)
    assert isinstance(other, Comparison)
    assert one.difference == pytest.approx(-other.difference)
    assert one.p_value == pytest.approx(other.p_value)


def test_the_p_value_equals_statsmodels_pooled_z_test():
    from statsmodels.stats.proportion import proportions_ztest

    found = newcombe_difference(100, 1000, 130, 1000)
    assert isinstance(found, Comparison)
    assert found.p_value == pytest.approx(proportions_ztest([130, 100], [1000, 1000])[1], rel=1e-9)


def test_no_p_value_is_made_up_when_nobody_left():
    found = newcombe_difference(0, 10, 0, 20)
    assert isinstance(found, Comparison)
    assert found.p_value is None
    assert isinstance(newcombe_difference(0, 0, 1, 20), NotEnoughData)


def test_a_p_value_far_out_is_small_and_not_nothing():
    found = newcombe_difference(1_000, 10_000, 1_900, 10_000)
    assert isinstance(found, Comparison)
    assert found.p_value is not None
    assert 0 < found.p_value < 1e-50


def test_fishers_lady_tasting_tea_comes_out():
    """Published: Fisher (1935), 3 of 4 cups right against 1 of 4: 34 of 70 tables are as unlikely or more."""
    assert fisher_exact_test(1, 4, 3, 4) == pytest.approx(34 / 70)


@given(st.integers(1, 60), st.integers(1, 60), st.data())
def test_the_exact_test_equals_scipys(start_a: int, start_b: int, data: st.DataObject):
    """Independent implementation: scipy fisher_exact."""
    from scipy.stats import fisher_exact

    lost_a, lost_b = data.draw(st.integers(0, start_a)), data.draw(st.integers(0, start_b))
    expected = fisher_exact([[lost_a, start_a - lost_a], [lost_b, start_b - lost_b]]).pvalue
    assert fisher_exact_test(lost_a, start_a, lost_b, start_b) == pytest.approx(expected, rel=1e-5)


def test_with_few_expected_the_test_of_two_proportions_is_exact_and_with_many_the_pooled_z():
    """Hand calculation of the expected losses: 5 x 100 / 200 = 2.5 and 50 x 100 / 200 = 25. Fisher for 0 of 100 against
    5 of 100 is published with the golden case propdiff-nc-zero: 0.059."""
    assert two_proportions_test(0, 100, 5, 100) == fisher_exact_test(0, 100, 5, 100) == pytest.approx(0.0592, abs=5e-4)
    assert two_proportions_test(20, 100, 30, 100) == pooled_z_test(20, 100, 30, 100)
    assert two_proportions_test(0, 50, 0, 40) == 1.0
