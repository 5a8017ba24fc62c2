"""What customers can be filtered by, and which values there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ibis

from data.queries.segments import attribute_columns

if TYPE_CHECKING:
    from data.engine import Engine

MOST_VALUES = 500
"""More distinct values than these are names or amounts; a filter offers the most frequent ones."""


def attribute_values(engine: Engine) -> dict[str, list[tuple[str, int]]]:
    """Attribute -> its values as text with their numbers of customers, most frequent first; empty text = no value."""
    columns = attribute_columns(engine)
    customers, lifetimes = engine.table("customers"), engine.table("lifetimes")
    return {
        key: _values(engine, customers if column in customers.columns else lifetimes, column)
        for key, column in columns.items()
    }


def _values(engine: Engine, table: ibis.Table, column: str) -> list[tuple[str, int]]:
    text = table[column].cast("string").fill_null(ibis.literal(""))
    counted = table.group_by(value=text).aggregate(n=ibis._.count())
    rows = engine.rows(counted.order_by([ibis.desc("n"), "value"]).limit(MOST_VALUES))
    return [(row["value"], row["n"]) for row in rows]
