"""Risk by age: when in their life customers are lost most, and how losses spread over the stages of life."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isinf
from typing import TYPE_CHECKING

from analysis.lifecycle.knowable import refuse_unknowable
from analysis.lifecycle.survival import counted_lives
from analysis.results import Answer, NotEnoughData
from analysis.statistics.event_rates import AgeRisk, Peak, hazard_by_age, peak
from analysis.statistics.proportions import wilson_interval
from analysis.statistics.survival import LifeCounts
from data.records import AgeUnit, Scope

if TYPE_CHECKING:
    from data.engine import Engine

DAYS = (0, 31, 62, 92, 123, 153, 184, 276, 366, 550, 731, 1096, 1461, 1827, 3653, 36525)
"""Edges between which whole anniversaries fall: contracts by the month end 28 to 31 days after they began, then 59 to
62, and an edge among these would part one renewal and look like a peak."""
MONTHS = (0, 1, 2, 3, 4, 5, 6, 9, 12, 18, 24, 36, 48, 60, 120, 1200)
STAGES = {"day": (0, 90, 365, inf), "month": (0, 3, 12, inf)}
DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True)
class Stage:
    """Losses of one stage of life: days 0 to 90, 91 to 365, over 365 (or as many months of a snapshot).

    share  Of all losses.  risk  Customers at risk, their time, and the rate per unit of age.
    """

    risk: AgeRisk
    share: Answer


@dataclass(frozen=True)
class RiskByAge:
    """The rate of loss in each band of age, its peak, and the losses by stage."""

    unit: AgeUnit
    bands: tuple[AgeRisk, ...]
    peak: Peak | NotEnoughData
    stages: tuple[Stage, ...]
    customers: int
    lost: int


def risk_by_age(engine: Engine, scope: Scope) -> RiskByAge | NotEnoughData:
    """Losses over time at risk by age, up to the first loss of each customer; months where the data know no days."""
    refuse_unknowable(scope.segment)
    unit = unit_of_shape("" if engine.release is None else engine.release.shape)
    lives = counted_lives(engine, scope.segment, unit)
    if not lives.n:
        return NotEnoughData("no customers", 0, 1)
    bands = hazard_by_age(lives, _edges(lives, DAYS if unit == "day" else MONTHS))
    stages = hazard_by_age(lives, STAGES[unit])
    lost = int(lives.lost.sum())
    return RiskByAge(
        unit, bands, peak(bands), tuple(Stage(s, wilson_interval(s.lost, lost)) for s in stages), lives.n, lost
    )


@dataclass(frozen=True)
class RiskRow:
    """One band of age (age_from, age_to], as a report and a download have it; rates per month, limits None if unknown.

    stage  One of the three stages of life instead of a band.
    """

    stage: bool
    age_from: float
    age_to: float | None
    at_risk: int
    lost: int
    rate_per_month: float | None
    low: float | None
    high: float | None


def rows_of(found: RiskByAge) -> tuple[RiskRow, ...]:
    """The bands, then the stages, as plain rows."""
    bands = [(False, band) for band in found.bands] + [(True, stage.risk) for stage in found.stages]
    return tuple(_plain(band, found.unit, stage=stage) for stage, band in bands)


def _plain(band: AgeRisk, unit: AgeUnit, *, stage: bool) -> RiskRow:
    rate = None if isinstance(band.rate, NotEnoughData) else band.rate
    values = (rate.value, rate.low, rate.high) if rate else (None, None, None)
    value, low, high = (None if x is None else per_month(x, unit) for x in values)
    end = None if isinf(band.end) else band.end
    return RiskRow(stage, band.start, end, band.at_risk, band.lost, value, low, high)


def unit_of_shape(shape: str) -> AgeUnit:
    """What ages are known in by the shape of a release: a snapshot gives whole months."""
    return "month" if shape == "snapshot" else "day"


def _edges(lives: LifeCounts, edges: tuple[int, ...]) -> list[float]:
    """The edges up to the first one that nobody has passed."""
    last = float(lives.age[-1])
    passed = [edge for edge in edges if edge < last]
    following = next(edge for edge in edges if edge >= last) if last <= edges[-1] else last
    return [*passed, following] if passed else [0.0, float(edges[1])]


def per_month(rate: float, unit: AgeUnit) -> float:
    """A rate per unit of age as a rate per month of 365.25 / 12 days."""
    return rate * DAYS_A_MONTH if unit == "day" else rate
