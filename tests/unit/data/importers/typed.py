"""Builders: raw tables of text and typed tables as the readers hand them over, from rows written in a test."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import count
from typing import Any

import duckdb

from data.importers.propose_content import quoted, text
from data.importers.raw import RawTable
from data.importers.recognise_fields import Draft, Reading, TypedTable
from data.importers.recognise_names import slug
from data.importers.recognise_roles import ROLES
from data.importers.transforms import build
from data.importers.transforms_desk import SQL_TYPES

_numbers = count(1)


def a_connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def a_raw_table(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    header: Sequence[str],
    rows: Iterable[Sequence[str | None]] = (),
) -> RawTable:
    """A table of text with its row numbers."""
    relation = f"raw_{next(_numbers)}"
    columns = ", ".join(f"{quoted(c)} VARCHAR" for c in header)
    connection.execute(f"CREATE TABLE {relation} ({columns}, _row BIGINT, _file VARCHAR)")
    values = [[*row, n, f"{name}.csv"] for n, row in enumerate(rows, start=2)]
    if values:
        marks = ", ".join("?" * (len(header) + 2))
        connection.executemany(f"INSERT INTO {relation} VALUES ({marks})", values)
    return RawTable(name, f"{name}.csv", relation, tuple(header), len(values))


def a_typed_table(
    connection: duckdb.DuckDBPyConnection,
    role: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    table: str = "",
    system: str = "",
    attributes: Sequence[str] = (),
) -> TypedTable:
    """A typed table of a role; the fields are the keys of the rows, attributes are keys under their labels."""
    name = table or role
    fields = list(dict.fromkeys(k for row in rows for k in row if k not in attributes))
    columns = {slug(label): label for label in attributes}
    reading = Reading(name, ROLES[role], {f: f for f in fields}, columns, system=system)
    picked = [(f, SQL_TYPES[_kind(role, f)], f) for f in fields] + [
        (a, "VARCHAR", label) for a, label in columns.items()
    ]
    selects = [
        "SELECT "
        + ", ".join(
            [*(_value(row.get(key), kind, out) for out, kind, key in picked), f"{n} AS _row", f"{text(name)} AS _file"]
        )
        for n, row in enumerate(rows, start=2)
    ]
    relation = f"typed_{next(_numbers)}"
    connection.execute(f"CREATE TABLE {relation} AS {' UNION ALL '.join(selects)}")
    return TypedTable(reading, relation)


def _kind(role: str, name: str) -> Any:
    field = ROLES[role].field(name)
    assert field is not None, f"{role} has no field {name}"
    return field.kind


def _value(value: Any, kind: str, out: str) -> str:
    return f"{'NULL' if value is None else text(str(value))}::{kind} AS {quoted(out)}"


def rows_of(
    connection: duckdb.DuckDBPyConnection, drafts: Sequence[Draft], table: str, *columns: str
) -> list[tuple[Any, ...]]:
    """The rows of a draft in the order of their columns."""
    draft = next(d for d in drafts if d.name == table)
    listed = ", ".join(quoted(c) for c in columns)
    return connection.execute(f"SELECT {listed} FROM {quoted(draft.relation)} ORDER BY ALL").fetchall()


def codes(notes: Iterable[Any]) -> set[str]:
    return {note.code for note in notes}


def built(*tables: Any, as_of: date | None = None) -> Any:
    """The drafts of typed tables given as (role, rows) or (role, rows, further arguments)."""
    connection = a_connection()
    typed = [a_typed_table(connection, t[0], t[1], **(t[2] if len(t) > 2 else {})) for t in tables]
    drafts = build(connection, typed, as_of=as_of)
    return drafts, lambda table, *columns: rows_of(connection, drafts, table, *columns)


def notes_of(drafts: Iterable[Draft], table: str) -> Any:
    return codes(n for d in drafts if d.name == table for n in d.notes)


def a_period(**changes: Any) -> dict[str, Any]:
    return {"subscription_id": "s1", "customer_id": "c1", "starts_on": "2024-01-01", **changes}
