"""The words or the plan of an action as this tab works on them: what was read, changed here, and changed by others."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from dashboard import session
from data.records_improvement import ACTION_WORDS

#: What one writes of an action besides its plan.
WORDS = (*ACTION_WORDS, "findings")


@dataclass(frozen=True)
class Draft:
    """A record that is being written: as it was read, as this tab has it, and which fields of it are written here."""

    base: Any
    mine: Any
    fields: Sequence[str]

    @property
    def unsaved(self) -> tuple[str, ...]:
        """Fields that this tab changed and nobody stored yet."""
        return changed(self.base, self.mine, self.fields)


def changed(before: Any, after: Any, fields: Sequence[str]) -> tuple[str, ...]:
    """The fields in which two records differ."""
    return tuple(name for name in fields if getattr(before, name) != getattr(after, name))


def held(place: str, stored: Any, fields: Sequence[str]) -> Draft:
    """What this tab works on: what is stored, with what was changed here."""
    draft: Draft | None = session.get(_key(place))
    if draft is None or not draft.unsaved or not changed(draft.base, stored, fields):
        kept = {} if draft is None else {name: getattr(draft.mine, name) for name in draft.unsaved}
        return _put(place, Draft(stored, replace(stored, **kept), fields))
    return draft


def change(place: str, **values: Any) -> None:
    """Change fields in this tab; nothing is stored."""
    draft = mine(place)
    _put(place, replace(draft, mine=replace(draft.mine, **values)))


def mine(place: str) -> Draft:
    """The draft of this place, which is being drawn."""
    return session.get(_key(place))


def left(place: str) -> Draft | None:
    """What this tab wrote here before; None when it wrote nothing."""
    return session.get(_key(place))


def forget(place: str) -> None:
    """Nothing of it is being written any more."""
    session.forget_all(f"{place}.")


def by_others(draft: Draft, stored: Any) -> tuple[str, ...]:
    """Fields that somebody else changed since they were read here, where this tab changed any too."""
    return changed(draft.base, stored, draft.fields) if draft.unsaved else ()


def by_both(draft: Draft, stored: Any) -> tuple[str, ...]:
    """Fields that somebody else and this tab changed to different values."""
    others = by_others(draft, stored)
    return tuple(n for n in draft.unsaved if n in others and getattr(stored, n) != getattr(draft.mine, n))


def merge(place: str, stored: Any, *, prefer_mine: bool) -> None:
    """Go on from what is stored with what was changed here; of fields both changed, mine or theirs."""
    draft = mine(place)
    given_up = () if prefer_mine else by_both(draft, stored)
    kept = {name: getattr(draft.mine, name) for name in draft.unsaved if name not in given_up}
    _put(place, Draft(stored, replace(stored, **kept), draft.fields))


def _put(place: str, draft: Draft) -> Draft:
    session.put(_key(place), draft)
    return draft


def _key(place: str) -> str:
    return f"{place}.draft"
