"""Ratios of two sums over the same customers, such as MRR lost over MRR at start."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from analysis.results import Estimate, NotEnoughData
from analysis.statistics.proportions import z_value

REPLICATES = 999
MANY_CELLS = 2_000
"""From this many distinct (start, lost) pairs on, the bootstrap and the delta method agree and the latter is used."""


@dataclass(frozen=True)
class RatioSums:
    """Sums over customers: the parts (lost), the whole (at start), squares and product; n customers at start."""

    n: int
    part: float
    whole: float
    part_squared: float
    whole_squared: float
    part_by_whole: float


@dataclass(frozen=True)
class Cell:
    """`customers` customers, each with the same part and whole."""

    part: float
    whole: float
    customers: int


def delta_ratio(sums: RatioSums, *, confidence: float = 0.95) -> Estimate | NotEnoughData:
    """part / whole with the delta-method (linearised) interval for a ratio of means.

    Returns NotEnoughData when the whole is 0 or there are fewer than two customers.

    Source    Cochran (1977), Sampling Techniques, 3rd ed., section 6.3; Deng, Knoblich & Lu (2018), KDD.
    Checked   tea-tasting RatioOfMeans; bootstrap over customers in tests/unit/analysis/statistics.
    """
    if sums.whole <= 0 or sums.n < 2:
        return NotEnoughData("no recurring revenue at the start of the period", sums.n, 2)
    ratio = sums.part / sums.whole
    squares = sums.part_squared - 2 * ratio * sums.part_by_whole + ratio * ratio * sums.whole_squared
    error = sqrt(max(squares, 0.0) * sums.n / (sums.n - 1)) / sums.whole
    half = z_value(confidence) * error
    return Estimate(ratio, ratio - half, ratio + half, sums.n, "delta", confidence)


def bootstrap_ratio(
    sums: RatioSums, cells: Sequence[Cell], *, seed: int, confidence: float = 0.95
) -> Estimate | NotEnoughData:
    """part / whole with a seeded Poisson bootstrap over customers (percentile interval).

    cells  Customers with a part other than 0, grouped by equal values. All others enter the whole alone: the sum of
           their resampled amounts is drawn from its normal limit, whose mean and variance follow from `sums`.

    Each customer is drawn a Poisson(1) number of times, so a cell of k customers is drawn a Poisson(k) number.

    Returns NotEnoughData when the whole is 0 or there are fewer than two customers. No cell at all (nobody lost
    anything) gives no interval of this kind: low and high are None.

    Source    Hanley & MacGibbon (2006), Comput Methods Programs Biomed 83:57-62; Chamandy et al. (2012), Google.
    Checked   plain bootstrap over the customers' rows, tests/unit/analysis/statistics/test_ratios.py.
    """
    if sums.whole <= 0 or sums.n < 2:
        return NotEnoughData("no recurring revenue at the start of the period", sums.n, 2)
    ratio = sums.part / sums.whole
    if not cells:
        return Estimate(ratio, None, None, sums.n, "bootstrap", confidence)
    ratios = _replicates(sums, cells, np.random.default_rng(seed))
    tail = (1 - confidence) / 2
    low, high = np.quantile(ratios, [tail, 1 - tail])
    return Estimate(ratio, float(low), float(high), sums.n, "bootstrap", confidence)


def _replicates(sums: RatioSums, cells: Sequence[Cell], random: np.random.Generator) -> np.ndarray:
    part = np.array([c.part for c in cells])
    whole = np.array([c.whole for c in cells])
    count = np.array([c.customers for c in cells])
    drawn = random.poisson(count, size=(REPLICATES, len(cells)))
    rest = sums.whole - float(whole @ count)
    rest_squared = max(sums.whole_squared - float((whole * whole) @ count), 0.0)
    others = np.maximum(random.normal(rest, sqrt(rest_squared), REPLICATES), 0.0)
    total = drawn @ whole + others
    return (drawn @ part)[total > 0] / total[total > 0]
