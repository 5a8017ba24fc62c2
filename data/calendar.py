"""Calendar days: the first days of weeks, months, quarters and years, and steps between them."""

from datetime import date, timedelta

from data.records import Grain

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


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
