"""How well scores tell those who left from those who stayed."""

from collections.abc import Sequence
from math import exp, log, sqrt

import numpy as np

from analysis.results import Estimate, NotEnoughData
from analysis.statistics.proportions import MIN_CUSTOMERS, z_value


def area_under_curve(
    scores: Sequence[float], outcome: Sequence[bool], *, confidence: float = 0.95
) -> Estimate | NotEnoughData:
    """The chance that somebody who left had a higher score than somebody who stayed (AUC), with DeLong's interval.

    scores   Higher means more likely to leave; equal ones count half. outcome: who left; one of each per customer.

    0.5 is no better than chance. The interval is taken on the logit scale, so that it stays between 0 and 1.
    Returns NotEnoughData with fewer than 10 customers on one of the sides.

    Assumes   customers independent of each other, and scores made without these outcomes.
    Source    DeLong, DeLong & Clarke-Pearson (1988), Biometrics 44:837-845; Sun & Xu (2014), IEEE Signal Processing
              Letters 21:1389-1393 (by ranks).
    Checked   scikit-learn roc_auc_score; by hand in tests/unit/analysis/statistics/test_discrimination.py.
    """
    values, left = np.asarray(scores, dtype=float), np.asarray(outcome, dtype=bool)
    few = int(min(left.sum(), (~left).sum()))
    if few < MIN_CUSTOMERS:
        return NotEnoughData("too few customers who left, or who stayed, to judge a model by", few, MIN_CUSTOMERS)
    above, below = _shares_below(values[left], values[~left]), 1 - _shares_below(values[~left], values[left])
    area = float(above.mean())
    error = sqrt(float(above.var(ddof=1)) / len(above) + float(below.var(ddof=1)) / len(below))
    if area in (0.0, 1.0) or error == 0:
        return Estimate(area, None, None, len(values), "DeLong", confidence)
    centre, half = log(area / (1 - area)), z_value(confidence) * error / (area * (1 - area))
    low, high = (1 / (1 + exp(-(centre + side * half))) for side in (-1, 1))
    return Estimate(area, low, high, len(values), "DeLong", confidence)


def _shares_below(of: np.ndarray, among: np.ndarray) -> np.ndarray:
    """For each score the share of the others that are lower; equal ones count half."""
    ordered = np.sort(among)
    lower, not_higher = (np.searchsorted(ordered, of, side=side) for side in ("left", "right"))
    return (lower + not_higher) / 2 / len(among)
