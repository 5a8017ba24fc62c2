"""Calendar periods: half-open days, marked incomplete when the data do not reach their last day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

from data.calendar import add_months, floor, shift
from data.errors import ReviewError
from data.records import Grain, Period, Scope

if TYPE_CHECKING:
    from data.engine import Engine

__all__ = ["add_months", "floor", "periods_of", "previous", "range_of", "refuse_unseen", "shift", "span"]

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


def span(periods: Sequence[Period]) -> Period:
    """Periods that follow each other, from end to end."""
    return Period(periods[0].start, periods[-1].end)


def range_of(scope: Scope) -> Period | None:
    """The range a scope names as one period; None when it names none."""
    if scope.start is None and scope.end is None:
        return None
    if scope.start is None or scope.end is None:
        raise ReviewError("Give both --from and --to, or neither.")
    if scope.start >= scope.end:
        raise ReviewError(f"The range from {scope.start} to {scope.end} is empty. Choose a start before the end.")
    return Period(scope.start, scope.end)


def refuse_unseen(engine: Engine, period: Period | None) -> None:
    """ReviewError when the data end inside or before a period: who is lost at its end cannot be known."""
    if engine.release is None:
        raise ValueError("reports need a recorded release")
    as_of = engine.release.as_of
    if period is not None and period.end > as_of + timedelta(days=1):
        raise ReviewError(
            f"The data end on {as_of}, before the range from {period.start} to {period.end} does: who is lost at its "
            f"end is not known yet. Choose an end up to {as_of + timedelta(days=1)}."
        )


def previous(period: Period, grain: Grain, steps: int = 1) -> Period:
    """The whole calendar period `steps` earlier."""
    first = shift(floor(period.start, grain), grain, -steps)
    return Period(first, shift(first, grain, 1), True)
