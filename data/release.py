"""Publish an import as a release: all tables written, derived, checked, and only then recorded."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from data.contracts import TABLES
from data.database import Database
from data.database.repositories import releases
from data.derived.build import build
from data.engine import Engine, duckdb_backend, lake_tables
from data.errors import Busy, DataProblem, NoData
from data.lake import Lake
from data.records import Check, MetricOptions, Release
from data.settings import Settings
from data.staged import Progress, StagedImport, StagedTable

DERIVED = ("movements", "lifetimes")
FACTS = ("subscriptions", "purchases", "usage_daily")


@dataclass(frozen=True)
class TableOutcome:
    """Rows of one file's table: read, loaded, rejected; `unchanged` when the lake already holds exactly these."""

    read: int
    loaded: int
    rejected: int
    unchanged: int = 0


@dataclass(frozen=True)
class Published:
    """What an import did. `release` is the new one, or the latest when nothing changed."""

    release: Release
    new: bool
    tables: Mapping[str, TableOutcome]
    changes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    notes: tuple[str, ...] = ()


def publish(
    settings: Settings,
    db: Database,
    staged: StagedImport,
    *,
    now: datetime,
    note: str = "",
    progress: Callable[[Progress], None] | None = None,
) -> Published:
    """Write, build, check and record; at any earlier failure the previous release stays as it is."""
    with importing(settings.home):
        previous = releases.latest(db)
        outcomes = {t.name: _outcome(t, previous, staged) for t in staged.tables}
        if previous is not None and _nothing_new(previous, staged, outcomes):
            return Published(previous, False, outcomes)
        return _Publication(settings, db, staged, previous, outcomes, note, progress).run(now)


@contextmanager
def importing(home: Path) -> Iterator[None]:
    """Only one import at a time: an advisory lock on a file that the system frees when the process ends, however."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "import.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise Busy("Another import is running. Wait until it is done, then start this one again.") from taken
        yield


def _same(table: StagedTable, previous: Release | None, staged: StagedImport) -> bool:
    known = {} if previous is None else previous.sources.get(table.name, {})
    return known.get("hash") == table.content_hash and known.get("mode", "replace") == staged.mode


def _outcome(table: StagedTable, previous: Release | None, staged: StagedImport) -> TableOutcome:
    if _same(table, previous, staged):
        return TableOutcome(table.read, 0, table.rejected, unchanged=table.loaded)
    return TableOutcome(table.read, table.loaded, table.rejected)


def _nothing_new(previous: Release, staged: StagedImport, outcomes: Mapping[str, TableOutcome]) -> bool:
    same_tables = all(_same(t, previous, staged) for t in staged.tables)
    options = staged.options
    if not options.reporting_currency:
        options = replace(options, reporting_currency=previous.options.reporting_currency)
    return same_tables and previous.options == options and previous.as_of == staged.as_of


@dataclass
class _Publication:
    settings: Settings
    db: Database
    staged: StagedImport
    previous: Release | None
    outcomes: Mapping[str, TableOutcome]
    note: str
    progress: Callable[[Progress], None] | None

    def run(self, now: datetime) -> Published:
        lake = Lake(self.settings.lake_url)
        kept = self._kept_tables(lake)
        versions = {**kept, **self._write_tables(lake, kept)}
        as_of, options = self._as_of(), self._options(lake, versions)
        files, empty = lake_tables(lake, versions)
        engine = Engine(self.settings.engine, files, empty=empty)
        if not any(engine.has(name) for name in FACTS):
            raise NoData(
                "Nothing says when a customer starts and ends. Load subscriptions, purchases or daily use, or a file "
                "with a start date or tenure per customer (--snapshot)."
            )
        derived, checks = build(engine, lake, options, as_of, self._say)
        _refuse_broken(checks)
        versions |= derived
        release = releases.record(
            self.db,
            Release(
                number=0,
                created_at=now,
                as_of=as_of,
                options=options,
                tables=versions,
                rows=_row_counts(lake, versions),
                checks=tuple(checks),
                attributes=self._attributes(versions),
                sources=self._sources(versions, now),
                shape=self.staged.shape if self._brings_facts() else (self.previous or _missing()).shape,
                note=self.note,
            ),
            after=self.previous.number if self.previous else 0,
        )
        changes = changes_between(self.settings, self.previous, release)
        self._prune(lake)
        return Published(release, True, self.outcomes, changes, self._dropped_notes(versions))

    def _say(self, step: str) -> None:
        if self.progress:
            self.progress(Progress(step, 0))

    def _brings_facts(self) -> bool:
        return self.previous is None or any(t.name in (*FACTS, "customers") for t in self.staged.tables)

    def _as_of(self) -> date:
        if self._brings_facts() or self.previous is None:
            return self.staged.as_of
        return max(self.previous.as_of, self.staged.as_of)

    def _options(self, lake: Lake, versions: Mapping[str, int]) -> MetricOptions:
        options = self.staged.options
        if options.reporting_currency or not {"subscriptions", "purchases"} & set(versions):
            return options
        table = "subscriptions" if "subscriptions" in versions else "purchases"
        files = lake.files(table, versions[table])
        return replace(options, reporting_currency=_main_currency(files)) if files else options

    def _kept_tables(self, lake: Lake) -> dict[str, int]:
        """Tables of the previous release that stay; those of customers nobody knows any more are left out."""
        if self.previous is None:
            return {}
        coming = {t.name for t in self.staged.tables}
        kept = {n: v for n, v in self.previous.tables.items() if n not in (*coming, *DERIVED)}
        if "customers" not in coming or self.staged.mode == "merge":
            return kept
        customers = next(t for t in self.staged.tables if t.name == "customers")
        return {n: v for n, v in kept.items() if _shares_customers(lake.files(n, v), customers)}

    def _write_tables(self, lake: Lake, kept: Mapping[str, int]) -> dict[str, int]:
        written: dict[str, int] = {}
        for table in self.staged.tables:
            self._say(table.name)
            if self.previous is not None and _same(table, self.previous, self.staged):
                written[table.name] = self.previous.tables[table.name]
            else:
                written[table.name] = lake.write(table.name, self._rows(lake, table))
        return written

    def _rows(self, lake: Lake, table: StagedTable) -> pa.RecordBatchReader:
        """The staged rows; when merging, after the previous rows whose keys they do not bring."""
        if self.staged.mode == "replace" or self.previous is None or table.name not in self.previous.tables:
            return table.batches()
        cursor = duckdb_backend().con.cursor()
        keys = ", ".join(f'"{k}"' for k in TABLES[table.name].key)
        cursor.register("staged_keys", table.batches())
        cursor.execute(f"create or replace temp table coming as select {keys} from staged_keys")
        cursor.register("staged", table.batches())
        files = lake.files(table.name, self.previous.tables[table.name])
        if not files:
            return table.batches()
        cursor.read_parquet(files).create_view("old")
        same = " and ".join(f'coming."{k}" is not distinct from old."{k}"' for k in TABLES[table.name].key)
        return cursor.sql(
            f"select * from old where not exists (select 1 from coming where {same}) "
            "union all by name select * from staged"
        ).to_arrow_reader(131_072)

    def _attributes(self, versions: Mapping[str, int]) -> dict[str, str]:
        known = dict(self.previous.attributes) if self.previous and self.staged.mode == "merge" else {}
        for table in self.staged.tables:
            if table.name == "customers":
                return {**known, **table.attributes}
        return dict(self.previous.attributes) if self.previous else {}

    def _sources(self, versions: Mapping[str, int], now: datetime) -> dict[str, dict[str, Any]]:
        old = {} if self.previous is None else self.previous.sources
        found = {n: old[n] for n in versions if n in old}
        for table in self.staged.tables:
            if self.previous is not None and _same(table, self.previous, self.staged):
                continue
            found[table.name] = {
                "files": list(table.sources),
                "hash": table.content_hash,
                "mode": self.staged.mode,
                "imported_at": now.isoformat(),
                "newest": table.newest.isoformat() if table.newest else None,
                "read": table.read,
                "rejected": table.rejected,
            }
        return found

    def _dropped_notes(self, versions: Mapping[str, int]) -> tuple[str, ...]:
        gone = [] if self.previous is None else sorted(set(self.previous.tables) - set(versions))
        if not gone:
            return ()
        return (f"Left out, because none of their customers are in the new customers table: {', '.join(gone)}.",)

    def _prune(self, lake: Lake) -> None:
        """Drop releases beyond the limit and delete the files that no release needs any more."""
        dropped = releases.drop(self.db, self.settings.keep_releases)
        if not dropped:
            return
        left = releases.all(self.db)
        for table in {name for release in dropped for name in release.tables}:
            keep = {r.tables[table] for r in left if table in r.tables}
            if keep:
                lake.vacuum(table, keep)


def _missing() -> Release:
    raise NoData("Load customers first.")


def _refuse_broken(checks: list[Check]) -> None:
    broken = [c for c in checks if not c.passed]
    if broken:
        said = "; ".join(f"{c.name}: {c.detail}" for c in broken)
        raise DataProblem(f"The books do not balance, so nothing was published ({said}). Please report this.")


def _shares_customers(files: list[str], customers: StagedTable) -> bool:
    """Whether any row of a kept table belongs to one of the new customers (tables without customers always stay)."""
    if not files:
        return True
    cursor = duckdb_backend().con.cursor()
    kept = cursor.read_parquet(files)
    if "customer_id" not in kept.columns:
        return False
    cursor.register("staged", customers.batches())
    row = cursor.sql("select exists (select 1 from kept semi join staged using (customer_id))").fetchall()
    return bool(row[0][0])


def _main_currency(files: list[str]) -> str:
    row = (
        duckdb_backend()
        .con.cursor()
        .read_parquet(files)
        .filter("currency is not null")
        .aggregate("upper(currency) as code, count(*) as n", "upper(currency)")
        .order("n desc, code")
        .limit(1)
        .fetchall()
    )
    return row[0][0] if row else ""


def _row_counts(lake: Lake, versions: Mapping[str, int]) -> dict[str, int]:
    cursor = duckdb_backend().con.cursor()
    counts: dict[str, int] = {}
    for name, version in versions.items():
        files = lake.files(name, version)
        row = cursor.read_parquet(files).aggregate("count(*)").fetchall() if files else None
        counts[name] = int(row[0][0]) if row else 0
    return counts


def changes_between(settings: Settings, before: Release | None, after: Release) -> dict[str, Any]:
    """Customers, MRR and lost customers of two releases, and the difference."""
    old = _totals(settings, before) if before else None
    new = _totals(settings, after)
    return {k: {"before": None if old is None else old.get(k), "after": v} for k, v in new.items()}


def _totals(settings: Settings, release: Release) -> dict[str, int]:
    lake = Lake(settings.lake_url)
    files = lake.files("lifetimes", release.tables["lifetimes"])
    if not files:
        return dict.fromkeys(("customers", "customers_active", "mrr_cents", "customers_lost"), 0)
    lives = duckdb_backend().con.cursor().read_parquet(files)
    row = lives.aggregate(
        "count(*), count(*) filter (status in ('active', 'paused', 'past_due')), "
        "coalesce(sum(mrr_cents), 0), count(*) filter (status = 'lost')"
    ).fetchall()
    known, active, mrr, lost = row[0]
    totals = {"customers": known, "customers_active": active, "mrr_cents": int(mrr), "customers_lost": lost}
    return totals | _spend(lake, release)


def _spend(lake: Lake, release: Release) -> dict[str, int]:
    """Net spend of all purchases, where they are what the numbers rest on."""
    if release.shape != "purchases" or "purchases" not in release.tables:
        return {}
    files = lake.files("purchases", release.tables["purchases"])
    row = duckdb_backend().con.cursor().read_parquet(files).aggregate("coalesce(sum(amount_cents), 0)").fetchall()
    return {"spend_cents": int(row[0][0])}
