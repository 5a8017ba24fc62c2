"""Calendar periods: half-open days, marked incomplete when the data do not reach their last day."""

from datetime import date, timedelta

from data.errors import ReviewError
from data.records import Grain, Period, Scope

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
DEFAULT_PERIODS = 12


def floor(day: date, grain: Grain) -> date:
    """First day of the calendar period `day` lies in; weeks start on Monday, quarters in January."""
    if grain == "week":
        return day - timedelta(days=day.weekday())
    months = _MONTHS[grain]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def shift(first: date, grain: Grain, steps: int) -> date:
    """First day of the period `steps` after the one that starts on `first`."""
    if grain == "week":
        return first + timedelta(weeks=steps)
    return add_months(first, _MONTHS[grain] * steps)


def add_months(day: date, months: int) -> date:
    """The same day `months` later (earlier when negative), clipped to the end of a shorter month."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, month_length(year, month + 1)))


def month_length(year: int, month: int) -> int:
    """Days in a month."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return (following - timedelta(days=1)).day


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
