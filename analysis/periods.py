"""Calendar periods: half-open days, marked incomplete when the data do not reach their last day."""

from datetime import date, timedelta

from data.calendar import add_months, floor, shift
from data.errors import ReviewError
from data.records import Grain, Period, Scope

__all__ = ["add_months", "floor", "periods_of", "previous", "shift"]

DEFAULT_PERIODS = 12


def periods_of(scope: Scope, as_of: date, *, snapshot: bool = False) -> tuple[Period, ...]:
    """The periods a scope asks for; without a range the last 12 complete ones, for a snapshot the day it was taken.

    The first and the last period are cut by the range. A cut period, or one the data do not fully cover, is incomplete;
    periods that begin after the as-of date are left out.
    """
    after = as_of + timedelta(days=1)
    if snapshot and not scope.start and not scope.end:
        return (Period(as_of, after),)
    end = scope.end or floor(after, scope.grain)
    start = scope.start or shift(floor(end - timedelta(days=1), scope.grain), scope.grain, 1 - DEFAULT_PERIODS)
    if start >= end:
        raise ReviewError(f"The range from {start} to {end} is empty. Choose a start before the end.")
    if start > as_of:
        raise ReviewError(f"The data end on {as_of}, before the range begins on {start}. Choose an earlier start.")
    # Periods that begin after the data have nothing to show: their rates would be 0 and look certain.
    return tuple(p for p in _cut(scope.grain, start, end, after) if p.start <= as_of)


def _cut(grain: Grain, start: date, end: date, after: date) -> list[Period]:
    found, first = [], floor(start, grain)
    while first < end:
        following = shift(first, grain, 1)
        low, high = max(first, start), min(following, end)
        whole = low == first and high == following and following <= after
        found.append(Period(low, high, whole))
        first = following
    return found


def previous(period: Period, grain: Grain, steps: int = 1) -> Period:
    """The whole calendar period `steps` earlier."""
    first = shift(floor(period.start, grain), grain, -steps)
    return Period(first, shift(first, grain, 1), True)
