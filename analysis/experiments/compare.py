"""One measure of a variant against the control, by the method its kind asks for and at the level the plan allows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from analysis.results import Answer, Comparison, Estimate, NotEnoughData
from analysis.statistics.always_valid import asymptotic_confidence_sequence, sequence_of
from analysis.statistics.means import cuped_difference, ratio_difference, welch_difference
from analysis.statistics.proportions import score_difference, wilson_interval
from analysis.statistics.relative_lift import relative_lift, relative_lift_of_proportions
from data.records_experiments import SHARES, Measure, Moments

LEAST = 2
"""Customers of a variant below which nothing has a spread."""
STEADY = 200
"""Customers of a variant from which on the spread of a mean is known well enough to look at any time."""


@dataclass(frozen=True)
class Level:
    """How sure a difference must be: two-sided level, or for an always-valid plan the level over all looks.

    tuned_at  Customers at which an always-valid interval is narrowest; None for every other plan.
    """

    alpha: float = 0.05
    tuned_at: int | None = None

    @property
    def confidence(self) -> float:
        """Coverage of the interval that belongs to the level."""
        return 1 - self.alpha


def is_share(measure: Measure, *arms: Moments) -> bool:
    """Whether a measure says yes or no of each customer: then it is judged as a share."""
    if measure.kind in SHARES:
        return all("per" not in arm.mean for arm in arms)
    return measure.kind == "outcome" and not measure.per and all(_only_zeros_and_ones(arm) for arm in arms)


def _only_zeros_and_ones(arm: Moments) -> bool:
    """Values within 0 and 1 whose variance is that of a share: none lies between."""
    if arm.n == 0 or "per" in arm.mean:
        return False
    mean = arm.mean["value"]
    if arm.least < 0 or arm.most > 1 or arm.n < LEAST:
        return arm.least in {0.0, 1.0} and arm.most in {0.0, 1.0}
    whole = mean * (1 - mean) * arm.n / (arm.n - 1)
    return abs(arm.variance["value"] - whole) <= 1e-9 * max(whole, 1e-3)


def yes(arm: Moments) -> int:
    """How many of the customers of a share it is true of."""
    return round(arm.mean["value"] * arm.n)


def net_of_cost(arm: Moments, cost: float) -> Moments:
    """Money less what the offer costs each customer (or each of a group's)."""
    if not cost:
        return arm
    each = arm.mean.get("per", 1.0)
    mean = {**arm.mean, "value": arm.mean["value"] - cost * each}
    shifted = replace(arm, mean=mean, least=arm.least - cost, most=arm.most - cost)
    if "per" not in arm.mean:
        return shifted
    between = arm.covariance[("per", "value")]
    spread = arm.variance["value"] - 2 * cost * between + cost**2 * arm.variance["per"]
    crossed = {**arm.covariance, ("per", "value"): between - cost * arm.variance["per"]}
    return replace(shifted, variance={**arm.variance, "value": max(spread, 0.0)}, covariance=crossed)


def value_of(measure: Measure, arm: Moments, *, share: bool, confidence: float = 0.95) -> Answer:
    """The measure of one variant: a share with Wilson's interval, a mean or ratio with Student's."""
    if arm.n == 0:
        return NotEnoughData("no customers that can be judged", 0, 1)
    if share:
        return wilson_interval(yes(arm), arm.n, confidence=confidence)
    single = linearised(arm)
    if isinstance(single, NotEnoughData) or arm.n < LEAST:
        return NotEnoughData("too few customers that can be judged", arm.n, LEAST)
    from scipy.stats import t

    half = float(t.ppf(0.5 + confidence / 2, arm.n - 1)) * (single.variance["value"] / arm.n) ** 0.5
    mean = single.mean["value"]
    method = "delta" if "per" in arm.mean else "student"
    # What is counted or paid is never less than nothing; costs may make money so.
    low = max(mean - half, 0.0) if arm.least >= 0 <= mean else mean - half
    return Estimate(mean, low, mean + half, arm.n, method, confidence)


def linearised(arm: Moments) -> Moments | NotEnoughData:
    """A ratio as the mean of one column of the same mean and (delta method) spread; anything else as it is.

    Source    Deng, Knoblich & Lu (2018), KDD, section 3.
    """
    if "per" not in arm.mean:
        return arm
    below = arm.mean["per"]
    if arm.n < LEAST or below <= 0:
        return NotEnoughData("nothing to divide by", arm.n, LEAST)
    ratio = arm.mean["value"] / below
    between = arm.covariance[("per", "value")]
    spread = arm.variance["value"] - 2 * ratio * between + ratio**2 * arm.variance["per"]
    return Moments(arm.n, {"value": ratio}, {"value": max(spread, 0.0) / below**2})


def difference(
    control: Moments, treatment: Moments, level: Level, *, share: bool, adjusted: bool = True
) -> Comparison | NotEnoughData:
    """Treatment less control: shares by score, ratios by the delta method, means by Welch.

    adjusted  Means use what was known before (CUPED) where it is known; False leaves it out.

    NotEnoughData where a variant has too few customers, or no spread at all.
    """
    few = min(control.n, treatment.n)
    if few < (1 if share else LEAST):
        return NotEnoughData("too few customers that can be judged", few, LEAST)
    if level.tuned_at is not None:
        return _always_valid(control, treatment, level, share=share, adjusted=adjusted)
    if share:
        return score_difference(yes(control), control.n, yes(treatment), treatment.n, confidence=level.confidence)
    if "per" in control.mean:
        return ratio_difference(control, treatment, confidence=level.confidence)
    if adjusted and "before" in control.mean and "before" in treatment.mean:
        found = cuped_difference(control, treatment, confidence=level.confidence)
        return found if isinstance(found, NotEnoughData) else found.difference
    return welch_difference(control, treatment, confidence=level.confidence)


def _always_valid(
    control: Moments, treatment: Moments, level: Level, *, share: bool, adjusted: bool
) -> Comparison | NotEnoughData:
    """By a confidence sequence, which needs errors that are about right from the first look on.

    Of few customers all may be alike by chance: shares then vary as with two successes and two failures more (Agresti
    & Coull), and of means each variant varies as much as the one that varies more.
    """
    both = [linearised(arm) for arm in (control, treatment)]
    known = [arm for arm in both if isinstance(arm, Moments)]
    few = min(control.n, treatment.n)
    if len(known) < len(both) or few < LEAST:
        return NotEnoughData("too few customers that can be judged", few, LEAST)
    alpha, tuned_at = level.alpha, max(level.tuned_at or 2, 2)
    if share:
        known = [_steadied(arm) for arm in known]
    elif few < STEADY:
        most = {"value": max(arm.variance["value"] for arm in known)}
        known = [replace(arm, variance=most) for arm in known]
    elif adjusted and "per" not in control.mean and "before" in control.mean and "before" in treatment.mean:
        found = cuped_difference(control, treatment)
        if not isinstance(found, NotEnoughData):
            less = found.difference
            return sequence_of(less.difference, less.error, control.n + treatment.n, alpha=alpha, tuned_at=tuned_at)
    return asymptotic_confidence_sequence(known[0], known[1], alpha=alpha, tuned_at=tuned_at)


def _steadied(arm: Moments) -> Moments:
    share = (yes(arm) + 2) / (arm.n + 4)
    return replace(arm, variance={"value": share * (1 - share)})


def relative(control: Moments, treatment: Moments, level: Level, *, share: bool) -> Comparison | None:
    """The difference as a part of the control's value; None where the control's is not clearly above 0."""
    if "per" in control.mean or min(control.n, treatment.n) < LEAST or level.tuned_at is not None:
        return None
    if share:
        counted = (yes(control), control.n, yes(treatment), treatment.n)
        found = relative_lift_of_proportions(*counted, confidence=level.confidence)
    else:
        found = relative_lift(control, treatment, confidence=level.confidence)
    return None if isinstance(found, NotEnoughData) else found


def better(measure: Measure, found: Comparison) -> tuple[float, float, float]:
    """Difference and limits, which there must be, turned so that more is better."""
    low, high = found.limits
    return (-found.difference, -high, -low) if measure.better_lower else (found.difference, low, high)


def without(arm: Moments, value: float) -> Moments:
    """The moments of one column without one customer of this value; what was known before is left out too.

    Source    Chan, Golub & LeVeque (1983), American Statistician 37:242-247, merged the other way round.
    """
    rest = arm.n - 1
    mean = (arm.n * arm.mean["value"] - value) / rest
    squares = arm.variance["value"] * (arm.n - 1) - (value - arm.mean["value"]) * (value - mean)
    return Moments(rest, {"value": mean}, {"value": max(squares, 0.0) / (rest - 1)}, {}, arm.least, arm.most)


def arms_of(found: Mapping[tuple[str, str], Moments], variant: str) -> Moments:
    """The moments of one variant over all customers; none where nobody can be judged."""
    arm = found.get((variant, ""))
    return arm if arm is not None and arm.n else Moments(0, {"value": 0.0})
