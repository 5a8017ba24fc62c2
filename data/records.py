"""Frozen values that cross the layers: what to look at (Scope, Segment) and what the lake holds (Release)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

Grain = Literal["week", "month", "quarter", "year"]
Bridge = Literal["net", "activity"]
DefinitionName = Literal["start-base", "chartmogul", "stripe", "baremetrics", "renewal"]
Operator = Literal["in", "not in", "<", "<=", ">", ">="]


@dataclass(frozen=True)
class Condition:
    """One condition of a segment: attribute, operator, values (text as stored; numbers for < <= > >=)."""

    attribute: str
    operator: Operator
    values: tuple[str, ...]


@dataclass(frozen=True)
class Segment:
    """Customers that meet every condition; no condition means everybody."""

    conditions: tuple[Condition, ...] = ()


EVERYBODY = Segment()


@dataclass(frozen=True)
class Period:
    """Half-open days [start, end) in the reporting time zone; complete when the data reach its last day."""

    start: date
    end: date
    complete: bool = True


@dataclass(frozen=True)
class Scope:
    """What a page or report looks at.

    start, end  First day, and day after the last; None = the last 12 complete periods of `grain`.
    release     Number of a data release; None = the latest.
    """

    start: date | None = None
    end: date | None = None
    grain: Grain = "month"
    segment: Segment = EVERYBODY
    definition: DefinitionName = "start-base"
    bridge: Bridge = "net"
    release: int | None = None


@dataclass(frozen=True)
class MetricOptions:
    """Choices that change what counts as churn; stored with every release.

    Days are calendar days. `currency_rates` holds (currency, units of reporting currency per unit) pairs.
    `gross_margin` is 0-1; 1 means lifetime value before costs.
    """

    gap_tolerance_days: int = 3
    pause_limit_days: int = 90
    dunning_limit_days: int = 30
    activity_window_days: int = 90
    reporting_currency: str = ""
    time_zone: str = "UTC"
    gross_margin: float = 1.0
    currency_rates: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Check:
    """One check of a release: passed or not, with a sentence that names the numbers."""

    name: str
    passed: bool
    detail: str


@dataclass(frozen=True)
class Release:
    """A consistent version of the lake.

    tables      Delta version per table.
    rows        Row count per table.
    attributes  Stored attribute column -> label as it stood in the file.
    sources     Per table: file names, content hash, imported_at, newest day in the data.
    shape       How the facts came: subscriptions, snapshot, purchases.
    """

    number: int
    created_at: datetime
    as_of: date
    options: MetricOptions
    tables: dict[str, int]
    rows: dict[str, int]
    checks: tuple[Check, ...] = ()
    attributes: dict[str, str] = field(default_factory=dict)
    sources: dict[str, dict[str, Any]] = field(default_factory=dict)
    shape: str = "subscriptions"
    note: str = ""
