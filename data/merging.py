"""Merge by key: the rows that were there, those that come in the place of those with their key."""

from __future__ import annotations

import pyarrow as pa

from data.contracts import TABLES
from data.parquet_files import cursor, parquet
from data.staged import StagedTable


def merged(table: StagedTable, old_files: list[str]) -> pa.RecordBatchReader:
    """Old rows whose keys do not come, then the rows that come; columns of both, null where one has none."""
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
    return one.sql(
        f"select * from old where not exists (select 1 from coming where {same}) union all by name select * from staged"
    ).to_arrow_reader(131_072)
