"""The engine: the tables of one release as Ibis tables, on DuckDB or Spark."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

import ibis
import pyarrow as pa
from ibis.expr.operations import InMemoryTable

from data.errors import NoData
from data.expressions import Table
from data.lake import Lake
from data.parquet_files import cursor, from_parquet, lake_tables, parquet
from data.records import Release

if TYPE_CHECKING:
    import duckdb

T = TypeVar("T")
_lock = threading.Lock()
_threads = threading.local()


def duckdb_backend() -> Any:
    """This thread's Ibis backend on the process's one DuckDB database, on a cursor of its own."""
    backend = getattr(_threads, "backend", None)
    if backend is None:
        backend = ibis.duckdb.from_connection(cursor())
        _threads.backend = backend
    return backend


_spark: dict[str, Any] = {}


def spark_backend(master: str) -> Any:
    """The process's Ibis backend on Spark; `master` is `local[*]` or the address of a cluster."""
    with _lock:
        if master not in _spark:
            from pyspark.sql import SparkSession  # pyright: ignore[reportMissingImports] - only requirements-spark.txt brings it

            session = (
                SparkSession.builder.master(master)
                .appName("churn-review")
                .config("spark.sql.session.timeZone", "UTC")
                .config("spark.ui.enabled", "false")
                .config("spark.ui.showConsoleProgress", "false")
                .config("spark.sql.shuffle.partitions", "8")
                .getOrCreate()
            )
            _spark[master] = ibis.pyspark.connect(session)
        return _spark[master]


def backend_for(engine: str) -> Any:
    """The backend a setting names: `duckdb`, `spark` (on this machine) or `spark://host:port`."""
    if engine == "duckdb":
        return duckdb_backend()
    return spark_backend("local[*]" if engine in {"spark", "spark-local"} else engine)


class _Opened(threading.local):
    """What the calling thread opened and holds: computed rows belong to its connection alone."""

    def __init__(self) -> None:
        self.tables: dict[str, Table] = {}
        self.held: dict[Hashable, Table] = {}


@dataclass
class Engine:
    """Tables of a release (or of a build in progress), opened when first asked for.

    files    Parquet files per table, all of one Delta version; none for a table without rows.
    release  The release the files belong to; None while it is being built.
    empty    Columns of the tables without rows.
    """

    backend_name: str
    files: Mapping[str, list[str]]
    release: Release | None = None
    empty: Mapping[str, pa.Schema] = field(default_factory=dict[str, "pa.Schema"])
    _opened: _Opened = field(default_factory=_Opened, init=False, repr=False)
    _known: dict[Hashable, Any] = field(default_factory=dict[Hashable, Any], init=False, repr=False)

    @property
    def backend(self) -> Any:
        """The Ibis backend of the calling thread."""
        return backend_for(self.backend_name)

    def has(self, name: str) -> bool:
        """Whether the release holds the table, with at least one row."""
        return bool(self.files.get(name))

    def table(self, name: str) -> Table:
        """The table as an Ibis expression; NoData when the release does not hold it.

        On DuckDB the expression names no files: it asks those of the engine that is given it.
        """
        if not self.has(name) and name not in self.empty:
            raise NoData(f"This release has no table {name}. Load it on the Data page or with `import`.")
        opened = self._opened.tables
        if name not in opened:
            opened[name] = self._open(name)
        return opened[name]

    def _open(self, name: str) -> Table:
        if self.has(name):
            backend = self.backend
            return _read_by_spark(backend, self.files[name]) if backend.name == "pyspark" else self._named(name)
        # Not a memtable: DuckDB learns of those only when Ibis itself runs the query.
        row: Table = ibis.array([1]).unnest().name("n").as_table()
        kinds = ibis.Schema.from_pyarrow(self.empty[name])
        return row.filter(row.n > 1).select(**{column: ibis.null(kind) for column, kind in kinds.items()})

    def _named(self, name: str) -> Table:
        """A table known by its name and columns alone, so that a question to another release is worded alike."""
        rows = parquet(self.backend.con, self.files[name])
        return ibis.table(ibis.Schema.from_pyarrow(rows.limit(0).to_arrow_table().schema), name=_MARK + name)

    def sql(self, expression: Table) -> str:
        """An expression in the words of DuckDB, on the files of this engine."""
        words = _worded(expression.op())
        for name, files in self.files.items():
            words = words.replace(f'"{_MARK}{name}"', from_parquet(files))
        return words

    def with_table(self, lake: Lake, name: str, version: int) -> Engine:
        """The engine with one more table, as it was just written."""
        files, empty = lake_tables(lake, {name: version})
        return replace(self, files={**self.files, **files}, empty={**self.empty, **empty})

    def arrow(self, expression: Table) -> pa.Table:
        """Run an expression and return its rows as an Arrow table."""
        backend = self.backend
        if backend.name != "pyspark":
            return self._run_on_duckdb(backend.con, expression)
        # Ibis 12 would go through pandas, where an integer column with a null becomes floats.
        backend._run_pre_execute_hooks(expression)
        found = backend._session.sql(backend.compile(expression)).toArrow()
        schema = expression.schema().to_pyarrow()
        return found.select(schema.names).cast(schema)

    def kept(self, expression: Table) -> Table:
        """An expression that is asked for several times: Spark computes it once, DuckDB is faster without."""
        return expression.cache() if self.backend_name != "duckdb" else expression

    @contextmanager
    def holding(self, name: Hashable, make: Callable[[], Table]) -> Iterator[Table]:
        """Within, the rows of an expression lie computed under a name (see `held`); one already held is shared."""
        held = self._opened.held
        if name in held:
            yield held[name]
            return
        with self._computed(make()) as table:
            held[name] = table
            try:
                yield table
            finally:
                del held[name]

    @contextmanager
    def naming(self, tables: Mapping[Hashable, Table]) -> Iterator[None]:
        """Within, expressions on what is held are found under names of their own (see `held`); none is computed."""
        new = {name: table for name, table in tables.items() if name not in self._opened.held}
        self._opened.held.update(new)
        try:
            yield
        finally:
            for name in new:
                del self._opened.held[name]

    def held(self, name: Hashable) -> Table | None:
        """What the calling thread holds under a name at the moment."""
        return self._opened.held.get(name)

    def known(self, name: Hashable, ask: Callable[[], T]) -> T:
        """A small answer about the files themselves, asked once: they never change.

        Two threads may both ask the first time; they get the same.
        """
        if name not in self._known:
            self._known[name] = ask()
        return self._known[name]

    def rows(self, expression: Table) -> list[dict[str, Any]]:
        """Run an expression and return its (few) rows as dicts, without importing pandas."""
        return self.arrow(expression).to_pylist()

    def _run_on_duckdb(self, con: duckdb.DuckDBPyConnection, expression: Table) -> pa.Table:
        """What Ibis does itself, less its import of pandas: half a second that a report does not need."""
        with _small_tables(con, expression):
            found = con.sql(self.sql(expression)).to_arrow_table()
        return expression.__pyarrow_result__(found)

    @contextmanager
    def _computed(self, expression: Table) -> Iterator[Table]:
        """The rows of an expression as a passing table; by hand on DuckDB, where Ibis takes 20 ms more to do the same.

        Its name says how many this thread holds already and no more: questions to another segment are worded alike.
        """
        backend = self.backend
        if backend.name == "pyspark":
            backend._run_pre_execute_hooks(expression)
            with expression.cache() as table:
                yield table
            return
        depth = getattr(_threads, "held", 0)
        name = f"held_{depth}"
        with _small_tables(backend.con, expression):
            backend.con.execute(f"CREATE TEMP TABLE {name} AS {self.sql(expression)}")
        _threads.held = depth + 1
        try:
            yield ibis.table(expression.schema(), name=name)
        finally:
            _threads.held = depth
            backend.con.execute(f"DROP TABLE {name}")


@contextmanager
def _small_tables(con: duckdb.DuckDBPyConnection, expression: Table) -> Iterator[None]:
    """Within, the connection knows the tables that were made here."""
    small = expression.op().find(InMemoryTable)
    for table in small:
        con.register(table.name, table.data.to_pyarrow(table.schema))
    try:
        yield
    finally:
        for table in small:
            con.unregister(table.name)


@lru_cache(maxsize=512)
def _worded(operation: Any) -> str:
    """A question in DuckDB's words, kept: Ibis takes 10 to 100 ms to find them."""
    return str(ibis.to_sql(operation.to_expr(), dialect="duckdb"))


_MARK = f"{uuid4().hex} "
"""Begins the names of tables that stand for the files of an engine.

Drawn anew by every process, so that no value of a filter can hold one.
"""


def _read_by_spark(backend: Any, files: list[str]) -> Table:
    # Ibis 12 hands Spark only a single path, and Spark reads each path as a pattern.
    paths = [re.sub(r"([\[\]{}*?])", r"\\\1", file) for file in files]
    name = f"files_{uuid4().hex}"
    backend._session.read.parquet(*paths).createOrReplaceTempView(name)
    return backend.table(name)


def open_engine(lake: Lake, release: Release, *, backend: str = "duckdb") -> Engine:
    """The engine on one release."""
    files, empty = lake_tables(lake, release.tables)
    return Engine(backend, files, release, empty)
