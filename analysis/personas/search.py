"""The typical lost customer: groups that leave most often, found on one half and confirmed on the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.metrics.churn import customer_churn_rate
from analysis.metrics.outcomes import is_outcome, refuse_outcomes
from analysis.periods import range_of, refuse_unseen
from analysis.personas.ages import by_age
from analysis.personas.behaviour import refuse_in_periods
from analysis.personas.dimensions import dimension, value_of
from analysis.results import Answer, NotEnoughData
from analysis.statistics.conjunctions import (
    LEAST_CUSTOMERS,
    Cells,
    Confirmed,
    candidates,
    confirmed,
    incidence,
    values_to_conditions,
)
from analysis.statistics.expected_losses import expected_losses
from analysis.statistics.lifts import lift
from data.queries.crosstab import Dimension, cells_by_half, customers_at_risk
from data.queries.segments import attribute_columns
from data.records import Condition, Period, Scope

if TYPE_CHECKING:
    from data.engine import Engine

SEED = 20_261_123
"""Which customers are searched and which confirm; another seed halves them otherwise."""
CONFIRMED = 0.02
"""Adjusted p-values below this confirm: of companies in which nothing is to be found, 2 of 100 show something."""
MOST_VALUES = 12
LEAST_LOST = 20
MOST_CUSTOMERS = 50_000
"""Of larger companies so many are searched; what is found is counted in all of them."""


@dataclass(frozen=True)
class Persona:
    """A group that leaves more often than others, confirmed on customers that had no part in the search.

    customers, churned, rate, lift  Of everybody in the group; lift over the rate of everybody.
    lift_confirmed                  Of the confirming half alone: not raised by having been picked out of many.
    lift_at_age                     The same of losses over those expected of customers of the same ages: what was
                                    judged where customers were followed for different times; None in a period.
    p_adjusted                      In the confirming half, one-sided, judged together with all rules taken there.
    """

    conditions: tuple[Condition, ...]
    customers: int
    churned: int
    rate: Answer
    lift: Answer
    lift_confirmed: Answer
    p_adjusted: float
    lift_at_age: Answer | None = None
    confirmed: bool = True


@dataclass(frozen=True)
class Personas:
    """What the search found.

    tried    Rules that looked promising in the searched half and were taken to the other; found: those confirmed there.
    searched Customers of the searched half, confirming: of the other. attributes: what was looked at.
    """

    found: tuple[Persona, ...]
    tried: int
    searched: int
    confirming: int
    attributes: tuple[str, ...]
    period: Period | None
    seed: int = SEED


def personas(
    engine: Engine, scope: Scope, attributes: Sequence[str] = (), *, seed: int = SEED
) -> Personas | NotEnoughData:
    """Conjunctions of up to three conditions with the highest lower limit of lift, at least 20 customers each.

    Without a range in the scope among everybody who ever paid, with one among those active at its start, as in a
    cross-tab. Everybody ever was followed for different times, so there a group is found and confirmed by its losses
    over those expected of customers of the same ages; the rates and lifts beside are those of the cross-tab. Without
    `attributes` all of them are looked at; behaviours only when they are named, since they leave out who was lost
    before they were known.
    """
    refuse_outcomes(scope.segment, attributes)
    period = range_of(scope)
    refuse_unseen(engine, period)
    refuse_in_periods(attributes, period)
    names = tuple(attributes) or tuple(key for key in attribute_columns(engine) if not is_outcome(key))
    dimensions = [dimension(engine, name) for name in names]
    columns = cells_by_half(engine, scope.segment, dimensions, period, seed, MOST_CUSTOMERS)
    lost = sum(columns["churned"])
    if min(lost, sum(columns["customers"]) - lost) < LEAST_LOST:
        return NotEnoughData("a search needs customers who left and customers who stayed", lost, LEAST_LOST)
    if not by_age(engine, scope.segment, names, period):
        columns.pop("age", None)
    found = _searched(dimensions, _halves(dimensions, columns), period, seed)
    if found.searched + found.confirming < MOST_CUSTOMERS:
        return found
    whole = customers_at_risk(engine, scope.segment, period)
    return replace(found, found=tuple(_counted_in_all(engine, scope, one, whole, period) for one in found.found))


def _counted_in_all(
    engine: Engine, scope: Scope, one: Persona, whole: tuple[int, int], period: Period | None
) -> Persona:
    """The group in all customers, of whom a part was searched."""
    segment = replace(scope.segment, conditions=(*scope.segment.conditions, *one.conditions))
    n, lost = customers_at_risk(engine, segment, period)
    rate, raised = customer_churn_rate(lost, n), lift(lost, n, whole[1], whole[0])
    return replace(one, customers=n, churned=lost, rate=rate, lift=raised)


@dataclass(frozen=True, eq=False)
class Halves:
    """The same cells with the customers that are searched and with those that confirm; `meaning` of each condition."""

    searched: Cells
    confirming: Cells
    meaning: tuple[tuple[tuple[Condition, ...], ...], ...]


def _halves(dimensions: Sequence[Dimension], columns: dict[str, list[Any]]) -> Halves:
    n = np.array(columns["customers"], dtype=int)
    coded = [_coded(one, columns[f"v{place}"], n) for place, one in enumerate(dimensions)]
    useful = [one for one in coded if len(one[2]) > 1]
    codes = np.array([one[0] for one in useful], dtype=int).reshape(len(useful), len(columns["customers"])).T
    counts = {name: np.array(columns[name], dtype=int) for name in ("customers", "churned")}
    first = np.array(columns["first_half"], dtype=bool)
    conditions = tuple(one[1] for one in useful)
    searched, confirming = (_cells(codes, counts, columns, half, conditions) for half in (first, ~first))
    return Halves(searched, confirming, tuple(one[2] for one in useful))


def _cells(
    codes: np.ndarray,
    counts: dict[str, np.ndarray],
    columns: dict[str, list[Any]],
    half: np.ndarray,
    conditions: tuple[np.ndarray, ...],
) -> Cells:
    """The cells of a half; by age these count first losses, and what the half itself makes expected of them."""
    n = counts["customers"] * half
    if "age" not in columns:
        return Cells(codes, n, counts["churned"] * half, conditions)
    age, gone, entered = (np.array(columns[name], dtype=int) for name in ("age", "gone", "entered"))
    lost, expected = expected_losses(age, gone, n, entered)
    return Cells(codes, n, lost, conditions, expected, counts["churned"] * half)


def _coded(
    one: Dimension, values: Sequence[str], customers: np.ndarray
) -> tuple[np.ndarray, np.ndarray, tuple[tuple[Condition, ...], ...]]:
    """Codes of the values, the conditions as a matrix over them, and what each condition means.

    Customers without a value, or with a rare one, meet no condition.
    """
    found: dict[str, int] = {}
    places = np.array([found.setdefault(value, len(found)) for value in values], dtype=int)
    size = dict(zip(found, np.bincount(places, weights=customers, minlength=len(found)).tolist(), strict=True))
    if one.edges:
        names = [str(place) for place in range(len(one.edges) + 1)]
    else:
        common = [value for value in size if value and size[value] >= LEAST_CUSTOMERS]
        names = sorted(common, key=lambda value: (-size[value], value))[:MOST_VALUES]
    code = {name: place for place, name in enumerate(names)}
    chosen = values_to_conditions(len(names), bool(one.edges))
    meaning = tuple(_meaning(one, [names[place] for place in together]) for together in chosen)
    codes = np.array([code.get(value, len(names)) for value in found], dtype=int)[places]
    return codes, incidence(chosen, len(names) + 1), meaning


def _meaning(one: Dimension, names: Sequence[str]) -> tuple[Condition, ...]:
    """The conditions of one value, or of several bands next to each other."""
    if not one.edges:
        return value_of(one, names[0]).conditions
    low = [c for c in value_of(one, names[0]).conditions if c.operator == ">="]
    return (*low, *(c for c in value_of(one, names[-1]).conditions if c.operator == "<"))


def _searched(dimensions: Sequence[Dimension], halves: Halves, period: Period | None, seed: int) -> Personas:
    tried = candidates(halves.searched)
    return Personas(
        tuple(_persona(halves, one) for one in confirmed(tried, halves.confirming, level=CONFIRMED)),
        len(tried),
        int(halves.searched.n.sum()),
        int(halves.confirming.n.sum()),
        tuple(one.attribute for one in dimensions),
        period,
        seed,
    )


def _persona(halves: Halves, one: Confirmed) -> Persona:
    both = (halves.searched, halves.confirming)
    (n_1, lost_1), (n_2, lost_2) = (_counted(half, half.covered(one.rule)) for half in both)
    (all_1, all_lost_1), (all_2, all_lost_2) = (_counted(half, half.n >= 0) for half in both)
    other = halves.confirming
    judged = other.counts(other.covered(one.rule))
    return Persona(
        conditions=tuple(c for column, place in one.rule for c in halves.meaning[column][place]),
        customers=n_1 + n_2,
        churned=lost_1 + lost_2,
        rate=customer_churn_rate(lost_1 + lost_2, n_1 + n_2),
        lift=lift(lost_1 + lost_2, n_1 + n_2, all_lost_1 + all_lost_2, all_1 + all_2),
        lift_confirmed=lift(lost_2, n_2, all_lost_2, all_2),
        p_adjusted=one.p_adjusted,
        lift_at_age=None if judged.expected is None else judged.lift_in(other.whole),
    )


def _counted(half: Cells, inside: np.ndarray) -> tuple[int, int]:
    """Customers and those lost by now, as the cross-tab counts them."""
    lost = half.lost if half.lost_by_now is None else half.lost_by_now
    return int(half.n[inside].sum()), int(lost[inside].sum())
