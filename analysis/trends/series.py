"""The whole history of customer churn in complete periods: what seasons and forecasts rest on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from analysis.periods import floor, shift
from analysis.results import Answer
from analysis.statistics.proportions import wilson_interval
from data.queries.flows import daily_flows, net_flows
from data.records import Grain, Period, Scope

if TYPE_CHECKING:
    from data.engine import Engine


@dataclass(frozen=True)
class ChurnPoint:
    """Customers at the start of a complete period and those of them lost at its end."""

    period: Period
    churned: int
    at_start: int

    @property
    def rate(self) -> Answer:
        """The customer churn rate with Wilson's interval."""
        return wilson_interval(self.churned, self.at_start)


def churn_series(engine: Engine, scope: Scope) -> tuple[ChurnPoint, ...]:
    """Every complete period with customers at its start, up to the end of the scope's range or of the data."""
    release = engine.release
    if release is None:
        raise ValueError("reports need a recorded release")
    daily = daily_flows(engine, scope.segment)
    if not len(daily.days) or release.shape == "snapshot":
        return ()
    end = floor(min(scope.end or date.max, release.as_of + timedelta(days=1)), scope.grain)
    first: date = floor(daily.days[0].astype(date), scope.grain)
    churned = {row["period"]: int(row["n_churn"]) for row in net_flows(engine, scope.segment, scope.grain, first, end)}
    points: list[ChurnPoint] = []
    while first < end:
        following = shift(first, scope.grain, 1)
        at_start = int(daily.level(daily.active, first))
        if at_start:
            points.append(ChurnPoint(Period(first, following), churned.get(first, 0), at_start))
        first = following
    return tuple(points)


def season_length(grain: Grain) -> int | None:
    """Periods in a year; None where a year is one period or has no whole number of them (weeks)."""
    return {"month": 12, "quarter": 4}.get(grain)
