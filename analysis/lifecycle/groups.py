"""Values of an attribute as groups: the most frequent ones one by one, the rest together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from analysis.trends.split import OTHERS

__all__ = ["OTHERS", "group_of", "most_frequent", "placed"]


def most_frequent(sizes: Mapping[str, int], most: int) -> tuple[str, ...]:
    """The values with the most customers, largest first; beyond `most` the rest is one group."""
    ordered = sorted(sizes, key=lambda value: (-sizes[value], value))
    return tuple(ordered) if len(ordered) <= most + 1 else (*ordered[:most], OTHERS)


def group_of(value: str, shown: Sequence[str]) -> str:
    """The group a value stands in."""
    return value if value in shown else OTHERS


def placed(
    values: Sequence[str], codes: np.ndarray, customers: np.ndarray, most: int
) -> tuple[tuple[str, ...], np.ndarray]:
    """The groups shown, and the place among them of each row; values of no customer make no group.

    values, codes  Distinct values, and the place of each row's value.  customers  How many a row stands for.
    """
    sizes = np.bincount(codes, weights=customers, minlength=len(values)).astype(int)
    shown = most_frequent({value: int(n) for value, n in zip(values, sizes, strict=True) if n}, most)
    places = [shown.index(group) if (group := group_of(value, shown)) in shown else 0 for value in values]
    return shown, np.array(places, dtype=np.int64)[codes]
