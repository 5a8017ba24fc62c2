"""The place where one import works: a DuckDB connection with bounded memory and a scratch folder, both gone with it."""

import weakref
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

import duckdb

from data.exact_paths import exact
from data.scratch import Scratch

#: DuckDB's share of the 1.5 GB an import may take; the rest is Python, Arrow batches and the Delta writer.
MEMORY_LIMIT = "600MB"
THREADS = 2


#: Columns up to which DuckDB's usual groups of rows fit into memory; a group is gathered whole before it is written.
_USUAL_WIDTH = 40
#: Values of a group of wider rows: about 32 MB for each thread that reads or writes.
_VALUES, _VECTOR = 1_228_800, 2_048


def as_parquet(width: int) -> str:
    """Return how a scratch file of so many columns is written: the wider, the fewer rows are held in memory at once."""
    if width <= _USUAL_WIDTH:
        return "(FORMAT parquet)"
    vectors = max(_VALUES // width // _VECTOR, 1)
    return f"(FORMAT parquet, ROW_GROUP_SIZE {vectors * _VECTOR})"


def quoted(name: str) -> str:
    """Return a column or relation name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def this_file(path: Path) -> str:
    """Return a path as an SQL literal that reads this one file."""
    return literal(exact(str(path)))


class Workbench:
    """Holds the connection and the scratch folder of one import; both go when nobody refers to it any more."""

    def __init__(self, home: Path) -> None:
        scratch = Scratch(home)
        self.folder = scratch.folder
        self.connection = duckdb.connect(
            config={
                "memory_limit": MEMORY_LIMIT,
                "threads": THREADS,
                "temp_directory": str(self.folder / "spill"),
            }
        )
        self.connection.execute("SET GLOBAL TimeZone = 'UTC'")
        self.connection.execute("SET enable_progress_bar = true; SET enable_progress_bar_print = false")
        self._numbers = count(1)
        self._finalizer = weakref.finalize(self, _clean, self.connection, scratch)

    def progress(self) -> float:
        """Return the share (0-1) of the running query that is done; 0 when none runs or it does not know."""
        return min(max(self.connection.query_progress() / 100, 0.0), 1.0)

    def close(self) -> None:
        """Close the connection and remove the scratch folder; safe to repeat."""
        self._finalizer()

    def name(self, stem: str) -> str:
        """Return a relation name nobody uses yet."""
        return f"{stem}_{next(self._numbers)}"

    def file(self, suffix: str) -> Path:
        """Return the path of a scratch file nobody uses yet."""
        return self.folder / f"{next(self._numbers)}{suffix}"

    def place(self, name: str) -> Path:
        """Return the path of a scratch file that keeps its own name, in a folder of its own."""
        folder = self.folder / str(next(self._numbers))
        folder.mkdir()
        return folder / name

    def view(self, stem: str, query: str) -> str:
        """Make a view of `query` under a new name and return the name."""
        name = self.name(stem)
        self.connection.execute(f"CREATE VIEW {quoted(name)} AS {query}")
        return name

    def replace_view(self, name: str, query: str) -> None:
        """Give a view another query."""
        self.connection.execute(f"CREATE OR REPLACE VIEW {quoted(name)} AS {query}")

    def table(self, stem: str, query: str) -> str:
        """Make a table of `query` under a new name and return the name."""
        name = self.name(stem)
        self.connection.execute(f"CREATE TABLE {quoted(name)} AS {query}")
        return name

    def stored(self, stem: str, query: str, width: int) -> str:
        """Work a query of so many columns out into a scratch file and return the name of a view of it."""
        target = self.file(".parquet")
        self.connection.execute(f"COPY ({query}) TO {literal(str(target))} {as_parquet(width)}")
        return self.view(stem, f"FROM read_parquet({this_file(target)})")

    def rows(self, query: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Run a query and return all its (few) rows."""
        return self.connection.execute(query, list(parameters)).fetchall()

    def row(self, query: str) -> tuple[Any, ...]:
        """Run a query that gives exactly one row."""
        return self.rows(query)[0]

    def number(self, query: str) -> int:
        """Run a query that gives one count."""
        return int(self.row(query)[0] or 0)


def _clean(connection: duckdb.DuckDBPyConnection, scratch: Scratch) -> None:
    connection.close()
    scratch.close()
