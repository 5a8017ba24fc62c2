"""`report crosstab`, `report decomposition` and `report personas`: who leaves, and why the rate changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from data.errors import ReviewError

if TYPE_CHECKING:
    from analysis.personas.change import Change, Effect
    from analysis.personas.crosstab import Cell, Crosstab
    from analysis.personas.search import Persona, Personas
    from dashboard.cli.reports import Asked, Told
    from data.engine import Engine

VERDICTS = {
    "more": "more than others",
    "fewer": "fewer than others",
    "chance": "no more than chance",
    "not enough data": "not enough data",
}


def crosstab(engine: Engine, asked: Asked) -> Told:
    """Churn by one or two attributes, each cell against all other customers."""
    from analysis.personas.crosstab import crosstab as use_case
    from dashboard.cli.reports import Told, remarks

    found = use_case(engine, asked.scope, asked.by)
    return Told([_cell(found, cell) for cell in found.cells], [*_on_crosstab(found, asked), *remarks(asked, asked.by)])


def _cell(found: Crosstab, cell: Cell) -> dict[str, Any]:
    return {
        **dict(zip(found.attributes, cell.values, strict=True)),
        "customers": cell.customers,
        "churned": cell.churned,
        "rate": cell.rate,
        "lift": cell.lift,
        **({} if cell.lift_at_age is None else {"lift_at_age": cell.lift_at_age, "first_losses": cell.first_losses}),
        "mrr_lost_cents": cell.mrr_lost_cents,
        "p_adjusted": cell.p_adjusted,
        "verdict": VERDICTS[cell.verdict],
    }


def _on_crosstab(found: Crosstab, asked: Asked) -> Iterator[str]:
    from analysis.personas.behaviour import asked_of
    from analysis.personas.notes import notes_on_customers
    from analysis.results import NotEnoughData

    if isinstance(found.association, NotEnoughData):
        yield found.association.reason
    else:
        one, strength = found.association, ""
        if one.cramers_v is not None:
            strength = f"; Cramer's V {one.cramers_v:.3f}, corrected for chance"
        yield f"Leaving and these cells are independent with p = {one.p_value:.4g} ({one.method}){strength}."
    yield (
        f"p_adjusted is judged together over the {found.tested} cells that can be tested (Benjamini-Hochberg), each "
        "against all other customers. Intervals are 95 % each."
    )
    if found.whole.lift_at_age is not None:
        yield (
            "lift_at_age, verdict and p_adjusted are of first_losses over those expected at the same ages: customers "
            "lost once, also those who came back and are not in churned. "
            "Who came earlier had more time to leave, which rate and lift do not look at."
        )
    yield from notes_on_customers(asked_of(asked.scope.segment, found.attributes), found.period)


def decomposition(engine: Engine, asked: Asked) -> Told:
    """Mix and rate effects of the change of the churn rate between two periods."""
    from analysis.personas.change import change
    from analysis.results import NotEnoughData
    from dashboard.cli.reports import Told, remarks

    if len(asked.by) != 1:
        raise ReviewError("The report decomposition needs one attribute. Give it with --by, for example --by industry.")
    found = change(engine, asked.scope, asked.by[0], asked.before)
    if isinstance(found, NotEnoughData):
        return Told((), [found.reason])
    return Told([_effect(effect) for effect in found.effects], [*_on_change(found), *remarks(asked, asked.by)])


def _effect(effect: Effect) -> dict[str, Any]:
    kept = ("segment", "share_before", "share_after", "rate_before", "rate_after", "mix_effect", "rate_effect")
    return {**{name: getattr(effect, name) for name in kept}, "p_adjusted": effect.p_adjusted}


def _on_change(found: Change) -> Iterator[str]:
    from analysis.personas.behaviour import notes_on_behaviour

    before, after = found.before, found.after
    yield (
        f"Churn rate of {before.start} to {before.end} against {after.start} to {after.end} (days after the last): "
        f"{found.parts.total:+.6f} = mix {found.parts.mix:+.6f} + rate {found.parts.rate:+.6f}."
    )
    yield (
        "A segment that is there in one of the periods only belongs to mix. The mix effect of a segment is the "
        "change of its share x (its mean rate - that of everybody): their sum is Kitagawa's."
    )
    yield "p_adjusted asks whether the rate of the segment itself changed, judged together with that of the others."
    yield from notes_on_behaviour([found.attribute], after)


def personas(engine: Engine, asked: Asked) -> Told:
    """Groups that leave more often than others, found on one half of customers and confirmed on the other."""
    from analysis.personas.search import personas as use_case
    from analysis.results import NotEnoughData
    from dashboard.cli.reports import Told, remarks

    found = use_case(engine, asked.scope, asked.by)
    if isinstance(found, NotEnoughData):
        return Told((), [found.reason])
    return Told([_persona(one) for one in found.found], [*_on_search(found, asked), *remarks(asked, found.attributes)])


def _persona(one: Persona) -> dict[str, Any]:
    from dashboard.cli.scope_options import as_segment

    kept = ("customers", "churned", "rate", "lift", "confirmed", "p_adjusted", "lift_confirmed")
    at_age = {} if one.lift_at_age is None else {"lift_at_age": one.lift_at_age}
    return {"conditions": as_segment(one.conditions), **{name: getattr(one, name) for name in kept}, **at_age}


def _on_search(found: Personas, asked: Asked) -> Iterator[str]:
    from analysis.personas.behaviour import asked_of
    from analysis.personas.notes import notes_on_customers

    yield (
        f"{found.tried} groups looked promising among {found.searched} customers and were taken to the other "
        f"{found.confirming}, who had no part in the search (seed {found.seed}); {len(found.found)} were confirmed."
    )
    if found.found:
        yield (
            "lift is of everybody in the group and raised by having been picked out of many; lift_confirmed is of the "
            "confirming half alone. conditions can be given to --segment."
        )
        if found.found[0].lift_at_age is not None:
            yield "Groups are confirmed by lift_at_age: first losses over those expected of customers of the same ages."
    yield from notes_on_customers(asked_of(asked.scope.segment, found.attributes), found.period)
