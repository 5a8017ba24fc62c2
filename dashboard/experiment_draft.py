"""The draft of a plan as this tab works on it: what was read, what was changed, and what somebody else changed."""

from dataclasses import dataclass, replace
from typing import Any

from analysis.experiments.plans import differences
from dashboard import session
from data.records_experiments import Experiment, Plan


@dataclass(frozen=True)
class Draft:
    """A draft that is being written.

    seen  As it was read. mine: the plan as this tab has it.
    """

    seen: Experiment
    mine: Plan

    @property
    def unsaved(self) -> tuple[str, ...]:
        """Fields that this tab changed and nobody stored yet."""
        return differences(self.seen.plan, self.mine)


def held(stored: Experiment) -> Draft:
    """What this tab works on; taken from the database when it is opened, or when only others changed it."""
    draft: Draft | None = session.get(_key(stored.id))
    if draft is None or (draft.seen.version != stored.version and not draft.unsaved):
        return take(stored)
    return draft


def take(stored: Experiment) -> Draft:
    """Go on from what is stored, and forget what was changed here."""
    return _put(Draft(stored, stored.plan))


def change(number: int, **fields: Any) -> None:
    """Change fields of the plan in this tab; nothing is stored."""
    draft: Draft = session.get(_key(number))
    _put(replace(draft, mine=replace(draft.mine, **fields)))


def mine(number: int) -> Draft:
    """The draft of this number, which is being drawn."""
    return session.get(_key(number))


def of(number: int) -> Draft | None:
    """The draft of this number as this tab left it; None when it wrote none."""
    return session.get(_key(number))


def forget(number: int) -> None:
    """Nothing of it is being written any more."""
    session.forget_all(f"plan.{number}.")


def both_changed(theirs: Experiment, draft: Draft) -> tuple[str, ...]:
    """Fields that somebody else and this tab changed to different values."""
    others = differences(draft.seen.plan, theirs.plan)
    return tuple(n for n in draft.unsaved if n in others and getattr(theirs.plan, n) != getattr(draft.mine, n))


def others_changed(theirs: Experiment, draft: Draft) -> tuple[str, ...]:
    """Fields that only somebody else changed."""
    return tuple(name for name in differences(draft.seen.plan, theirs.plan) if name not in draft.unsaved)


def merge(theirs: Experiment, *, prefer_mine: bool) -> None:
    """Go on from theirs with what was changed here; of fields both changed, mine or theirs."""
    draft = mine(theirs.id)
    given_up = () if prefer_mine else both_changed(theirs, draft)
    kept: dict[str, Any] = {name: getattr(draft.mine, name) for name in draft.unsaved if name not in given_up}
    _put(Draft(theirs, replace(theirs.plan, **kept)))


def _put(draft: Draft) -> Draft:
    session.put(_key(draft.seen.id), draft)
    return draft


def _key(number: int) -> str:
    return f"plan.{number}.draft"
