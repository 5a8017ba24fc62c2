"""Intervals of money rates hold what they promise where amounts are skewed and losses few."""

import numpy as np

from analysis.results import Estimate
from analysis.statistics.ratios import Cell, RatioSums, bootstrap_ratio

RUNS = 300


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
