"""Survival from counts: how many customers are still there at each age, with limits, median and restricted mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt
from typing import Literal

import numpy as np

from analysis.results import Comparison, Estimate, NotEnoughData
from analysis.statistics.proportions import z_value

Limits = Literal["log-log", "log", "plain"]


@dataclass(frozen=True, eq=False)
class LifeCounts:
    """Customers counted by age; arrays of equal length in order of age, each age once.

    age       In one unit (days or months), 0 or more.
    lost      Customers lost at this age.
    censored  Customers last seen at this age, still there.
    entered   Customers known only from this age on, having started earlier: at risk after it (left truncation).
    """

    age: np.ndarray
    lost: np.ndarray
    censored: np.ndarray
    entered: np.ndarray

    @property
    def n(self) -> int:
        """Customers."""
        return int(self.lost.sum() + self.censored.sum())

    @property
    def at_risk(self) -> np.ndarray:
        """Customers under observation just before each age; who is censored at an age is at risk at it."""
        left = np.cumsum(self.lost + self.censored) - (self.lost + self.censored)
        came = np.cumsum(self.entered) - self.entered
        return self.n - self.entered.sum() + came - left


def life_counts(
    age: Sequence[float] | np.ndarray,
    lost: Sequence[int] | np.ndarray,
    customers: Sequence[int] | np.ndarray | None = None,
    entered_at: Sequence[float] | np.ndarray | None = None,
) -> LifeCounts:
    """Count rows (age, lost or not, number of customers) by age; rows of the same age are added.

    entered_at  Age from which the customers of a row are known; 0 (the default) means from their start. Rows known
                only from the age at which they end were never under observation, and are left out.
    """
    ages, gone = np.asarray(age, dtype=float), np.asarray(lost).astype(bool)
    weight = np.ones(len(ages), dtype=np.int64) if customers is None else np.asarray(customers, dtype=np.int64)
    since = np.zeros(len(ages)) if entered_at is None else np.asarray(entered_at, dtype=float)
    seen = (since == 0) | (since < ages)
    ages, gone, weight, since = ages[seen], gone[seen], weight[seen], since[seen]
    late = since > 0
    every = np.unique(np.concatenate([ages, since[late]]))
    return LifeCounts(
        every,
        _added(every, ages[gone], weight[gone]),
        _added(every, ages[~gone], weight[~gone]),
        _added(every, since[late], weight[late]),
    )


LEAST_AT_RISK = 10
"""Of fewer customers at risk, one loss would bring a curve down by more than a tenth, for ever."""


def first_age_of_many(lives: LifeCounts, least: int = LEAST_AT_RISK) -> float:
    """The age a curve can begin at: 0 where `least` customers are known from their start, else when so many are known.

    Where customers are known only from a later age on (left truncation), the first risk sets may be tiny: one at risk,
    and lost, would make survival 0 at every later age. The curve then begins where `least` are at risk, and after any
    age at which everybody at risk was lost though most customers come under observation later; it holds for those who
    reached that age. Where there are never so many, the highest age: no curve is left.

    Source    Klein & Moeschberger (2003), Survival Analysis, section 4.6 (conditional on survival to an age).
    Checked   by hand, and against lifelines on the customers that reached the age, in tests.
    """
    if not lives.entered.any():
        return 0.0
    at_risk, later = lives.at_risk, lives.entered.sum() - np.cumsum(lives.entered) + lives.entered
    broken = np.flatnonzero((lives.lost == at_risk) & (lives.lost > 0) & (later > lives.n / 2))
    many = np.flatnonzero(at_risk >= least)
    many = many[many > (broken[-1] if len(broken) else -1)]
    if not len(many):
        return float(lives.age[-1])
    return float(lives.age[many[0] - 1]) if many[0] else 0.0


def after_age(lives: LifeCounts, start: float) -> LifeCounts:
    """The customers that were followed beyond an age, at risk from then on only; all of them for age 0."""
    kept, at_risk = lives.age > start, lives.at_risk
    if not start or (kept.all() and not at_risk[:1].any()):
        return lives
    reached = at_risk[kept][0] if kept.any() else 0
    age = np.concatenate([[start], lives.age[kept]])
    zero = np.zeros(1, dtype=np.int64)
    lost, censored = (np.concatenate([zero, part[kept]]) for part in (lives.lost, lives.censored))
    return LifeCounts(age, lost, censored, np.concatenate([[reached], lives.entered[kept]]))


def _added(every: np.ndarray, ages: np.ndarray, weight: np.ndarray) -> np.ndarray:
    found = np.zeros(len(every), dtype=np.int64)
    np.add.at(found, np.searchsorted(every, ages), weight)
    return found


@dataclass(frozen=True, eq=False)
class SurvivalCurve:
    """Share of customers still there after each age; arrays of equal length in order of age.

    at_risk    Customers just before the age; lost: at it.
    error      Greenwood's standard error; nan from where nobody is left.
    low, high  Pointwise limits; nan where nobody is at risk yet, and from where nobody is left.
    spread     Sum of d / (n (n - d)) up to the age: the variance of log S.
    """

    lives: LifeCounts
    at_risk: np.ndarray
    survival: np.ndarray
    error: np.ndarray
    low: np.ndarray
    high: np.ndarray
    spread: np.ndarray
    limits: Limits
    confidence: float

    @property
    def age(self) -> np.ndarray:
        """The ages at which anybody was lost, censored or came under observation."""
        return self.lives.age

    @property
    def begins(self) -> float:
        """The age the curve begins at; it tells of those who reached it. 0 unless all are known from later on only."""
        return float(self.age[0]) if self.at_risk[0] == 0 else 0.0

    @property
    def last(self) -> float:
        """The highest age observed."""
        return float(self.age[-1])


def kaplan_meier(
    lives: LifeCounts, *, limits: Limits = "log-log", confidence: float = 0.95
) -> SurvivalCurve | NotEnoughData:
    """Product-limit estimate of survival by age with Greenwood's standard error.

    lives       See `LifeCounts`.
    limits      Scale on which the limits are symmetric; log-log keeps them inside 0 to 1 and covers best.
    confidence  Pointwise coverage of the limits, between 0 and 1.

    Before the first loss, where the formula would claim certainty, the limits are the exact ones of 0 lost of those
    at risk. Where nobody is left no interval exists. Returns NotEnoughData without customers.

    Assumes   who is censored would have left no sooner or later than the others.
    Use not   for the share lost to one of several reasons: the others would count as censored.
    Source    Kaplan & Meier (1958), JASA 53:457-481; Kalbfleisch & Prentice (2002), section 1.4.
    Checked   lifelines KaplanMeierFitter, R survival survfit; Freireich's leukaemia trial.
    """
    if not lives.n:
        return NotEnoughData("no customers", 0, 1)
    at_risk = lives.at_risk
    with np.errstate(divide="ignore", invalid="ignore"):
        stay = np.where(at_risk > 0, 1 - lives.lost / at_risk, 1.0)
        parts = np.where(at_risk > 0, lives.lost / (at_risk * (at_risk - lives.lost)), 0.0)
        survival, spread = np.cumprod(stay), np.cumsum(parts)
        error = np.where(survival > 0, survival * np.sqrt(spread), np.nan)
        low, high = _limits(survival, spread, at_risk, limits, confidence)
    return SurvivalCurve(lives, at_risk, survival, error, low, high, spread, limits, confidence)


def _limits(
    survival: np.ndarray, spread: np.ndarray, at_risk: np.ndarray, limits: Limits, confidence: float
) -> tuple[np.ndarray, np.ndarray]:
    half = z_value(confidence) * np.sqrt(spread)
    if limits == "plain":
        low, high = survival * (1 - half), survival * (1 + half)
    elif limits == "log":
        low, high = survival * np.exp(-half), survival * np.exp(half)
    else:
        power = half / -np.log(survival)
        low, high = survival ** np.exp(power), survival ** np.exp(-power)
    # Late entries may leave nobody at risk at first: nothing is known there.
    none_yet, none_left = survival == 1, (survival == 0) | ((survival == 1) & (at_risk == 0))
    exact = ((1 - confidence) / 2) ** (1 / np.maximum(at_risk, 1))
    low = np.where(none_left, np.nan, np.where(none_yet, exact, np.clip(low, 0, 1)))
    return low, np.where(none_left, np.nan, np.where(none_yet, 1.0, np.clip(high, 0, 1)))


def survival_at(curve: SurvivalCurve, age: float) -> Estimate | NotEnoughData:
    """The share still there after an age; NotEnoughData beyond the highest age observed, unless nobody is left.

    Of a curve that begins later than 0 the share of those who reached its begin; before it NotEnoughData.
    """
    if age < curve.begins:
        return NotEnoughData("nobody was followed at this age", int(age), int(curve.begins))
    if age > curve.last and curve.survival[-1] > 0:
        return NotEnoughData("nobody has been followed to this age", int(curve.last), int(age))
    at = int(np.searchsorted(curve.age, age, side="right")) - 1
    if at < 0:
        return Estimate(1.0, None, None, number_at_risk(curve, age), curve.limits, curve.confidence)
    low, high = _known(curve.low[at]), _known(curve.high[at])
    n = number_at_risk(curve, age)
    return Estimate(float(curve.survival[at]), low, high, n, curve.limits, curve.confidence)


def _known(limit: float) -> float | None:
    return None if np.isnan(limit) else float(limit)


def number_at_risk(curve: SurvivalCurve, age: float) -> int:
    """Customers under observation just before an age."""
    at = int(np.searchsorted(curve.age, age, side="left"))
    return int(curve.at_risk[at]) if at < len(curve.age) else 0


@dataclass(frozen=True)
class MedianAge:
    """Age by which half of the customers are lost; None where the curve (or its limit) does not come down so far."""

    value: float | None
    low: float | None
    high: float | None


def median_age(curve: SurvivalCurve, share: float = 0.5) -> MedianAge:
    """First age at which no more than `share` are left, with limits from those of the curve.

    Source    Brookmeyer & Crowley (1982), Biometrics 38:29-41.
    Checked   lifelines median_survival_times, R survival.
    """
    return MedianAge(*(_first_at_most(curve.age, line, share) for line in (curve.survival, curve.low, curve.high)))


def _first_at_most(age: np.ndarray, line: np.ndarray, share: float) -> float | None:
    # Rounding: the product of 0.8 and 0.625 is not quite 0.5.
    found = np.flatnonzero(np.nan_to_num(line, nan=1.0) <= share + 1e-12)
    return float(age[found[0]]) if len(found) else None


@dataclass(frozen=True)
class RestrictedMean:
    """Mean time a customer stays within the first `horizon` units of age, with its standard error and limits."""

    value: float
    error: float
    low: float
    high: float
    horizon: float
    n: int
    confidence: float = 0.95


def restricted_mean(
    curve: SurvivalCurve, horizon: float, *, confidence: float = 0.95
) -> RestrictedMean | NotEnoughData:
    """Area under the survival curve up to a horizon, with the sampling error that Greenwood's formula gives it.

    horizon  In the unit of age, above 0; NotEnoughData when nobody was followed so far, or only from a later age on.

    Of a curve that begins later than 0 it is the mean of those who reached that age, their time up to it included.

    Source    Andersen, Hansen & Klein (2004), Lifetime Data Anal 10:335-350; R survival print(survfit, rmean=).
    Checked   R survival, survRM2. Not lifelines, whose variance is that of one customer's time.
    """
    if horizon > curve.last and curve.survival[-1] > 0:
        return NotEnoughData("nobody has been followed to this age", int(curve.last), int(horizon))
    if horizon <= curve.begins:
        return NotEnoughData("customers are known from a later age on only", int(horizon), int(curve.begins))
    area, error = _area(curve, horizon)
    half = z_value(confidence) * error
    return RestrictedMean(area, error, max(area - half, 0.0), min(area + half, horizon), horizon, curve.lives.n)


def _area(curve: SurvivalCurve, horizon: float) -> tuple[float, float]:
    inside = curve.age < horizon
    edges = np.concatenate([[0.0], curve.age[inside], [horizon]])
    pieces = np.diff(edges) * np.concatenate([[1.0], curve.survival[inside]])
    rest = pieces.sum() - np.cumsum(pieces)[:-1]
    steps = np.diff(np.concatenate([[0.0], curve.spread[inside]]))
    # Where the last one leaves the step is infinite, but no area is left behind it.
    counted = np.isfinite(steps) & (rest > 0)
    return float(pieces.sum()), sqrt(float((rest[counted] ** 2 * steps[counted]).sum()))


def restricted_mean_difference(
    a: SurvivalCurve, b: SurvivalCurve, horizon: float, *, confidence: float = 0.95
) -> Comparison | NotEnoughData:
    """Restricted mean of B minus that of A with a normal interval: needs no proportional hazards.

    Assumes   A and B share no customer.
    Source    Royston & Parmar (2013), BMC Med Res Methodol 13:152.
    Checked   R survival, survRM2 (quoted in lifelines pull request 1526).
    """
    means = [restricted_mean(curve, horizon) for curve in (a, b)]
    known = [mean for mean in means if isinstance(mean, RestrictedMean)]
    if len(known) < len(means):
        return next(mean for mean in means if isinstance(mean, NotEnoughData))
    difference, error = known[1].value - known[0].value, sqrt(known[0].error ** 2 + known[1].error ** 2)
    half = z_value(confidence) * error
    p_value = erfc(abs(difference) / error / sqrt(2)) if error else None
    return Comparison(difference, difference - half, difference + half, p_value, "greenwood", confidence)
