"""Builders: files written in a test, staged, and the rows that came out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from data.importers.request import ImportRequest
from data.importers.stage import stage
from data.staged import Note, StagedImport

TODAY = date(2026, 11, 22)
SUBSCRIPTIONS = "subscription_id,customer_id,mrr,starts_on,ends_on\n"


@cache
def _database() -> duckdb.DuckDBPyConnection:
    """One for all questions: to open another takes longer than to ask."""
    return duckdb.connect()


@dataclass(frozen=True)
class Loaded:
    """A staged import and its rows."""

    staged: StagedImport

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        connection = _database().cursor()
        for table in self.staged.tables:
            connection.register(table.name, table.batches().read_all())
        found = connection.execute(sql).fetchall()
        connection.close()
        return found

    def column(self, sql: str) -> list[Any]:
        return [row[0] for row in self.rows(sql)]

    def notes(self, code: str) -> list[Note]:
        return [note for note in self.staged.notes if note.code == code]

    @property
    def rejects(self) -> str:
        return self.staged.rejects_file.read_text(encoding="utf-8-sig") if self.staged.rejects_file else ""


def written(folder: Path, name: str, content: str | bytes) -> str:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return str(path)


def load(
    folder: Path,
    table: str,
    content: str | bytes,
    name: str = "file.csv",
    options: Mapping[str, str] | None = None,
    **further: Any,
) -> Loaded:
    """Stage one file as one table."""
    path = written(folder, name, content)
    request = ImportRequest(
        tables={table: path}, today=TODAY, home=folder / "home", options=dict(options or {}), **further
    )
    return Loaded(stage(request))


def load_snapshot(folder: Path, content: str | bytes, map_: Mapping[str, str], **further: Any) -> Loaded:
    """Stage a file with one row per customer."""
    path = written(folder, "snapshot.csv", content)
    return Loaded(stage(ImportRequest(snapshot=path, map=dict(map_), today=TODAY, home=folder / "home", **further)))


def load_paths(folder: Path, paths: Sequence[str], **further: Any) -> Loaded:
    """Stage files whose tables are to be recognised."""
    return Loaded(stage(ImportRequest(paths=tuple(paths), today=TODAY, home=folder / "home", **further)))


def subscriptions(*lines: str) -> str:
    """A file of subscriptions: id, customer, mrr, start, end."""
    return SUBSCRIPTIONS + "".join(line + "\n" for line in lines)


def customers(header: str, *lines: str) -> str:
    """A file of customers with a header of its own."""
    return header + "\n" + "".join(line + "\n" for line in lines)
