"""Taking a look: what was seen, on which release, under which boundary, is recorded and never changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from analysis.experiments.judge import judge
from analysis.experiments.results import Judgement, Verdict
from analysis.results import Comparison, NotEnoughData
from analysis.statistics.proportions import z_value
from data.database.repositories import experiments
from data.errors import ReviewError
from data.records_experiments import Experiment, LookTaken

if TYPE_CHECKING:
    from data.database import Database
    from data.engine import Engine


def take(engine: Engine, db: Database, seen: Experiment, on: date, *, who: str | None = None) -> Experiment:
    """Record the look that is due; ReviewError says why none is. Busy when somebody else took it meanwhile."""
    if not seen.id:
        raise ReviewError(f"{seen.key} has no plan yet: nothing says when it is looked at. Write one down first.")
    said = judge(engine, seen)
    if said.allowed.look is None:
        raise ReviewError(said.allowed.why or "No look is due.")
    if not said.effects:
        # Nothing can be read of it: a look on record would use up one that the plan has.
        raise ReviewError(" ".join(dict.fromkeys(text for v in said.verdicts for text in (v.said, *v.because))))
    return experiments.record_look(db, seen, looks_of(said, on), who=who)


def looks_of(said: Judgement, on: date) -> tuple[LookTaken, ...]:
    """One row per variant of what a judgement shows."""
    return tuple(_look(said, verdict, on) for verdict in said.verdicts)


def _look(said: Judgement, verdict: Verdict, on: date) -> LookTaken:
    effect, allowed = said.primary(verdict.variant), said.allowed
    measure = said.experiment.plan.primary
    empty = LookTaken(
        number=allowed.look or 0,
        kind=allowed.kind,
        on=on,
        release=said.release,
        variant=verdict.variant,
        measure=measure.key,
        days=measure.days,
        customers=sum(arm.eligible for arm in said.arms),
        information=min(allowed.information, 1.0),
        difference=None,
        low=None,
        high=None,
        z=None,
        boundary=allowed.boundary,
        p_value=None,
        verdict=verdict.outcome,
    )
    if effect is None or isinstance(effect.difference, NotEnoughData):
        return empty
    found = effect.difference
    return replace(
        empty, difference=found.difference, low=found.low, high=found.high, z=_z(found), p_value=found.p_value
    )


def _z(found: Comparison) -> float | None:
    """The difference in standard errors, as the interval says it."""
    if found.low is None or found.high is None or found.high == found.low:
        return None
    return found.difference / ((found.high - found.low) / 2 / z_value(found.confidence))
