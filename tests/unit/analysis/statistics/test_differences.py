"""Differences of two estimates from their own intervals."""

from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as some

from analysis.results import Estimate
from analysis.statistics.differences import mover_difference
from analysis.statistics.proportions import newcombe_difference, wilson_interval


@given(some.integers(1, 400), some.integers(1, 400), some.data())
def test_for_two_proportions_it_is_newcombes_hybrid_interval(n_a: int, n_b: int, data: some.DataObject):
    lost_a, lost_b = data.draw(some.integers(0, n_a)), data.draw(some.integers(0, n_b))
    ours = mover_difference(wilson_interval(lost_a, n_a), wilson_interval(lost_b, n_b))
    newcombe = newcombe_difference(lost_a, n_a, lost_b, n_b)
    assert (ours.difference, ours.low, ours.high) == pytest.approx(
        (newcombe.difference, newcombe.low, newcombe.high), abs=1e-12
    )


def test_newcombes_table_ii_example_56_of_70_against_48_of_80_comes_out():
    """Newcombe (1998), Statistics in Medicine 17:873-890, Table II, method 10, contrast (a): 0.0524 to 0.3339."""
    found = mover_difference(wilson_interval(48, 80), wilson_interval(56, 70))
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)


def test_without_an_interval_on_one_side_nothing_is_said():
    assert mover_difference(Estimate(1.0, None, None, 10, "mean"), wilson_interval(1, 10)) is None


def test_two_shares_are_tested_as_two_proportions():
    """Hand calculation: 30 of 100 against 20 of 100, pooled 0.25, z = 0.1 / sqrt(0.25 x 0.75 x 0.02) = 1.632993."""
    found = mover_difference(wilson_interval(20, 100), wilson_interval(30, 100))
    assert found.p_value == pytest.approx(2 * (1 - NormalDist().cdf(1.6329932)), rel=1e-6)


def test_two_normal_rates_of_money_are_tested_by_their_standard_errors():
    """Hand calculation: standard errors 0.01 and 0.02 make z = 0.05 / sqrt(0.0005) = 2.236068."""
    z = NormalDist().inv_cdf(0.975)
    a = Estimate(0.10, 0.10 - z * 0.01, 0.10 + z * 0.01, 900, "delta")
    b = Estimate(0.15, 0.15 - z * 0.02, 0.15 + z * 0.02, 900, "delta")
    assert mover_difference(a, b).p_value == pytest.approx(2 * (1 - NormalDist().cdf(2.236068)), rel=1e-5)
    assert mover_difference(b, a).p_value == mover_difference(a, b).p_value


@given(*[some.floats(0.001, 0.4)] * 6)
def test_the_p_value_of_money_is_small_exactly_when_its_interval_leaves_out_zero(
    value_a: float, down_a: float, up_a: float, value_b: float, down_b: float, up_b: float
):
    a = Estimate(value_a, value_a - down_a, value_a + up_a, 50, "bootstrap")
    b = Estimate(value_b, value_b - down_b, value_b + up_b, 50, "bootstrap")
    found = mover_difference(a, b)
    if abs(found.p_value - 0.05) > 1e-9:
        assert (found.p_value < 0.05) == (found.low > 0 or found.high < 0)
