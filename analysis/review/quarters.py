"""Quarters of the calendar, as reviews look at them: 2026Q3."""

from __future__ import annotations

import re
from datetime import date, timedelta

from analysis.periods import floor, shift
from data.errors import ReviewError
from data.records import Period

_NAMED = re.compile(r"(\d{4})-?[Qq]([1-4])")


def quarter_of(text: str) -> Period:
    """The quarter a text names, as 2026Q3."""
    found = _NAMED.fullmatch(text.strip())
    if found is None:
        raise ReviewError(f"{text} names no quarter. Write it as 2026Q3.")
    first = date(int(found[1]), 3 * int(found[2]) - 2, 1)
    return Period(first, shift(first, "quarter", 1))


def name_of(start: date) -> str:
    """The quarter that starts on a day, as people write it."""
    return f"{start.year}Q{(start.month + 2) // 3}"


def last_whole(as_of: date) -> Period:
    """The last quarter that data up to a day hold wholly."""
    end = floor(as_of + timedelta(days=1), "quarter")
    return Period(shift(end, "quarter", -1), end)


def refuse_no_quarter(start: date, end: date) -> None:
    """ReviewError unless the days are those of one quarter of the calendar."""
    if floor(start, "quarter") != start or shift(start, "quarter", 1) != end:
        raise ReviewError(f"A review looks at a quarter of the calendar, not at {start} to {end}.")
