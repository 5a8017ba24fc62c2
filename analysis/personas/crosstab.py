"""Who leaves more often than others: churn by one or two attributes, every cell against all other customers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

from analysis.metrics.churn import customer_churn_rate
from analysis.metrics.outcomes import refuse_outcomes
from analysis.periods import range_of, refuse_unseen
from analysis.personas.ages import AtAge, at_age, by_age, rows_of
from analysis.personas.behaviour import conditions_of_landmarks, refuse_in_periods
from analysis.personas.dimensions import Value, dimension, others, value_of
from analysis.results import Answer, Estimate, NotEnoughData
from analysis.statistics.crosstabs import Independence, independence_test
from analysis.statistics.expected_losses import all_as_expected, differs_from_expected, lift_at_age
from analysis.statistics.lifts import lift
from analysis.statistics.multiplicity import benjamini_hochberg
from analysis.statistics.proportions import MIN_CUSTOMERS, two_proportions_test
from data.errors import ReviewError
from data.queries.crosstab import Dimension, crosstab_by_age, crosstab_counts
from data.records import Condition, Period, Scope

if TYPE_CHECKING:
    from data.engine import Engine

Verdict = Literal["more", "fewer", "chance", "not enough data"]
MOST_VALUES = 12
MOST_DIMENSIONS = 2
FINDING = 0.05
"""Adjusted p-values below this are called more than chance."""


@dataclass(frozen=True)
class Cell:
    """Customers of one value of each dimension, compared with all other customers.

    conditions      Who they are, as conditions of a segment.
    mrr_cents       At the start of the period (without a period: now, or before the loss); mrr_lost_cents: of the lost.
    lift            Rate over the rate of everybody.
    lift_at_age     First losses over those expected of customers of the same ages, over the same of everybody: what is
                    judged where customers were followed for different times; None in a period and in a snapshot.
    first_losses    Of the same: customers lost once while they were followed, also those who came back since.
    p_value         That the cell and the rest differ by chance alone; None where it is too small to be tested.
    p_adjusted      The same judged together with all other cells (Benjamini-Hochberg).
    """

    values: tuple[str, ...]
    conditions: tuple[Condition, ...]
    customers: int
    churned: int
    mrr_cents: int
    mrr_lost_cents: int
    rate: Answer
    lift: Answer
    p_value: float | None = None
    p_adjusted: float | None = None
    verdict: Verdict = "not enough data"
    lift_at_age: Answer | None = None
    first_losses: int | None = None

    @property
    def judged_lift(self) -> Answer:
        """The lift that the verdict is about."""
        return self.lift if self.lift_at_age is None else self.lift_at_age


@dataclass(frozen=True)
class Crosstab:
    """Every cell of one or two dimensions.

    attributes   As asked for. values: per dimension, in order.
    whole        All customers counted.
    association  Whether leaving depends on the cell at all; at equal ages where cells are judged so.
    period       None: everybody who ever paid.
    """

    attributes: tuple[str, ...]
    values: tuple[tuple[str, ...], ...]
    cells: tuple[Cell, ...]
    whole: Cell
    association: Independence | NotEnoughData
    period: Period | None

    @property
    def tested(self) -> int:
        """Cells large enough to be tested."""
        return sum(cell.p_value is not None for cell in self.cells)

    @property
    def counts_differ(self) -> bool:
        """Whether a cell is judged by another number of losses than of customers lost by now."""
        return any(cell.first_losses not in {None, cell.churned} for cell in self.cells)

    @property
    def findings(self) -> tuple[Cell, ...]:
        """Cells that leave more often than others beyond chance, surest first (by the lower limit of their lift)."""
        more = [cell for cell in self.cells if cell.verdict == "more"]
        return tuple(sorted(more, key=lambda cell: -_low(cell.judged_lift)))


def crosstab(engine: Engine, scope: Scope, attributes: Sequence[str], *, most: int = MOST_VALUES) -> Crosstab:
    """Churn by one or two attributes or behaviours.

    Without a range in the scope: everybody who ever paid, and whether it is lost by now; who came earlier had more time
    to leave, so a cell is judged by its first losses over those expected of customers of the same ages. With a range:
    those active at its start, and whether they are gone at its end, as the key figures count them. The most frequent
    values of a dimension stand alone, the rest together.
    """
    if not 1 <= len(attributes) <= MOST_DIMENSIONS or len(set(attributes)) < len(attributes):
        raise ReviewError(
            f"A cross-tab has one or two different dimensions, not {len(attributes)}. Name them with --by, "
            "for example --by industry --by plan."
        )
    refuse_outcomes(scope.segment, attributes)
    period = range_of(scope)
    refuse_unseen(engine, period)
    refuse_in_periods(attributes, period)
    dimensions = [dimension(engine, attribute) for attribute in attributes]
    aged = (
        crosstab_by_age(engine, scope.segment, dimensions)
        if by_age(engine, scope.segment, attributes, period)
        else None
    )
    rows = crosstab_counts(engine, scope.segment, dimensions, period) if aged is None else rows_of(aged)
    named = [values_of(rows, place, one, most) for place, one in enumerate(dimensions)]
    found = judged(tuple(attributes), named, rows, period, None if aged is None else at_age(aged, named))
    also = conditions_of_landmarks(attributes, period)
    cells = tuple(replace(cell, conditions=(*cell.conditions, *also)) for cell in found.cells)
    return replace(found, cells=cells)


#: How behaviour is counted: 0, 1, 2, and 3 or more.
_COUNT = re.compile(r"\d{1,9}\+?")


def values_of(rows: Sequence[Mapping[str, Any]], place: int, one: Dimension, most: int) -> dict[str, Value]:
    """Stored value -> the value it counts under; the frequent ones first, bands and counts in their order."""
    size: dict[str, int] = {}
    for row in rows:
        size[row[f"v{place}"]] = size.get(row[f"v{place}"], 0) + row["customers"]
    if one.edges:
        return {v: value_of(one, v) for v in sorted(size, key=lambda v: (v == "", int(v or 0)))}
    ordered = sorted(size, key=lambda v: (v == "", -size[v], v))
    if len(ordered) <= most + 1:
        if all(_COUNT.fullmatch(v) for v in ordered if v):
            ordered.sort(key=lambda v: (v == "", int(v.rstrip("+") or 0)))
        return {v: value_of(one, v) for v in ordered}
    rest = others(one, tuple(ordered[:most]))
    return {v: value_of(one, v) if v in ordered[:most] else rest for v in ordered}


def judged(
    attributes: tuple[str, ...],
    named: Sequence[Mapping[str, Value]],
    rows: Iterable[Mapping[str, Any]],
    period: Period | None,
    ages: Mapping[tuple[Value, ...], AtAge] | None = None,
) -> Crosstab:
    """Cells with rates and lifts from counted rows, all tested against the rest and judged together.

    ages  What the ages of each cell make expected, where customers were followed for different times.
    """
    sums = _summed(named, rows)
    whole = _cell((), [sum(column) for column in zip(*sums.values(), strict=True)] or [0, 0, 0, 0], None)
    order = [tuple(dict.fromkeys(values.values())) for values in named]
    cells = [_cell(values, sums[values], whole) for values in product(*order) if values in sums]
    everybody = sum((ages or {}).values(), AtAge())
    whole = whole if ages is None else replace(whole, lift_at_age=whole.lift, first_losses=everybody.lost)
    mine = [None if ages is None else ages.get(values, AtAge()) for values in product(*order) if values in sums]
    cells = [_with_age(cell, one, everybody) for cell, one in zip(cells, mine, strict=True)]
    p_values = [_p_value(cell, whole, one, everybody) for cell, one in zip(cells, mine, strict=True)]
    pairs = zip(cells, p_values, benjamini_hochberg(p_values), strict=True)
    return Crosstab(
        attributes,
        tuple(tuple(value.name for value in values) for values in order),
        tuple(replace(cell, p_value=p, p_adjusted=q, verdict=_verdict(cell, whole, q)) for cell, p, q in pairs),
        whole,
        _association(cells, None if ages is None else list(ages.values())),
        period,
    )


def _association(cells: Sequence[Cell], ages: Sequence[AtAge] | None) -> Independence | NotEnoughData:
    if ages is None:
        return independence_test([[cell.churned, cell.customers - cell.churned] for cell in cells])
    return all_as_expected([one.lost for one in ages], [one.expected for one in ages])


def _summed(
    named: Sequence[Mapping[str, Value]], rows: Iterable[Mapping[str, Any]]
) -> dict[tuple[Value, ...], list[int]]:
    sums: dict[tuple[Value, ...], list[int]] = {}
    for row in rows:
        key = tuple(values[row[f"v{place}"]] for place, values in enumerate(named))
        cell = sums.setdefault(key, [0, 0, 0, 0])
        for i, name in enumerate(("customers", "churned", "mrr_cents", "mrr_lost_cents")):
            cell[i] += row[name]
    return sums


def _cell(values: tuple[Value, ...], counts: Sequence[int], whole: Cell | None) -> Cell:
    customers, churned, mrr_cents, mrr_lost_cents = counts
    conditions = tuple(condition for value in values for condition in value.conditions)
    names = tuple(value.name for value in values)
    if customers < MIN_CUSTOMERS:
        rate: Answer = NotEnoughData("fewer customers than a rate needs", customers, MIN_CUSTOMERS)
        return Cell(names, conditions, customers, churned, mrr_cents, mrr_lost_cents, rate, rate)
    rate = customer_churn_rate(churned, customers)
    raised = rate if whole is None else lift(churned, customers, whole.churned, whole.customers)
    return Cell(names, conditions, customers, churned, mrr_cents, mrr_lost_cents, rate, raised)


def _with_age(cell: Cell, mine: AtAge | None, everybody: AtAge) -> Cell:
    if mine is None:
        return cell
    if cell.customers < MIN_CUSTOMERS:
        return replace(cell, lift_at_age=cell.lift, first_losses=mine.lost)
    found = lift_at_age(mine.lost, mine.expected, everybody.lost, everybody.expected)
    return replace(cell, lift_at_age=found, first_losses=mine.lost)


def _p_value(cell: Cell, whole: Cell, mine: AtAge | None, everybody: AtAge) -> float | None:
    """Of the cell against all other customers, of the same ages where these are known; exact where few are expected."""
    rest = whole.customers - cell.customers
    if cell.customers < MIN_CUSTOMERS or rest == 0:
        return None
    if mine is not None:
        # When everybody is lost by now, some were lost at an earlier age than others all the same.
        others = everybody.lost - mine.lost, everybody.expected - mine.expected
        return differs_from_expected(mine.lost, mine.expected, *others)
    if whole.churned in {0, whole.customers}:
        return None
    return two_proportions_test(cell.churned, cell.customers, whole.churned - cell.churned, rest)


def _verdict(cell: Cell, whole: Cell, p_adjusted: float | None) -> Verdict:
    if p_adjusted is None:
        return "not enough data"
    if p_adjusted >= FINDING:
        return "chance"
    if isinstance(cell.lift_at_age, Estimate):
        return "more" if cell.lift_at_age.value > 1 else "fewer"
    return "more" if cell.churned * whole.customers > whole.churned * cell.customers else "fewer"


def _low(answer: Answer) -> float:
    return answer.low or 0.0 if isinstance(answer, Estimate) else 0.0
