"""The minutes of a review: what was decided, who does what by when, on which numbers; signed, then in the outbox."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.proof.window import due_on
from analysis.review.pack import canonical, digest
from analysis.review.parts import day
from analysis.review.verdicts import metric
from data.database.repositories import actions as actions_stored
from data.database.repositories import findings as findings_stored
from data.database.repositories import outbox, reviews
from data.errors import Busy
from data.records_improvement import Action, Finding
from data.records_reviews import Item, Message, Minutes, Note, Review, ReviewDecision

if TYPE_CHECKING:
    from data.database import Database

SCHEMA = 1
EVERYBODY_ELSE = "review"
"""Where minutes go when nobody at the review gave an address."""
Document = dict[str, Any]


def document(review: Review, actions: Iterable[Action], findings: Iterable[Finding]) -> Document:
    """Everything recorded of a review, in codes and as it was written; what was withdrawn is left out.

    actions   All of them, archived ones too: those decided in the review, or carrying out a decision of it, are in the
              minutes.
    findings  All of them: those on its agenda are.
    """
    known = {action.id: action for action in actions}
    decisions = [decision for decision in review.decisions if not decision.withdrawn]
    mine = {action.id for action in known.values() if action.review == review.id} - _taken_back(review, known)
    mine |= {decision.action for decision in decisions if decision.action in known}
    seen = {found.id: found for found in findings}
    return {
        "schema": SCHEMA,
        "quarter": review.quarter,
        "start": review.start.isoformat(),
        "title": review.title,
        "moderator": review.moderator,
        "release": review.release,
        "pack": review.digest,
        "attendees": [{n: getattr(one, n) for n in ("name", "department", "present")} for one in review.attendees],
        "departments": _departments(review),
        "items": [_item(item, review) for item in review.items],
        "notes": [_note(note) for note in of_the_whole(review)],
        "decisions": [_decision(one, review, known) for one in decisions],
        "actions": [_action(known[number]) for number in sorted(mine)],
        "findings": [_finding(seen[n]) for i in review.items if (n := _number(i, "finding")) in seen],
        "parking": [_note(note) for note in review.notes if note.kind == "parking" and not note.withdrawn],
        "open": [item.title or item.ref for item in review.items if item.state == "parked"],
    }


def of_the_whole(review: Review) -> list[Note]:
    """What was said of the review as a whole, or of an item that is not on its agenda any more."""
    items = {item.id for item in review.items}
    return [n for n in review.notes if n.kind == "note" and n.item not in items and not n.withdrawn]


def _taken_back(review: Review, known: Mapping[int, Action]) -> set[int]:
    """Actions that a withdrawn decision had made, and that were closed with it."""
    made = {decision.action for decision in review.decisions if decision.withdrawn}
    return {number for number in made if number in known and known[number].state == "closed"}


def _departments(review: Review) -> list[Document]:
    names = sorted({one.department for one in review.attendees})
    groups = {name: [one for one in review.attendees if one.department == name] for name in names}
    return [{"department": n, "present": sum(o.present for o in g), "of": len(g)} for n, g in groups.items()]


def _number(item: Item, kind: str) -> int:
    return int(item.ref) if item.kind == kind and item.ref.isdigit() else 0


def _item(item: Item, review: Review) -> Document:
    notes = [n for n in review.notes if n.item == item.id and n.kind == "note" and not n.withdrawn]
    votes = sum(vote.on == "item" and vote.ref == item.id for vote in review.votes)
    words = {n: getattr(item, n) for n in ("kind", "ref", "title", "owner", "minutes", "state")}
    return {**words, "spent": _spent(item, review), "votes": votes, "notes": list(map(_note, notes))}


def _spent(item: Item, review: Review) -> int:
    """Seconds the presenter stayed with an item, up to the last turn."""
    turns = zip(review.steps, review.steps[1:], strict=False)
    return round(sum((after.at - step.at).total_seconds() for step, after in turns if step.item == item.id))


def _note(note: Note) -> Document:
    return {"text": note.text, "who": note.who}


def _decision(one: ReviewDecision, review: Review, known: Mapping[int, Action]) -> Document:
    item = next((item for item in review.items if item.id == one.item), None)
    about = {name: "" if item is None else getattr(item, name) for name in _ABOUT}
    action = known.get(one.action)
    due = None if action is None else day(action.due)
    owner = one.owner or ("" if action is None else action.owner)
    return {"text": one.text, "owner": owner, "due": due, "action": "" if action is None else action.title, **about}


_ABOUT = ("kind", "ref", "title")


def _action(action: Action) -> Document:
    plan = action.frozen or action.draft
    words = {n: getattr(action, n) for n in ("title", "owner", "department", "state", "gain_cents")}
    proof = {"metric": None, "baseline": None, "unit": ""}
    if plan is not None:
        proof = {"metric": metric(plan.metric), "baseline": plan.baseline, "unit": plan.metric.unit}
    return {**words, "due": day(action.due), "check_on": day(due_on(action)), **proof}


def _finding(found: Finding) -> Document:
    fields = ("metric", "unit", "value", "low", "high")
    number = {name: None if found.number is None else getattr(found.number, name) for name in fields}
    return {"sentence": found.sentence, "release": found.release} | number


def drafted(database: Database, review: int) -> Document:
    """The minutes of a review as they stand now."""
    actions, findings = actions_stored.all(database, archived=True), findings_stored.all(database, archived=True)
    return document(reviews.get(database, review), actions, findings)


def sign(database: Database, review: int, who: str, read: Mapping[str, Any] | None = None) -> Minutes:
    """Writes the minutes as they stand, signs them, and closes the review; all of it or nothing.

    read  What the person who signs has read; Busy when something was added to it or taken back since.
    """
    with database.writing(who):
        written = drafted(database, review)
        if read is not None and digest(written) != digest(read):
            raise Busy("The minutes changed since they were read. Read them again before they are signed.")
        kept = reviews.add_minutes(database, review, written, digest(written), who=who)
        signed = reviews.sign_minutes(database, review, kept.number, who=who)
        reviews.sign(database, reviews.get(database, review), who=who)
        return signed


def send(
    database: Database, minutes: Mapping[str, Any], subject: str, text: str, html: str, who: str
) -> tuple[Message, ...]:
    """Puts signed minutes into the outbox, one message per address among the names of those invited.

    Nothing sends them yet; they wait there. Whoever asks again, in whatever language, leaves no second copy.
    """
    addresses = addressees(minutes["attendees"])
    with database.writing(who):
        if waiting := sent(database, minutes):
            return waiting
        left = [Message("mail", to, subject, text, html, (_attached(minutes),)) for to in addresses]
        return outbox.put(database, left, who=who)


def sent(database: Database, minutes: Mapping[str, Any]) -> tuple[Message, ...]:
    """The messages that carry these minutes, whatever became of them."""
    carried = _attached(minutes)
    return tuple(one for one in outbox.carrying(database, carried[0]) if carried in one.attachments)


def _attached(minutes: Mapping[str, Any]) -> tuple[str, str]:
    return f"minutes-{minutes['quarter']}.json", canonical(minutes)


def addressees(attendees: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The addresses written as names of attendees; without any the whole review."""
    found = dict.fromkeys(word.strip("<>(),;") for one in attendees for word in one["name"].split() if "@" in word)
    return tuple(found) or (EVERYBODY_ELSE,)
