"""Ranges of time under a short name: the last 12 complete periods, this year, last quarter."""

from datetime import date, timedelta

from analysis.periods import floor, shift
from dashboard.language import N_
from dashboard.url_state import View
from data.records import Scope

NAMES = {
    "last-12": N_("Last 12 complete periods"),
    "last-24": N_("Last 24 complete periods"),
    "last-quarter": N_("Last complete quarter"),
    "this-year": N_("This year so far"),
    "last-year": N_("Last calendar year"),
    "custom": N_("Own range"),
}


def scope_of(view: View, as_of: date) -> Scope:
    """What a view looks at, with its preset turned into days of the data at hand."""
    start, end = range_of(view, as_of)
    return Scope(start, end, view.grain, view.segment, view.definition, view.bridge, view.release)


def range_of(view: View, as_of: date) -> tuple[date | None, date | None]:
    """First day and day after the last; None, None = the usual range."""
    after = as_of + timedelta(days=1)
    year, quarter = floor(after, "year"), floor(after, "quarter")
    ranges: dict[str, tuple[date | None, date | None]] = {
        "last-24": (shift(floor(after, view.grain), view.grain, -24), floor(after, view.grain)),
        "last-quarter": (shift(quarter, "quarter", -1), quarter),
        "this-year": (floor(as_of, "year"), after),
        "last-year": (shift(year, "year", -1), year),
        "custom": (view.start, view.end),
    }
    return ranges.get(view.period, (None, None))
