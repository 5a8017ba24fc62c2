"""Small tables made here, to be joined with what the engine holds."""

import itertools
from collections.abc import Mapping, Sequence
from datetime import date

import ibis
import numpy as np
import pyarrow as pa
from ibis.expr.operations import InMemoryTable
from ibis.formats.pyarrow import PyArrowTableProxy

from data.expressions import Table

_numbers = itertools.count()


def small_table(**columns: np.ndarray) -> Table:
    """Columns of whole numbers or days as a table.

    Made from buffers and without `ibis.memtable`: that and `pyarrow.array` import pandas only to ask whether they were
    given a frame or a Series, half a second that a report does not need.
    """
    return _as_table({name: _array(values) for name, values in columns.items()})


def text_table(**columns: Sequence[str]) -> Table:
    """Columns of texts as a table, made as `small_table` is."""
    return _as_table({name: _texts(values) for name, values in columns.items()})


def _as_table(arrays: Mapping[str, pa.Array]) -> Table:
    table = pa.Table.from_arrays(list(arrays.values()), names=list(arrays))
    data, schema = PyArrowTableProxy(table), ibis.Schema.from_pyarrow(table.schema)
    return InMemoryTable(name=f"small_{next(_numbers)}", schema=schema, data=data).to_expr()


def _texts(values: Sequence[str]) -> pa.Array:
    words = [value.encode() for value in values]
    ends = np.cumsum([0, *(len(word) for word in words)]).astype("int32")
    return pa.Array.from_buffers(pa.string(), len(words), [None, pa.py_buffer(ends), pa.py_buffer(b"".join(words))])


def _array(values: np.ndarray) -> pa.Array:
    days = np.issubdtype(values.dtype, np.datetime64)
    kind, stored = (pa.date32(), "int32") if days else (pa.int64(), "int64")
    return pa.Array.from_buffers(kind, len(values), [None, pa.py_buffer(values.astype(stored))])


def window_table(rows: Sequence[Mapping[str, date]]) -> Table:
    """Windows of days as a small table, numbered from 0 in `window`."""
    columns = {name: np.array([row[name] for row in rows], dtype="datetime64[D]") for name in rows[0]}
    return small_table(window=np.arange(len(rows)), **columns)
