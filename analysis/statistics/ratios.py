"""Ratios of two sums over the same customers, such as MRR lost over MRR at start."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

from analysis.results import Estimate, NotEnoughData
from analysis.statistics.proportions import score_limits, z_value

REPLICATES = 999
MANY_CUSTOMERS = 2_000
"""From this many customers with a part other than 0 on, the bootstrap and the delta method agree (to 3 % of the
interval's width on skewed amounts) and the latter is used: it needs sums only, no customers one by one."""


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

    A share gets no shorter an interval than by `bootstrap_ratio`, for the same reason.

    Returns NotEnoughData when the whole is 0 or there are fewer than two customers.

    Source    Cochran (1977), Sampling Techniques, 3rd ed., section 6.3; Deng, Knoblich & Lu (2018), KDD.
    Checked   tea-tasting RatioOfMeans; bootstrap over customers in tests/unit/analysis/statistics.
    """
    if sums.whole <= 0 or sums.n < 2:
        return NotEnoughData("no recurring revenue at the start of the period", sums.n, 2)
    ratio = sums.part / sums.whole
    half = z_value(confidence) * _linearised_error(sums)
    low, high = _no_shorter_than_wilson(sums, ratio - half, ratio + half, confidence)
    return Estimate(ratio, low, high, sums.n, "delta", confidence)


def _linearised_error(sums: RatioSums) -> float:
    ratio = sums.part / sums.whole
    squares = sums.part_squared - 2 * ratio * sums.part_by_whole + ratio * ratio * sums.whole_squared
    return sqrt(max(squares, 0.0) * sums.n / (sums.n - 1)) / sums.whole


def _no_shorter_than_wilson(sums: RatioSums, low: float, high: float, confidence: float) -> tuple[float, float]:
    """Limits widened to what the amounts left behind allow (see `bootstrap_ratio`), where the ratio is a share."""
    ratio = sums.part / sums.whole
    if not 0 <= ratio <= 1 or sums.whole_squared <= 0:
        return low, high
    least, most = score_limits(ratio, sums.whole**2 / sums.whole_squared, confidence=confidence)
    return min(low, least), max(high, most)


def bootstrap_ratio(
    sums: RatioSums, cells: Sequence[Cell], *, seed: int, confidence: float = 0.95
) -> Estimate | NotEnoughData:
    """part / whole with a seeded Poisson bootstrap over customers (percentile interval).

    cells  Customers with a part other than 0, grouped by equal values. All others enter the whole alone: the sum of
           their resampled amounts is drawn from a gamma distribution of the same mean and variance (see `sums`).

    Each customer is drawn a Poisson(1) number of times, so a cell of k customers is drawn a Poisson(k) number. A
    resample cannot know that a large customer might leave who did not, so a share (0 to 1) never gets a shorter
    interval than Wilson's at the effective number of customers whole^2 / sum of squares: 0.95 covered 0.69 to 0.94
    without it, in simulations of skewed amounts.

    Returns NotEnoughData when the whole is 0: there is nothing to take a share of.

    Source    Hanley & MacGibbon (2006), Comput Methods Programs Biomed 83:57-62; Chamandy et al. (2012), Google;
              Kish (1965), Survey Sampling, 8.2, for the effective number.
    Checked   plain bootstrap over the customers' rows, tests/unit/analysis/statistics/test_ratios.py; coverage in
              tests/simulation/test_money_intervals.py.
    """
    if sums.whole <= 0:
        return NotEnoughData("no recurring revenue at the start of the period", 0, 1)
    ratio = sums.part / sums.whole
    low, high = _no_shorter_than_wilson(sums, *_percentiles(sums, cells, seed, confidence), confidence)
    return Estimate(ratio, low, high, sums.n, "bootstrap", confidence)


def _percentiles(sums: RatioSums, cells: Sequence[Cell], seed: int, confidence: float) -> tuple[float, float]:
    ratio = sums.part / sums.whole
    if not cells:
        return ratio, ratio
    ratios = _replicates(sums, cells, np.random.default_rng(seed))
    tail = (1 - confidence) / 2
    low, high = np.quantile(ratios, [tail, 1 - tail])
    return float(low), float(high)


def _replicates(sums: RatioSums, cells: Sequence[Cell], random: np.random.Generator) -> np.ndarray:
    part = np.array([c.part for c in cells])
    whole = np.array([c.whole for c in cells])
    count = np.array([c.customers for c in cells])
    drawn = random.poisson(count, size=(REPLICATES, len(cells)))
    rest = sums.whole - float(whole @ count)
    rest_squared = max(sums.whole_squared - float((whole * whole) @ count), 0.0)
    # Gamma, not normal: a sum of few large amounts is skewed and never negative.
    if rest > 0 and rest_squared > 0:
        others = random.gamma(rest * rest / rest_squared, rest_squared / rest, REPLICATES)
    else:
        others = np.full(REPLICATES, max(rest, 0.0))
    total = drawn @ whole + others
    return (drawn @ part)[total > 0] / total[total > 0]
