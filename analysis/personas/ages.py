"""Losses expected of the cells of a cross-tab, where customers were followed for different times."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.personas.behaviour import LOOKING_BACK, asked_of
from analysis.personas.dimensions import Value
from analysis.statistics.expected_losses import expected_losses
from data.queries.crosstab import AgedCells
from data.queries.segments import attribute_key
from data.records import Period, Segment

if TYPE_CHECKING:
    from data.engine import Engine

_COUNTS = ("customers", "churned", "mrr_cents", "mrr_lost_cents")


@dataclass(frozen=True)
class AtAge:
    """First losses of a cell, and those expected of customers of the same ages."""

    lost: int = 0
    expected: float = 0.0

    def __add__(self, other: AtAge) -> AtAge:
        """Of both together."""
        return AtAge(self.lost + other.lost, self.expected + other.expected)


def by_age(engine: Engine, segment: Segment, attributes: Iterable[str], period: Period | None) -> bool:
    """Whether customers were followed for different times, and are to be judged at equal ages.

    Not in a period, through which all were followed. Not in a snapshot, which says who left lately, of whatever age.
    Not by behaviour that looks back from the loss, nor among customers chosen by it: nobody had it while at risk.
    """
    snapshot = engine.release is not None and engine.release.shape == "snapshot"
    return period is None and not snapshot and not LOOKING_BACK & set(map(attribute_key, asked_of(segment, attributes)))


def rows_of(cells: AgedCells) -> list[dict[str, Any]]:
    """The cells without their ages, as a cross-tab counts them."""
    values, place = _distinct(cells)
    sums = {name: np.bincount(place, cells.counts[name], len(values)) for name in _COUNTS}
    names = [f"v{i}" for i in range(len(cells.values))]
    return [
        {**dict(zip(names, of, strict=True)), **{name: round(total[i]) for name, total in sums.items()}}
        for i, of in enumerate(values)
    ]


def at_age(cells: AgedCells, named: Sequence[Mapping[str, Value]]) -> Mapping[tuple[Value, ...], AtAge]:
    """Per cell what its ages make expected.

    named  Per dimension stored value -> the value it counts under, as in the cross-tab.
    """
    values, place = _distinct(cells)
    n = cells.counts
    lost, expected = expected_losses(n["age"], n["gone"], n["customers"], n["entered"])
    sums = (np.bincount(place, part, len(values)) for part in (lost, expected))
    found: dict[tuple[Value, ...], AtAge] = {}
    for of, gone, hoped in zip(values, *sums, strict=True):
        key = tuple(known[value] for known, value in zip(named, of, strict=True))
        found[key] = found.get(key, AtAge()) + AtAge(round(gone), float(hoped))
    return found


def _distinct(cells: AgedCells) -> tuple[list[tuple[str, ...]], np.ndarray]:
    """The combinations of values there are, and the place among them of each row."""
    shape = tuple(len(values) for values in cells.values)
    if not len(cells.counts["age"]):
        return [], np.zeros(0, dtype=np.int64)
    present, place = np.unique(np.ravel_multi_index(cells.codes, shape), return_inverse=True)
    codes = zip(*np.unravel_index(present, shape), strict=True)
    return [tuple(values[code] for values, code in zip(cells.values, of, strict=True)) for of in codes], place
