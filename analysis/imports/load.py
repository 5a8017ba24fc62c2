"""Load files or the demo company: stage, publish as a release, and keep a log of how it went."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import closing, nullcontext
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from data.errors import ReviewError, TooManyRejects
from data.records import Check, ImportOutcome, MetricOptions, Release

if TYPE_CHECKING:
    from pathlib import Path

    from data.database import Database
    from data.importers.request import ImportRequest
    from data.release import Published
    from data.settings import Settings
    from data.staged import Note, Progress, StagedImport

_NAMED = ("customers", "subscriptions", "assignments")
Report = Callable[["Progress"], None]


@dataclass(frozen=True)
class Loaded:
    """What an import did.

    release   The new release; the latest when nothing changed; None for a rehearsal of the first import.
    tables    Per table: rows read, loaded, rejected, unchanged.
    changes   Customers, MRR and lost customers before and after.
    """

    outcome: ImportOutcome
    release: Release | None
    as_of: date
    tables: Mapping[str, Mapping[str, int]]
    checks: tuple[Check, ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict[str, Any])
    notes: tuple[Note, ...] = ()
    rejects_file: Path | None = None
    said: tuple[str, ...] = ()


def _listed(latest: Release) -> frozenset[str]:
    """Tables of a release; customers only when a file listed them: taken from ids, they are taken again."""
    return frozenset(name for name in latest.tables if not latest.sources.get(name, {}).get("derived"))


def _earlier(settings: Settings, latest: Release) -> dict[str, list[str]]:
    """Files of the tables that rows of a later import may name."""
    from data.lake import Lake

    lake = Lake(settings.lake_url)
    return {name: lake.files(name, latest.tables[name]) for name in _NAMED if name in latest.tables}


def load_files(
    settings: Settings, db: Database, request: ImportRequest, *, now: datetime, progress: Report | None = None
) -> Loaded:
    """Import files; with `dry_run` only say what would come in."""
    from data.database.repositories import imports, releases
    from data.import_lock import importing
    from data.importers.stage import stage
    from data.release import base_of

    latest = base_of(releases.latest(db))
    if latest is not None:
        request = replace(request, existing=_listed(latest), earlier=_earlier(settings, latest))
    files = [*request.paths, *request.tables.values(), *([request.snapshot] if request.snapshot else [])]
    run = imports.begin(db, files, mode=request.mode)
    try:
        # A rehearsal changes nothing and waits for nobody.
        with nullcontext() if request.dry_run else importing(settings.home):
            staged = _with_kept_options(stage(request, progress), latest, request.options)
            done = (
                _rehearsed(staged, request.existing)
                if request.dry_run
                else _publish(settings, db, staged, now, "", progress)
            )
    except ReviewError as refused:
        kept = refused.rejects_file if isinstance(refused, TooManyRejects) else None
        imports.finish(db, run.number, "refused", reason=str(refused), rejects_file=str(kept or ""))
        raise
    except BaseException as failed:
        imports.finish(db, run.number, "failed", reason=type(failed).__name__)
        raise
    _log(db, run.number, done)
    return done


def load_demo(
    settings: Settings,
    db: Database,
    *,
    customers: int,
    months: int,
    seed: int,
    now: datetime,
    progress: Report | None = None,
) -> Loaded:
    """Make the demo company up to the last complete month, publish it, and write its experiments and actions."""
    from analysis.experiments.demo import write_plans
    from analysis.improvement.demo import write_actions
    from data.engine import open_engine
    from data.import_lock import importing
    from data.lake import Lake
    from data.release import DEMO
    from data.sample.stage import stage_demo
    from data.scratch import Scratch

    with importing(settings.home), closing(Scratch(settings.home)) as scratch:
        staged = stage_demo(customers, months, seed, end=now.date(), folder=scratch.folder, progress=progress)
        done = _publish(settings, db, staged, now, DEMO, progress)
    write_plans(db, months, now.date())
    if done.release is not None:
        engine = open_engine(Lake(settings.lake_url), done.release, backend=settings.engine)
        write_actions(db, engine, months, now.date())
    return done


def _publish(
    settings: Settings, db: Database, staged: StagedImport, now: datetime, note: str, progress: Report | None
) -> Loaded:
    from data.release import publish

    done = publish(settings, db, staged, now=now, note=note, progress=progress)
    return Loaded(
        outcome="published" if done.new else "unchanged",
        release=done.release,
        as_of=done.release.as_of,
        tables=_tables(done),
        checks=done.release.checks,
        changes=done.changes,
        notes=staged.notes,
        rejects_file=staged.rejects_file,
        said=done.notes,
    )


def _tables(done: Published) -> dict[str, dict[str, int]]:
    return {name: asdict(outcome) for name, outcome in done.tables.items()}


def _rehearsed(staged: StagedImport, existing: Collection[str]) -> Loaded:
    from data.release import refuse_without_facts

    refuse_without_facts({*existing, *(t.name for t in staged.tables if t.loaded)})
    tables = {
        t.name: {"read": t.read, "loaded": t.loaded, "rejected": t.rejected, "unchanged": 0} for t in staged.tables
    }
    return Loaded("rehearsed", None, staged.as_of, tables, notes=staged.notes, rejects_file=staged.rejects_file)


def _with_kept_options(staged: StagedImport, latest: Release | None, given: Iterable[str]) -> StagedImport:
    """An import that only adds (tickets, use, newer contracts) keeps the options the contracts were loaded with."""
    from data.release import brings_facts

    if latest is None or (staged.mode == "replace" and brings_facts(staged, latest.tables)):
        return staged
    known = asdict(MetricOptions())
    overrides = {name: getattr(staged.options, name) for name in given if name in known}
    return replace(staged, options=replace(latest.options, **overrides))


def _log(db: Database, number: int, done: Loaded) -> None:
    from data.database.repositories import imports

    imports.finish(
        db,
        number,
        done.outcome,
        tables={name: dict(counts) for name, counts in done.tables.items()},
        notes=[asdict(note) for note in done.notes],
        release=done.release.number if done.release and done.outcome == "published" else None,
        rejects_file=str(done.rejects_file or ""),
    )
