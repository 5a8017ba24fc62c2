"""Seasons: the same month or quarter of each year side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.results import Answer, NotEnoughData
from analysis.trends.series import ChurnPoint, churn_series, season_length
from data.records import Scope

if TYPE_CHECKING:
    from data.engine import Engine


@dataclass(frozen=True)
class SeasonRow:
    """One complete month (1-12) or quarter (1-4) of one year."""

    season: int
    year: int
    customers_start: int
    customers_churned: int
    customer_churn_rate: Answer


def seasons(engine: Engine, scope: Scope) -> tuple[SeasonRow, ...] | NotEnoughData:
    """Churn by month or quarter of the year, every year of the data; weeks and years have no season here."""
    length = season_length(scope.grain)
    if length is None:
        return NotEnoughData("a comparison of seasons needs months or quarters", 0, 1)
    points = churn_series(engine, scope)
    if len(points) <= length:
        return NotEnoughData("fewer periods than a year and one more to compare with", len(points), length + 1)
    return tuple(_row(point, length) for point in points)


def _row(point: ChurnPoint, length: int) -> SeasonRow:
    first = point.period.start
    season = (first.month - 1) * length // 12 + 1
    return SeasonRow(season, first.year, point.at_start, point.churned, point.rate)
