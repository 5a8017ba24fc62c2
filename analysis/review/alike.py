"""The second question: what the lost customers have in common, and what of it changed since the quarter before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from analysis.metrics.outcomes import is_outcome
from analysis.periods import shift
from analysis.personas.change import Change, Effect, taken_apart
from analysis.personas.crosstab import FINDING, MOST_VALUES, Cell, Crosstab, judged, values_of
from analysis.personas.dimensions import dimension
from analysis.personas.search import Persona, Personas, personas
from analysis.results import Estimate
from analysis.review.parts import Asked, Column, Document, Section, chart, conditions, figure, limited, table
from analysis.statistics.multiplicity import benjamini_hochberg
from data.queries.crosstab import Dimension, asked_by_many, counts_of_each
from data.queries.segments import attribute_columns
from data.records import EVERYBODY, Period

NOT_ASKED = frozenset({"status", "currency", "csm_id"})
"""Attributes that say nothing of a kind of customer: how it stands now, what it pays in, and who looks after it."""
MOST_ROWS = 15
_CELLS = (
    Column("attribute", "attribute"),
    Column("value"),
    Column("customers", "count"),
    Column("churned", "count"),
    Column("rate", "rate"),
    Column("lift", "number"),
    Column("mrr_lost_cents", "money"),
    Column("p_adjusted", "p"),
    Column("verdict", "unlike"),
)
_PERSONAS = (
    Column("conditions", "conditions"),
    Column("customers", "count"),
    Column("churned", "count"),
    Column("rate", "rate"),
    Column("lift_confirmed", "number"),
    Column("p_adjusted", "p"),
)
_CHANGED = (
    Column("attribute", "attribute"),
    Column("value"),
    Column("rate_before", "rate"),
    Column("rate_after", "rate"),
    Column("mix_effect", "points"),
    Column("rate_effect", "points"),
    Column("p_adjusted", "p"),
)


def section(asked: Asked) -> Section:
    """Kinds of customers that left more often than others beyond chance, confirmed groups, and mix against rate."""
    attributes = _attributes(asked)
    if not attributes:
        return Section(unknown="These customers have no attribute to split by.")
    dimensions = [dimension(asked.engine, name) for name in attributes]
    periods = (asked.before, asked.quarter)
    with asked_by_many(asked.engine, EVERYBODY, periods, dimensions):
        rows = counts_of_each(asked.engine, EVERYBODY, dimensions, periods)
        counted = [_judged(asked, one, mine) for one, mine in zip(dimensions, rows, strict=True)]
        over, groups = _searched(asked, attributes)
    cells = _cells([crosstab for crosstab, _change in counted])
    changed = [change for _crosstab, change in counted if change is not None]
    unlike = [row for row in cells if row["verdict"] in {"more", "fewer"}]
    return Section(
        figures=[
            figure("attributes_looked_at", "count", len(attributes)),
            figure("kinds_unlike", "count", len(unlike)),
        ],
        tables=[
            table("groups", _PERSONAS, map(_group, groups), start=over.start.isoformat(), end=over.end.isoformat()),
            table("unlike_others", _CELLS, cells[:MOST_ROWS]),
            table("changed", _CHANGED, _effects(changed)),
        ],
        charts=[*_lifts(cells), *_parts(changed)],
        notes=[*_notes(groups, cells, unlike), *_of_twelve_months(groups, over, asked)],
    )


def _attributes(asked: Asked) -> tuple[str, ...]:
    found = attribute_columns(asked.engine)
    return tuple(name for name in found if not is_outcome(name) and name not in NOT_ASKED)


def _judged(
    asked: Asked, one: Dimension, rows: Sequence[Sequence[Mapping[str, Any]]]
) -> tuple[Crosstab, Change | None]:
    """The cross-tab of the quarter by an attribute, and the change since the one before."""
    before, now = rows
    name = one.attribute
    crosstab = judged((name,), [values_of(now, 0, one, MOST_VALUES)], now, asked.quarter)
    if not before or not now:
        return crosstab, None
    named = values_of([*before, *now], 0, one, MOST_VALUES)
    return crosstab, taken_apart(name, named, [before, now], asked.before, asked.quarter)


def _cells(counted: Sequence[Crosstab]) -> list[Document]:
    """Every cell of every attribute, all judged together; surest first."""
    found = [(one.attributes[0], cell) for one in counted for cell in one.cells]
    q_values = benjamini_hochberg([cell.p_value for _name, cell in found])
    rows = [_cell(name, cell, q) for (name, cell), q in zip(found, q_values, strict=True)]
    return sorted(rows, key=lambda row: (2.0 if row["p_adjusted"] is None else row["p_adjusted"], -row["churned"]))


def _cell(name: str, cell: Cell, q_value: float | None) -> Document:
    """The cell as a row; `verdict`: more, fewer, chance or too-few."""
    counts = {n: getattr(cell, n) for n in ("customers", "churned", "mrr_lost_cents")}
    answers = {**limited("rate", cell.rate), **limited("lift", cell.lift)}
    who = {"attribute": name, "value": cell.values[0], "conditions": conditions(cell.conditions)}
    return {**who, **counts, **answers, "p_adjusted": q_value, "verdict": _verdict(cell, q_value)}


def _verdict(cell: Cell, q_value: float | None) -> str:
    if q_value is None or not isinstance(cell.lift, Estimate):
        return "too-few"
    if q_value >= FINDING:
        return "chance"
    return "more" if cell.lift.value > 1 else "fewer"


def _searched(asked: Asked, attributes: Sequence[str]) -> tuple[Period, tuple[Persona, ...]]:
    """The confirmed groups of the quarter; where it has none, those of the twelve months to its end."""
    year = Period(shift(asked.quarter.end, "month", -12), asked.quarter.end)
    for period in (asked.quarter, year):
        found = personas(asked.engine, replace(asked.scope, start=period.start, end=period.end), attributes)
        if isinstance(found, Personas) and found.found:
            return period, found.found
    return year, ()


def _group(one: Persona) -> Document:
    answers = {**limited("rate", one.rate), **limited("lift_confirmed", one.lift_confirmed)}
    counts = {"customers": one.customers, "churned": one.churned, "p_adjusted": one.p_adjusted}
    return {"conditions": conditions(one.conditions), **counts, **answers}


def _effects(changed: Sequence[Change]) -> list[Document]:
    """Segments whose own rate changed, judged together over all attributes; the largest effects first."""
    found = [(one.attribute, effect) for one in changed for effect in one.effects if effect.more_than_chance]
    ordered = sorted(found, key=lambda pair: -abs(pair[1].rate_effect))
    return [_effect(name, effect) for name, effect in ordered[:MOST_ROWS]]


def _effect(name: str, effect: Effect) -> Document:
    rates = {**limited("rate_before", effect.rate_before), **limited("rate_after", effect.rate_after)}
    parts = {n: getattr(effect, n) for n in ("mix_effect", "rate_effect", "p_adjusted")}
    return {"attribute": name, "value": effect.segment, **rates, **parts}


def _lifts(cells: Sequence[Document]) -> list[Document]:
    told = [row for row in cells[:MOST_ROWS] if row["lift"] is not None]
    return [chart("lifts", "unlike_others", told)] if told else []


def _parts(changed: Sequence[Change]) -> list[Document]:
    """Mix and rate by the attribute that tells most of the change."""
    told = [one for one in changed if len(one.effects) > 1]
    if not told:
        return []
    most = max(told, key=lambda one: (sum(e.more_than_chance for e in one.effects), abs(one.parts.mix)))
    rows = [{"value": e.segment, "mix": e.mix_effect, "rate": e.rate_effect} for e in most.effects]
    return [chart("effects", "mix_and_rate", rows, attribute=most.attribute, mix=most.parts.mix, rate=most.parts.rate)]


def _notes(groups: Sequence[Persona], cells: Sequence[Document], unlike: Sequence[Document]) -> list[str]:
    tested = sum(row["p_adjusted"] is not None for row in cells)
    told = ["Customers at the start of the quarter are counted, and whether they are gone at its end."]
    told.append(f"{tested} kinds of customers were compared with all others and judged together.")
    if not unlike:
        told.append("No kind of customer left more or less often than the others beyond chance.")
    if not groups:
        told.append(
            "No combination of up to three conditions was confirmed on customers that had no part in the search, "
            "neither in the quarter nor in the twelve months to its end."
        )
    return told


def _of_twelve_months(groups: Sequence[Persona], over: Period, asked: Asked) -> list[str]:
    if not groups or over == asked.quarter:
        return []
    return [
        "The confirmed groups are of the twelve months to the end of the quarter: of the quarter alone none was "
        "confirmed. Everything else here is of the quarter."
    ]
