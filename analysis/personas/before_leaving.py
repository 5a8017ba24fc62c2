"""What lost customers did before they left, against customers of the same age who stayed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.metrics.outcomes import refuse_outcomes
from analysis.periods import range_of
from analysis.personas.crosstab import FINDING
from analysis.results import NotEnoughData
from analysis.statistics.multiplicity import benjamini_hochberg
from analysis.statistics.paired import PairedDifference, paired_difference
from analysis.statistics.proportions import MIN_CUSTOMERS
from data.queries.windows import LONG_DAYS, Moment, before, lives_at_random, measures
from data.records import Condition, Period, Scope

if TYPE_CHECKING:
    from data.engine import Engine

SEED = 20_261_124
MOST_LOST = 1_000
"""More lost customers would only shorten intervals that are short already."""
CONTROLS = 2
STAYS_DAYS = LONG_DAYS
"""Days that a customer stays on after the moment at which it stands for those who stayed."""


@dataclass(frozen=True)
class BeforeRow:
    """One measure of the days before leaving, of the lost and of matched customers who stayed."""

    measure: str
    found: PairedDifference | NotEnoughData
    p_adjusted: float | None

    @property
    def more_than_chance(self) -> bool:
        """Whether the two sides differ beyond chance."""
        return self.p_adjusted is not None and self.p_adjusted < FINDING


@dataclass(frozen=True)
class BeforeLeaving:
    """Every measure; `lost` customers found a match, `unmatched` did not: nobody who stayed had reached their age.

    conditions  What the lost customers meet, and those beyond the most that are looked at.
    """

    rows: tuple[BeforeRow, ...]
    lost: int
    unmatched: int
    conditions: tuple[Condition, ...] = ()

    @property
    def all_looked_at(self) -> bool:
        """Whether every lost customer had its place in the comparison, and not some of them by chance."""
        return self.lost + self.unmatched < MOST_LOST


def before_leaving(engine: Engine, scope: Scope, *, seed: int = SEED) -> BeforeLeaving | NotEnoughData:
    """Use, depth, breadth, tickets and late payments in the 28 or 60 days before the first loss.

    Each lost customer (of the range of the scope, if it has one; at most 1,000 by chance) is matched with up to two
    others that were there at the same age, counted in days since the start (or the signing of those who signed before
    the data begin), and stayed at least 60 days longer; they are looked at on the day they had that age. So nobody is
    compared with customers who had more time.
    """
    refuse_outcomes(scope.segment)
    if not measures(engine):
        return NotEnoughData("no table says what customers did: load use, tickets or invoices", 0, 1)
    period = range_of(scope)
    lost, pool = lives_at_random(engine, scope.segment, period, seed, MOST_LOST)
    sets = matched(lost, pool)
    if len(sets) < MIN_CUSTOMERS:
        return NotEnoughData("too few lost customers with others of their age", len(sets), MIN_CUSTOMERS)
    counted = before(engine, [moment for one in sets for moment in one])
    found = [paired_difference(*_sides(sets, values)) for values in counted.values()]
    p_values = [None if isinstance(one, NotEnoughData) else one.difference.p_value for one in found]
    rows = zip(counted, found, benjamini_hochberg(p_values), strict=True)
    return BeforeLeaving(tuple(BeforeRow(*row) for row in rows), len(sets), len(lost) - len(sets), _lost_in(period))


def _lost_in(period: Period | None) -> tuple[Condition, ...]:
    name = "first_lost_on"
    if period is None:
        return (Condition(name, "not in", ("",)),)
    return Condition(name, ">=", (period.start.isoformat(),)), Condition(name, "<", (period.end.isoformat(),))


def matched(lost: Sequence[Mapping[str, Any]], pool: Sequence[Mapping[str, Any]]) -> list[tuple[Moment, ...]]:
    """Per lost customer its moment, then those of its matches; no customer stands for those who stayed more than once.

    The pool is in an order by chance. The oldest are matched first: few others reach their age. Who signed before the
    data begin is no match for an age it had before that day.
    """
    stays = np.array([(row["until"] - row["origin"]).days - STAYS_DAYS for row in pool], dtype=int)
    known_from = np.array([(row["started_on"] - row["origin"]).days for row in pool], dtype=int)
    free = np.ones(len(pool), dtype=bool)
    sets: list[tuple[Moment, ...]] = []
    for row in sorted(lost, key=lambda row: row["origin"] - row["until"]):
        age = row["until"] - row["origin"]
        fits = np.flatnonzero(free & (stays >= age.days) & (known_from <= age.days))
        chosen = [pool[i] for i in fits[:CONTROLS] if pool[i]["customer_id"] != row["customer_id"]]
        free[fits[:CONTROLS]] = False
        if chosen:
            sets.append(((row["customer_id"], row["until"]), *(_at_age(one, age) for one in chosen)))
    return sets


def _at_age(row: Mapping[str, Any], age: timedelta) -> Moment:
    origin: date = row["origin"]
    return row["customer_id"], origin + age


def _sides(sets: Sequence[tuple[Moment, ...]], values: Sequence[float | None]) -> tuple[list[float], list[float]]:
    """The lost customer's value and the mean of its matches, of the sets in which both are known."""
    first: list[float] = []
    second: list[float] = []
    place = 0
    for one in sets:
        lost, *others = values[place : place + len(one)]
        place += len(one)
        known = [value for value in others if value is not None]
        if lost is not None and known:
            first.append(lost)
            second.append(float(np.mean(known)))
    return first, second
