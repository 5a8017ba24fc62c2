"""Who makes up the lost revenue: customers from the largest down, and values of an attribute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from analysis.kpis.report import scope_periods
from analysis.metrics.outcomes import refuse_outcomes
from analysis.results import NotEnoughData
from data.queries import money
from data.records import Period, Scope

if TYPE_CHECKING:
    from data.engine import Engine


@dataclass(frozen=True)
class Place:
    """The `customers` largest losses together, in cents and as a share (0-1) of all; `loss_cents`: the last of them."""

    customers: int
    loss_cents: int
    cents: int
    share: float


@dataclass(frozen=True)
class Concentration:
    """How few customers make most of the loss.

    half, four_fifths  Smallest number of customers that make up so much of the lost MRR.
    places             About a hundred places of the curve, from the largest loss on.
    """

    period: Period
    customers: int
    lost_cents: int
    half: int
    four_fifths: int
    places: tuple[Place, ...]


@dataclass(frozen=True)
class LossRow:
    """The lost customers of one value: how many, their MRR before the loss in cents, and its share (0-1) of all."""

    attribute: str
    value: str
    customers: int
    mrr_lost_cents: int
    share: float


def concentration(engine: Engine, scope: Scope) -> Concentration | NotEnoughData:
    """The lost MRR of the range from the largest loss down, as the KPI report counts it."""
    period = whole_range(engine, scope)
    rows = money.loss_concentration(engine, scope.segment, scope.grain, period.start, period.end)
    total = rows[-1]["cents"] if rows else 0
    if not total:
        return NotEnoughData("nobody who paid was lost in this range", 0, 1)
    places = tuple(Place(r["customers"], r["loss"], r["cents"], r["cents"] / total) for r in rows)
    half, four_fifths = (_reached(rows, total, tenths) for tenths in (5, 8))
    return Concentration(period, rows[-1]["customers"], total, half, four_fifths, places)


def _reached(rows: Sequence[Mapping[str, Any]], total: int, tenths: int) -> int:
    return next(row["customers"] for row in rows if row["cents"] * 10 >= total * tenths)


def losses_by(engine: Engine, scope: Scope, attribute: str) -> tuple[LossRow, ...]:
    """Lost customers and MRR of the range per value of an attribute, most money first."""
    refuse_outcomes(scope.segment, [attribute])
    period = whole_range(engine, scope)
    rows = money.lost_by(engine, scope.segment, scope.grain, period.start, period.end, attribute)
    total = sum(row["lost_cents"] for row in rows)
    return tuple(
        LossRow(attribute, r["value"], r["customers"], r["lost_cents"], r["lost_cents"] / total if total else 0.0)
        for r in rows
    )


def whole_range(engine: Engine, scope: Scope) -> Period:
    """All periods of a scope as one."""
    periods = scope_periods(engine, scope)
    return Period(periods[0].start, periods[-1].end, all(period.complete for period in periods))
