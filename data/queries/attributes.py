"""What customers can be filtered by, and which values there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from data.queries.customers import attribute_values
from data.queries.segments import attribute_columns

if TYPE_CHECKING:
    from data.engine import Engine

MOST_VALUES = 500
"""More distinct values than these are names or amounts; a filter offers the most frequent ones."""


def all_values(engine: Engine) -> dict[str, list[tuple[str, int]]]:
    """Attribute -> its values as text with their numbers of customers, most frequent first; empty text = no value."""
    return {key: attribute_values(engine, column, MOST_VALUES) for key, column in attribute_columns(engine).items()}
