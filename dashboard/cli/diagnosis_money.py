"""Reports of the money page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.results import NotEnoughData
from data.errors import ReviewError

if TYPE_CHECKING:
    from dashboard.cli.reports import Asked, Told
    from data.engine import Engine


def losses(engine: Engine, asked: Asked) -> Told:
    """Lost MRR: by an attribute, or without one from the largest loss down."""
    from analysis.money.losses import concentration, losses_by
    from dashboard.cli.reports import Told, remarks

    if len(asked.by) > 1:
        raise ReviewError("The report losses is split by one attribute. Give --by once, or not at all.")
    if asked.by:
        return Told(losses_by(engine, asked.scope, asked.by[0]), remarks(asked, asked.by))
    found = concentration(engine, asked.scope)
    if isinstance(found, NotEnoughData):
        return Told((), [found.reason])
    said = (
        f"{found.half} of {found.customers} lost customers make half of the lost MRR, {found.four_fifths} four fifths."
    )
    return Told(found.places, [said])


def worth(engine: Engine, asked: Asked) -> Told:
    """What one point of monthly retention is worth."""
    from analysis.money.worth import STEPS, WorthRow
    from analysis.money.worth import worth as use_case
    from dashboard.cli.reports import Told

    rows: list[WorthRow] = []
    notes = ["A what-if: nothing else changes, and no more than all of the churn can be saved."]
    for points in STEPS:
        found = use_case(engine, asked.scope, points)
        if isinstance(found, NotEnoughData):
            notes.append(f"{points:.2%} a month: {found.reason}.")
            continue
        rows += found.rows
        if points == STEPS[0]:
            notes.append(
                f"MRR now {found.mrr_cents} cents; gross churn of an average month {found.churn.value:.4f} "
                f"[{found.churn.low:.4f}, {found.churn.high:.4f}]; {found.joining_cents:.0f} cents a month join."
            )
    return Told(rows, notes)


def at_risk(engine: Engine, asked: Asked) -> Told:
    """MRR that today's customers are expected to lose in the coming two quarters."""
    from analysis.money.at_risk import at_risk as use_case
    from dashboard.cli.reports import Told

    found = use_case(engine, asked.scope)
    if isinstance(found, NotEnoughData):
        return Told((), [found.reason])
    inside = sum(row.inside for row in found.past)
    past = [
        f"{row.period_start}: expected {row.expected_cents.value:.0f} cents "
        f"[{row.expected_cents.low:.0f}, {row.expected_cents.high:.0f}], came {row.came_cents}."
        for row in found.past
    ]
    summary = f"{inside} of {len(found.past)} past quarters came out inside their interval."
    return Told(
        [*found.rows, found.whole], [f"{found.customers} customers pay {found.mrr_cents} cents now.", summary, *past]
    )
