"""Intervals of survival and restricted means cover what they promise; the log-rank test rejects as often as it may."""

import numpy as np
import pytest

from analysis.statistics.log_rank import LogRank, log_rank
from analysis.statistics.survival import (
    LifeCounts,
    RestrictedMean,
    SurvivalCurve,
    kaplan_meier,
    life_counts,
    restricted_mean,
    survival_at,
)

RUNS = 2_000


def some_lives(random: np.random.Generator, n: int, mean: float = 20.0) -> LifeCounts:
    """Whole months with many ties; half of the customers are censored by when they came."""
    left, seen = np.ceil(random.exponential(mean, n)), np.ceil(random.uniform(6, 36, n))
    return life_counts(np.minimum(left, seen), left <= seen)


@pytest.mark.parametrize("n", [50, 400])
def test_limits_of_survival_and_of_the_restricted_mean_cover_95_percent(n: int):
    random = np.random.default_rng(n)
    true_share = np.exp(-12 / 20)
    true_mean = sum(np.exp(-t / 20) for t in range(24))
    shares = means = 0
    for _ in range(RUNS):
        curve = kaplan_meier(some_lives(random, n))
        assert isinstance(curve, SurvivalCurve)
        share, mean = survival_at(curve, 12), restricted_mean(curve, 24)
        assert isinstance(mean, RestrictedMean)
        shares += share.low <= true_share <= share.high
        means += mean.low <= true_mean <= mean.high
    assert 0.93 <= shares / RUNS <= 0.97
    assert 0.93 <= means / RUNS <= 0.97


def test_groups_without_a_difference_are_told_apart_in_5_of_100():
    random = np.random.default_rng(3)
    found = [log_rank([some_lives(random, n) for n in (40, 60, 90)]) for _ in range(RUNS)]
    rejected = sum(isinstance(test, LogRank) and test.p_value < 0.05 for test in found)
    # Twice the Monte Carlo error of so many runs.
    assert abs(rejected / RUNS - 0.05) < 2 * (0.05 * 0.95 / RUNS) ** 0.5
