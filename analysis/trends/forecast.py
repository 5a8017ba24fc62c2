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
    """The coming periods in order, the model, and its past accuracy.

    since  First period the forecast rests on, where earlier ones had to be left out; otherwise None.
    """

    rows: tuple[ForecastRow, ...]
    model: str
    accuracy: Accuracy | NotEnoughData
    since: date | None = None


def forecast(engine: Engine, scope: Scope) -> ChurnForecast | NotEnoughData:
    """Forecast the customer churn rate of the two quarters after the scope's last complete period."""
    steps = TWO_QUARTERS.get(scope.grain)
    if steps is None:
        return NotEnoughData("two quarters ahead are less than one year: choose weeks, months or quarters", 0, 1)
    if scope.definition == "renewal":
        return NotEnoughData("the renewal definition counts money and a forecast needs counts of customers", 0, 1)
    points = churn_series(engine, scope)
    usable = _usable(points)
    history = [_counts(point) for point in usable]
    found = forecast_rate(history, steps, season=season_length(scope.grain))
    if isinstance(found, NotEnoughData):
        return found
    first = usable[-1].period.end
    rows = tuple(
        ForecastRow(shift(first, scope.grain, i), shift(first, scope.grain, i + 1), point)
        for i, point in enumerate(found.points)
    )
    since = usable[0].period.start if len(usable) < len(points) else None
    return ChurnForecast(rows, found.model, found.accuracy, since)


def _usable(points: Sequence[ChurnPoint]) -> Sequence[ChurnPoint]:
    """The last run of periods without a hole: a rate of fewer than 10 customers says nothing, and bridges nothing."""
    run: list[ChurnPoint] = []
    for point in points:
        if run and run[-1].period.end != point.period.start:
            run = []
        run = [*run, point] if _counts(point).n >= MIN_CUSTOMERS else []
    return run


def _counts(point: ChurnPoint) -> Counts:
    """Lost and base under the definition of the series; nothing where it gives no rate."""
    rate = point.rate
    return Counts(0, 0) if isinstance(rate, NotEnoughData) else Counts(round(rate.value * rate.n), rate.n)
