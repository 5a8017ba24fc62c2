"""What contradicts itself in accepted rows: counted, with examples, and listed whole in a file; nothing is changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from data.importers.consistency_checks import Check, checks
from data.importers.consistency_churn import churn_checks, counts_of_loss, one_class
from data.importers.consistency_leaks import leaks, offers
from data.importers.propose_content import text
from data.importers.recognise_fields import TypedTable
from data.importers.transforms_desk import desk_of
from data.staged import Note

FILE_NAME = "contradictions.csv"
_EXAMPLES = 5
#: A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA = "^[=+\\-@\\t\\r]"


@dataclass(frozen=True)
class Consistency:
    """What was found.

    file  CSV with one line per finding (check, table, id, customer_id, detail); None when there is none.
    """

    notes: tuple[Note, ...]
    file: Path | None = None


def check(
    connection: duckdb.DuckDBPyConnection,
    accepted: Mapping[str, str],
    typed: Sequence[TypedTable],
    *,
    as_of: date,
    folder: Path | None = None,
    attributes: Mapping[str, str] | None = None,
    known: str | None = None,
    assigned: str | None = None,
) -> Consistency:
    """Look for orphans and contradictions.

    accepted    Consolidated table -> relation of the rows that will be loaded (contract columns and attributes).
    typed       The typed tables they were built from: flags and row-level use are only there.
    as_of       Day the data stand for.
    folder      Where the list of all findings is written; None = it is not written.
    attributes  Attribute column of customers -> label.
    known       Relation of customers that are there already, and stay; `assigned`: of assignments.

    Runs in the engine; only counts and a few examples reach Python.
    """
    desk = desk_of(connection, typed)
    found = [
        (one, n)
        for one in (*checks(accepted, desk, as_of, known, assigned), *churn_checks(accepted, desk, as_of))
        if (n := desk.number(f"SELECT count(*) FROM ({one.query})"))
    ]
    notes = [_note(connection, one, n) for one, n in found]
    notes += counts_of_loss(accepted, desk, as_of)
    notes += one_class(accepted, desk, as_of)
    notes += leaks(accepted, desk, as_of, attributes or {})
    notes += offers(attributes or {})
    file = _listed(connection, [one for one, _ in found], folder) if folder is not None and found else None
    if file is not None:
        n = sum(n for _, n in found)
        notes.append(
            Note("contradictions_file", f"All {n:,} contradictions and orphans are listed in {file}.", count=n)
        )
    return Consistency(tuple(notes), file)


def _note(connection: duckdb.DuckDBPyConnection, one: Check, n: int) -> Note:
    rows = connection.execute(
        f"SELECT DISTINCT coalesce(id, customer_id) FROM ({one.query}) WHERE coalesce(id, customer_id) IS NOT NULL"
        f" ORDER BY 1 LIMIT {_EXAMPLES}"
    ).fetchall()
    examples = f" For example {', '.join(str(r[0]) for r in rows)}." if rows else ""
    return Note(one.code, one.sentence.format(n=f"{n:,}") + examples, one.table, one.column, "warning", n)


def _listed(connection: duckdb.DuckDBPyConnection, found: Iterable[Check], folder: Path) -> Path:
    """Write every finding to one file, safe to open in a spreadsheet."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE_NAME

    def safe(column: str) -> str:
        return (
            f"CASE WHEN regexp_matches({column}, {text(_FORMULA)}) THEN '''' || {column} ELSE {column} END AS {column}"
        )

    parts = " UNION ALL ".join(
        f'SELECT {text(one.code)} AS "check", {text(one.table)} AS "table", {safe("id")}, {safe("customer_id")},'
        f" {safe('detail')} FROM ({one.query})"
        for one in found
    )
    connection.execute(f"COPY ({parts}) TO {text(str(path))} (HEADER, DELIMITER ',')")
    return path
