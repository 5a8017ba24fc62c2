"""What the files of an import are, before anything of them is read in earnest: for the mapping screen."""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from data.errors import DataProblem
from data.importers import options
from data.importers.job import Job
from data.importers.propose import Look, Proposal, assign, missing
from data.importers.propose_content import profiles
from data.importers.propose_mapping import mapping_from
from data.importers.propose_plan import ImportPlan, plan
from data.importers.raw import RawTable
from data.importers.recognise_fields import Reading
from data.importers.recognise_roles import ROLES
from data.importers.rejects import Rejects
from data.importers.request import ImportRequest
from data.importers.stage import open_sources
from data.importers.workbench import Workbench, quoted

#: Values of a column that are shown, enough to see what it holds.
EXAMPLES = 3


@dataclass(frozen=True)
class TableLook:
    """One table of the files.

    rows       None when the file is too large to have been counted yet.
    role       What it is read as; empty when nothing fits.
    columns    Field -> header, as recognised, proposed or asked.
    examples   Header -> a few of its values.
    sure       It may be read so without asking.
    gaps       Groups of fields of which one is needed and none was found.
    """

    name: str
    path: str
    rows: int | None
    headers: tuple[str, ...]
    examples: Mapping[str, tuple[str, ...]]
    role: str = ""
    columns: Mapping[str, str] | None = None
    origin: str = ""
    sure: bool = False
    gaps: tuple[tuple[str, ...], ...] = ()


def preview(request: ImportRequest, roles: Mapping[str, str]) -> tuple[TableLook, ...]:
    """Look at every table; `roles` (table -> role) is what the reader said against the proposal.

    DataProblem when a file cannot be opened at all.
    """
    _metric, read = options.parse(request.options)
    bench = Workbench(request.home)
    try:
        job = Job(request, bench, _metric, read, Rejects(bench), lambda _: None)
        open_sources(job)
        mapping = mapping_from(request.mapping) if request.mapping else None
        decided = plan(bench.connection, job.found.tables, mapping=mapping, ask=True)
        return tuple(_look(bench.connection, raw, decided, roles.get(raw.name, "")) for raw in job.found.tables)
    except duckdb.Error as problem:
        raise DataProblem(f"The files cannot be read: {str(problem).splitlines()[0]}") from problem
    finally:
        bench.close()


def fields_of(role: str) -> tuple[str, ...]:
    """The fields a table of this role can tell."""
    return tuple(field.name for field in ROLES[role].fields)


def roles() -> tuple[str, ...]:
    """Everything a table can be."""
    return tuple(ROLES)


def still_missing(role: str, columns: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Groups of fields of which one is needed and none is mapped."""
    return missing(ROLES[role], columns)


def _look(connection: duckdb.DuckDBPyConnection, raw: RawTable, decided: ImportPlan, asked: str) -> TableLook:
    reading = next((r for r in decided.readings if r.relation == raw.relation), None)
    proposal = next((p for p in decided.open if p.table == raw.name), None)
    if asked and asked != (reading.role.name if reading else ""):
        return _as_asked(connection, raw, asked)
    if reading is not None:
        return _as_read(connection, raw, reading)
    return _as_proposed(connection, raw, proposal)


def _as_asked(connection: duckdb.DuckDBPyConnection, raw: RawTable, role: str) -> TableLook:
    seen = profiles(connection, raw.relation, raw.columns)
    found = assign(ROLES[role], Look(raw.name, raw.columns, seen, {}))
    columns = {match.field: match.header for match in found}
    return _made(connection, raw, role, columns, "as asked", sure=False)


def _as_read(connection: duckdb.DuckDBPyConnection, raw: RawTable, reading: Reading) -> TableLook:
    return _made(connection, raw, reading.role.name, dict(reading.columns), reading.origin, sure=True)


def _as_proposed(connection: duckdb.DuckDBPyConnection, raw: RawTable, proposal: Proposal | None) -> TableLook:
    if proposal is None:
        return _made(connection, raw, "", {}, "", sure=False)
    return _made(connection, raw, proposal.role, proposal.columns, "proposed from names and values", sure=False)


def _made(
    connection: duckdb.DuckDBPyConnection, raw: RawTable, role: str, columns: dict[str, str], origin: str, *, sure: bool
) -> TableLook:
    gaps = missing(ROLES[role], columns) if role else ()
    examples = _examples(connection, raw)
    rows = raw.rows or None
    return TableLook(raw.name, raw.path, rows, raw.columns, examples, role, columns, origin, sure, gaps)


def _examples(connection: duckdb.DuckDBPyConnection, raw: RawTable) -> dict[str, tuple[str, ...]]:
    chosen = ", ".join(quoted(column) for column in raw.columns)
    rows = connection.execute(f"SELECT {chosen} FROM {quoted(raw.relation)} LIMIT 50").fetchall()
    columns = zip(*rows, strict=True) if rows else [()] * len(raw.columns)
    seen = (tuple(dict.fromkeys(v for v in values if v is not None))[:EXAMPLES] for values in columns)
    return dict(zip(raw.columns, seen, strict=True))
