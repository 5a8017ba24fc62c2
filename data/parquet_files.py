"""The Parquet files of the lake, read by DuckDB itself: what needs no expression, and no import of Ibis."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from data.exact_paths import exact

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from data.lake import Lake

_lock = threading.Lock()
_databases: dict[int, duckdb.DuckDBPyConnection] = {}


def cursor() -> duckdb.DuckDBPyConnection:
    """A new cursor on the process's one DuckDB database.

    DuckDB connections are not safe across threads, cursors of one database are: never share one between threads.
    """
    import duckdb

    with _lock:
        if 0 not in _databases:
            # Offline by design: no extension may be fetched at run time.
            _databases[0] = duckdb.connect(
                ":memory:", config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"}
            )
        return _databases[0].cursor()


def parquet(cursor: duckdb.DuckDBPyConnection, files: list[str]) -> duckdb.DuckDBPyRelation:
    """The rows of these files, whatever stands in the names of the folders above them."""
    return cursor.read_parquet(_exactly(files), hive_partitioning=False)


def from_parquet(files: list[str]) -> str:
    """The same in SQL."""
    quoted = ", ".join("'" + file.replace("'", "''") + "'" for file in _exactly(files))
    return f"read_parquet([{quoted}], hive_partitioning = false)"


def _exactly(files: list[str]) -> list[str]:
    return [exact(file) for file in files]


def lake_tables(lake: Lake, versions: Mapping[str, int]) -> tuple[dict[str, list[str]], dict[str, pa.Schema]]:
    """Files per table, and the columns of those without rows."""
    files = {name: lake.files(name, version) for name, version in versions.items()}
    return files, {name: lake.schema(name, versions[name]) for name, found in files.items() if not found}
