"""The import up to the moment before anything changes: files in, clean rows and what was said of them out."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Literal

import pyarrow as pa

from data.errors import DataProblem
from data.importers import consistency, finish, options, plain_drafts, reading, snapshot, sources, transforms
from data.importers.finish import Checked
from data.importers.options import ReadOptions
from data.importers.propose_mapping import ImportMapping, mapping_from
from data.importers.propose_plan import plan
from data.importers.raw import RawTable
from data.importers.recognise_fields import Draft, Reading, TypedTable
from data.importers.recognise_names import squeezed
from data.importers.recognise_roles import ROLES
from data.importers.rejects import Rejects
from data.importers.request import ImportRequest
from data.importers.sources import Found
from data.importers.workbench import Workbench
from data.records import MetricOptions
from data.staged import Note, Progress, StagedImport, StagedTable

#: Raised when the same bytes would be read differently than before, so that content hashes change.
READER_VERSION = 1
_BATCH = 65_536

#: Names that make a first row a header.
KNOWN = frozenset(squeezed(name) for role in ROLES.values() for f in role.fields for name in (f.name, *f.aliases))

Report = Callable[[Progress], None]


@dataclass
class Job:
    """One import while it is worked on."""

    request: ImportRequest
    bench: Workbench
    metric: MetricOptions
    options: ReadOptions
    rejects: Rejects
    report: Report
    found: Found = field(default_factory=Found)
    notes: list[Note] = field(default_factory=list)
    as_of: date | None = None

    @property
    def raws(self) -> dict[str, RawTable]:
        """Raw tables by name."""
        return {raw.name: raw for raw in self.found.tables}


def stage(request: ImportRequest, progress: Report | None = None) -> StagedImport:
    """Read, check and lay out everything an import brings; DataProblem when a file as a whole cannot be used."""
    mapping = mapping_from(request.mapping) if request.mapping else None
    metric, read = options.parse({**(mapping.options if mapping else {}), **request.options})
    bench = Workbench(request.home)
    try:
        job = Job(request, bench, metric, read, Rejects(bench), progress or (lambda _: None))
        return _staged(job, mapping)
    except BaseException:
        bench.close()
        raise


def _staged(job: Job, mapping: ImportMapping | None) -> StagedImport:
    asked = _open(job)
    decided = plan(job.bench.connection, job.found.tables, asked=asked, map_=job.request.map, mapping=mapping)
    job.notes += decided.notes
    tables = _typed(job, decided.readings)
    checked = _checked(job, tables)
    folder = _rejects_folder(job.request)
    written = job.rejects.write(folder) if checked else None
    _refuse_bad_files(job, decided.readings, written)
    return _result(job, decided.readings, checked, tables, folder, written)


def _rejects_folder(request: ImportRequest) -> Path:
    """Return a folder of the day nobody used yet; data reads no clock."""
    parent = request.home / "rejects"
    return next(f for n in count(1) if not (f := parent / f"{request.today:%Y%m%d}-{n:03d}").exists())


def _open(job: Job) -> dict[str, str]:
    """Open every path and return which role was asked for which path."""
    request = job.request
    asked = {**request.tables, **({"snapshot": request.snapshot} if request.snapshot else {})}
    paths = dict.fromkeys([*asked.values(), *request.paths])
    if not paths:
        raise DataProblem("Nothing to import: name a file or folder, --table TABLE=PATH, or --snapshot PATH.")
    parts: list[Found] = []
    for path in paths:
        job.report(Progress(f"reading {Path(path).name}", sum(t.rows for p in parts for t in p.tables)))
        parts.append(sources.tables_of(job.bench, path, job.options, KNOWN))
    job.found = _named(parts)
    job.notes += [*job.found.notes, *(n for t in job.found.tables for n in t.notes)]
    for raw in job.found.tables:
        job.rejects.broken(raw, [b for path, b in job.found.broken if path == raw.path])
    return asked


def _named(parts: Sequence[Found]) -> Found:
    """Put the parts together and give tables of the same name different ones."""
    tables: list[RawTable] = []
    for raw in (raw for part in parts for raw in part.tables):
        taken = {t.name for t in tables}
        name, n = raw.name, 2
        while name in taken:
            name, n = f"{raw.name} ({n})", n + 1
        tables.append(replace(raw, name=name))
    return Found(tuple(tables), tuple(b for p in parts for b in p.broken), tuple(n for p in parts for n in p.notes))


def _typed(job: Job, readings: Sequence[Reading]) -> list[TypedTable]:
    looked = [reading.look(job.bench, job.raws[r.table], r) for r in readings]
    hints = reading.hints(looked)
    tables: list[TypedTable] = []
    for one in looked:
        job.report(Progress(f"checking {one.raw.name}", 0, one.raw.rows))
        table, notes = reading.typed(job.bench, one, hints, job.options, job.rejects)
        tables.append(table)
        job.notes += notes
    return tables


def _drafts(job: Job, tables: Sequence[TypedTable]) -> list[Draft]:
    drafts: list[Draft] = []
    for table in tables:
        if table.reading.role.name == "snapshot":
            job.as_of = job.request.as_of or job.request.today
            drafts += snapshot.drafts(job.bench, table, job.as_of, job.options.of("currency"))
        elif table.reading.role.name == "purchases":
            drafts.append(plain_drafts.draft(job.bench, table))
    return [*drafts, *transforms.build(job.bench.connection, tables, as_of=job.request.as_of)]


def _checked(job: Job, tables: Sequence[TypedTable]) -> list[Checked]:
    checked = []
    for draft in _drafts(job, tables):
        job.notes += draft.notes
        one = finish.check(job.bench, draft, job.raws, job.rejects, job.options)
        job.notes += one.notes
        checked.append(one)
    return checked


def _refuse_bad_files(job: Job, readings: Sequence[Reading], written: Path | None) -> None:
    """Refuse the import when more than the allowed share of a file's rows is bad."""
    for raw in (job.raws[r.table] for r in readings):
        bad = job.rejects.rows(raw, weighing=True)
        total = raw.rows + sum(path == raw.path for path, _ in job.found.broken)
        if total and bad / total > job.request.max_reject_share:
            raise DataProblem(
                f"{raw.name}: {bad:,} of {total:,} rows ({bad / total:.1%}) cannot be used, more than the "
                f"{job.request.max_reject_share:.0%} allowed; "
                f"nothing was changed. {'; '.join(job.rejects.reasons(raw))}. All of them are in {written}. "
                "Mend the file, map other columns (--map), or allow more with --max-reject-share."
            )


def _result(
    job: Job,
    readings: Sequence[Reading],
    checked: Sequence[Checked],
    typed: Sequence[TypedTable],
    folder: Path,
    written: Path | None,
) -> StagedImport:
    newest = {c.draft.name: finish.newest(job.bench, c, job.request.today) for c in checked}
    as_of = _as_of(job, [d for d in newest.values() if d])
    job.notes += _contradictions(job, checked, typed, as_of, folder)
    shape = _shape([r.role.name for r in readings], {c.draft.name for c in checked})
    tables = tuple(_table(job, readings, c, newest[c.draft.name]) for c in checked)
    return StagedImport(tables, as_of, job.metric, shape, job.request.mode, tuple(job.notes), written)


def _contradictions(
    job: Job, checked: Sequence[Checked], typed: Sequence[TypedTable], as_of: date, folder: Path
) -> Sequence[Note]:
    """Look for orphans and contradictions among the rows that will be loaded."""
    accepted = {c.draft.name: job.bench.view("accepted", c.rows) for c in checked}
    labels = next((c.draft.attributes for c in checked if c.draft.name == "customers"), {})
    return consistency.check(job.bench.connection, accepted, typed, as_of=as_of, folder=folder, attributes=labels).notes


def _as_of(job: Job, days: Sequence[date]) -> date:
    if job.request.as_of:
        return job.request.as_of
    day = job.as_of or max(days, default=job.request.today)
    why = (
        "the newest day in the data"
        if days and day == max(days) and not job.as_of
        else "today, for the data hold no date"
    )
    job.notes.append(Note("as_of", f"The data are taken to stand for {day}: {why}. Set --as-of to change it."))
    return day


def _shape(roles: Sequence[str], tables: set[str]) -> Literal["subscriptions", "snapshot", "purchases"]:
    if "snapshot" in roles:
        return "snapshot"
    return "purchases" if "purchases" in tables and "subscriptions" not in tables else "subscriptions"


def _table(job: Job, readings: Sequence[Reading], checked: Checked, newest: date | None) -> StagedTable:
    raws = [job.raws[name] for name in checked.draft.tables if name in job.raws]
    links = [job.raws[name] for name in checked.draft.links if name in job.raws]
    loaded = job.bench.number(f"SELECT count(*) FROM ({checked.rows})")
    rejected = sum(job.rejects.rows(raw) for raw in raws)
    read = sum(raw.rows + sum(path == raw.path for path, _ in job.found.broken) for raw in raws)
    return StagedTable(
        checked.draft.name,
        _batches(job.bench, finish.reader(job.bench.connection, checked)),
        read,
        loaded,
        rejected,
        _content_hash(job, readings, [*raws, *links], checked.draft.name),
        tuple(raw.path for raw in [*raws, *links]),
        newest,
        dict(checked.draft.attributes),
    )


def _batches(bench: Workbench, query: str) -> Callable[[], pa.RecordBatchReader]:
    """Keep the workbench alive as long as anybody may still ask for rows."""

    def batches() -> pa.RecordBatchReader:
        return bench.connection.cursor().sql(query).to_arrow_reader(_BATCH)

    return batches


def _content_hash(job: Job, readings: Sequence[Reading], raws: Sequence[RawTable], table: str) -> str:
    how: Mapping[str, object] = {
        "reader": READER_VERSION,
        "table": table,
        "options": dict(sorted(job.options.given.items())),
        "files": sorted(h for raw in raws for h in raw.hashes),
        "readings": sorted(
            (r.role.name, sorted(r.columns.items()), sorted(r.attributes.items()))
            for r in readings
            if r.table in {raw.name for raw in raws}
        ),
        "as_of": str(job.as_of or ""),
    }
    return hashlib.sha256(json.dumps(how, sort_keys=True).encode()).hexdigest()
