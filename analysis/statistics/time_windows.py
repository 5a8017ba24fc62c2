"""One window of time against the others as long: whether its losses are more than those of an ordinary one."""

from __future__ import annotations

from math import inf, sqrt

import numpy as np

from analysis.results import NotEnoughData
from analysis.statistics.event_rates import RateRatio

LEAST_WINDOWS = 4
"""Ordinary windows side by side below which nothing can be said of one that is not."""
OVERLAP = 1.5
"""Windows at every place tell as much of a variance as so many times those that fit side by side (Lo & MacKinlay)."""


def observed_and_expected(
    kind: np.ndarray, step: np.ndarray, change: np.ndarray, events: np.ndarray, steps: int
) -> tuple[np.ndarray, np.ndarray]:
    """Events of each step of time, and those expected if every kind kept its rate (indirect standardisation).

    kind, step  Per row a kind of customers (by age and contract, from 0), and a step of time (from 0).
    change      Customers that came under observation in the kind at this step, less those that left it.
    events      Events of the kind in this step.  steps: how many steps there are; changes after them are left out.

    Sums over all steps are those of the events: what a window has more or less than expected is not its mix of ages.

    Source    Breslow & Day (1987), Statistical Methods in Cancer Research II, section 2.3.
    Checked   by hand, and against a loop over customers and days, in tests.
    """
    inside = step < steps
    kind, step, change, events = (values[inside] for values in (kind, step, change, events))
    total, exposure = np.bincount(kind, events), np.bincount(kind, change * (steps - step))
    # A loss is counted on the first day after the customer's last: there may be no day at risk in the end.
    rate = np.divide(total, exposure, out=np.zeros(len(total)), where=exposure > 0)
    return np.bincount(step, events, steps), np.cumsum(np.bincount(step, change * rate[kind], steps))


def window_ratio(
    events: np.ndarray,
    expected: np.ndarray,
    start: int,
    end: int,
    ordinary: np.ndarray,
    *,
    least: int = LEAST_WINDOWS,
    confidence: float = 0.95,
) -> RateRatio | NotEnoughData:
    """Ratio of events to expected ones in the steps [start, end), over the same ratio of all other steps.

    events, expected  Per step of time, arrays of equal length and equal sums (see `observed_and_expected`).
    ordinary          Steps that may lie in a window for comparison (those of the window itself never do).
    least             Places for such windows over their length, at least.

    Windows of the same length at every other place tell how much the counts of windows differ, seasons, trends and
    bunches included: the sum of (events - expected)^2 over that of expected, at the level outside the window, is the
    factor on Poisson's variance, at least 1. It is a ratio of sums, not a mean of ratios: otherwise the windows of the
    first days of a growing company, which expect a loss or two, would weigh as much as those that expect a hundred.
    Windows at every place tell as much as 1.5 times their number over their length; Student's t takes that less one
    (for the level) as degrees of freedom df, and the factor is multiplied by (df + 1) / df for the same reason. The
    p-value is never below the exact one without the factor, and the limits are the ratios at which it is 1 -
    `confidence`: they hold 1 exactly when the p-value does not fall below. NotEnoughData with fewer than `least`
    windows to compare with.

    Assumes   the window would have been as any other; residuals of windows are about normal.
    Use not   for an effect: whatever else happened in the window is in it.
    Source    McCullagh & Nelder (1989), Generalized Linear Models, 4.5 and 9.2 (overdispersion); Lo & MacKinlay (1988),
              Review of Financial Studies 1:41-66 (overlapping windows); limits of Wilson (1927) with the factor and
              Student's t, or those of Clopper & Pearson (1934) where they are wider.
    Checked   against statsmodels' quasi-Poisson where windows do not overlap; placebo dates of companies without
              events in tests/simulation/test_windows.py.
    """
    total, inside, here = float(events.sum()), float(events[start:end].sum()), float(expected[start:end].sum())
    if here <= 0 or total - here <= 0 or not total:
        return NotEnoughData("no losses, or no time at risk, to compare", int(total), 1)
    level = (total - inside) / (total - here)
    others = ordinary.copy()
    others[start:end] = False
    lost, hoped = _windows(events, expected * level, others, end - start)
    windows = hoped.sum() ** 2 / (hoped**2).sum() / (end - start) if hoped.any() else 0.0
    if windows < least:
        return NotEnoughData("too few windows of this length to compare with", int(windows), least)
    df = OVERLAP * windows - 1
    spread = max(1.0, float(((lost - hoped) ** 2).sum() / hoped.sum()) * (df + 1) / df)
    return _judged(inside, total - inside, here / total, spread, df, confidence)


def _windows(
    events: np.ndarray, expected: np.ndarray, allowed: np.ndarray, length: int
) -> tuple[np.ndarray, np.ndarray]:
    """Events and expected ones of every window of this length that lies in allowed steps alone."""
    lost, hoped, free = (np.concatenate([[0.0], np.cumsum(series)]) for series in (events, expected, allowed))
    starts = np.arange(max(len(events) - length + 1, 0))
    starts = starts[free[starts + length] - free[starts] == length]
    return lost[starts + length] - lost[starts], hoped[starts + length] - hoped[starts]


def _judged(inside: float, outside: float, share: float, spread: float, df: float, confidence: float) -> RateRatio:
    """Ratio, limits and p of counts of which `share` is expected inside, their variance `spread` times Poisson's."""
    from scipy.special import betainc, betaincinv, stdtr, stdtrit

    tail, scale = (1 - confidence) / 2, (1 - share) / share
    low, high = _wilson(inside, outside, spread * float(stdtrit(df, 1 - tail)) ** 2)
    # The larger of two p-values is above a limit wherever one of them is.
    low = min(low, float(betaincinv(inside, outside + 1, tail))) if inside else 0.0
    high = max(high, float(betaincinv(inside + 1, outside, 1 - tail))) if outside else 1.0
    exact = min(
        float(betainc(inside, outside + 1, share)) if inside else 1.0,
        float(betainc(outside, inside + 1, 1 - share)) if outside else 1.0,
    )
    total = inside + outside
    t = (inside - total * share) / sqrt(total * share * (1 - share) * spread)
    p_value = max(2 * float(stdtr(df, -abs(t))), min(1.0, 2 * exact))
    upper = scale * high / (1 - high) if high < 1 else inf
    return RateRatio(
        scale * inside / outside if outside else None,
        scale * low / (1 - low),
        None if upper == inf else upper,
        min(1.0, p_value),
        confidence,
    )


def _wilson(inside: float, outside: float, squared: float) -> tuple[float, float]:
    """The shares whose score test of the counts has the square of its statistic at most so large."""
    total = inside + outside
    middle = (inside + squared / 2) / (total + squared)
    half = sqrt(squared * (inside * outside / total + squared / 4)) / (total + squared)
    return max(0.0, middle - half), min(1.0, middle + half)
