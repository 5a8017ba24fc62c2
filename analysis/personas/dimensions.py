"""What customers are counted by: attributes, amounts in bands, and behaviour, each value with its conditions."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log10
from typing import TYPE_CHECKING

from data.queries.crosstab import Dimension, quartiles
from data.queries.segments import attribute_key
from data.records import Condition

if TYPE_CHECKING:
    from data.engine import Engine

NATURAL_BANDS = {"employees": (10.0, 50.0, 250.0)}
"""Bands that others use too: micro, small, medium and large firms (Recommendation 2003/361/EC of the EU)."""

OTHERS = "…"
"""Stands for all values beyond the most frequent ones; no value of a file."""


@dataclass(frozen=True)
class Value:
    """One value of a dimension: what it is called, and the conditions that its customers meet."""

    name: str
    conditions: tuple[Condition, ...]


def dimension(engine: Engine, attribute: str) -> Dimension:
    """The attribute with the bands it comes in: natural ones, else quarters of the customers; words as they are."""
    return Dimension(attribute, NATURAL_BANDS.get(attribute_key(attribute)) or _rounded(quartiles(engine, attribute)))


def _rounded(edges: tuple[float, ...]) -> tuple[float, ...]:
    """To two digits, so that a band can be said aloud; edges that fall together are one."""
    return tuple(sorted({_two_digits(edge) for edge in edges}))


def _two_digits(edge: float) -> float:
    return round(edge, 1 - floor(log10(abs(edge)))) if edge else 0.0


def value_of(dimension: Dimension, stored: str) -> Value:
    """A value as the engine counted it: a word, the number of a band, or '' for customers without one."""
    if not stored or not dimension.edges:
        return Value(stored, (Condition(dimension.attribute, "in", (stored,)),))
    place, edges = int(stored), dimension.edges
    low = edges[place - 1] if place else None
    high = edges[place] if place < len(edges) else None
    limits = [Condition(dimension.attribute, ">=", (_number(low),))] if low is not None else []
    limits += [Condition(dimension.attribute, "<", (_number(high),))] if high is not None else []
    return Value(_band_name(low, high), tuple(limits))


def others(dimension: Dimension, shown: tuple[str, ...]) -> Value:
    """All values but those shown."""
    return Value(OTHERS, (Condition(dimension.attribute, "not in", shown),))


def _band_name(low: float | None, high: float | None) -> str:
    if low is None:
        return f"< {_number(high or 0)}"
    return f"≥ {_number(low)}" if high is None else f"{_number(low)} – < {_number(high)}"


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else str(value)
