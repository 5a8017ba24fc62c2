"""Judging actions: which are due, what one release says of each, and putting it on record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from analysis.improvement import actions
from analysis.proof import of_experiment
from analysis.proof.evidence import gather
from analysis.proof.judge import judge
from analysis.proof.window import check_on
from data.database.repositories import releases
from data.errors import ReviewError
from data.queries.measured import as_of
from data.records_improvement import Action, ProofPlan, Verdict

if TYPE_CHECKING:
    from data.database import Database
    from data.engine import Engine

WAITING = frozenset({"shipped", "verifying"})
"""States in which a verdict is still to come."""


def verdict(engine: Engine, db: Database, action: Action) -> Verdict:
    """What the release of the engine says of an action that reached customers; nothing is recorded."""
    plan, shipped_on = _shipped(action)
    if plan.metric.kind == "experiment":
        return replace(of_experiment.verdict(engine, db, plan.metric), round=action.round)
    found = gather(engine, plan, shipped_on)
    said = judge(
        plan,
        shipped_on,
        found.months,
        parts=found.parts,
        events=found.events,
        as_of=found.as_of,
        release=found.release,
    )
    return replace(said, round=action.round)


def preview(engine: Engine, db: Database, action: Action) -> Verdict | None:
    """What the release would say of an action that is still to be judged; None once it is judged, or in a new round."""
    if action.verdicts and action.state not in WAITING:
        return None
    return verdict(engine, db, action)


def record(engine: Engine, db: Database, action: Action, *, who: str | None = None) -> Action:
    """Put the verdict of this release on record; refused before its check date, whatever the numbers look like."""
    _refuse_older(engine, db)
    due_on, known = due_day(action), as_of(engine)
    if due_on > known + timedelta(days=1):
        raise ReviewError(
            f"The action {action.title!r} is judged on data up to {due_on - timedelta(days=1)}, and they reach to "
            f"{known}. Looking earlier would make chance look like success."
        )
    if action.state == "shipped":
        action = actions.verify(db, action, who=who)
    return actions.judge(db, action, verdict(engine, db, action), who=who)


def _refuse_older(engine: Engine, db: Database) -> None:
    """Who may choose among releases may choose the kinder one: a verdict counts on the newest alone."""
    newest, mine = releases.latest(db), engine.release
    if newest is not None and mine is not None and mine.number < newest.number:
        raise ReviewError(
            f"Release {mine.number} is not the newest: a verdict is recorded on release {newest.number}. What release "
            f"{mine.number} says can be read without recording it."
        )


def due(found: Iterable[Action], known_to: date) -> tuple[Action, ...]:
    """The actions that wait for a verdict which data up to this day can give."""
    waiting = (action for action in found if action.state in WAITING and not action.archived)
    return tuple(action for action in waiting if due_day(action) <= known_to + timedelta(days=1))


def due_day(action: Action) -> date:
    """The first day on which everything that is judged lies in the data."""
    return check_on(*_shipped(action))


def _shipped(action: Action) -> tuple[ProofPlan, date]:
    if action.frozen is None or action.shipped_on is None:
        raise ReviewError(f"The action {action.title!r} has not reached customers: there is nothing to judge.")
    return action.frozen, action.shipped_on
