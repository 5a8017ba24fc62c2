"""Change of a share or mean between the customers of some months and of others, where months differ by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from math import hypot, sqrt

import numpy as np
from numpy.typing import ArrayLike

from analysis.results import NotEnoughData
from analysis.statistics.proportions import z_value

MIN_MONTHS = 2


@dataclass(frozen=True)
class CohortChange:
    """Mean after minus mean before, over customers.

    chance      Standard error by the chance of customers alone.  spread: by how far months lie apart.
    df          Degrees of freedom of the latter.
    dispersion  How many times as much months vary as chance alone would make them.
    after_part  Part of the variance that is the later customers'.
    """

    change: float
    chance: float
    spread: float
    df: int
    dispersion: float
    after_part: float

    @property
    def error(self) -> float:
        """The larger of the two standard errors."""
        return max(self.chance, self.spread)

    def half(self, confidence: float = 0.95) -> float:
        """Half the width of the interval: the wider of chance with the normal and of months with Student's t."""
        from scipy.special import stdtrit

        return max(z_value(confidence) * self.chance, float(stdtrit(self.df, 0.5 + confidence / 2)) * self.spread)

    @property
    def p_value(self) -> float | None:
        """Two-sided, of no change: the larger of both; None where nothing varies."""
        from scipy.special import ndtr, stdtr

        if not self.chance:
            return None
        by_months = float(stdtr(self.df, -abs(self.change) / self.spread)) if self.spread else 0.0
        return 2 * max(float(ndtr(-abs(self.change) / self.chance)), by_months)

    def less(self, other: CohortChange) -> CohortChange:
        """This change less that of other customers over the same months."""
        chance, spread = hypot(self.chance, other.chance), hypot(self.spread, other.spread)
        part = self.after_part * self.chance**2 / chance**2 if chance else self.after_part
        return CohortChange(self.change - other.change, chance, spread, self.df, self.dispersion, part)


def cohort_change(
    n_before: ArrayLike, total_before: ArrayLike, n_after: ArrayLike, total_after: ArrayLike, squares: float
) -> CohortChange | NotEnoughData:
    """Change between customers of the months before and of those after; a month is a cluster.

    n, total  Customers of each month (above 0), and the sum of their figure (a count of those with an event).
    squares   Sum of squares of the figure over all customers of both sides.

    The variance of a customer is pooled over both sides; months vary by the dispersion times as much about the mean of
    their side (Pearson), with as many degrees of freedom as months less two. So few months may lie close together by
    chance: then what counts is the chance of the customers.

    Returns NotEnoughData with fewer than two months on a side.

    Assumes   months independent of each other: no drift and no season, which so few months cannot show.
    Source    Williams (1982), Applied Statistics 31:144-148; McCullagh & Nelder (1989), 4.5.
    Checked   by hand; coverage in tests/simulation/test_proof.py.
    """
    sides = [[np.asarray(x, dtype=float) for x in side] for side in ((n_before, total_before), (n_after, total_after))]
    fewest = min(len(n) for n, _total in sides)
    if fewest < MIN_MONTHS:
        return NotEnoughData("fewer than two months of customers before or after", fewest, MIN_MONTHS)
    sizes, means = [float(n.sum()) for n, _t in sides], [float(t.sum() / n.sum()) for n, t in sides]
    # About the mean of both, as if nothing had changed: of nobody lost after, the spread there is not 0.
    variance = max(squares / sum(sizes) - (sum(float(t.sum()) for _n, t in sides) / sum(sizes)) ** 2, 0.0)
    df = sum(len(n) for n, _t in sides) - 2
    between = sum(float((n * (t / n - mean) ** 2).sum()) for (n, t), mean in zip(sides, means, strict=True))
    dispersion = between / df / variance if variance else 1.0
    chance = sqrt(variance * sum(1 / size for size in sizes))
    return CohortChange(
        means[1] - means[0], chance, sqrt(dispersion) * chance, df, dispersion, sizes[0] / sum(sizes)
    )  # fmt: skip
