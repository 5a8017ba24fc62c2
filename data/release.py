"""Publish an import as a release: all tables written, derived, checked, and only then recorded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

import pyarrow as pa

from data.attribute_names import renamed
from data.contracts import ATTRIBUTE_PREFIX, OUTCOME_PREFIX, TABLES
from data.database import Database
from data.database.repositories import releases
from data.derived.plan import BUILDER, DERIVED, sources
from data.errors import DataProblem, NoData
from data.import_lock import Unfinished, importing
from data.lake import Lake
from data.merging import merged
from data.parquet_files import cursor, lake_tables, parquet
from data.records import Check, MetricOptions, Release
from data.settings import Settings
from data.staged import Progress, StagedImport, StagedTable
from data.totals import changes, refuse_a_large_fall, totals

DEMO = "demo company"
"""The note of a release that holds the demo company."""
FACTS = ("subscriptions", "purchases", "usage_daily")
"""What says when a customer starts and ends; the first of them that a release holds is what its numbers rest on."""


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
    with importing(settings.home, nested=True):
        newest = releases.latest(db)
        previous = base_of(newest, note)
        outcomes = {t.name: _outcome(t, previous, staged) for t in staged.tables}
        publication = _Publication(settings, db, staged, newest, previous, outcomes, note, progress)
        if previous is not None and publication.nothing_new(previous):
            return Published(previous, False, outcomes)
        return publication.run(now)


def base_of(newest: Release | None, note: str = "") -> Release | None:
    """The release that an import adds to: the newest, but never the demo company under one's own data."""
    return None if newest and newest.note == DEMO and note != DEMO else newest


def refuse_without_facts(tables: Collection[str]) -> None:
    """NoData when no table says when customers start and end; outcomes of an experiment can be judged without."""
    if not any(name in tables for name in (*FACTS, "assignments")):
        raise NoData(
            "Nothing says when a customer starts and ends. Load subscriptions, purchases or daily use, or a file "
            "with a start date or tenure per customer (--snapshot)."
        )


def brings_facts(staged: StagedImport, there: Collection[str]) -> bool:
    """Whether the table that the numbers rest on is among those that come; `there` are the tables there are."""
    coming = {t.name for t in staged.tables}
    return next((name for name in FACTS if name in coming or name in there), None) in coming


def _same(table: StagedTable, previous: Release | None, staged: StagedImport) -> bool:
    """Whether the lake holds just these rows; a merge leaves older rows too, so that replacing is something else."""
    known = {} if previous is None else previous.sources.get(table.name, {})
    was = known.get("mode", "replace")
    return known.get("hash") == table.content_hash and was in {staged.mode, "replace"}


def _outcome(table: StagedTable, previous: Release | None, staged: StagedImport) -> TableOutcome:
    if _same(table, previous, staged):
        return TableOutcome(table.read, 0, table.rejected, unchanged=table.loaded)
    return TableOutcome(table.read, table.loaded, table.rejected)


@dataclass
class _Publication:
    settings: Settings
    db: Database
    staged: StagedImport
    newest: Release | None
    previous: Release | None
    outcomes: Mapping[str, TableOutcome]
    note: str
    progress: Callable[[Progress], None] | None

    def nothing_new(self, previous: Release) -> bool:
        """Whether the previous release holds all of this, under the same options and as of the same day."""
        options = self.staged.options
        if not options.reporting_currency:
            options = replace(options, reporting_currency=previous.options.reporting_currency)
        known = all(_same(t, previous, self.staged) for t in self.staged.tables)
        return known and previous.options == options and previous.as_of == self._as_of(previous.tables)

    def run(self, now: datetime) -> Published:
        """Write everything and record it; what an earlier import left behind goes once this one stands."""
        lake = Lake(self.settings.lake_url)
        unfinished = Unfinished(self.settings.home)
        unfinished.begin()
        draft = self._built(lake, now)
        before = totals(lake, self.previous) if self.previous else None
        after = totals(lake, draft)
        if self.previous and before and self.staged.mode == "replace":
            refuse_a_large_fall(lake, self.previous, draft, before, after, self.staged.max_total_change)
        notes = (*self._dropped_notes(draft.tables), *renamed(lake, self.previous, draft))
        self._say("recording")
        release = releases.record(self.db, draft, after=self.newest.number if self.newest else 0)
        self._prune(lake, thorough=unfinished.found)
        unfinished.end()
        return Published(release, True, self.outcomes, changes(before, after), notes)

    def _built(self, lake: Lake, now: datetime) -> Release:
        """Write the tables, derive and check the others; the release as it will be recorded."""
        kept = self._kept_tables(lake)
        versions = {**kept, **self._write_tables(lake)}
        as_of, options = self._as_of(versions), self._options(lake, versions)
        derived, checks = self._derived(lake, versions, options, as_of)
        _refuse_broken(checks)
        shape = (
            self.staged.shape if self.previous is None or brings_facts(self.staged, versions) else self.previous.shape
        )
        versions |= derived
        return Release(
            number=0,
            created_at=now,
            as_of=as_of,
            options=options,
            tables=versions,
            rows={name: lake.rows(name, version) for name, version in versions.items()},
            checks=tuple(checks),
            attributes=self._attributes(versions),
            sources=self._sources(versions, now),
            shape=shape,
            note=self.note,
            builder=BUILDER,
        )

    def _derived(
        self, lake: Lake, versions: Mapping[str, int], options: MetricOptions, as_of: date
    ) -> tuple[dict[str, int], Sequence[Check]]:
        """Versions of the derived tables and their checks: those of the previous release where nothing moved them."""
        files, empty = lake_tables(lake, versions)
        refuse_without_facts([name for name in files if files[name]])
        if (before := self._built_before(files, versions, options, as_of)) is not None:
            return {n: v for n, v in before.tables.items() if n in DERIVED}, before.checks
        # Imported here: half a second that an import of use or tickets does not need.
        from data.derived.build import build
        from data.engine import Engine

        return build(Engine(self.settings.engine, files, empty=empty), lake, options, as_of, self._say)

    def _built_before(
        self, files: Mapping[str, list[str]], versions: Mapping[str, int], options: MetricOptions, as_of: date
    ) -> Release | None:
        before = self.previous
        if before is None or (before.builder, before.options, before.as_of) != (BUILDER, options, as_of):
            return None
        same = all(before.tables.get(name) == versions.get(name) for name in sources(files))
        return before if same else None

    def _say(self, step: str) -> None:
        if self.progress:
            self.progress(Progress(step, 0))

    def _as_of(self, versions: Mapping[str, int]) -> date:
        """The day of the import; never back when it only adds to what is there.

        Assignments move it in no direction: they say nothing of how long the other tables tell.
        """
        if self.previous is not None and all(t.name == "assignments" for t in self.staged.tables):
            return self.previous.as_of
        if self.previous is None or (self.staged.mode == "replace" and brings_facts(self.staged, versions)):
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
        former = lake.files("customers", self.previous.tables["customers"])
        same_company = _shares_customers(former, customers)
        return {n: v for n, v in kept.items() if _shares_customers(lake.files(n, v), customers, otherwise=same_company)}

    def _write_tables(self, lake: Lake) -> dict[str, int]:
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
        if self.previous is None or not self._merges(table):
            return table.batches()
        return merged(table, lake.files(table.name, self.previous.tables[table.name]))

    def _merges(self, table: StagedTable) -> bool:
        return self.staged.mode == "merge" and self.previous is not None and table.name in self.previous.tables

    def _attributes(self, versions: Mapping[str, int]) -> dict[str, str]:
        """Labels of the further columns: of a table that comes in the place of another, only its own."""
        found: dict[str, str] = {}
        for name, prefix in (("customers", ATTRIBUTE_PREFIX), ("assignments", OUTCOME_PREFIX)):
            coming = next((t for t in self.staged.tables if t.name == name), None)
            if self.previous and name in versions and (coming is None or self._merges(coming)):
                found |= {k: label for k, label in self.previous.attributes.items() if k.startswith(prefix)}
            found |= coming.attributes if coming else {}
        return found

    def _sources(self, versions: Mapping[str, int], now: datetime) -> dict[str, dict[str, Any]]:
        old = {} if self.previous is None else self.previous.sources
        found = {n: old[n] for n in versions if n in old}
        for table in self.staged.tables:
            if self.previous is not None and _same(table, self.previous, self.staged):
                continue
            merges = self._merges(table)
            newest = [table.newest.isoformat() if table.newest else None, old[table.name]["newest"] if merges else None]
            found[table.name] = {
                "files": list(table.sources),
                "derived": any(n.code == f"{table.name}_derived" for n in self.staged.notes),
                "hash": table.content_hash,
                "mode": "merge" if merges else "replace",
                "imported_at": now.isoformat(),
                "newest": max(filter(None, newest), default=None),
                "read": table.read,
                "rejected": table.rejected,
            }
        return found

    def _dropped_notes(self, versions: Mapping[str, int]) -> tuple[str, ...]:
        if self.newest is not None and self.previous is None:
            return ("The demo company is set aside: this release holds your own data only.",)
        gone = [] if self.previous is None else sorted(set(self.previous.tables) - {*versions, *DERIVED})
        if not gone:
            return ()
        return (f"Left out, because none of their customers are in the new customers table: {', '.join(gone)}.",)

    def _prune(self, lake: Lake, *, thorough: bool) -> None:
        """Drop releases beyond the limit and delete the files that no release needs any more.

        thorough  Do so even when none is dropped: an import that never ended left files behind.
        The release this one follows keeps its files until the next import: somebody may be reading it now.
        """
        dropped = releases.drop(self.db, self.settings.keep_releases)
        if not dropped and not thorough:
            return
        needed = [*releases.all(self.db), *([self.previous] if self.previous else [])]
        for table in (*TABLES, *DERIVED):
            lake.clear(table, {r.tables[table] for r in needed if table in r.tables})


def _refuse_broken(checks: Sequence[Check]) -> None:
    broken = [c for c in checks if not c.passed]
    if broken:
        said = "; ".join(f"{c.name}: {c.detail}" for c in broken)
        raise DataProblem(f"The books do not balance, so nothing was published ({said}). Please report this.")


def _shares_customers(files: list[str], customers: StagedTable, *, otherwise: bool = True) -> bool:
    """Whether any row belongs to one of the new customers; `otherwise` for tables that name none."""
    if not files:
        return otherwise
    one = cursor()
    kept = parquet(one, files)
    if "customer_id" not in kept.columns:
        return otherwise
    one.register("staged", customers.batches())
    row = one.sql("select exists (select 1 from kept semi join staged using (customer_id))").fetchall()
    return bool(row[0][0])


def _main_currency(files: list[str]) -> str:
    row = (
        parquet(cursor(), files)
        .filter("currency is not null")
        .aggregate("upper(currency) as code, count(*) as n", "upper(currency)")
        .order("n desc, code")
        .limit(1)
        .fetchall()
    )
    return row[0][0] if row else ""
