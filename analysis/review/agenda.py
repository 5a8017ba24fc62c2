"""The agenda a review starts with: last quarter's verdicts, the five questions, findings, actions, next steps."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from data.database import LOCAL_USER
from data.records_improvement import Action, Finding
from data.records_reviews import QUESTIONS, Item, Review

VERDICTS, NEXT = "verdicts", "next-steps"
"""What the first and the last item are about; they have no title of their own."""
MINUTES = {"verdicts": 15, "who-left": 10, "in-common": 10, "reasons": 10, "saves": 5, "plays": 5, NEXT: 10}
MINUTES_EACH = 5
"""For a finding, or an action that is carried over."""
WAITING = frozenset({"proposed", "agreed", "doing", "reopened"})


def drafted(
    review: Review,
    findings: Iterable[Finding],
    actions: Iterable[Action],
    before: Review | None,
    discussed: Collection[str] = (),
) -> list[Item]:
    """The items in their order; whoever prepares changes owners, minutes and order.

    findings  Those no review has spoken of yet, and from which nothing was agreed, are put on the agenda.
    before    The review before, whose open points (parked items and notes) carry over.
    discussed Numbers of the findings that any earlier review was done with.
    """
    items = [Item("verdicts", VERDICTS, minutes=MINUTES[VERDICTS])]
    items += [Item("question", key, minutes=MINUTES[key]) for key in QUESTIONS]
    known = tuple(actions)
    decided = {number for action in known if action.state != "proposed" for number in action.findings}
    items += [_finding(f) for f in findings if str(f.id) not in discussed and f.id not in decided]
    items += [_action(action) for action in known if action.state in WAITING]
    items += _carried(before)
    items.append(Item("free", NEXT, "", review.moderator, MINUTES[NEXT]))
    return [replace(item, position=place) for place, item in enumerate(items)]


def _finding(found: Finding) -> Item:
    # Who kept a finding without saying who they are does not own it.
    owner = "" if found.who == LOCAL_USER else found.who
    return Item("finding", str(found.id), title=found.sentence, owner=owner, minutes=MINUTES_EACH)


def discussed(reviews: Iterable[Review]) -> frozenset[str]:
    """Numbers of the findings that stood on the agenda of one of these reviews and were done with there."""
    items = (item for review in reviews for item in review.items)
    return frozenset(item.ref for item in items if item.kind == "finding" and item.state == "done")


def _action(action: Action) -> Item:
    return Item("action", str(action.id), title=action.title, owner=action.owner, minutes=MINUTES_EACH)


def _carried(before: Review | None) -> Sequence[Item]:
    """What the review before parked and nothing else brings back: questions and findings come by themselves."""
    if before is None:
        return ()
    parked = [Item("free", f"item-{i.id}", i.title, i.owner) for i in before.items if _parked_by_hand(i)]
    notes = [note for note in before.notes if note.kind == "parking" and not note.withdrawn]
    return (*parked, *(Item("free", f"note-{n.id}", n.text, n.who, MINUTES_EACH) for n in notes))


def _parked_by_hand(item: Item) -> bool:
    return item.kind == "free" and item.ref != NEXT and item.state == "parked"
