"""Lift: how many times as often a part of the customers leaves as all of them do."""

from math import inf, sqrt

from analysis.results import Answer, Estimate, NotEnoughData
from analysis.statistics.proportions import score_limits


def lift(lost: int, n: int, lost_all: int, n_all: int, *, confidence: float = 0.95) -> Answer:
    """Rate of a part over the rate of all, with the interval of the ratio of the part to the rest.

    lost, n          Customers lost, and customers, in the part.
    lost_all, n_all  The same in all customers, the part included.
    confidence       Coverage of the interval, between 0 and 1.

    The part is in the whole, so the two rates are no independent samples. With w = n / n_all and r the ratio of the
    part's rate to that of the rest, lift = r / (w r + 1 - w), which rises with r: its limits are those of r, put
    through the same formula. Those of r come from the two Wilson intervals (MOVER-R); they exist where nobody left in
    the part or in the rest too.

    Returns NotEnoughData when nobody left at all (no lift on a rate of 0), or nobody is in the part or the rest.

    Assumes   customers leave independently of each other.
    Raises    ValueError when the part is no part of the whole.
    Source    Donner & Zou (2012), Statistical Methods in Medical Research 21:347-359; Fagerland & Newcombe (2013),
              Statistics in Medicine 32:2823-2836 (ratios by square and add).
    Checked   coverage in tests/simulation/test_crosstabs.py; by hand in tests/unit/analysis/statistics/test_lifts.py.
    """
    if not (0 <= lost <= n <= n_all and lost <= lost_all and lost_all - lost <= n_all - n):
        raise ValueError(f"{lost} of {n} is no part of {lost_all} of {n_all}")
    if lost_all == 0:
        return NotEnoughData("nobody left: there is no rate to be a multiple of", 0, 1)
    if n in {0, n_all}:
        return NotEnoughData("a lift needs customers inside and outside the group", min(n, n_all - n), 1)
    share = n / n_all
    low, high = ratio_limits(lost, n, lost_all - lost, n_all - n, confidence)
    value = (lost / n) / (lost_all / n_all)
    return Estimate(value, _as_lift(low, share), _as_lift(high, share), n, "mover ratio", confidence)


def ratio_limits(lost: int, n: int, lost_rest: int, n_rest: int, confidence: float) -> tuple[float, float]:
    """Limits of the ratio of two proportions; the upper one is infinite where that of the rest may be 0."""
    p, q = lost / n, lost_rest / n_rest
    low, high = score_limits(p, n, confidence=confidence)
    low_rest, high_rest = score_limits(q, n_rest, confidence=confidence)
    under_low, under_high = high_rest * (2 * q - high_rest), low_rest * (2 * q - low_rest)
    at_low, at_high = low * (2 * p - low), high * (2 * p - high)
    least = 0.0 if lost == 0 else at_low / (p * q + sqrt((p * q) ** 2 - at_low * under_low))
    most = inf if under_high == 0 else (p * q + sqrt((p * q) ** 2 - at_high * under_high)) / under_high
    return least, most


def _as_lift(ratio: float, share: float) -> float:
    return 1 / share if ratio == inf else ratio / (share * ratio + 1 - share)
