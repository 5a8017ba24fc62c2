"""The months of a plan of proof as series: the population, what it is compared with, and who else could be."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from analysis.proof.window import baseline_months, baseline_start, check_on, months_later, window_months
from data.records_improvement import ProofMonth, ProofPlan

TREATED, COMPARISON = "treated", "comparison"
MIN_UNITS = 10
"""Other groups from which on a synthetic twin is made; with fewer they are compared with as one group."""


@dataclass(frozen=True)
class Monthly:
    """Months of one group, in order: first days, customers, sum of their figure, sum of its squares."""

    starts: tuple[date, ...]
    n: np.ndarray
    total: np.ndarray
    squares: np.ndarray

    @property
    def rates(self) -> np.ndarray:
        """Figure per customer of each month; every month has customers."""
        return self.total / self.n

    @property
    def times(self) -> np.ndarray:
        """Whole numbers of the months."""
        return np.array([day.year * 12 + day.month for day in self.starts])

    @property
    def customers(self) -> int:
        """Customers of all months together; who is there in several counts in each."""
        return int(self.n.sum())

    @property
    def mean(self) -> float:
        """Figure per customer over all months."""
        return float(self.total.sum() / self.n.sum())

    def only(self, months: Collection[date]) -> Monthly:
        """The months among these that have customers."""
        kept = [place for place, day in enumerate(self.starts) if day in months and self.n[place] > 0]
        starts = tuple(self.starts[place] for place in kept)
        return Monthly(starts, self.n[kept], self.total[kept], self.squares[kept])


@dataclass(frozen=True)
class Case:
    """What a plan compares, as far as the data reach.

    before, after    Of the population: months that are compared with, and months that are judged.
    compared         The same months of what it is compared with; None without a comparison.
    whole            Every month of the population from the first of the baseline on; whole_compared: of the comparison.
    units            Other groups with customers in all these months, by name, where there are enough for a twin.
    """

    plan: ProofPlan
    shipped_on: date
    before: Monthly
    after: Monthly
    compared: tuple[Monthly, Monthly] | None
    whole: Monthly
    whole_compared: Monthly | None
    units: Mapping[str, tuple[Monthly, Monthly]] = field(default_factory=dict[str, tuple[Monthly, Monthly]])


def monthly(rows: Sequence[ProofMonth]) -> Monthly:
    """Rows of any groups, added up per month."""
    starts = tuple(sorted({row.start for row in rows}))
    place = {day: at for at, day in enumerate(starts)}
    sums = np.zeros((3, len(starts)))
    for row in rows:
        sums[:, place[row.start]] += (row.n, row.total, row.squares)
    return Monthly(starts, *sums)


def case_of(plan: ProofPlan, shipped_on: date, rows: Sequence[ProofMonth]) -> Case:
    """Sort the months into before and after; a month without customers in any of the groups counts nowhere.

    rows  Of the group "treated" and what it is compared with: "comparison", or other groups by any other name.
    """
    first, last = baseline_start(plan, shipped_on), months_later(check_on(plan, shipped_on), 0)
    known = [row for row in rows if first <= row.start <= last]
    whole = monthly([row for row in known if row.group == TREATED])
    others = [row for row in known if row.group != TREATED] if plan.comparison != "none" else []
    compared = monthly(others) if plan.comparison != "none" else None
    told = _with_customers(whole) if compared is None else _with_customers(whole) & _with_customers(compared)
    months = [told & set(which(plan, shipped_on)) for which in (baseline_months, window_months)]
    sides = None if compared is None else (compared.only(months[0]), compared.only(months[1]))
    before, after = (whole.only(side) for side in months)
    units = _units(others, months) if plan.comparison == "units" else {}
    return Case(plan, shipped_on, before, after, sides, whole, compared, units)


def _with_customers(months: Monthly) -> set[date]:
    return {day for day, n in zip(months.starts, months.n, strict=True) if n > 0}


def _units(rows: Sequence[ProofMonth], months: Sequence[set[date]]) -> dict[str, tuple[Monthly, Monthly]]:
    """Groups that have customers in every month on both sides; {} where they are too few for a twin."""
    names = sorted({row.group for row in rows})
    found = {name: monthly([row for row in rows if row.group == name]) for name in names}
    sides = {name: (one.only(months[0]), one.only(months[1])) for name, one in found.items()}
    whole = {
        name: (before, after)
        for name, (before, after) in sides.items()
        if len(before.starts) == len(months[0]) and len(after.starts) == len(months[1])
    }
    return whole if len(whole) >= MIN_UNITS else {}
