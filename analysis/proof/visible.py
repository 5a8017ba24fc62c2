"""The smallest change that the months of a plan can show, and how many months a change takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from analysis.proof.checks import MOST_WINDOW, WINDOW_MONTHS, least_baseline
from analysis.proof.estimate import CONFIDENCE, Found, estimate
from analysis.proof.series import TREATED, Case, Monthly, case_of
from analysis.proof.window import months_between, months_later, window_months
from analysis.results import Answer, Estimate, NotEnoughData
from analysis.statistics.proportions import z_value
from data.records_improvement import ProofMonth, ProofPlan

POWER = 0.8
TOO_FEW = "fewer months before shipping than a verdict needs"


def smallest_visible(plan: ProofPlan, months: Sequence[ProofMonth]) -> Answer:
    """The smallest effect, above 0 in the unit of the metric, that the plan's window shows with a power of 80 %.

    months  As for `judge.judge`; only those before shipping are looked at.

    The months to come are taken to have customers like the last ones before, and to vary as they did. Half the width of
    the interval there will be, plus the 80 % quantile of the estimate's error. What the checks may hold back is not in
    it. The value is an Estimate without an interval; NotEnoughData where the months before are too few.

    Checked   power at the visible effect and at twice it: tests/simulation/test_proof.py.
    """
    found = _planned(plan, months)
    if isinstance(found, NotEnoughData):
        return found
    value = found.half + z_value(2 * POWER - 1) * found.error
    return Estimate(value, None, None, int(found.series.share.sum()), found.method, CONFIDENCE)


def months_needed(
    plan: ProofPlan, months: Sequence[ProofMonth], effect: float, *, shortest: int = WINDOW_MONTHS
) -> int | NotEnoughData:
    """Months of window, at least `shortest`, with which an effect of this size is visible; at most 24.

    Returns NotEnoughData where 24 do not show it (a level that wanders is no better known by waiting), or with too few
    months before.
    """

    def visible(window: int) -> float | NotEnoughData:
        found = smallest_visible(replace(plan, window_months=window), months)
        return found.value if isinstance(found, Estimate) else found

    longest = visible(MOST_WINDOW)
    if isinstance(longest, NotEnoughData):
        return longest
    if longest > effect:
        return NotEnoughData("no number of months shows an effect of this size", MOST_WINDOW, MOST_WINDOW + 1)
    low, high = shortest - 1, MOST_WINDOW
    while high - low > 1:
        middle = (low + high) // 2
        found = visible(middle)
        low, high = (low, middle) if isinstance(found, float) and found <= effect else (middle, high)
    return high


def _planned(plan: ProofPlan, months: Sequence[ProofMonth]) -> Found | NotEnoughData:
    """The estimate there would be, were the months to come like those before."""
    told = [row.start for row in months if row.group == TREATED]
    if not told:
        return NotEnoughData(TOO_FEW, 0, least_baseline(plan))
    # The plan is for later; until then months come that are like those there are.
    shipped = min(plan.ships_on or date.max, months_later(max(told), 1))
    past = [row for row in months if row.start < shipped.replace(day=1)]
    case = case_of(plan, shipped, past)
    have = len(case.before.starts)
    if have < least_baseline(plan):
        return NotEnoughData(TOO_FEW, have, least_baseline(plan))
    if case.units or plan.comparison == "units":
        return _as_if_earlier(plan, shipped, past, have)
    return estimate(_with_months_like_the_last(case, plan, shipped), chart=False)


def _with_months_like_the_last(case: Case, plan: ProofPlan, shipped: date) -> Case:
    ahead = window_months(plan, shipped)
    compared = case.compared
    return replace(
        case,
        after=_repeated(case.before, ahead),
        compared=None if compared is None else (compared[0], _repeated(compared[0], ahead)),
    )


def _repeated(before: Monthly, ahead: tuple[date, ...]) -> Monthly:
    """Coming months with the figures of the last ones, over and over."""
    last = len(before.starts)
    length = min(last, len(ahead))
    place = last - length + np.arange(len(ahead)) % length
    return Monthly(ahead, before.n[place], before.total[place], before.squares[place])


def _as_if_earlier(plan: ProofPlan, shipped: date, past: Sequence[ProofMonth], have: int) -> Found | NotEnoughData:
    """Groups are weighted by the months before, which cannot be judged as well: the last of them are the window."""
    window = min(plan.window_months, have // 3)
    earlier = months_later(shipped, -window)
    rest = months_between(months_later(shipped, -plan.baseline_months), earlier)
    shorter = replace(plan, window_months=window, baseline_months=max(len(rest), 1), chosen_from=None, chosen_to=None)
    found = estimate(case_of(shorter, earlier, past))
    if isinstance(found, NotEnoughData):
        return found
    longer = (window / plan.window_months) ** 0.5
    return replace(found, half=found.half * longer, error=found.error * longer)
