"""Cohorts: what is left, age by age, of the customers that came in the same period or share a value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.lifecycle.cohort_tables import CohortCalendar, CohortTable, cohort_tables, merged
from analysis.lifecycle.knowable import refuse_landmarks, refuse_unknowable
from analysis.periods import floor
from analysis.results import Answer, Estimate, NotEnoughData
from analysis.statistics.proportions import MIN_CUSTOMERS, wilson_interval
from analysis.statistics.ratios import RatioSums, delta_ratio
from data.queries.cohorts import cohort_activity, cohort_changes
from data.queries.origins import first_day_of_many
from data.records import Grain, Scope

if TYPE_CHECKING:
    from data.engine import Engine

MOST_GROUPS = 12


@dataclass(frozen=True)
class CohortRow:
    """One cohort at one age.

    group               Value of the attribute; '' when cohorts are not split.
    cohort_start        First day of the cohort's period; None when the row is over all cohorts of its group.
    age                 Periods since that of the start; at age 0 it ends.
    size, active        Customers that came, and of them those present at the end of the period of this age.
    retention           active / size, with Wilson's interval.
    mrr_retention       MRR with each customer counted up to its first MRR, over the first MRR.
    net_mrr_retention   All MRR of these customers over their first MRR; may be above 1.
    with_activity       Customers that bought (or used the product) in the period; None where contracts decide.
    complete            Whether the data reach the end of the period: incomplete rows are in no average.
    """

    group: str
    cohort_start: date | None
    age: int
    size: int
    active: int
    retention: Answer
    mrr_retention: Answer
    net_mrr_retention: Answer
    complete: bool
    with_activity: int | None = None


@dataclass(frozen=True)
class CohortGrid:
    """All cohorts at all ages, and the average of each age over the cohorts old enough for it, by their size.

    since  First day of the data, when many customers had started before: they are in no cohort and no average, because
           those of them who left earlier are not in the data.
    """

    grain: Grain
    by: str | None
    rows: tuple[CohortRow, ...]
    average: tuple[CohortRow, ...]
    since: date | None = None


def cohorts(
    engine: Engine, scope: Scope, grain: Grain, by: str | None = None, *, most: int = MOST_GROUPS
) -> CohortGrid | NotEnoughData:
    """Retention of calendar cohorts; with `by` of the values of an attribute, each customer from its own start.

    The range of the scope chooses the cohorts by their start; without one all of them are there. Returns
    NotEnoughData for a snapshot, which does not say when anybody left.
    """
    refuse_unknowable(scope.segment, [by] if by else [])
    refuse_landmarks([by] if by else [])
    release = engine.release
    if release is None:
        raise ValueError("reports need a recorded release")
    if release.shape == "snapshot":
        return NotEnoughData("a snapshot says that a customer left, not when: cohorts cannot be followed", 0, 1)
    since = first_day_of_many(engine)
    changes = _in_range(cohort_changes(engine, scope.segment, grain, by, since), scope, grain)
    if not changes:
        return NotEnoughData("no customers that came in this range", 0, 1)
    activity = _in_range(cohort_activity(engine, scope.segment, grain, by, since), scope, grain)
    calendar = CohortCalendar(grain, min(row["cohort"] for row in changes), release.as_of)
    tables = cohort_tables(changes, activity, calendar, most)
    whole = merged(tables.values())
    rows = (
        _cells(whole, calendar)
        if by is None
        else (row for group, table in tables.items() for row in _pooled(group, table, calendar))
    )
    return CohortGrid(grain, by, tuple(rows), tuple(_pooled("", whole, calendar)), since)


def _in_range(rows: Sequence[Mapping[str, Any]], scope: Scope, grain: Grain) -> list[Mapping[str, Any]]:
    start = date.min if scope.start is None else floor(scope.start, grain)
    end = scope.end or date.max
    return [row for row in rows if start <= row["cohort"] < end]


def _cells(table: CohortTable, calendar: CohortCalendar) -> Iterator[CohortRow]:
    for cohort in np.flatnonzero(table.sizes):
        for age in range(len(calendar.starts) - cohort):
            complete = bool(cohort + age <= calendar.last_complete)
            mine = np.array([cohort])
            yield _row(table, mine, age, start=calendar.starts[cohort], complete=complete)


def _pooled(group: str, table: CohortTable, calendar: CohortCalendar) -> Iterator[CohortRow]:
    """One row per age over the cohorts old enough for it."""
    for age in range(calendar.last_complete + 1):
        old = np.flatnonzero(calendar.old_enough(age))
        if not table.sizes[old].any():
            return
        yield _row(table, old, age, group=group)


def _row(
    table: CohortTable,
    cohorts: np.ndarray,
    age: int,
    *,
    group: str = "",
    start: date | None = None,
    complete: bool = True,
) -> CohortRow:
    """Some cohorts together at one age."""
    size = int(table.sizes[cohorts].sum())
    active = int(table.levels["active"][cohorts, age].sum())
    seen = None if table.activity is None else int(table.activity[cohorts, age].sum())
    money, net_money = (_money(table, cohorts, age, name, size) for name in ("kept", "net"))
    return CohortRow(group, start, age, size, active, retention(active, size), money, net_money, complete, seen)


def retention(active: int, size: int) -> Answer:
    """The share of a cohort that is still there; not said of fewer than 10 customers."""
    return wilson_interval(active, size) if size >= MIN_CUSTOMERS else _too_few(size)


def activity_share(row: CohortRow) -> Answer:
    """The share of a cohort that bought (or used the product) in the period of an age."""
    if row.with_activity is None:
        return NotEnoughData("contracts say who is there, not purchases or use", 0, 1)
    return retention(row.with_activity, row.size)


def _money(table: CohortTable, cohorts: np.ndarray, age: int, name: str, size: int) -> Answer:
    """What some cohorts pay at an age over what they paid at first, with the delta method's interval."""
    if size < MIN_CUSTOMERS:
        return _too_few(size)
    first = float(table.first[cohorts].sum())
    if first <= 0:
        return NotEnoughData("no recurring revenue at the start of this cohort", 0, 1)
    part, squared, by_first = (
        float(table.levels[key][cohorts, age].sum()) for key in (name, f"{name}_squared", f"{name}_by_first")
    )
    found = delta_ratio(RatioSums(size, part, first, squared, float(table.first_squared[cohorts].sum()), by_first))
    if name == "kept" and isinstance(found, Estimate) and found.low is not None and found.high is not None:
        return replace(found, low=max(found.low, 0.0), high=min(found.high, 1.0))
    return found


def _too_few(size: int) -> NotEnoughData:
    return NotEnoughData("too few customers in this cohort", size, MIN_CUSTOMERS)


def at_age(grid: CohortGrid, age: int) -> tuple[CohortRow, ...]:
    """The same age of every cohort that has reached it, in order of the cohorts: whether it is getting better."""
    rows = [row for row in grid.rows if row.age == age and row.complete]
    return tuple(sorted(rows, key=lambda row: (row.group, row.cohort_start or date.min)))


def of_previous_age(rows: Sequence[CohortRow]) -> dict[tuple[date, int], Answer]:
    """Per cohort and age from 1: the customers present over those present one age before.

    A ratio of two levels, without an interval: who came back stands in it beside who stayed.
    """
    found: dict[tuple[date, int], Answer] = {}
    for start, cohort in groupby(rows, key=lambda row: row.cohort_start):
        ages = list(cohort)
        if start is not None:
            found |= {(start, row.age): _step(before, row) for before, row in pairwise(ages)}
    return found


def _step(before: CohortRow, row: CohortRow) -> Answer:
    if before.active < MIN_CUSTOMERS:
        return NotEnoughData("too few customers at the age before", before.active, MIN_CUSTOMERS)
    return Estimate(row.active / before.active, None, None, before.active, "ratio of sums")
