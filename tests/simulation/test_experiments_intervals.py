"""Intervals of experiments hold the true effect as often as they say."""

from collections.abc import Iterator

import numpy as np
import pytest

from analysis.results import Comparison, Estimate
from analysis.statistics.balance import balance_test
from analysis.statistics.means import (
    cuped_difference,
    moments_of,
    moments_of_share,
    ratio_difference,
    welch_difference,
)
from analysis.statistics.outliers import bootstrap_mean_difference
from analysis.statistics.proportions import agresti_caffo_difference, score_difference
from analysis.statistics.relative_lift import relative_lift
from analysis.statistics.risk_ratios import risk_ratio


def share_held(found: Iterator[Comparison | Estimate], truth: float) -> float:
    return float(np.mean([low <= truth <= high for low, high in (one.limits for one in found)]))


@pytest.mark.parametrize("method", [score_difference, agresti_caffo_difference])
def test_two_proportions_of_small_groups_are_held_in_all_cases_together(method):
    """No simulation: every result of 15 and 25 customers, weighed by its probability, over a grid of true rates."""
    from scipy.stats import binom

    limits = np.array([[method(x, 15, y, 25).limits for y in range(26)] for x in range(16)])
    held = []
    for control in (0.05, 0.2, 0.5, 0.8):
        for treat in (0.02, 0.1, 0.35, 0.6, 0.9):
            inside = (limits[..., 0] <= treat - control) & (treat - control <= limits[..., 1])
            held.append(binom.pmf(range(16), 15, control) @ inside @ binom.pmf(range(26), 25, treat))
    assert np.mean(held) >= 0.95
    assert min(held) >= 0.92


@pytest.mark.parametrize("lift", [0.0, 0.3, 1.0])
def test_a_relative_lift_is_held_at_every_size_of_it(lift: float):
    """10 % of 1,000; limits over the control's mean alone held 0.953, 0.916 and 0.828 of these."""
    runs, random = 4_000, np.random.default_rng(3)
    control, treat = random.binomial(1_000, 0.1, runs), random.binomial(1_000, 0.1 * (1 + lift), runs)
    found = (risk_ratio(int(x), 1_000, int(y), 1_000) for x, y in zip(control, treat, strict=True))
    assert share_held(found, 1 + lift) == pytest.approx(0.951, abs=0.01)


def test_so_it_is_with_money():
    random = np.random.default_rng(4)
    draws = ((random.gamma(2, 10, 200), random.gamma(2, 15, 150)) for _ in range(250))
    found = (relative_lift(moments_of(control), moments_of(treat)) for control, treat in draws)
    assert share_held(found, 0.5) == pytest.approx(0.95, abs=0.041)


@pytest.mark.parametrize("rho", [0.3, 0.9])
def test_cuped_leaves_one_less_rho_squared_of_the_variance_and_holds_the_effect(rho: float):
    runs, n, effect = 150, 400, 5.0
    random = np.random.default_rng(int(rho * 10))
    before = random.normal(100, 20, (runs, 2, n))
    value = 50 + rho * (before - 100) + np.sqrt(1 - rho**2) * random.normal(0, 20, (runs, 2, n))
    value[:, 1] += effect
    found = [
        cuped_difference(*(moments_of(value[i, arm], before=before[i, arm]) for arm in (0, 1))) for i in range(runs)
    ]
    assert np.mean([one.shrink for one in found]) == pytest.approx(rho**2, abs=0.01)
    assert share_held((one.difference for one in found), effect) == pytest.approx(0.95, abs=0.053)
    errors = [one.difference.error for one in found]
    assert np.std([one.difference.difference for one in found]) == pytest.approx(np.mean(errors), rel=0.18)


def test_customers_assigned_in_groups_are_held_by_the_ratio_and_not_by_welch():
    """60 companies of 5 to 40 seats; what is common to a company makes half of the variance."""
    runs, random = 300, np.random.default_rng(6)
    of_groups, of_seats = [], []
    for _ in range(runs):
        seats = random.integers(5, 41, (2, 30))
        sums = seats * random.normal(10, 2, (2, 30)) + random.normal(0, 2 * np.sqrt(seats))
        of_groups.append(ratio_difference(*(moments_of(sums[arm], per=seats[arm]) for arm in (0, 1))))
        # As many seats with as much spread, taken for independent ones: 2 * 4 of variance each.
        of_seats.append(abs(of_groups[-1].difference) <= 1.96 * np.sqrt((8 / seats.sum(axis=1)).sum()))
    assert share_held(iter(of_groups), 0.0) == pytest.approx(0.95, abs=0.038)
    assert np.mean(of_seats) < 0.65


def test_customers_drawn_again_hold_the_difference_of_skewed_money():
    """Log-normal amounts that a third of 30 customers pay, 500 times. BCa held 0.89 of these."""
    n, runs = 30, 500
    random = np.random.default_rng(5)
    paid = np.exp(random.normal(4, 0.8, (runs, 2, n))) * (random.random((runs, 2, n)) < 0.33)
    found = (bootstrap_mean_difference(*pair, seed=1) for pair in paid)
    assert share_held(found, 0.0) >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / runs)


def test_welch_holds_rare_large_payments_from_hundreds_of_customers_on():
    runs, random = 600, np.random.default_rng(20261123)
    paid = np.exp(random.normal(5, 1, (runs, 2, 300))) * (random.random((runs, 2, 300)) < 0.2)
    found = (welch_difference(*map(moments_of, pair)) for pair in paid)
    assert share_held(found, 0.0) >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / runs)


def test_groups_made_by_chance_are_seldom_called_unlike_though_columns_depend_on_each_other():
    """Three attributes, four values each, of which the second and third follow the first."""
    runs, n, random = 1_500, 200, np.random.default_rng(12)
    alarms = []
    for _ in range(runs):
        first = random.integers(0, 4, 2 * n)
        columns = [np.where(random.random(2 * n) < own, random.integers(0, 4, 2 * n), first) for own in (0, 0.2, 0.5)]
        counts = np.array(
            [np.bincount(c[:n], minlength=4) for c in columns] + [np.bincount(c[n:], minlength=4) for c in columns]
        )
        pairs = [
            (moments_of_share(int(x), n), moments_of_share(int(y), n))
            for x, y in zip(counts[:3].flat, counts[3:].flat, strict=True)
        ]
        alarms.append(balance_test(pairs))
    for level in (0.05, 0.01):
        assert np.mean(np.array(alarms) < level) <= level * 1.2 + 3 * np.sqrt(level / runs)
