"""The typed tables of one import, gathered by role under one set of columns, and the views made of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import duckdb

from data.importers.propose_content import quoted, text
from data.importers.recognise_fields import FieldKind, Role, TypedTable
from data.importers.recognise_roles import ROLES
from data.staged import Note

SQL_TYPES: Mapping[FieldKind, str] = {
    "id": "VARCHAR",
    "text": "VARCHAR",
    "choice": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "money": "BIGINT",
    "amount": "BIGINT",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "boolean": "BOOLEAN",
}

SMALL = 20_000
"""Rows of all tables together up to which every step is worked out."""

_numbers = count(1)


@dataclass
class Desk:
    """Where the transforms of one import work.

    tables  Typed tables by role.
    small   Whether few rows come in: then each step is worked out, so that the next is planned in no time. Of many
            rows none is written down in between; planning all steps at once takes a tenth of a second.
    notes   What the transforms have to say, by consolidated table.
    """

    connection: duckdb.DuckDBPyConnection
    tables: dict[str, list[TypedTable]]
    small: bool = False
    notes: dict[str, list[Note]] = field(default_factory=dict)
    _gathered: dict[str, str] = field(default_factory=dict)

    def has(self, *roles: str) -> bool:
        """Say whether a table of one of these roles is here."""
        return any(self.tables.get(role) for role in roles)

    def mapped(self, role: str, name: str) -> bool:
        """Say whether any table of the role has this field."""
        return any(name in t.reading.columns for t in self.tables.get(role, ()))

    def names(self, *roles: str) -> tuple[str, ...]:
        """Names of the raw tables of these roles."""
        return tuple(dict.fromkeys(t.reading.table for role in roles for t in self.tables.get(role, ())))

    def system(self, role: str) -> bool:
        """Say whether any table of the role is an export of a known system."""
        return any(t.reading.system for t in self.tables.get(role, ()))

    def attributes(self, role: str) -> dict[str, str]:
        """Attribute column -> label over all tables of a role; the first label counts."""
        found: dict[str, str] = {}
        for typed in self.tables.get(role, ()):
            for column, label in typed.reading.attributes.items():
                found.setdefault(column, label)
        return found

    def gathered(self, role: str) -> str:
        """Return a view over all tables of a role with every field of the role, NULL where no table has it."""
        if role not in self._gathered:
            self._gathered[role] = self.view(f"all_{role}", _union(ROLES[role], self.tables.get(role, ())))
        return self._gathered[role]

    def view(self, stem: str, query: str) -> str:
        """Make a view and return its name, which needs no quotes."""
        if self.small:
            return self.table(stem, query)
        name = f"made_{stem}_{next(_numbers)}"
        self.connection.execute(f"CREATE TEMP VIEW {name} AS {query}")
        return name

    def table(self, stem: str, query: str) -> str:
        """Work a query of few columns or rows out into a table and return its name, which needs no quotes."""
        name = f"made_{stem}_{next(_numbers)}"
        self.connection.execute(f"CREATE TEMP TABLE {name} AS {query}")
        return name

    def row(self, query: str) -> tuple[Any, ...]:
        """Run a query that gives one row."""
        row = self.connection.execute(query).fetchone()
        assert row is not None
        return row

    def number(self, query: str) -> int:
        """Run a query that gives one count."""
        return int(self.row(query)[0] or 0)

    def note(self, table: str, code: str, sentence: str, *, n: int = 0, column: str = "", warn: bool = False) -> None:
        """Keep a sentence for the reader."""
        severity = "warning" if warn else "info"
        self.notes.setdefault(table, []).append(Note(code, sentence, table, column, severity, n))

    def note_count(self, table: str, code: str, query: str, sentence: str, *, warn: bool = False) -> int:
        """Count with `query`; when it is not zero keep `sentence`, in which {n} stands for the count."""
        n = self.number(query)
        if n:
            self.note(table, code, sentence.format(n=f"{n:,}"), n=n, warn=warn)
        return n


def desk_of(connection: duckdb.DuckDBPyConnection, typed: Iterable[TypedTable]) -> Desk:
    """Lay out the typed tables of an import by role."""
    tables: dict[str, list[TypedTable]] = {}
    for table in typed:
        tables.setdefault(table.reading.role.name, []).append(table)
    return Desk(connection, tables, _rows(connection, tables) <= SMALL)


def _rows(connection: duckdb.DuckDBPyConnection, tables: Mapping[str, Sequence[TypedTable]]) -> int:
    counts = [f"(SELECT count(*) FROM {quoted(t.relation)})" for found in tables.values() for t in found]
    row = connection.execute(f"SELECT {' + '.join(counts) or 0}").fetchone()
    return int(row[0]) if row else 0


def _select(role: Role, typed: TypedTable) -> str:
    reading = typed.reading
    fields = [
        f"{quoted(f.name) if f.name in reading.columns else f'NULL::{SQL_TYPES[f.kind]}'} AS {quoted(f.name)}"
        for f in role.fields
    ]
    attributes = [quoted(a) for a in reading.attributes]
    history = str(bool({"current", "changed_at"} & reading.columns.keys())).upper()
    origin = [
        "_row",
        "_file",
        f"{text(reading.table)} AS _table",
        f"{text(reading.system)} AS _system",
        f"{history} AS _history",
    ]
    return f"SELECT {', '.join([*fields, *attributes, *origin])} FROM {quoted(typed.relation)}"


def _union(role: Role, tables: Sequence[TypedTable]) -> str:
    if tables:
        return " UNION ALL BY NAME ".join(_select(role, t) for t in tables)
    fields = ", ".join(f"NULL::{SQL_TYPES[f.kind]} AS {quoted(f.name)}" for f in role.fields)
    origin = ", ".join(f"NULL::VARCHAR AS {c}" for c in ("_file", "_table", "_system"))
    return f"SELECT {fields}, NULL::BIGINT AS _row, {origin}, FALSE AS _history WHERE FALSE"


#: Where a row comes from; NULL in rows that were summed or derived.
ORIGIN = "_table, _file, _row"
NO_ORIGIN = "NULL::VARCHAR AS _table, NULL::VARCHAR AS _file, NULL::BIGINT AS _row"


def newest_only(desk: Desk, role: str, key: str) -> str:
    """Return a QUALIFY clause that keeps the newest row per key of history tables, and every row of others."""
    if not desk.mapped(role, "current") and not desk.mapped(role, "changed_at"):
        return ""
    desk.note_count(
        role,
        "older_versions",
        f"SELECT count(*) - count(DISTINCT (_system, {key})) FROM {desk.gathered(role)} WHERE _history",
        "{n} older versions of rows are left out; the newest one counts.",
    )
    return (
        f"QUALIFY NOT _history OR row_number() OVER (PARTITION BY _history, _system, {key}"
        " ORDER BY current DESC NULLS LAST, changed_at DESC NULLS LAST, _row DESC) = 1"
    )
