"""Frozen values that cross the layers: what to look at (Scope, Segment) and what the lake holds (Release)."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

Grain = Literal["week", "month", "quarter", "year"]
Bridge = Literal["net", "activity"]
DefinitionName = Literal["start-base", "chartmogul", "stripe", "baremetrics", "renewal"]
Compare = Literal["previous", "year", "segment"]
AgeUnit = Literal["day", "month"]
Operator = Literal["in", "not in", "<", "<=", ">", ">="]


@dataclass(frozen=True)
class Condition:
    """One condition of a segment: attribute, operator, values (text as stored; numbers for < <= > >=)."""

    attribute: str
    operator: Operator
    values: tuple[str, ...]


@dataclass(frozen=True)
class Segment:
    """Customers that meet every condition; no condition means everybody.

    without  Leaves out the customers that meet every one of these; () leaves out nobody.
    """

    conditions: tuple[Condition, ...] = ()
    without: tuple[Condition, ...] = ()


EVERYBODY = Segment()


#: Days a range may lie between; calendar arithmetic stays clear of the ends of time.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 1, 1)


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
    builder     `data.derived.plan.BUILDER` that made the derived tables; 0 = before it was counted.
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
    builder: int = 0


ImportOutcome = Literal["running", "published", "unchanged", "rehearsed", "refused", "failed"]
Role = Literal["viewer", "contributor", "manager", "administrator"]


@dataclass(frozen=True)
class ImportRun:
    """One import as the log keeps it; `running` long after its start means that the process was killed.

    tables   Per table: rows read, loaded, rejected, unchanged, and the content hash.
    release  Number of the release it made; None when it made none.
    reason   Why it was refused or failed, in the sentence the reader was given.
    """

    number: int
    created_at: datetime
    finished_at: datetime | None
    who: str
    mode: str
    outcome: ImportOutcome
    files: tuple[str, ...]
    tables: dict[str, dict[str, Any]]
    notes: tuple[dict[str, Any], ...]
    release: int | None
    reason: str
    rejects_file: str


@dataclass(frozen=True)
class Document:
    """One version of a named JSON document (a mapping, the metric options); versions count from 1 and never change."""

    name: str
    version: int
    document: dict[str, Any]
    created_at: datetime
    who: str


@dataclass(frozen=True)
class SavedSegment:
    """A segment kept under a name; `version` is what a change must name to be taken."""

    name: str
    segment: Segment
    version: int


@dataclass(frozen=True)
class Annotation:
    """What happened on a day, said by people: drawn on the charts over time."""

    id: int
    on: date
    kind: str
    title: str
    text: str
    version: int


@dataclass(frozen=True)
class User:
    """Somebody who may use the program, and as what."""

    login: str
    name: str
    role: Role
    version: int


@dataclass(frozen=True)
class AuditEntry:
    """Who did what to which record and when.

    subject        Table of the record, or the thing done to ("restore").
    before, after  The values that changed; None where there was or is nothing.
    """

    id: int
    at: datetime
    who: str
    action: str
    subject: str
    record: int | None
    before: dict[str, Any] | None
    after: dict[str, Any] | None


ListKind = Literal[
    "all",
    "active",
    "lost",
    "start",
    "end",
    "new",
    "reactivation",
    "expansion",
    "contraction",
    "churn",
    "early_churn",
    "involuntary",
    "voluntary",
    "unknown_cause",
    "definition",
    "scheduled",
]


@dataclass(frozen=True)
class CustomerQuery:
    """The customers behind a number, searched, sorted and cut.

    kind        Who: everybody, the active or lost as of now, those at the start or end of `period`, those a bar of
                its roll-forward counts (`net` reading), those a `definition` counts as lost, or those `scheduled`
                to leave.
    search      Part of the id or name, any case. sort: a column, descending with a leading "-".
    """

    kind: ListKind = "all"
    segment: Segment = EVERYBODY
    period: Period | None = None
    grain: Grain = "month"
    definition: str = "start-base"
    search: str = ""
    sort: str = "-mrr_cents"
    limit: int | None = None
    offset: int = 0


@dataclass(frozen=True)
class LossQuery:
    """Losses one by one: which of them, the largest first.

    period     Who was there at its start and not at its end; None = everybody lost so far.
    left       Only who left on its days.
    texts      Only those with one of these pairs of the reason given when cancelling and that of the survey.
    rules      Only those of which one of these rules fires first.
    customers  Only these; `without`: none of these.
    search     Part of the id or name, any case.
    said       Part of what was written in the survey, any case; heeded where texts are asked for.
    """

    segment: Segment = EVERYBODY
    period: Period | None = None
    left: Period | None = None
    texts: tuple[tuple[str, str], ...] | None = None
    rules: tuple[str, ...] | None = None
    customers: tuple[str, ...] | None = None
    without: tuple[str, ...] = ()
    search: str = ""
    said: str = ""
    limit: int | None = None
