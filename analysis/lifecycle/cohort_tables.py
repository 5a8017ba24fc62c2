"""Levels of cohorts by age as arrays, from the changes that a query counted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from analysis.lifecycle.groups import group_of, most_frequent
from analysis.periods import shift
from analysis.statistics.retention_triangle import retention_triangle
from data.records import Grain

COUNTS = ("active", "kept", "net")
SQUARES = ("kept_squared", "kept_by_first", "net_squared", "net_by_first")
MEASURES = (*COUNTS, *SQUARES)
Changes = Sequence[Mapping[str, Any]]


class CohortCalendar:
    """Periods by number, from that of the first cohort to the one the data end in."""

    def __init__(self, grain: Grain, first: date, as_of: date) -> None:
        self.starts = [first]
        while (following := shift(self.starts[-1], grain, 1)) <= as_of:
            self.starts.append(following)
        self.number = {start: i for i, start in enumerate(self.starts)}
        whole = shift(self.starts[-1], grain, 1) <= as_of + timedelta(days=1)
        self.last_complete = len(self.starts) - (1 if whole else 2)

    def old_enough(self, age: int) -> np.ndarray:
        """Which cohorts have reached the end of the period of an age."""
        return np.arange(len(self.starts)) + age <= self.last_complete


@dataclass(frozen=True, eq=False)
class CohortTable:
    """Sizes, first MRR and its squares per cohort; levels per measure, and customers with activity, also per age."""

    sizes: np.ndarray
    first: np.ndarray
    first_squared: np.ndarray
    levels: Mapping[str, np.ndarray]
    activity: np.ndarray | None


def cohort_tables(changes: Changes, activity: Changes, calendar: CohortCalendar, most: int) -> dict[str, CohortTable]:
    """One table per group, the largest first; see `data.queries.cohorts` for the rows."""
    joined: dict[str, int] = defaultdict(int)
    for row in changes:
        joined[row["group"]] += row["joined"]
    shown = most_frequent(joined, most)
    mine, seen = (_by_group(rows, shown) for rows in (changes, activity))
    return {group: _table(mine[group], seen[group] if activity else None, calendar) for group in shown}


def _by_group(rows: Changes, shown: Sequence[str]) -> dict[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {group: [] for group in shown}
    for row in rows:
        found[group_of(row["group"], shown)].append(row)
    return found


def _table(changes: Changes, activity: Changes | None, calendar: CohortCalendar) -> CohortTable:
    size, number = len(calendar.starts), calendar.number
    sizes, first = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    squared = np.zeros(size)
    for row in changes:
        squared[number[row["cohort"]]] += row["first_squared"]
        sizes[number[row["cohort"]]] += row["joined"]
        first[number[row["cohort"]]] += row["first"]
    places = [(number[row["cohort"]], number[row["period"]]) for row in changes]
    levels = {
        name: retention_triangle([(*at, row[name]) for at, row in zip(places, changes, strict=True)], size, size - 1)
        for name in MEASURES
    }
    return CohortTable(sizes, first, squared, levels, None if activity is None else _seen(activity, calendar))


def _seen(activity: Changes, calendar: CohortCalendar) -> np.ndarray:
    found = np.zeros((len(calendar.starts),) * 2)
    for row in activity:
        cohort = calendar.number[row["cohort"]]
        found[cohort, calendar.number[row["period"]] - cohort] += row["customers"]
    return found


def merged(tables: Iterable[CohortTable]) -> CohortTable:
    """All groups together; a customer is in one of them only."""
    every = list(tables)
    seen = [table.activity for table in every if table.activity is not None]
    return CohortTable(
        np.sum([t.sizes for t in every], axis=0),
        np.sum([t.first for t in every], axis=0),
        np.sum([t.first_squared for t in every], axis=0),
        {name: np.sum([t.levels[name] for t in every], axis=0) for name in MEASURES},
        np.sum(seen, axis=0) if seen else None,
    )
