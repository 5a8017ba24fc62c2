"""What a verdict rests on, as one release of the data tells it: months per group, their mix, and what else happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from analysis.proof.checks import unit_value
from analysis.proof.window import baseline_start, months_later, window_end
from data.queries.customers import attribute_values
from data.queries.events import logged_events
from data.queries.measured import as_of
from data.queries.proof import proof_months
from data.queries.segments import attribute_columns
from data.records import Segment
from data.records_improvement import ProofMonth, ProofPlan

if TYPE_CHECKING:
    from data.engine import Engine

TREATED, COMPARISON = "treated", "comparison"
MIX = ("plan", "interval", "channel", "industry", "country", "region", "annual_revenue_band", "grade")
"""Attributes whose mix is looked at, as far as the data have them."""
MOST_VALUES = 12
"""With more values than these hardly a month has customers of each."""


@dataclass(frozen=True)
class Evidence:
    """What the engine counted.

    months  Of every group, from the first month of the baseline to the last of the window, as far as they are known.
    parts   Per attribute the months of the treated and the comparison split by its values.
    events  Days and titles of what else happened from a month before the window to its end.
    """

    months: tuple[ProofMonth, ...]
    parts: Mapping[str, tuple[ProofMonth, ...]]
    events: tuple[tuple[date, str], ...]
    as_of: date
    release: int


def gather(engine: Engine, plan: ProofPlan, shipped_on: date | None = None) -> Evidence:
    """Count for a plan; before shipping as if it were shipped on the planned day, or the day after the data."""
    if engine.release is None:
        raise ValueError("evidence is counted on a recorded release")
    known = as_of(engine)
    shipped = shipped_on or plan.ships_on or months_later(known, 1)
    first, end = baseline_start(plan, shipped), window_end(plan, shipped)
    last = months_later(end, -1)
    return Evidence(
        months=counted(engine, plan, first, last),
        parts=_parts(engine, plan, first, last),
        events=_events(engine, months_later(shipped, -1), end),
        as_of=known,
        release=engine.release.number,
    )


def counted(engine: Engine, plan: ProofPlan, first: date, last: date) -> tuple[ProofMonth, ...]:
    """The months of every group of a plan; units that are compared are named by their value."""
    if plan.comparison != "units":
        return _in_groups(engine, plan, first, last)
    rest = tuple(c for c in plan.population.conditions if c.attribute != plan.units)
    found = proof_months(engine, plan.metric, {TREATED: Segment(rest)}, first, last, by=plan.units)
    return tuple(_unit(row, unit_value(plan)) for row in found if row.part)


def _unit(row: ProofMonth, treated: str | None) -> ProofMonth:
    if row.part == treated:
        return replace(row, group=TREATED, part="")
    # A value that is called as the groups are would be taken for one of them.
    name = f"{row.part} (value)" if row.part in {TREATED, COMPARISON} else row.part
    return replace(row, group=name, part="")


def _in_groups(engine: Engine, plan: ProofPlan, first: date, last: date, by: str = "") -> tuple[ProofMonth, ...]:
    """The population, and beside it those of the comparison that the action is not for: it would pass for smaller."""
    compared = {COMPARISON: plan.against} if plan.comparison == "segment" else {}
    leaving = dict.fromkeys(compared, plan.population)
    groups = {TREATED: plan.population, **compared}
    return proof_months(engine, plan.metric, groups, first, last, by=by, leaving=leaving)


def _parts(engine: Engine, plan: ProofPlan, first: date, last: date) -> dict[str, tuple[ProofMonth, ...]]:
    names = mixed_by(engine, plan.population)
    return {name: _in_groups(engine, plan, first, last, name) for name in names}


def mixed_by(engine: Engine, population: Segment) -> tuple[str, ...]:
    """The attributes whose mix may change: those with a few values that the population is not chosen by."""
    chosen = {c.attribute for c in (*population.conditions, *population.without)}
    few = engine.known(mixed_by, lambda: _few_valued(engine))
    return tuple(name for name in few if name not in chosen)


def _few_valued(engine: Engine) -> tuple[str, ...]:
    columns = attribute_columns(engine)
    values = {name: attribute_values(engine, columns[name], MOST_VALUES + 2) for name in MIX if name in columns}
    return tuple(name for name, found in values.items() if 2 <= sum(value != "" for value, _n in found) <= MOST_VALUES)


def _events(engine: Engine, start: date, end: date) -> tuple[tuple[date, str], ...]:
    return tuple((row["on"], row["title"]) for row in logged_events(engine, start, end))
