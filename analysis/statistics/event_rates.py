"""Events over time at risk: rates and their ratio with exact limits, and the risk of losing customers by age."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from analysis.results import Estimate, NotEnoughData
from analysis.statistics.proportions import MIN_CUSTOMERS
from analysis.statistics.survival import LifeCounts


def poisson_rate(events: int, exposure: float, *, confidence: float = 0.95) -> Estimate | NotEnoughData:
    """Events per unit of exposure with Garwood's exact interval.

    events    0 or more.  exposure  Time at risk, such as customer-days; NotEnoughData when it is 0.

    Assumes   events come independently, at one rate; of daily losses that come in bunches the interval is too short.
    Source    Garwood (1936), Biometrika 28:437-442.
    Checked   R poisson.test: 137 / 24.19893 gives 5.661407 (4.753125 to 6.692709).
    """
    if exposure <= 0:
        return NotEnoughData("no time at risk", 0, 1)
    from scipy.special import gammaincinv

    tail = (1 - confidence) / 2
    low = float(gammaincinv(events, tail)) if events else 0.0
    high = float(gammaincinv(events + 1, 1 - tail))
    return Estimate(events / exposure, low / exposure, high / exposure, events, "garwood", confidence)


@dataclass(frozen=True)
class RateRatio:
    """Rate of A over rate of B; `high` is None where it has no upper end (no events in B)."""

    value: float | None
    low: float
    high: float | None
    p_value: float
    confidence: float = 0.95


def rate_ratio(
    events_a: int, exposure_a: float, events_b: int, exposure_b: float, *, confidence: float = 0.95
) -> RateRatio | NotEnoughData:
    """Ratio of two Poisson rates, A over B, with the exact interval that holds given the total of events.

    Returns NotEnoughData without events or without time at risk in one of them.

    Assumes   A and B share no time at risk.
    Source    Przyborowski & Wilenski (1940), Biometrika 31:313-323; limits of Clopper & Pearson (1934).
    Use not   to call a date out of the ordinary by itself: of losses that come in seasons, trends and bunches, most
              dates are.
    Checked   R poisson.test of two rates: its interval. The p-value is twice the smaller tail, as the interval is.
    """
    total = events_a + events_b
    if not total or exposure_a <= 0 or exposure_b <= 0:
        return NotEnoughData("no losses, or no time at risk, to compare", total, 1)
    from scipy.special import betainc, betaincinv

    tail = (1 - confidence) / 2
    low = float(betaincinv(events_a, events_b + 1, tail)) if events_a else 0.0
    high = float(betaincinv(events_a + 1, events_b, 1 - tail)) if events_b else 1.0
    expected = exposure_a / (exposure_a + exposure_b)
    at_least = float(betainc(events_a, events_b + 1, expected)) if events_a else 1.0
    # The other tail directly: 1 minus it would be 0 from p = 1e-16 on.
    at_most = float(betainc(events_b, events_a + 1, 1 - expected)) if events_b else 1.0
    scale = exposure_b / exposure_a
    value = scale * events_a / events_b if events_b else None
    upper = scale * high / (1 - high) if high < 1 else None
    return RateRatio(value, scale * low / (1 - low), upper, min(1.0, 2 * min(at_least, at_most)), confidence)


@dataclass(frozen=True)
class AgeRisk:
    """Losses in the ages (start, end] over the time customers spent there; `rate` is per unit of age.

    at_risk  Customers that were under observation at any time in the band, those known only from inside it included.
    """

    start: float
    end: float
    at_risk: int
    lost: int
    exposure: float
    rate: Estimate | NotEnoughData


def hazard_by_age(lives: LifeCounts, edges: Sequence[float]) -> tuple[AgeRisk, ...]:
    """Losses per unit of time at risk between the edges of age, each with Garwood's interval.

    edges  Rising, in the unit of age. A band that fewer than 10 customers reach says so instead of a rate.

    Source    Kalbfleisch & Prentice (2002), The Statistical Analysis of Failure Time Data, section 1.3.
    """
    return tuple(_band(lives, low, high) for low, high in pairwise(edges))


def _band(lives: LifeCounts, low: float, high: float) -> AgeRisk:
    # A loss at age 0 (of whole months) belongs to the first band.
    inside = (lives.age > low) & (lives.age <= high) | ((lives.age == 0) & (low == 0))
    lost = int(lives.lost[inside].sum())
    spent = np.clip(lives.age - low, 0, high - low)
    exposure = float(((lives.lost + lives.censored - lives.entered) * spent).sum())
    reached = _reached(lives, low, high)
    rate = poisson_rate(lost, exposure) if reached >= MIN_CUSTOMERS else _too_few(reached)
    return AgeRisk(low, high, reached, lost, exposure, rate)


def _reached(lives: LifeCounts, low: float, high: float) -> int:
    """Customers under observation just after the age `low`, and those that come under it before `high`."""
    place = int(np.searchsorted(lives.age, low, side="right" if low else "left"))
    came = lives.entered[(lives.age > low) & (lives.age < high)].sum()
    return int(np.append(lives.at_risk, 0)[place] + came)


def _too_few(reached: int) -> NotEnoughData:
    return NotEnoughData("too few customers of this age", reached, MIN_CUSTOMERS)


@dataclass(frozen=True)
class Peak:
    """The band of age with the highest rate of loss, and whether it differs from the others by more than chance.

    p_adjusted  Of the exact test of this band against all others together, times the bands it was chosen from.
    """

    band: AgeRisk
    p_adjusted: float

    @property
    def clear(self) -> bool:
        """Whether chance alone would rarely make such a peak."""
        return self.p_adjusted < 0.05


def peak(bands: Sequence[AgeRisk]) -> Peak | NotEnoughData:
    """The riskiest band; its p-value is Bonferroni's, because it was chosen for being the highest."""
    known = [band for band in bands if isinstance(band.rate, Estimate)]
    if len(known) < 2 or not any(band.lost for band in known):
        return NotEnoughData("fewer than two ages with enough customers and losses", len(known), 2)
    top = max(known, key=lambda band: band.rate.value if isinstance(band.rate, Estimate) else 0.0)
    lost = sum(band.lost for band in known) - top.lost
    found = rate_ratio(top.lost, top.exposure, lost, sum(band.exposure for band in known) - top.exposure)
    if isinstance(found, NotEnoughData):
        return found
    return Peak(top, min(1.0, found.p_value * len(known)))
