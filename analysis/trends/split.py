"""The churn rate of each value of an attribute over time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from analysis.kpis.definitions import rates_under
from analysis.metrics.churn import customer_churn_rate
from analysis.metrics.outcomes import refuse_outcomes
from analysis.periods import floor, periods_of
from analysis.results import Answer, NotEnoughData
from analysis.statistics.proportions import MIN_CUSTOMERS
from data.queries.splits import SplitCounts, split_counts
from data.records import Condition, Period, Scope, Segment

if TYPE_CHECKING:
    from data.engine import Engine

MOST_VALUES = 6
OTHERS = "\u2026"
"""Stands for all values beyond the most frequent ones; no value of a file."""


@dataclass(frozen=True)
class SplitRow:
    """One value in one period: customers at start, of them lost, and the rate of the scope's definition.

    value  '' for customers without one.
    """

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
    refuse_outcomes(scope.segment, [attribute])
    release = engine.release
    if release is None:
        raise ValueError("reports need a recorded release")
    periods = periods_of(scope, release.as_of, snapshot=release.shape == "snapshot")
    counts = split_counts(engine, scope.segment, scope.grain, periods[0].start, periods[-1].end, attribute)
    groups = _groups(counts, most)
    rows = [_row(attribute, name, values, counts, p, scope) for p in periods for name, values in groups]
    if scope.definition == "start-base":
        return tuple(rows)
    rates = {
        name: rates_under(engine, scope.definition, periods, _narrowed(scope, attribute, name, groups))
        for name, _ in groups
    }
    return tuple(_under(row, rates[row.value]) for row in rows)


def _narrowed(scope: Scope, attribute: str, name: str, groups: Sequence[tuple[str, frozenset[str]]]) -> Segment:
    """The customers of one group: of a value, or of none of the values shown."""
    condition = condition_of(attribute, name, [value for value, _ in groups])
    return Segment((*scope.segment.conditions, condition))


def condition_of(attribute: str, value: str, values: Iterable[str]) -> Condition:
    """Who has one of the values shown; all others are those that have none of them."""
    shown = tuple(each for each in values if each != OTHERS)
    return Condition(attribute, "not in", shown) if value == OTHERS else Condition(attribute, "in", (value,))


def _under(row: SplitRow, rates: Mapping[Period, Answer]) -> SplitRow:
    rate = rates[Period(row.period_start, row.period_end, row.complete)]
    if not isinstance(rate, NotEnoughData) and rate.n < MIN_CUSTOMERS:
        rate = NotEnoughData("too few customers in the denominator of this definition", rate.n, MIN_CUSTOMERS)
    return replace(row, customer_churn_rate=rate)


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
    rate = customer_churn_rate(churned, at_start) if at_start >= MIN_CUSTOMERS else _too_few(at_start)
    return SplitRow(attribute, name, period.start, period.end, period.complete, at_start, churned, rate)


def _too_few(at_start: int) -> NotEnoughData:
    return NotEnoughData("too few customers at the start of the period", at_start, MIN_CUSTOMERS)


def values_of(rows: Iterable[SplitRow]) -> Sequence[str]:
    """The values in the order of the rows, each once."""
    return tuple(dict.fromkeys(row.value for row in rows))
