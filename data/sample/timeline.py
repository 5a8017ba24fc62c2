"""The demo company's calendar: its months, the days of its events, and whole-month arithmetic on arrays of days."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from data.errors import DataProblem

Days = NDArray[np.datetime64]
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

MONTHS_ALLOWED = (6, 120)


@dataclass(frozen=True)
class Timeline:
    """When things happen.

    first, as_of   First day of the first month and last day of the last month.
    onboarding_on  First day of the guided onboarding; customers signed from here on have it.
    price_on       First day of the higher prices.
    bad_from, bad_to  Calendar quarter whose losses by failed payment are high, half-open.
    """

    first: date
    as_of: date
    months: int
    onboarding_on: date
    price_on: date
    bad_from: date
    bad_to: date

    def month_start(self, share: float) -> date:
        """Return the first day of the month that lies at a share of the company's months."""
        return month_day(self.first, round(share * self.months))


def month_day(first: date, months: int) -> date:
    """Return the first day of the month `months` after the month of `first`."""
    years, month = divmod(first.month - 1 + months, 12)
    return date(first.year + years, month + 1, 1)


def last_month_end(end: date) -> date:
    """Return the last day of the last month that is complete at the end of the day `end`."""
    tomorrow = end + timedelta(days=1)
    return tomorrow.replace(day=1) - timedelta(days=1)


def timeline(months: int, end: date) -> Timeline:
    """Return the calendar of `months` whole months up to the last one complete at `end`."""
    low, high = MONTHS_ALLOWED
    if not low <= months <= high:
        raise DataProblem(f"A demo company of {months} months cannot be made; choose {low} to {high} months.")
    as_of = last_month_end(end)
    first = month_day(as_of.replace(day=1), 1 - months)
    bad_from = _quarter_start(month_day(first, round(0.8 * months)))
    return Timeline(
        first=first,
        as_of=as_of,
        months=months,
        onboarding_on=month_day(first, months // 2),
        price_on=month_day(first, 2 * months // 3),
        bad_from=bad_from,
        bad_to=month_day(bad_from, 3),
    )


def _quarter_start(day: date) -> date:
    """Return the first day of the calendar quarter that starts on or after `day`, a first of a month."""
    return month_day(day, -(day.month - 1) % 3)


def days(day: date | Days | Any) -> Any:
    """Return a date, or an array of them, as numpy days."""
    return np.asarray(day, dtype="datetime64[D]")


def days_later(day: Days, by: int | Ints) -> Days:
    """Return the days that lie some days after, or before, these."""
    return np.add(day.astype("datetime64[D]"), np.asarray(by).astype("timedelta64[D]"))


def months_later(start: Days, months: int | Ints) -> Days:
    """Return the same day of the month some months later; the last day where that month is shorter."""
    month = start.astype("datetime64[M]")
    offset = start - month.astype("datetime64[D]")
    target = month + np.asarray(months)
    last = (target + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    return np.minimum(target.astype("datetime64[D]") + offset, last)


def months_between(start: date, later: Days) -> Ints:
    """Return how many calendar months lie between the month of `start` and the months of `later`."""
    return (later.astype("datetime64[M]") - np.datetime64(start, "M")).astype(np.int64)
