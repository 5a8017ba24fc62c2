"""Intervals of money rates hold what they promise where amounts are skewed and losses few."""

import numpy as np

from analysis.metrics.churn import net_mrr_churn_rate
from analysis.results import Estimate
from analysis.statistics.ratios import Cell, RatioSums, bootstrap_ratio

RUNS = 300


def the_rate(part: np.ndarray, start: np.ndarray, seed: int) -> Estimate:
    squares = (part**2).sum(), (start**2).sum(), (part * start).sum()
    sums = RatioSums(len(start), part.sum(), start.sum(), *squares)
    cells = [Cell(float(p), float(s), 1) for p, s in zip(part, start, strict=True) if p]
    found = bootstrap_ratio(sums, cells, seed=seed)
    assert isinstance(found, Estimate)
    return found


def test_the_true_net_rate_lies_inside_where_its_own_interval_misses_it_too_often():
    # 2 % leave, 3 % pay 30 % less, 5 % pay 30 % more: 0.02 + 0.009 - 0.015.
    random, true = np.random.default_rng(20261122), 0.014
    inside = {"own": 0, "widened": 0}
    for run in range(RUNS):
        start, chance = random.lognormal(8, 1, 200), random.random(200)
        lost = np.select([chance < 0.02, chance < 0.05], [start, 0.3 * start], 0.0)
        gained = np.where(chance > 0.95, 0.3 * start, 0.0)
        own = the_rate(lost - gained, start, run)
        widened = net_mrr_churn_rate(own, the_rate(lost, start, run))
        for name, found in (("own", own), ("widened", widened)):
            assert isinstance(found, Estimate)
            assert found.low is not None
            assert found.high is not None
            inside[name] += found.low <= true <= found.high
    assert inside["own"] / RUNS < 0.9
    assert inside["widened"] / RUNS > 0.92


def test_the_true_rate_lies_inside_where_a_plain_bootstrap_covers_four_in_five():
    random = np.random.default_rng(20261122)
    inside = 0
    for run in range(RUNS):
        start = random.lognormal(8, 1, 200)
        lost = np.where(random.random(200) < 0.02, start, 0.0)
        sums = RatioSums(200, lost.sum(), start.sum(), (lost**2).sum(), (start**2).sum(), (lost * start).sum())
        cells = [Cell(float(x), float(x), 1) for x in lost if x]
        found = bootstrap_ratio(sums, cells, seed=run)
        assert isinstance(found, Estimate)
        assert found.low is not None
        assert found.high is not None
        inside += found.low <= 0.02 <= found.high
    assert inside / RUNS > 0.92
