"""A series before and after a date: how its level changed, with errors robust to autocorrelation and overdispersion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, isfinite, sqrt

import numpy as np

from analysis.results import Comparison, Estimate, NotEnoughData
from analysis.statistics.proportions import z_value

MIN_BEFORE = 8
"""Months before a date that a change of level needs: of fewer, neither drift nor noise can be told."""
MIN_AFTER = 3
STEPS = 50


@dataclass(frozen=True)
class LevelChange(Comparison):
    """Mean after a date minus mean before it.

    before, after  The two means.
    error          Standard error of the change as shown (Newey-West); plain_error: that of independent months.
    lags           Months over which autocorrelation was allowed for.
    """

    before: float = 0.0
    after: float = 0.0
    error: float = 0.0
    plain_error: float = 0.0
    lags: int = 0


@dataclass(frozen=True)
class CountChange:
    """Change of a rate of counts on the log scale: ratio = exp(change).

    error         Plain Poisson standard error of the change. honest_error: raised by the overdispersion.
    dispersion    Pearson chi-square per degree of freedom; 1 for independent events at one rate.
    slope         Change of the log rate per period that goes on throughout.
    ratio         exp(change) with the interval of the honest error; plain_limits: that of the Poisson one.
    """

    change: float
    error: float
    honest_error: float
    dispersion: float
    slope: float
    ratio: Estimate
    plain_limits: tuple[float, float]


def usual_lags(n: int) -> int:
    """Newey and West's rule of thumb for the months over which autocorrelation is allowed for."""
    return max(int(4 * (n / 100) ** (2 / 9)), 1)


def newey_west(design: np.ndarray, left: np.ndarray, lags: int, *, small_sample: bool = True) -> np.ndarray:
    """Covariance of regression coefficients from residuals, robust to autocorrelation up to `lags` (Bartlett weights).

    small_sample  Raise it by n / (n - k), as a regression does.

    Source    Newey & West (1987), Econometrica 55:703-708.
    Checked   R sandwich NeweyWest(prewhite=FALSE); statsmodels cov_type="HAC"; golden case its-nile-level.
    """
    n, k = design.shape
    scores = design * left[:, None]
    middle = scores.T @ scores
    for lag in range(1, min(lags, n - 1) + 1):
        together = scores[lag:].T @ scores[:-lag]
        middle += (1 - lag / (lags + 1)) * (together + together.T)
    bread = np.linalg.inv(design.T @ design)
    return bread @ middle @ bread * (n / (n - k) if small_sample else 1.0)


def level_change(
    series: Sequence[float],
    first_after: int,
    *,
    lags: int | None = None,
    small_sample: bool = True,
    use_t: bool = True,
    confidence: float = 0.95,
) -> LevelChange | NotEnoughData:
    """Change of the level of a series at a date, by regression on before and after.

    series        Values of periods that follow each other.  first_after  Index of the first one after the date.
    lags          Over which autocorrelation is allowed for; None: `usual_lags`.
    small_sample, use_t  Raise the error by n / (n - 2) and take Student's t with n - 2 degrees of freedom; without
                  either it is the textbook's, for long series.

    Returns NotEnoughData with fewer than two periods on a side, and no p-value where nothing varies.

    Assumes   a level that stays where it is but for the date: of a series that wanders, or with three periods after the
              date, the interval is too short. A verdict therefore rests on `local_level.foresee`.
    Source    Newey & West (1987), Econometrica 55:703-708; Wagner et al. (2002), J Clin Pharm Ther 27:299-309.
    Checked   R sandwich on the Nile; golden case its-nile-level.
    """
    y = np.asarray(series, dtype=float)
    fewest = min(first_after, len(y) - first_after)
    if fewest < 2:
        return NotEnoughData("fewer than two periods before or after", max(fewest, 0), 2)
    design = np.column_stack([np.ones(len(y)), np.arange(len(y)) >= first_after]).astype(float)
    before, after = float(y[:first_after].mean()), float(y[first_after:].mean())
    left = y - np.where(design[:, 1] > 0, after, before)
    used = usual_lags(len(y)) if lags is None else lags
    error = sqrt(max(float(newey_west(design, left, used, small_sample=small_sample)[1, 1]), 0.0))
    df = len(y) - 2
    plain = sqrt(float(left @ left) / df * (1 / first_after + 1 / (len(y) - first_after)))
    half, p_value = _half_and_p(after - before, error, df if use_t else None, confidence)
    return LevelChange(
        after - before, after - before - half, after - before + half, p_value,
        "newey-west", confidence, before, after, error, plain, used,
    )  # fmt: skip


def _half_and_p(change: float, error: float, df: float | None, confidence: float) -> tuple[float, float | None]:
    from scipy.special import ndtr, stdtr, stdtrit

    critical = z_value(confidence) if df is None else float(stdtrit(df, 0.5 + confidence / 2))
    if not error:
        return 0.0, None
    below = ndtr(-abs(change) / error) if df is None else stdtr(df, -abs(change) / error)
    return critical * error, 2 * float(below)


def poisson_change(
    events: Sequence[float], exposure: Sequence[float], first_after: int, *, confidence: float = 0.95
) -> CountChange | NotEnoughData:
    """Change of a rate of counts at a date, beside a slope that goes on throughout (Poisson regression with offset).

    events, exposure  Counts, and customers (or time) they are counted of, per period; exposure above 0.
    first_after       Index of the first period after the date.

    Counts of people vary more than Poisson's; the honest error is raised by the square root of the dispersion, where
    that is above 1, and its interval takes Student's t.

    Returns NotEnoughData with fewer than two periods on a side or no events there, whose rate has no logarithm.

    Assumes   one slope before and after, and periods independent of each other beyond it.
    Source    Lopez Bernal, Cummins & Gasparrini (2017), Int J Epidemiol 46:348-355; McCullagh & Nelder (1989), 6.2.3.
    Checked   their Sicilian example, R glm; golden case its-sicily-poisson.
    """
    y, size = np.asarray(events, dtype=float), np.asarray(exposure, dtype=float)
    fewest = min(first_after, len(y) - first_after)
    if fewest < 2 or len(y) < 4:
        return NotEnoughData("fewer than two periods before or after", max(fewest, 0), 2)
    if not y[:first_after].sum() or not y[first_after:].sum():
        return NotEnoughData("no events before or after", 0, 1)
    time = np.arange(1, len(y) + 1)
    design = np.column_stack([np.ones(len(y)), time > first_after, time]).astype(float)
    found, mean = _poisson(y, size, design)
    covariance = np.linalg.inv(design.T @ (design * mean[:, None]))
    df = len(y) - 3
    dispersion = float(((y - mean) ** 2 / mean).sum()) / df
    change, error = float(found[1]), sqrt(float(covariance[1, 1]))
    honest = error * sqrt(max(dispersion, 1.0))
    half, _p = _half_and_p(change, honest, df, confidence)
    ratio = Estimate(exp(change), exp(change - half), exp(change + half), int(y.sum()), "quasi-poisson", confidence)
    plain = z_value(confidence) * error
    limits = (exp(change - plain), exp(change + plain))
    return CountChange(change, error, honest, dispersion, float(found[2]), ratio, limits)


def _poisson(y: np.ndarray, size: np.ndarray, design: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coefficients and means of the Poisson regression with log link, by iteratively reweighted least squares."""
    mean = size * (y.sum() + 0.5) / size.sum()
    found = np.zeros(design.shape[1])
    for _ in range(STEPS):
        working = np.log(mean / size) + (y - mean) / mean
        weighted = design * mean[:, None]
        new = np.linalg.solve(design.T @ weighted, weighted.T @ working)
        mean = size * np.exp(np.clip(design @ new, -50, 50))
        moved, found = float(np.abs(new - found).max()), new
        if moved < 1e-12 or not isfinite(moved):
            break
    return found, mean
