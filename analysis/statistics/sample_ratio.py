"""Do the variants hold as many customers as planned? Asked before anything else."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb, fsum

import numpy as np

from analysis.results import NotEnoughData
from analysis.statistics.proportions import FEW_EXPECTED

EXACT_BELOW = 1_000
"""Customers below which two arms are judged by the binomial distribution itself; chi-square agrees above."""
MANY_SPLITS = 300_000
"""Splits over three arms and more that are summed one by one; beyond, as many as DRAWS are drawn."""
DRAWS = 99_999
SEED = 20_261_123
SAME_CHANCE = 1 + 1e-7
"""Equally likely splits differ by rounding; R and SciPy allow them a relative 1e-7 too."""


@dataclass(frozen=True)
class SampleRatio:
    """Counts against the shares planned.

    chi2, df  Pearson's statistic over the arms with a share; the p-value is its own or, by `method`, exact.
    expected  Customers per arm, in the order given; 0 for an arm nobody is assigned to.
    method    chi-square, exact (binomial or multinomial), or simulated (few expected among very many splits).
    """

    p_value: float
    chi2: float
    df: int
    expected: tuple[float, ...]
    method: str


def sample_ratio_test(observed: Sequence[int], shares: Sequence[float]) -> SampleRatio | NotEnoughData:
    """Whether the sizes of the variants differ from the shares planned by more than chance.

    observed  Customers per variant, 0 or more.
    shares    What each was to get, in any unit (0.5 and 0.5, or 2 and 1); an arm of share 0 is left out.

    Exact for two arms below 1,000 customers and where fewer than 5 are expected in an arm; Pearson's chi-square
    otherwise. Below p = 0.001 nothing else of the experiment should be read.

    Returns NotEnoughData without customers, or with fewer than two arms that have a share.

    Assumes   each customer was assigned apart; for groups assigned together count the groups.
    Raises    ValueError for negative counts or shares.
    Source    Fabijan et al. (2019), KDD, 2156-2164; Kohavi, Tang & Xu (2020), ch. 21.
    Checked   scipy chisquare, R chisq.test and binom.test; golden area srm.
    """
    arms = _arms(observed, shares)
    if isinstance(arms, NotEnoughData):
        return arms
    counts, expected = arms
    n = int(counts.sum())
    few = (len(counts) == 2 and n < EXACT_BELOW) or float(expected.min()) < FEW_EXPECTED
    p_value, method = _exact(counts, expected / n) if few else (_tail(counts, expected), "chi-square")
    scale = n / sum(share for share in shares if share > 0)
    planned = tuple(share * scale for share in shares)
    return SampleRatio(p_value, _statistic(counts, expected), len(counts) - 1, planned, method)


def chi_square_p(observed: Sequence[int], shares: Sequence[float]) -> float | None:
    """Pearson's p-value whatever the size, to be compared with other programs; None where it cannot be made."""
    arms = _arms(observed, shares)
    return None if isinstance(arms, NotEnoughData) else _tail(*arms)


def exact_p(observed: Sequence[int], shares: Sequence[float]) -> float | None:
    """The exact p-value whatever the size: all splits as unlikely as the one seen, or more."""
    arms = _arms(observed, shares)
    return None if isinstance(arms, NotEnoughData) else _exact(arms[0], arms[1] / arms[0].sum())[0]


def _arms(observed: Sequence[int], shares: Sequence[float]) -> tuple[np.ndarray, np.ndarray] | NotEnoughData:
    """Counts and expected counts of the arms that have a share."""
    if len(observed) != len(shares) or min((*observed, *shares), default=0) < 0:
        raise ValueError("a sample ratio needs a count and a share per variant, none below 0")
    kept = [(n, share) for n, share in zip(observed, shares, strict=True) if share > 0]
    if len(kept) < 2:
        return NotEnoughData("a sample ratio needs two variants that customers are assigned to", len(kept), 2)
    counts, wanted = np.array([n for n, _ in kept]), np.array([share for _, share in kept], dtype=float)
    if not counts.sum():
        return NotEnoughData("no customers are assigned", 0, 1)
    return counts, counts.sum() * wanted / wanted.sum()


def _statistic(counts: np.ndarray, expected: np.ndarray) -> float:
    return float(((counts - expected) ** 2 / expected).sum())


def _tail(counts: np.ndarray, expected: np.ndarray) -> float:
    from scipy.stats import chi2

    return float(chi2.sf(_statistic(counts, expected), len(counts) - 1))


def _exact(counts: np.ndarray, shares: np.ndarray) -> tuple[float, str]:
    from scipy.stats import binomtest, multinomial

    n, arms = int(counts.sum()), len(counts)
    if arms == 2:
        return float(binomtest(int(counts[0]), n, float(shares[0])).pvalue), "exact"
    split = multinomial(n, shares)
    seen = float(split.pmf(counts)) * SAME_CHANCE
    if comb(n + arms - 1, arms - 1) <= MANY_SPLITS:
        chances = split.pmf(_splits(n, arms))
        return min(1.0, fsum(chances[chances <= seen])), "exact"
    drawn = split.pmf(np.random.default_rng(SEED).multinomial(n, shares, DRAWS))
    return (1 + int((drawn <= seen).sum())) / (1 + DRAWS), "simulated"


def _splits(n: int, arms: int) -> np.ndarray:
    """Every way to deal n customers to the arms, one a row."""
    rows, left = np.zeros((1, 0), dtype=int), np.array([n])
    for _ in range(arms - 1):
        times = left + 1
        first = np.repeat(np.cumsum(times) - times, times)
        dealt = np.arange(int(times.sum())) - first
        rows = np.column_stack([np.repeat(rows, times, axis=0), dealt])
        left = np.repeat(left, times) - dealt
    return np.column_stack([rows, left])
