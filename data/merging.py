"""Merge by key: the rows that were there, those that come in the place of those with their key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from data.contracts import TABLES
from data.parquet_files import cursor, parquet
from data.staged import StagedTable

if TYPE_CHECKING:
    import duckdb


def merged(table: StagedTable, old_files: list[str]) -> pa.RecordBatchReader:
    """Old rows whose keys do not come, then the rows that come; columns of both, null where one has none.

    A row of assignments that comes fills the one that is there, and erases nothing (see `_filled`).
    """
    if not old_files:
        return table.batches()
    one = cursor()
    names = TABLES[table.name].key
    keys = ", ".join(f'"{name}"' for name in names)
    one.register("staged_keys", table.batches())
    one.execute(f"create or replace temp table coming as select {keys} from staged_keys")
    one.register("staged", table.batches())
    parquet(one, old_files).create_view("old")
    same = " and ".join(f'coming."{name}" is not distinct from old."{name}"' for name in names)
    arriving = _filled(one) if table.name == "assignments" else "select * from staged"
    return one.sql(
        f"select * from old where not exists (select 1 from coming where {same}) union all by name {arriving}"
    ).to_arrow_reader(131_072)


def _filled(one: duckdb.DuckDBPyConnection) -> str:
    """SQL of the assignments that come, each with what the row that is there says beside it.

    The first variant stands, and its moment with it: who was assigned otherwise before counts where it was.
    """
    keys = TABLES["assignments"].key
    new, old = (one.sql(f"select * from {name} limit 0").columns for name in ("staged", "old"))
    changed = "n.variant <> o.variant"
    picked = [f'n."{name}"' for name in keys]
    for name in dict.fromkeys(c for c in (*new, *old) if c not in keys):
        sides = [f'{side}."{name}"' for side, has in (("n", new), ("o", old)) if name in has]
        value = f"coalesce({', '.join(sides)})"
        if name in ("variant", "assigned_at"):
            value = f'CASE WHEN {changed} THEN o."{name}" ELSE {value} END'
        picked.append(f'{value} AS "{name}"')
    listed = ", ".join(f'"{name}"' for name in keys)
    return f"select {', '.join(picked)} from staged n left join old o using ({listed})"
