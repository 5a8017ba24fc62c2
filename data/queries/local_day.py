"""The day a moment lies on in the reporting time zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import ibis

from data.expressions import Value

_FIRST_YEAR, _LAST_YEAR = 2000, 2040
"""Moments before and after have the offset from UTC of the first and last of these years."""


def local_day(moment: Value, zone: str) -> Value:
    """The day of a moment (kept in UTC) in a time zone, the same on every engine: shifted by the offset of its time."""
    offsets = _offsets(zone)
    if offsets == ((datetime.min, 0),):
        return moment.date()
    later = [(since, shift) for since, shift in reversed(offsets) if since > datetime.min]
    shifted = [
        (moment >= ibis.timestamp(since.isoformat(), timezone="UTC"), _shifted(moment, shift)) for since, shift in later
    ]
    return ibis.cases(*shifted, else_=_shifted(moment, offsets[0][1])) if shifted else _shifted(moment, offsets[0][1])


def _shifted(moment: Value, seconds: int) -> Value:
    return (moment + ibis.interval(seconds=seconds)).date()


@lru_cache(maxsize=8)
def _offsets(zone: str) -> tuple[tuple[datetime, int], ...]:
    """Offsets from UTC in seconds, each from the moment (in UTC) on which it holds, the first one since ever."""
    here = ZoneInfo(zone)
    found = [(datetime.min, _offset(here, datetime(_FIRST_YEAR, 1, 1)))]
    for start, end in pairwise(_hours_of_change(here)):
        if _offset(here, end) != _offset(here, start):
            found.append((end, _offset(here, end)))
    return tuple(found)


def _hours_of_change(here: ZoneInfo) -> Iterator[datetime]:
    """Days, and all hours of those on which the offset changes: clocks change at quarters."""
    for number in range((datetime(_LAST_YEAR, 1, 1) - datetime(_FIRST_YEAR, 1, 1)).days):
        day = datetime(_FIRST_YEAR, 1, 1) + timedelta(days=number)
        yield day
        if _offset(here, day) != _offset(here, day + timedelta(days=1)):
            yield from (day + timedelta(minutes=15 * n) for n in range(1, 96))


def _offset(here: ZoneInfo, moment: datetime) -> int:
    shift = moment.replace(tzinfo=UTC).astimezone(here).utcoffset() or timedelta()
    return int(shift.total_seconds())
