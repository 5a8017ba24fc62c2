"""The churn rate of each value of an attribute over time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from analysis.periods import floor, periods_of
from analysis.results import Answer, NotEnoughData
from analysis.statistics.proportions import MIN_CUSTOMERS, wilson_interval
from data.queries.splits import SplitCounts, split_counts
from data.records import Period, Scope

if TYPE_CHECKING:
    from data.engine import Engine

MOST_VALUES = 6
OTHERS = "\u2026"
"""Stands for all values beyond the most frequent ones; no value of a file."""


@dataclass(frozen=True)
class SplitRow:
    """One value in one period: customers at start, of them lost, rate. `value` is '' for customers without one."""

    attribute: str
    value: str
    period_start: date
    period_end: date
    complete: bool
    customers_start: int
    customers_churned: int
    customer_churn_rate: Answer


def split(engine: Engine, scope: Scope, attribute: str, *, most: int = MOST_VALUES) -> tuple[SplitRow, ...]:
    """The most frequent values one by one and the rest together, per period of the scope.

    Every customer is in exactly one row of a period, so the counts of a period add up to those of the KPI report.
    """
    release = engine.release
    if release is None:
        raise ValueError("reports need a recorded release")
    periods = periods_of(scope, release.as_of, snapshot=release.shape == "snapshot")
    counts = split_counts(engine, scope.segment, scope.grain, periods[0].start, periods[-1].end, attribute)
    groups = _groups(counts, most)
    return tuple(_row(attribute, name, values, counts, p, scope) for p in periods for name, values in groups)


def _groups(counts: SplitCounts, most: int) -> list[tuple[str, frozenset[str]]]:
    """Values by the number of customers now, largest first; beyond `most` they become one group."""
    size: dict[str, int] = {}
    for (value, _), change in counts.active.items():
        size[value] = size.get(value, 0) + change
    ordered = sorted(size, key=lambda value: (-size[value], value))
    if len(ordered) <= most + 1:
        return [(value, frozenset({value})) for value in ordered]
    return [*((v, frozenset({v})) for v in ordered[:most]), (OTHERS, frozenset(ordered[most:]))]


def _row(
    attribute: str, name: str, values: frozenset[str], counts: SplitCounts, period: Period, scope: Scope
) -> SplitRow:
    at_start = sum(n for (value, day), n in counts.active.items() if value in values and day < period.start)
    first = floor(period.start, scope.grain)
    churned = sum(n for (value, month), n in counts.churned.items() if value in values and month == first)
    rate = wilson_interval(churned, at_start) if at_start >= MIN_CUSTOMERS else _too_few(at_start)
    return SplitRow(attribute, name, period.start, period.end, period.complete, at_start, churned, rate)


def _too_few(at_start: int) -> NotEnoughData:
    return NotEnoughData("too few customers at the start of the period", at_start, MIN_CUSTOMERS)


def values_of(rows: Iterable[SplitRow]) -> Sequence[str]:
    """The values in the order of the rows, each once."""
    return tuple(dict.fromkeys(row.value for row in rows))
