"""A review beside the one before: its figures, and what became of the decisions made then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from data.records_improvement import Action
from data.records_reviews import Review


@dataclass(frozen=True)
class Compared:
    """One figure of both packs; None where a pack does not know it. section, name, unit: as in the pack."""

    section: str
    name: str
    unit: str
    before: float | None
    now: float | None


@dataclass(frozen=True)
class Kept:
    """A decision of the review before and how far it is: the state of its action; "" where it has none."""

    text: str
    owner: str
    action: int
    state: str

    @property
    def open(self) -> bool:
        """Whether it is still to be carried out, as far as an action says."""
        return self.state not in {"worked", "closed"}


@dataclass(frozen=True)
class Comparison:
    """Two reviews side by side; same_release: both packs are of the same data."""

    figures: tuple[Compared, ...]
    decisions: tuple[Kept, ...]
    same_release: bool


def compare(review: Review, before: Review, actions: Iterable[Action]) -> Comparison:
    """The figures of two reviews, and the decisions of the earlier one as they stand; actions: archived ones too."""
    then, now = _figures(before.pack), _figures(review.pack)
    keys = list(dict.fromkeys((*now, *then)))
    figures = tuple(_compared(key, then.get(key), now.get(key)) for key in keys)
    states = {action.id: "closed" if action.archived else action.state for action in actions}
    made = (d for d in before.decisions if not d.withdrawn)
    decisions = tuple(Kept(d.text, d.owner, d.action, states.get(d.action, "")) for d in made)
    return Comparison(figures, decisions, bool(review.release) and review.release == before.release)


def _figures(pack: Mapping[str, Any] | None) -> dict[tuple[str, str, str], float | None]:
    sections = [] if pack is None else pack["sections"]
    return {(one["key"], f["name"], f["unit"]): f["value"] for one in sections for f in one["figures"]}


def _compared(key: tuple[str, str, str], before: float | None, now: float | None) -> Compared:
    return Compared(*key, before, now)
