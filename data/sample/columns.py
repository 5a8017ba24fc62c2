"""From numpy arrays to Arrow tables that keep the column contracts."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute
from numpy.typing import NDArray

from data.contracts import ATTRIBUTE_PREFIX, TABLES
from data.sample.timeline import Days, Flags, Ints

ARROW_TYPES: Mapping[str, pa.DataType] = {
    "id": pa.string(),
    "text": pa.string(),
    "choice": pa.string(),
    "integer": pa.int64(),
    "money": pa.int64(),
    "number": pa.float64(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
    "boolean": pa.bool_(),
}
#: Arrow makes its functions when it is imported, so type checkers see none of them.
compute: Any = pyarrow.compute
NOT_A_DAY = np.datetime64("NaT", "D")


def schema(table: str, attributes: Sequence[str] = ()) -> pa.Schema:
    """Return the Arrow schema of a consolidated table, attribute columns last."""
    fields = [pa.field(c.name, ARROW_TYPES[c.kind]) for c in TABLES[table].columns]
    return pa.schema(fields + [pa.field(name, pa.string()) for name in attributes])


def arrow_table(table: str, columns: Mapping[str, Any]) -> pa.Table:
    """Return the columns as a table of the contract; columns left out are empty."""
    attributes = [name for name in columns if name.startswith(ATTRIBUTE_PREFIX)]
    target = schema(table, attributes)
    rows = len(next(iter(columns.values())))
    arrays = [_array(columns.get(f.name), f.type, rows) for f in target]
    return pa.Table.from_arrays(arrays, schema=target)


def _array(values: Any, kind: pa.DataType, rows: int) -> pa.Array:
    if values is None:
        return pa.nulls(rows, kind)
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if isinstance(values, pa.Array):
        return values.cast(kind)
    if pa.types.is_timestamp(kind):
        return pa.array(values.astype("datetime64[us]")).cast(kind)
    return pa.array(values, type=kind)


def labels(names: Sequence[str], codes: Ints) -> pa.Array:
    """Return the name of each code; empty where the code is below zero."""
    indices = pa.array(np.asarray(codes, dtype=np.int64), mask=np.asarray(codes) < 0)
    return pa.array(names, type=pa.string()).take(indices)


def present(values: NDArray[Any], known: Flags) -> pa.Array:
    """Return the values, empty where they are not known."""
    return pa.array(values, mask=~known)


def padded(numbers: Ints, width: int) -> pa.Array:
    """Return whole numbers as text with leading zeros."""
    return compute.utf8_lpad(pa.array(numbers).cast(pa.string()), width=width, padding="0")


def row_ids(prefix: str, customer_ids: pa.Array, customers: Ints) -> pa.Array:
    """Return an id per row, from its customer's id and its place among that customer's rows.

    The rows of one customer lie together.
    """
    starts = np.flatnonzero(np.diff(customers, prepend=-1))
    place = np.arange(len(customers)) - np.repeat(starts, np.diff(starts, append=len(customers))) + 1
    number = compute.utf8_slice_codeunits(customer_ids.take(pa.array(customers)), start=1)
    return compute.binary_join_element_wise(prefix, number, "-", padded(place, 3), "")


def moments(day: Days, seconds: Any) -> NDArray[np.datetime64]:
    """Return moments some seconds into each day."""
    return day.astype("datetime64[s]") + np.asarray(seconds).astype("timedelta64[s]")
