"""Sizes, powers and smallest effects agree with each other, with statsmodels, and at their edges."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from analysis.results import NotEnoughData
from analysis.statistics.always_valid import critical_z
from analysis.statistics.power import (
    cohens_h,
    events_needed,
    further_customers,
    power_of_cohens_h,
    power_of_means,
    power_of_proportions,
    power_with_error,
    size_by_evan_miller,
    size_by_rule_of_16,
    size_for_means,
    size_for_proportions,
    smallest_effect_by_arcsine,
    smallest_effect_of_means,
    smallest_effect_of_proportions,
)


@given(some.floats(0.01, 0.6), some.floats(0.005, 0.3), some.floats(0.2, 0.8), some.floats(0.5, 0.95))
def test_the_size_has_the_power_and_its_smallest_effect(baseline: float, effect: float, share: float, power: float):
    plan = {"shares": (share, 1 - share), "alpha": 0.05}
    n = size_for_proportions(baseline, effect, power=power, **plan)
    assert power_of_proportions(n, baseline, effect, **plan) == pytest.approx(power)
    assert smallest_effect_of_proportions(n, baseline, power=power, **plan) == pytest.approx(effect, rel=1e-6)


@given(some.floats(0.05, 2), some.floats(0.2, 0.8), some.floats(0.5, 0.95))
def test_so_it_is_with_means(effect: float, share: float, power: float):
    plan = {"shares": (share, 1 - share), "alpha": 0.05}
    n = size_for_means(40.0, 40 * effect, power=power, **plan)
    assert power_of_means(n, 40, 40 * effect, **plan) == pytest.approx(power, abs=1e-9)
    assert smallest_effect_of_means(n, 40, power=power, **plan) == pytest.approx(40 * effect, rel=1e-6)


def test_statsmodels_needs_as_many_for_means_and_unequal_arms():
    from statsmodels.stats.power import NormalIndPower, TTestIndPower

    n = TTestIndPower().solve_power(effect_size=0.2, power=0.8, alpha=0.05, ratio=3)
    assert size_for_means(5, 1, shares=(1, 3)) == pytest.approx(n, rel=1e-5)
    power = NormalIndPower().power(cohens_h(0.3, 0.2), 90, 0.05, ratio=2)
    assert power_of_cohens_h(cohens_h(0.2, 0.3), 90, other=180) == pytest.approx(power)


def test_a_company_too_small_is_told_what_it_can_detect_or_that_it_can_nothing():
    assert 0.08 < smallest_effect_of_proportions(100, 0.1, direction="decrease") < 0.1
    assert isinstance(smallest_effect_of_proportions(30, 0.1, direction="decrease"), NotEnoughData)
    assert isinstance(smallest_effect_of_proportions(0, 0.1), NotEnoughData)
    assert isinstance(smallest_effect_of_proportions(50, 1.0), NotEnoughData)
    assert isinstance(smallest_effect_by_arcsine(20, 0.02, direction="decrease"), NotEnoughData)
    assert isinstance(smallest_effect_of_means(1, 5.0), NotEnoughData)
    assert smallest_effect_of_means(1.5, 5.0) > 50


def test_sure_rates_and_huge_effects_need_few():
    assert size_for_proportions(0, 0.01) > 300
    assert 0 < size_for_proportions(0, 1.0) < 5
    assert power_of_proportions(4, 0, 1.0) == 1
    assert size_for_means(1, 1_000) == 1.5
    assert power_of_means(2_000_000, 1, 0.01) == pytest.approx(1)


@pytest.mark.parametrize(
    "asked",
    [
        lambda: size_for_proportions(0.1, 0),
        lambda: size_for_proportions(0.1, 0.95),
        lambda: size_for_proportions(0.1, -0.2),
        lambda: size_by_evan_miller(0.1, 0),
        lambda: size_for_means(1, 0),
        lambda: size_for_means(0, 1),
        lambda: size_by_rule_of_16(1, 0),
        lambda: events_needed(1),
        lambda: events_needed(0.5, allocation=1),
    ],
)
def test_impossible_plans_are_refused(asked):
    with pytest.raises(ValueError, match=r"effect|ratio"):
        asked()


def test_how_many_more_customers_is_none_where_there_are_enough():
    assert further_customers(3.0, 1.0, lambda times: 1.96) == 0
    times = further_customers(1.0, 1.0, lambda times: critical_z(times, tuned_at=5)) + 1
    assert power_with_error(1.0, times**-0.5, critical_z(times, tuned_at=5)) == pytest.approx(0.8)
    assert isinstance(further_customers(1.0, 1.0, lambda times: 10 * times), NotEnoughData)
    assert power_with_error(1.0, 0.0, 1.96) == 1
