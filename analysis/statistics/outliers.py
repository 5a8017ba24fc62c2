"""Does the effect hang on a few customers? Values capped, trimmed, or customers drawn again."""

from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np

from analysis.results import Comparison, NotEnoughData
from analysis.statistics.means import MeanDifference, moments_of, welch_difference
from analysis.statistics.proportions import MIN_CUSTOMERS

REPLICATES = 1_999
DRAWN_ONE_BY_ONE = 2_000
"""Customers of a group that are drawn one by one: those farthest from the mean. The rest, if any, are so many and so
near that the sum of what is drawn of them is normal."""


@dataclass(frozen=True)
class CappedDifference:
    """The difference with values above `limit` set to it; `above`: how many that are, control and treatment."""

    difference: MeanDifference
    limit: float
    above: tuple[int, int]


def capped(values: np.ndarray, share: float = 0.99) -> np.ndarray:
    """The values with those above their quantile `share` set to it (winsorised above); nobody is dropped.

    Source    Tukey (1962), Annals of Mathematical Statistics 33:1-67.
    """
    return np.minimum(values, np.quantile(values, share)) if len(values) else values


def capped_difference(
    control: np.ndarray, treatment: np.ndarray, *, share: float = 0.99, confidence: float = 0.95
) -> CappedDifference | NotEnoughData:
    """Welch's difference of two means with values capped at one limit, the quantile of both groups together.

    Returns NotEnoughData as Welch, and where the cap leaves nothing that varies, as of payments few customers make.

    Use not   as the effect in money: what is cut off was paid. It says whether the effect hangs on the largest.
    """
    both = np.concatenate([control, treatment])
    if not len(both):
        return NotEnoughData("no customers in one of the groups", 0, 1)
    limit = float(np.quantile(both, share))
    found = welch_difference(
        moments_of(np.minimum(control, limit)), moments_of(np.minimum(treatment, limit)), confidence=confidence
    )
    if isinstance(found, NotEnoughData):
        return found
    if not found.error:
        return NotEnoughData("nothing varies in either group", 0, 1)
    return CappedDifference(found, limit, (int((control > limit).sum()), int((treatment > limit).sum())))


def trimmed_difference(
    control: np.ndarray, treatment: np.ndarray, *, share: float = 0.01, confidence: float = 0.95
) -> Comparison | NotEnoughData:
    """Difference of two means, each without its smallest and its largest `share` of values, by Yuen's test.

    Returns NotEnoughData below 10 customers in a group or where nothing else varies.

    Use not   as the effect: the mean of the customers in the middle is another one.
    Source    Yuen (1974), Biometrika 61:165-170.
    Checked   scipy computes it.
    """
    short = _too_few(control, treatment)
    if short is not None:
        return short
    kept = [np.sort(values)[(cut := int(share * len(values))) : len(values) - cut] for values in (control, treatment)]
    if not any(np.ptp(values) for values in kept):
        return NotEnoughData("nothing varies in either group", 0, 1)
    from scipy import stats

    # Its stubs know neither a trim below 1 nor the p-value.
    ttest_ind: Any = stats.ttest_ind
    found = ttest_ind(treatment, control, equal_var=False, trim=share)
    limits = found.confidence_interval(confidence)
    difference = float(kept[1].mean() - kept[0].mean())
    return Comparison(difference, float(limits.low), float(limits.high), float(found.pvalue), "yuen", confidence)


def bootstrap_mean_difference(
    control: np.ndarray, treatment: np.ndarray, *, seed: int, confidence: float = 0.95
) -> Comparison | NotEnoughData:
    """Difference of two means, treatment minus control, with the BCa bootstrap interval over customers.

    control, treatment  One value per customer.  seed  Of the 1,999 draws: the same one gives the same interval.

    Each group is drawn from with replacement; of a large one the customers farthest from the mean are drawn one by
    one (a Poisson number of times each) and the sum of the others from its normal limit. The acceleration comes from
    the influence of each customer, which for means needs no jackknife. There is no p-value: that is Welch's.

    Returns NotEnoughData below 10 customers in a group, or where nothing varies in either.

    Assumes   customers independent of each other.
    Source    Efron (1987), JASA 82:171-185; Hanley & MacGibbon (2006), Comput Methods Programs Biomed 83:57-62.
    Checked   scipy bootstrap(method="BCa"); coverage in tests/simulation.
    """
    short = _too_few(control, treatment)
    if short is not None:
        return short
    influence = np.concatenate(
        [(control.mean() - control) / len(control), (treatment - treatment.mean()) / len(treatment)]
    )
    squared = float(influence @ influence)
    if squared <= 0:
        return NotEnoughData("nothing varies in either group", 0, 1)
    random = np.random.default_rng(seed)
    drawn = _replicates(treatment, random) - _replicates(control, random)
    difference = float(treatment.mean() - control.mean())
    acceleration = float((influence**3).sum()) / (6 * squared**1.5)
    low, high = _bca_limits(drawn, difference, acceleration, confidence)
    return Comparison(difference, low, high, None, "bca bootstrap", confidence)


def _bca_limits(drawn: np.ndarray, value: float, acceleration: float, confidence: float) -> tuple[float, float]:
    from scipy.special import ndtr, ndtri

    # Half of the ties, which discrete values make; never all or none, whose quantile has no end.
    below = ((drawn < value).sum() + (drawn == value).sum() / 2) / len(drawn)
    bias = ndtri(np.clip(below, 1 / len(drawn), 1 - 1 / len(drawn)))
    z = bias + ndtri(np.array([(1 - confidence) / 2, (1 + confidence) / 2]))
    low, high = np.quantile(drawn, ndtr(bias + z / (1 - acceleration * z)))
    return float(low), float(high)


def _replicates(values: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Means of as many customers as there are, drawn with replacement."""
    n, mean = len(values), float(values.mean())
    if n <= DRAWN_ONE_BY_ONE:
        return values[random.integers(0, n, (REPLICATES, n))].mean(axis=1)
    apart = values - mean
    order = np.argpartition(-np.abs(apart), DRAWN_ONE_BY_ONE)
    far, near = apart[order[:DRAWN_ONE_BY_ONE]], apart[order[DRAWN_ONE_BY_ONE:]]
    times = random.poisson(1.0, (REPLICATES, len(far)))
    total, squares = float(near.sum()), float(near @ near)
    how_many = random.normal(len(near), sqrt(len(near)), REPLICATES)
    # Given how many are drawn, their sum has this mean and what is left of its variance.
    rest = sqrt(max(0.0, squares - total * total / len(near)))
    sums = how_many * (total / len(near)) + random.normal(0, 1, REPLICATES) * rest
    return mean + (times @ far + sums) / (times.sum(axis=1) + how_many)


def _too_few(control: np.ndarray, treatment: np.ndarray) -> NotEnoughData | None:
    fewest = min(len(control), len(treatment))
    if fewest < MIN_CUSTOMERS:
        return NotEnoughData("too few customers in one of the groups", fewest, MIN_CUSTOMERS)
    return None
