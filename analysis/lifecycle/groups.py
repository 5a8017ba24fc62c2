"""Values of an attribute as groups: the most frequent ones one by one, the rest together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analysis.trends.split import OTHERS

__all__ = ["OTHERS", "group_of", "most_frequent"]


def most_frequent(sizes: Mapping[str, int], most: int) -> tuple[str, ...]:
    """The values with the most customers, largest first; beyond `most` the rest is one group."""
    ordered = sorted(sizes, key=lambda value: (-sizes[value], value))
    return tuple(ordered) if len(ordered) <= most + 1 else (*ordered[:most], OTHERS)


def group_of(value: str, shown: Sequence[str]) -> str:
    """The group a value stands in."""
    return value if value in shown else OTHERS
