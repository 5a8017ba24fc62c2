"""The import up to the moment before anything changes: files in, clean rows and what was said of them out."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow as pa

from data.errors import DataProblem, TooManyRejects
from data.importers import consistency, database_source, finish, options
from data.importers.drafting import Drafted, drafts
from data.importers.finish import Checked
from data.importers.job import Job, Report
from data.importers.openers import Found, file_name
from data.importers.propose_mapping import ImportMapping, mapping_from
from data.importers.propose_plan import plan
from data.importers.raw import RawTable
from data.importers.recognise_fields import Draft, Reading
from data.importers.recognise_names import squeezed
from data.importers.recognise_roles import ROLES
from data.importers.rejects import Rejects, by_name
from data.importers.request import ImportRequest
from data.importers.sources import tables_of
from data.importers.workbench import MEMORY_LIMIT, Workbench
from data.staged import Note, StagedImport, StagedTable

_BATCH = 65_536
_USUAL_WIDTH = 40

#: Names that make a first row a header.
KNOWN = frozenset(
    squeezed(name) for role in ROLES.values() for f in role.fields for name in (f.name, *f.aliases, *f.abroad)
)


#: Tables of what customers pay: the first things the numbers rest on.
_PAID = frozenset({"subscriptions", "purchases"})
#: Fewer rows are somebody's sample of an export, in which tables need not join.
_NO_SAMPLE = 10


def stage(request: ImportRequest, progress: Report | None = None) -> StagedImport:
    """Read, check and lay out everything an import brings; DataProblem when a file as a whole cannot be used."""
    mapping = mapping_from(request.mapping) if request.mapping else None
    metric, read = options.parse({**(mapping.options if mapping else {}), **request.options})
    bench = Workbench(request.home)
    try:
        return _staged(Job(request, bench, metric, read, Rejects(bench), progress or (lambda _: None)), mapping)
    except duckdb.OutOfMemoryException as problem:
        bench.close()
        raise DataProblem(
            f"The files need more than the {MEMORY_LIMIT} of memory an import may take; nothing was changed. Most "
            "often a file has very many columns, or very long values: leave out columns that nobody needs "
            "(--map =COLUMN), or load one file after the other."
        ) from problem
    except duckdb.Error as problem:
        bench.close()
        raise DataProblem(f"The files cannot be read: {str(problem).splitlines()[0]}") from problem
    except BaseException:
        bench.close()
        raise


def _staged(job: Job, mapping: ImportMapping | None) -> StagedImport:
    asked = open_sources(job)
    request = job.request
    decided = plan(
        job.bench.connection,
        job.found.tables,
        asked=asked,
        map_=request.map,
        mapping=mapping,
        leave_out=request.leave_out,
    )
    job.notes += decided.notes
    drafted = drafts(job, decided.readings)
    checked = [_checked(job, drafted, d) for d in drafted.drafts]
    folder = _folder(job.request)
    written = job.rejects.write(folder)
    _refuse_bad_files(job, decided.readings, written)
    checked += _derived_customers(job, checked)
    newest = {c.draft.name: finish.newest(job.bench, c, job.request.today) for c in checked}
    as_of = _as_of(job, [d for d in newest.values() if d])
    _compare(job, drafted, checked, as_of, folder)
    shape = _shape(decided.readings, {c.draft.name for c in checked})
    tables = tuple(_table(job, decided.readings, c, newest[c.draft.name]) for c in checked)
    most = job.options.max_total_change
    return StagedImport(tables, as_of, job.metric, shape, job.request.mode, tuple(job.notes), written, most)


def _folder(request: ImportRequest) -> Path:
    """Return a folder of the day nobody used yet; data reads no clock."""
    parent = request.home / "rejects"
    return next(f for n in count(1) if not (f := parent / f"{request.today:%Y%m%d}-{n:03d}").exists())


def open_sources(job: Job) -> dict[str, str]:
    """Open every path and return which role was asked for which path."""
    request = job.request
    asked = {**request.tables, **({"snapshot": request.snapshot} if request.snapshot else {})}
    # The screen that asks what a table is knows an address only as it is shown.
    addresses = {database_source.shown(path): path for path in request.paths if database_source.is_address(path)}
    asked = {role: addresses.get(path, path) for role, path in asked.items()}
    if not asked and not request.paths:
        raise DataProblem("Nothing to import: name a file or folder, --table TABLE=PATH, or --snapshot PATH.")
    further = {path: _opened(job, path) for path in dict.fromkeys(request.paths) if path not in asked.values()}
    # Of a folder or an archive the screen names single tables, some of them many files or none that could be opened.
    inside = {raw.path for found in further.values() for raw in found.tables}
    parts = {path: _opened(job, path) for path in dict.fromkeys(asked.values()) if path not in inside}
    for role, path in asked.items():
        if path in parts:
            parts[path], asked[role] = _one_sheet(role, path, parts[path])
    parts |= further
    job.found = _named([_kept(found, request.without) for found in parts.values()])
    job.notes += [*job.found.notes, *(n for t in job.found.tables for n in t.notes)]
    _refuse_without_rows(job.found)
    for raw in job.found.tables:
        own = raw.parts or (raw.path,)
        job.rejects.broken(raw, [(path, b) for path, b in job.found.broken if path in own])
    return asked


def _opened(job: Job, path: str) -> Found:
    job.say(f"reading {Path(database_source.shown(path)).name}")
    return tables_of(job.bench, path, job.options, KNOWN)


def _kept(found: Found, without: Sequence[str]) -> Found:
    return replace(found, tables=tuple(raw for raw in found.tables if raw.path not in without))


def _refuse_without_rows(found: Found) -> None:
    """DataProblem when no table of the import has a row; one empty table beside others is only said."""
    filled = [raw for raw in found.tables if raw.rows or raw.relation in found.waiting]
    if filled or found.broken or not found.tables:
        return
    names = " and ".join(raw.name if "://" in raw.path else file_name(raw.path) for raw in found.tables[:5])
    raise DataProblem(
        f"There is nothing to load: {names} has a header and no rows. Nothing was changed. Export the data again, with "
        "their rows: most often a filter or a range of dates left nothing over."
    )


def _one_sheet(role: str, path: str, found: Found) -> tuple[Found, str]:
    """Of a workbook named as one table take the sheet of the table's name, else the first; say which."""
    tables = found.tables
    if database_source.is_address(path):
        return found, database_source.shown(path)
    if not any("#" in raw.path and raw.path.startswith(path) for raw in tables):
        return found, path
    chosen = next((raw for raw in tables if squeezed(raw.name) == squeezed(role)), tables[0])
    left = ", ".join(raw.name for raw in tables if raw is not chosen)
    if not left:
        return found, chosen.path
    text = f"{Path(path).name}: sheet {chosen.name} is read as {role}; left aside: {left}. Name one as {path}#SHEET."
    note = Note("sheets_left", text, role, severity="warning", count=len(tables) - 1)
    return replace(found, tables=(chosen,), notes=(*found.notes, note)), chosen.path


def _named(parts: Sequence[Found]) -> Found:
    """Put the parts together and give tables of the same name different ones."""
    tables: list[RawTable] = []
    for raw in (raw for part in parts for raw in part.tables):
        taken = {t.name for t in tables}
        name, n = raw.name, 2
        while name in taken:
            name, n = f"{raw.name} ({n})", n + 1
        tables.append(replace(raw, name=name))
    waiting = {relation: late for part in parts for relation, late in part.waiting.items()}
    return Found(
        tuple(tables), tuple(b for p in parts for b in p.broken), tuple(n for p in parts for n in p.notes), waiting
    )


def _checked(job: Job, drafted: Drafted, draft: Draft) -> Checked:
    job.say(f"checking {draft.name}")
    job.notes += draft.notes
    if draft.name in drafted.ready:
        one = finish.ready(job.bench, draft)
    else:
        raws = by_name(job.raws, draft.tables)
        one = finish.check(job.bench, draft, raws, job.rejects, job.options)
    job.notes += one.notes
    return one


def _refuse_bad_files(job: Job, readings: Sequence[Reading], written: Path | None) -> None:
    """TooManyRejects when more than the allowed share of a file's rows is bad."""
    limit = job.request.max_reject_share
    counted = [(raw, job.rejects.against(raw), job.read(raw)) for raw in (job.raws[r.table] for r in readings)]
    shares = {raw.name: bad / total for raw, bad, total in counted if total and bad / total > limit}
    for raw, bad, total in counted:
        if raw.name in shares:
            raise TooManyRejects(
                f"{raw.name}: {bad:,} of {total:,} rows ({bad / total:.1%}) cannot be used, more than the {limit:.0%} "
                f"allowed; nothing was changed. {'; '.join(job.rejects.reasons(raw))}. All of them are in {written}. "
                "Mend the file, map other columns (--map), or allow more with --max-reject-share.",
                max(shares.values()),
                written,
            )


def _derived_customers(job: Job, checked: Sequence[Checked]) -> list[Checked]:
    """List the customers the rows name when neither this import nor an earlier one has a table of customers."""
    names = {c.draft.name for c in checked}
    sources = [c for c in checked if "customer_id" in c.columns]
    existing = job.request.existing
    if "customers" in names | existing or not sources:
        return []
    if existing & _PAID and not names & _PAID:
        # Days of use beside contracts say nothing of who else is a customer.
        return []
    ids = " UNION ALL ".join(f"SELECT DISTINCT customer_id FROM ({c.rows})" for c in sources)
    relation = job.bench.view("draft", f"SELECT DISTINCT customer_id, NULL AS _file, NULL AS _row FROM ({ids})")
    tables = tuple(dict.fromkeys(name for c in sources for name in c.draft.tables))
    draft = Draft("customers", relation, tables)
    derived = finish.check(job.bench, draft, (), job.rejects, job.options)
    found = job.bench.number(f"SELECT count(*) FROM ({derived.rows})")
    listed = ", ".join(c.draft.name for c in sources)
    text = f"No file lists the customers: {found:,} are taken from the ids in {listed}."
    job.notes.append(Note("customers_derived", text, "customers", count=found))
    return [derived]


def _compare(job: Job, drafted: Drafted, checked: Sequence[Checked], as_of: date, folder: Path) -> None:
    """Report orphans and contradictions between the tables."""
    job.say("comparing tables")
    accepted = {c.draft.name: job.bench.view("accepted", c.rows) for c in checked}
    labels = {a: label for c in checked if c.draft.name == "customers" for a, label in c.draft.attributes.items()}
    where = None if job.request.dry_run else folder
    found = consistency.check(
        job.bench.connection,
        accepted,
        drafted.typed,
        as_of=as_of,
        folder=where,
        attributes=labels,
        known=job.earlier("customers") if job.request.mode == "merge" else None,
        assigned=job.earlier("assignments") if job.request.mode == "merge" else None,
    )
    job.notes += found.notes
    for note in found.notes:
        if note.code == "orphans" and note.table in _PAID:
            _refuse_strangers(job, note, accepted[note.table])


def _refuse_strangers(job: Job, note: Note, relation: str) -> None:
    """DataProblem when none of the rows that the numbers rest on belongs to a customer that was brought along."""
    if note.count >= _NO_SAMPLE and note.count == job.bench.number(f"SELECT count(*) FROM {relation}"):
        raise DataProblem(
            f"None of the {note.count:,} rows of {note.table} belongs to a customer of this import: the files name "
            "their customers differently. Nothing was changed. Load files that share their ids, or only one of them: "
            "--table TABLE=PATH."
        )


def _as_of(job: Job, days: Sequence[date]) -> date:
    if job.request.as_of:
        return job.request.as_of
    day = job.as_of or max(days, default=job.request.today)
    dated = days and job.as_of != job.request.today
    why = "the newest day in the data" if dated else "today, for the data hold no date of their own"
    job.notes.append(Note("as_of", f"The data are taken to stand for {day}: {why}. Set --as-of to change it."))
    return day


def _shape(readings: Sequence[Reading], tables: set[str]) -> Literal["subscriptions", "snapshot", "purchases"]:
    # One row per customer that says when each left has a course over time like any contract.
    if any(r.role.name == "snapshot" and "churned_on" not in r.columns for r in readings):
        return "snapshot"
    return "purchases" if "purchases" in tables and "subscriptions" not in tables else "subscriptions"


def _table(job: Job, readings: Sequence[Reading], checked: Checked, newest: date | None) -> StagedTable:
    name = checked.draft.name
    raws = by_name(job.raws, (*checked.draft.tables, *checked.draft.links))
    own = {r.table for r in readings if r.role.name in (name, "snapshot")}
    counted = [raw for raw in raws if raw.name in own and raw.name in checked.draft.tables]
    loaded = job.bench.number(f"SELECT count(*) FROM ({checked.rows})")
    return StagedTable(
        name,
        _batches(job.bench, finish.final_query(checked, job.options.time_zone), len(checked.columns)),
        sum(job.read(raw) for raw in counted) if counted else loaded,
        loaded,
        job.rejects.of_table(name, [raw.name for raw in counted]),
        job.content_hash(name, readings, raws),
        tuple(dict.fromkeys(path for raw in raws for path in (raw.parts or (raw.path,)))),
        newest,
        dict(checked.draft.attributes),
    )


def _batches(bench: Workbench, query: str, width: int) -> Callable[[], pa.RecordBatchReader]:
    """Keep the workbench alive as long as anybody may still ask for rows; the wider they are, the fewer at once."""
    rows = max(_BATCH * _USUAL_WIDTH // max(width, _USUAL_WIDTH), 1_024)

    def batches() -> pa.RecordBatchReader:
        return bench.connection.cursor().sql(query).to_arrow_reader(rows)

    return batches
