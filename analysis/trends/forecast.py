"""Where churn is heading: the next two quarters with intervals, and how such forecasts did in the past."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from analysis.periods import shift
from analysis.results import Estimate, NotEnoughData
from analysis.statistics.forecasting import Accuracy, Counts, forecast_rate
from analysis.statistics.proportions import MIN_CUSTOMERS
from analysis.trends.series import ChurnPoint, churn_series, season_length
from data.records import Scope

if TYPE_CHECKING:
    from data.engine import Engine

TWO_QUARTERS = {"week": 26, "month": 6, "quarter": 2}


@dataclass(frozen=True)
class ForecastRow:
    """The churn rate expected in a coming period."""

    period_start: date
    period_end: date
    customer_churn_rate: Estimate


@dataclass(frozen=True)
class ChurnForecast:
    """The coming periods in order, the model, and its past accuracy."""

    rows: tuple[ForecastRow, ...]
    model: str
    accuracy: Accuracy | NotEnoughData


def forecast(engine: Engine, scope: Scope) -> ChurnForecast | NotEnoughData:
    """Forecast the customer churn rate of the two quarters after the scope's last complete period."""
    steps = TWO_QUARTERS.get(scope.grain)
    if steps is None:
        return NotEnoughData("two quarters ahead are less than one year: choose weeks, months or quarters", 0, 1)
    points = _usable(churn_series(engine, scope))
    found = forecast_rate([Counts(p.churned, p.at_start) for p in points], steps, season=season_length(scope.grain))
    if isinstance(found, NotEnoughData):
        return found
    first = points[-1].period.end
    rows = tuple(
        ForecastRow(shift(first, scope.grain, i), shift(first, scope.grain, i + 1), point)
        for i, point in enumerate(found.points)
    )
    return ChurnForecast(rows, found.model, found.accuracy)


def _usable(points: Sequence[ChurnPoint]) -> Sequence[ChurnPoint]:
    """The last run of periods with 10 customers or more at start: a rate of a handful says nothing."""
    small = [i for i, point in enumerate(points) if point.at_start < MIN_CUSTOMERS]
    return points[small[-1] + 1 :] if small else points
