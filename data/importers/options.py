"""Options of an import, from text: which metric choices it makes and how its files are read."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from data.errors import DataProblem
from data.records import MetricOptions
from data.staged import MAX_TOTAL_CHANGE

_DAYS = ("gap_tolerance_days", "pause_limit_days", "dunning_limit_days", "activity_window_days")
#: Reading option -> what it may be; None = any text.
_READING: dict[str, tuple[str, ...] | None] = {
    "date_format": None,
    "decimal": ("point", "comma"),
    "delimiter": None,
    "encoding": None,
    "header": ("yes", "no"),
    "duplicates": ("first", "last"),
    "currency": None,
    "sheet": None,
    "truncated": ("accept",),
}
_PER_COLUMN = ("date_format", "decimal")


@dataclass(frozen=True)
class ReadOptions:
    """How files are read, where the reader set it; `of("date_format", "signup")` looks for the column's own first.

    max_total_change  See StagedImport; not among `given`, because it changes no row.
    time_zone  The metric option: a moment becomes a day in it.
    """

    given: Mapping[str, str] = field(default_factory=dict)
    max_total_change: float = MAX_TOTAL_CHANGE
    time_zone: str = MetricOptions.time_zone

    def of(self, name: str, column: str = "") -> str:
        """Return the value set for the column, else for all, else nothing."""
        return self.given.get(f"{name}.{column}".lower(), self.given.get(name, ""))


def parse(given: Mapping[str, str]) -> tuple[MetricOptions, ReadOptions]:
    """Tell metric options from reading options; DataProblem for a name or value that is neither."""
    metric, reading, most = MetricOptions(), {}, MAX_TOTAL_CHANGE
    for key, value in given.items():
        name = key.strip()
        if name == "max_total_change":
            most = _share(name, value.strip())
            continue
        if name.partition(".")[0].lower() in _READING:
            reading[name.lower()] = _checked(name.lower(), value.strip())
        else:
            metric = _with(metric, name, value.strip())
    return metric, ReadOptions(reading, most, metric.time_zone)


def _checked(name: str, value: str) -> str:
    stem, _, column = name.partition(".")
    allowed = _READING[stem]
    if column and stem not in _PER_COLUMN:
        raise DataProblem(f"Option {stem} cannot be set per column; only {', '.join(_PER_COLUMN)} can.")
    if allowed is not None and value.lower() not in allowed:
        raise DataProblem(f"Option {name} is {value!r}; it may be one of {', '.join(allowed)}.")
    return value if allowed is None else value.lower()


def _with(options: MetricOptions, name: str, value: str) -> MetricOptions:
    if name in _DAYS:
        return replace(options, **{name: _number(name, value, 0, 3660)})
    if name == "gross_margin":
        return replace(options, gross_margin=_share(name, value))
    if name == "reporting_currency":
        return replace(options, reporting_currency=value.upper())
    if name == "time_zone":
        return replace(options, time_zone=_zone(value))
    if name == "currency_rates":
        return replace(options, currency_rates=_rates(value))
    known = ", ".join(
        (*_DAYS, "gross_margin", "reporting_currency", "time_zone", "currency_rates", *_READING, "max_total_change")
    )
    raise DataProblem(f"There is no option {name}. Known: {known}.")


def _zone(value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (ZoneInfoNotFoundError, ValueError):
        raise DataProblem(
            f"Option time_zone is {value!r}; it must be the name of a time zone such as Europe/Berlin or UTC."
        ) from None


def _number(name: str, value: str, low: int, high: int) -> int:
    if not value.isdigit() or not low <= int(value) <= high:
        raise DataProblem(f"Option {name} is {value!r}; it must be a whole number of days from {low} to {high}.")
    return int(value)


def _share(name: str, value: str) -> float:
    try:
        share = float(value)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise DataProblem(f"Option {name} is {value!r}; it must be a number from 0 to 1.")
    return share


def _rates(value: str) -> tuple[tuple[str, float], ...]:
    """Read "EUR:1.08,GBP:1.27": units of the reporting currency per unit."""
    try:
        pairs = [part.split(":") for part in value.split(",") if part.strip()]
        rates = tuple((code.strip().upper(), float(rate)) for code, rate in pairs)
    except ValueError:
        raise DataProblem(f"Option currency_rates is {value!r}; write it as EUR:1.08,GBP:1.27.") from None
    if any(rate <= 0 for _, rate in rates):
        raise DataProblem("Option currency_rates: a rate must be above 0.")
    return rates
