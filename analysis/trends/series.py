"""The whole history of customer churn in complete periods: what seasons and forecasts rest on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from analysis.kpis.definitions import rates_under
from analysis.metrics.churn import customer_churn_rate
from analysis.metrics.outcomes import refuse_outcomes
from analysis.periods import floor, shift
from analysis.results import Answer
from data.queries.flows import daily_flows, net_flows
from data.records import Grain, Period, Scope

if TYPE_CHECKING:
    from data.engine import Engine


@dataclass(frozen=True)
class ChurnPoint:
    """Customers at the start of a complete period, those of them lost at its end, and the rate of the definition."""

    period: Period
    churned: int
    at_start: int
    rate: Answer


def churn_series(engine: Engine, scope: Scope) -> tuple[ChurnPoint, ...]:
    """Every complete period with customers at its start, up to the end of the scope's range or of the data."""
    refuse_outcomes(scope.segment)
    release = engine.release
    if release is None:
        raise ValueError("reports need a recorded release")
    daily = daily_flows(engine, scope.segment)
    if not len(daily.days) or release.shape == "snapshot":
        return ()
    end = floor(min(scope.end or date.max, release.as_of + timedelta(days=1)), scope.grain)
    first: date = floor(daily.days[0].astype(date), scope.grain)
    churned = {row["period"]: int(row["n_churn"]) for row in net_flows(engine, scope.segment, scope.grain, first, end)}
    counted: dict[Period, tuple[int, int]] = {}
    while first < end:
        following = shift(first, scope.grain, 1)
        at_start = int(daily.level(daily.active, first))
        if at_start:
            counted[Period(first, following)] = churned.get(first, 0), at_start
        first = following
    rates = _rates(engine, scope, counted)
    return tuple(ChurnPoint(period, *counts, rates[period]) for period, counts in counted.items())


def _rates(engine: Engine, scope: Scope, counted: Mapping[Period, tuple[int, int]]) -> Mapping[Period, Answer]:
    if scope.definition == "start-base" or not counted:
        return {period: customer_churn_rate(*counts) for period, counts in counted.items()}
    return rates_under(engine, scope.definition, list(counted), scope.segment)


def season_length(grain: Grain) -> int | None:
    """Periods in a year; None where a year is one period or has no whole number of them (weeks)."""
    return {"month": 12, "quarter": 4}.get(grain)
