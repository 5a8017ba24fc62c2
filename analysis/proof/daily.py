"""What a day does by itself: actions that were shipped are verified, verdicts that are due are given, lists are filled.

Everything may be done again: what was done is not done twice, and one action that cannot be dealt with keeps none of
the others waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from analysis.improvement import actions as steps
from analysis.improvement import win_back
from analysis.proof import verdicts
from data.database.repositories import actions
from data.errors import ReviewError
from data.queries.measured import as_of
from data.records_improvement import Action

if TYPE_CHECKING:
    from data.database import Database
    from data.engine import Engine

Done = Literal["verifying", "verdict", "overdue", "win-back", "refused"]


@dataclass(frozen=True)
class Deed:
    """One thing that was done, or could not be: of which action (0 = of none), and in a sentence."""

    what: Done
    action: int
    title: str
    said: str
    word: str = ""
    added: int = 0


def run(engine: Engine, db: Database, today: date, *, who: str | None = None) -> tuple[Deed, ...]:
    """Do what is due on this day with the newest data."""
    jobs: tuple[Callable[[Action], Sequence[Deed]], ...] = (
        lambda action: _verified(db, action, who),
        lambda action: _judged(engine, db, action, today, who),
        lambda action: _listed(engine, db, action, who),
    )
    found: list[Deed] = []
    for job in jobs:
        for action in actions.all(db):
            found += _tried(action, job)
    back = win_back.mark_returned(engine, db, who=who)
    if back:
        found.append(Deed("win-back", 0, "", f"{back} customers of the win-back list are here again.", added=back))
    return tuple(found)


def _tried(action: Action, job: Callable[[Action], Sequence[Deed]]) -> Sequence[Deed]:
    try:
        return job(action)
    except ReviewError as refused:
        return [_deed("refused", action, str(refused))]


def _verified(db: Database, action: Action, who: str | None) -> Sequence[Deed]:
    if action.state != "shipped":
        return ()
    steps.verify(db, action, who=who)
    return [_deed("verifying", action, f"{action.title!r} reached customers and is verified from now on.")]


def _judged(engine: Engine, db: Database, action: Action, today: date, who: str | None) -> Sequence[Deed]:
    if action.state != "verifying" or verdicts.due_day(action) > today:
        return ()
    known = as_of(engine)
    if not verdicts.due([action], known):
        said = f"The verdict on {action.title!r} was due on {verdicts.due_day(action)}; the data reach to {known}."
        return [_deed("overdue", action, said)]
    judged = verdicts.record(engine, db, action, who=who)
    last = judged.verdicts[-1]
    return [Deed("verdict", action.id, action.title, " ".join(last.said), word=last.word)]


def _listed(engine: Engine, db: Database, action: Action, who: str | None) -> Sequence[Deed]:
    if not action.reason or action.state not in win_back.MENDED:
        return ()
    added = win_back.fill(engine, db, action, who=who)
    if not added:
        return ()
    said = f"{added} lost customers are worth a call, since {action.title!r} mends what they left for."
    return [Deed("win-back", action.id, action.title, said, added=added)]


def _deed(what: Done, action: Action, said: str) -> Deed:
    return Deed(what, action.id, action.title, said)
