"""Two segments compared without a customer in both: shared customers are counted on one side only."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from analysis.kpis.report import KpiRow, kpis
from data.records import EVERYBODY, Scope, Segment

if TYPE_CHECKING:
    from data.engine import Engine


@dataclass(frozen=True)
class Apart:
    """Two groups of customers in one period, no customer in both.

    this, other  Figures of the first segment and of the one it is compared with, without shared customers on one side.
    shared       Customers at the start of the period that are in both segments.
    counted_in   The side that keeps them: this one, or the other where it lies wholly inside this one.
    """

    this: KpiRow
    other: KpiRow
    shared: int
    counted_in: Literal["this", "other"]


def apart(engine: Engine, scope: Scope, row: KpiRow, against: Segment) -> Apart | None:
    """Compare the segment of `row` with the customers of another that are not in it; None when nobody is left.

    Where the other segment lies inside this one, the rest of this one is compared with it. The tests of a difference
    take the two sides for independent; with shared customers they are not.
    """
    snapshot = engine.release is not None and engine.release.shape == "snapshot"
    window = scope if snapshot else replace(scope, start=row.period_start, end=row.period_end)

    def of(segment: Segment) -> KpiRow:
        return kpis(engine, replace(window, segment=segment)).rows[-1]

    mine, theirs = scope.segment, against
    shared = of(Segment((*mine.conditions, *theirs.conditions))).customers_start
    if not shared:
        return Apart(row, of(theirs), 0, "this")
    if mine != EVERYBODY:
        rest = of(Segment(theirs.conditions, without=mine.conditions))
        if rest.customers_start:
            return Apart(row, rest, shared, "this")
    if theirs == EVERYBODY:
        return None
    rest = of(Segment(mine.conditions, without=theirs.conditions))
    return Apart(rest, of(theirs), shared, "other") if rest.customers_start else None
