"""Which releases of the data there are, and how far each can be trusted."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import lru_cache

from analysis.periods import periods_of, span
from dashboard.gateway.clock import today
from data.contracts import TABLES
from data.database import Database, open_database
from data.database.repositories import releases
from data.errors import NoData
from data.lake import Lake
from data.records import Period, Release, Scope
from data.settings import settings
from data.totals import changes, totals


@dataclass(frozen=True)
class Source:
    """One consolidated table of a release: rows, newest day in it, files it came from; `rows` None when not loaded."""

    table: str
    about: str
    rows: int | None
    newest: date | None
    files: tuple[str, ...]
    age_days: int | None


@dataclass(frozen=True)
class Trust:
    """What stands behind every number on the screen."""

    release: Release
    latest: int
    sources: tuple[Source, ...]
    age_days: int

    @property
    def reconciled(self) -> bool:
        """Whether every check of the release passed."""
        return all(check.passed for check in self.release.checks)

    @property
    def loaded(self) -> int:
        """How many of the consolidated tables the release holds."""
        return sum(source.rows is not None for source in self.sources)


@dataclass(frozen=True)
class Compared:
    """Two releases: totals (before, after), rows per table, and options that differ."""

    totals: Mapping[str, Mapping[str, int | None]]
    rows: Mapping[str, tuple[int | None, int | None]]
    options: Mapping[str, tuple[object, object]]


def compare(before: int, after: int) -> Compared:
    """What differs between two releases."""
    lake = Lake(settings().lake_url)
    old, new = chosen(before), chosen(after)
    was, now_is = asdict(old.options), asdict(new.options)
    return Compared(
        totals=changes(totals(lake, old), totals(lake, new)),
        rows={name: (old.rows.get(name), new.rows.get(name)) for name in sorted({*old.rows, *new.rows})},
        options={name: (was[name], now_is[name]) for name in was if was[name] != now_is[name]},
    )


def database() -> Database:
    """The app database of the settings in force."""
    return open_database(settings())


def chosen(number: int | None = None) -> Release:
    """The release of this number, or the latest; NoData when there is none."""
    return _chosen(settings().database_url, database().recent_version(), number)


def whole_range(scope: Scope) -> Period:
    """The range of a scope from end to end; the usual one without a range, for a snapshot the day it was taken."""
    release = chosen(scope.release)
    return span(periods_of(scope, release.as_of, snapshot=release.shape == "snapshot"))


@lru_cache(maxsize=64)
def _chosen(_url: str, _version: int, number: int | None) -> Release:
    """Asked several times in each run of a page, and the same as long as nothing was written."""
    if number is not None:
        return releases.get(database(), number)
    latest = releases.latest(database())
    if latest is None:
        raise NoData("There are no data yet. Load files on the Data page or with `import`.")
    return latest


def known() -> list[Release]:
    """Every release that can still be looked at, newest first."""
    return releases.all(database())


def trust(number: int | None = None) -> Trust:
    """What a trust bar says of a release."""
    latest, day = chosen(), today()
    release = latest if number is None else chosen(number)
    sources = tuple(_source(release, table, day) for table in TABLES)
    return Trust(release, latest.number, sources, (day - release.as_of).days)


def _source(release: Release, table: str, day: date) -> Source:
    said = release.sources.get(table, {})
    newest = date.fromisoformat(said["newest"]) if said.get("newest") else None
    age_days = None if newest is None else max((day - newest).days, 0)
    rows = release.rows.get(table) if table in release.tables else None
    return Source(table, TABLES[table].about, rows, newest, tuple(said.get("files", ())), age_days)
