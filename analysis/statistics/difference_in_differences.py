"""Change of a group minus change of another over the same time, and whether they moved alike beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
from numpy.typing import ArrayLike

from analysis.results import Comparison, NotEnoughData
from analysis.statistics.proportions import z_value
from data.records_experiments import Moments

MEAN = "value"


@dataclass(frozen=True)
class DoubleDifference(Comparison):
    """Change of the treated minus change of the control.

    error         Standard error; robust_error: with each cell's own variance (HC1), where rows are known.
    naive         Change of the treated alone, which is what a comparison before and after would show.
    """

    error: float = 0.0
    robust_error: float | None = None
    naive: float = 0.0

    @property
    def statistic(self) -> float | None:
        """The difference in standard errors; None where nothing varies."""
        return self.difference / self.error if self.error else None


def did_of_changes(
    treated: tuple[float, float],
    control: tuple[float, float],
    *,
    error_treated: float,
    error_control: float,
    confidence: float = 0.95,
) -> DoubleDifference:
    """Difference in differences of two groups whose changes have known standard errors.

    treated, control  Value before and value after.

    The errors are those of the changes, so that groups followed over time keep what pairing gains.

    Assumes   without the action both would have changed by as much (parallel on this scale), and groups apart.
    Source    Card & Krueger (1994), American Economic Review 84:772-793.
    Checked   their table 3; golden case did-card-krueger.
    """
    naive = treated[1] - treated[0]
    return _normal(naive - (control[1] - control[0]), sqrt(error_treated**2 + error_control**2), naive, confidence)


def did_of_proportions(
    treated_before: tuple[int, int],
    treated_after: tuple[int, int],
    control_before: tuple[int, int],
    control_after: tuple[int, int],
    *,
    confidence: float = 0.95,
) -> DoubleDifference | NotEnoughData:
    """Difference in differences of shares from four cells of (counted, customers), independent of each other.

    Returns NotEnoughData when a cell is empty; no p-value where nothing varies.

    Assumes   parallel changes of the shares, and different customers in the four cells.
    Source    binomial variances of four cells; Angrist & Pischke (2009), Mostly Harmless Econometrics, 5.2.
    Checked   statsmodels OLS with HC0; golden case did-proportions.
    """
    cells = (treated_before, treated_after, control_before, control_after)
    if min(n for _x, n in cells) < 1:
        return NotEnoughData("no customers in one of the four groups", 0, 1)
    before, after, other_before, other_after = (x / n for x, n in cells)
    error = sqrt(sum(x / n * (1 - x / n) / n for x, n in cells))
    return _normal((after - before) - (other_after - other_before), error, after - before, confidence)


def did_of_means(
    treated_before: Moments,
    treated_after: Moments,
    control_before: Moments,
    control_after: Moments,
    *,
    confidence: float = 0.95,
) -> DoubleDifference | NotEnoughData:
    """Difference in differences of means from the moments of four cells: the saturated regression.

    The interval is that of the pooled variance with Student's t; `robust_error` lets each cell vary by itself (HC1).

    Returns NotEnoughData with an empty cell or fewer than five rows.

    Assumes   parallel changes, and rows independent of each other.
    Source    Wooldridge (2013), Introductory Econometrics, 13.2; MacKinnon & White (1985), J Econometrics 29:305-325.
    Checked   Kiel & McClain's house prices, R and statsmodels; golden case did-kielmc.
    """
    from scipy.special import stdtr, stdtrit

    cells = (treated_before, treated_after, control_before, control_after)
    n = sum(cell.n for cell in cells)
    if min(cell.n for cell in cells) < 1 or n < 5:
        return NotEnoughData("no customers in one of the four groups", min(cell.n for cell in cells), 2)
    before, after, other_before, other_after = (cell.mean[MEAN] for cell in cells)
    squares = [cell.variance.get(MEAN, 0.0) * (cell.n - 1) for cell in cells]
    df = n - 4
    error = sqrt(sum(squares) / df * sum(1 / cell.n for cell in cells))
    robust = sqrt(n / df * sum(s / cell.n**2 for s, cell in zip(squares, cells, strict=True)))
    found, naive = (after - before) - (other_after - other_before), after - before
    half = float(stdtrit(df, 0.5 + confidence / 2)) * error
    p_value = 2 * float(stdtr(df, -abs(found) / error)) if error else None
    return DoubleDifference(
        found, found - half, found + half, p_value, "ols 2x2", confidence, error, robust, naive
    )  # fmt: skip


def did_of_panel(treated: ArrayLike, controls: ArrayLike, first_after: int) -> float:
    """Average effect on one treated series against the mean of others that began and went on together.

    treated      One value per period.  controls  One series each, all with equal weight.
    first_after  Index of the first period after the action; there is one on each side.

    It has no error: one treated unit shows none. `local_level.foresee` of the differences gives an interval.

    Source    Arkhangelsky et al. (2021), American Economic Review 111:4088-4118, table 1, row DID.
    Checked   California's cigarettes; golden case did-prop99.
    """
    apart = np.asarray(treated, dtype=float) - np.asarray(controls, dtype=float).mean(axis=0)
    return float(apart[first_after:].mean() - apart[:first_after].mean())


@dataclass(frozen=True)
class Slope:
    """Straight line through a series: change per period, its error and the p-value of no slope (None: no test)."""

    value: float
    error: float
    p_value: float | None


def slope_of(times: Sequence[float], values: Sequence[float]) -> Slope | NotEnoughData:
    """Slope of a series over time: of the difference of two groups before an action, whether they moved apart.

    Returns NotEnoughData with fewer than four periods.

    Assumes   periods independent of each other around the line; where they are not, it finds slopes too often, which as
              a check beforehand is the careful side.
    Use not   to call groups parallel because nothing was found: with few months hardly anything is (Roth, 2022).
    Source    Roth (2022), American Economic Review: Insights 4:305-322.
    Checked   scipy linregress, in tests.
    """
    from scipy.special import stdtr

    if len(values) < 4:
        return NotEnoughData("fewer than four periods before", len(values), 4)
    x, y = np.asarray(times, dtype=float), np.asarray(values, dtype=float)
    x, y = x - x.mean(), y - y.mean()
    spread, df = float(x @ x), len(y) - 2
    value = float(x @ y) / spread
    left = y - value * x
    error = sqrt(max(float(left @ left), 0.0) / df / spread)
    return Slope(value, error, 2 * float(stdtr(df, -abs(value) / error)) if error else None)


def _normal(found: float, error: float, naive: float, confidence: float) -> DoubleDifference:
    half = z_value(confidence) * error
    p_value = erfc(abs(found) / error / sqrt(2)) if error else None
    return DoubleDifference(
        found, found - half, found + half, p_value, "four cells", confidence, error, None, naive
    )  # fmt: skip
