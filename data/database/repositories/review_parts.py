"""What is said in a review: a row each, so that people who write at the same time never collide."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.database.connection import Database
from data.database.repositories.versions import refuse_unless_seen
from data.database.tables import (
    ReviewAttendeeRow,
    ReviewDecisionRow,
    ReviewItemRow,
    ReviewMinutesRow,
    ReviewNoteRow,
    ReviewRow,
    ReviewStepRow,
    ReviewVoteRow,
    this_moment,
)
from data.errors import NoData, ReviewError
from data.records_reviews import Attendee, Item, Minutes, Note, Review, ReviewDecision, Step, Vote

_ITEM = ("kind", "ref", "title", "owner", "minutes", "position", "state")
_EDITED = ("title", "owner", "minutes", "position", "state")
_REVIEW = ("start", "end", "title", "state", "release", "digest", "moderator", "id", "version")


def add_item(db: Database, review: int, item: Item, *, who: str | None = None) -> Item:
    """Puts an item at the end of the agenda."""
    with db.writing(who) as session:
        row = _put(session, still_open(session, review), item)
        session.flush()
        return item_of(row)


def save_item(db: Database, seen: Item, changed: Item, *, who: str | None = None) -> Item:
    """Stores title, owner, minutes, position and state of an item; Busy when it was changed since it was read."""
    with db.writing(who) as session:
        row = _seen_item(session, seen)
        for name in _EDITED:
            setattr(row, name, getattr(changed, name))
        session.flush()
        return item_of(row)


def remove_item(db: Database, seen: Item, *, who: str | None = None) -> None:
    """Takes an item off the agenda; refused once something was said or decided under it."""
    with db.writing(who) as session:
        row = _seen_item(session, seen)
        said = [*of(session, ReviewNoteRow, row.review_id), *of(session, ReviewDecisionRow, row.review_id)]
        if any(each.item_id == row.id and each.withdrawn_at is None for each in said):
            raise ReviewError(
                "Something was said or decided of this item, and stays in the minutes. Mark the item as done or "
                "parked, or take back what was said of it first."
            )
        row.archived_at = this_moment()


def reorder(db: Database, review: int, order: Sequence[int], *, who: str | None = None) -> tuple[Item, ...]:
    """Puts the items in this order; those not named follow, in the order they have."""
    with db.writing(who) as session:
        rows = _items(session, still_open(session, review).id)
        place = {number: position for position, number in enumerate(order)}
        for position, row in enumerate(sorted(rows, key=lambda row: place.get(row.id, len(place)))):
            row.position = position
        session.flush()
        return tuple(map(item_of, _items(session, review)))


def add_note(db: Database, review: int, note: Note, *, who: str | None = None) -> Note:
    """Adds what somebody wrote."""
    with db.writing(who) as session:
        about = _about(session, still_open(session, review), note.item)
        row = ReviewNoteRow(review_id=review, item_id=about, kind=note.kind, text=note.text, who=session.info["who"])
        session.add(row)
        session.flush()
        return note_of(row)


def withdraw_note(db: Database, number: int, *, who: str | None = None) -> None:
    """Marks a note as taken back; twice is once."""
    with db.writing(who) as session:
        _withdraw(session, ReviewNoteRow, number)


def vote(db: Database, review: int, vote: Vote, *, who: str | None = None) -> None:
    """Somebody votes for an item, a note or a finding; twice is once."""
    _put_vote(db, review, vote, who, withdrawn=False)


def unvote(db: Database, review: int, vote: Vote, *, who: str | None = None) -> None:
    """Takes a vote back."""
    _put_vote(db, review, vote, who, withdrawn=True)


def turn_vote(db: Database, review: int, vote: Vote, *, who: str | None = None) -> None:
    """Votes, or takes the vote back where it stands: read and written in one transaction."""
    _put_vote(db, review, vote, who, withdrawn=None)


def add_decision(db: Database, review: int, decision: ReviewDecision, *, who: str | None = None) -> ReviewDecision:
    """Adds what was decided."""
    with db.writing(who) as session:
        about = _about(session, still_open(session, review), decision.item)
        row = ReviewDecisionRow(
            review_id=review,
            item_id=about,
            action_id=decision.action or None,
            text=decision.text,
            owner=decision.owner,
            who=session.info["who"],
        )
        session.add(row)
        session.flush()
        return decision_of(row)


def withdraw_decision(db: Database, number: int, *, who: str | None = None) -> ReviewDecision:
    """Marks a decision as taken back; twice is once."""
    with db.writing(who) as session:
        _withdraw(session, ReviewDecisionRow, number)
        return decision_of(session.get_one(ReviewDecisionRow, number))


def attend(db: Database, review: int, attendee: Attendee, *, who: str | None = None) -> Attendee:
    """Somebody is at the review, or not; a name that is there already is brought up to date."""
    with db.writing(who) as session:
        held = of(session, ReviewAttendeeRow, still_open(session, review).id)
        row = next((each for each in held if each.name == attendee.name), None)
        if row is None:
            row = ReviewAttendeeRow(review_id=review, name=attendee.name)
            session.add(row)
        row.department, row.present = attendee.department, attendee.present
        session.flush()
        return attendee_of(row)


def step(db: Database, review: int, item: int, *, who: str | None = None) -> Step:
    """The presenter turns to an item; 0 is the front page of the pack."""
    with db.writing(who) as session:
        about = _about(session, still_open(session, review), item)
        row = ReviewStepRow(review_id=review, item_id=about, who=session.info["who"])
        session.add(row)
        session.flush()
        return step_of(row)


def put_missing(session: Session, review: ReviewRow, items: Iterable[Item]) -> None:
    """Puts the items on the agenda that are not there yet; one that was taken off stays off."""
    known = {(row.kind, row.ref) for row in of(session, ReviewItemRow, review.id)}
    for item in items:
        if (item.kind, item.ref) not in known:
            _put(session, review, item)


def still_open(session: Session, number: int) -> ReviewRow:
    """The review, unless it is signed: then nothing of it changes."""
    row = row_of(session, number)
    if row.state == "signed":
        raise ReviewError(f"The review of {bare(row).quarter} is signed: nothing can be added to it or changed.")
    return row


def row_of(session: Session, number: int) -> ReviewRow:
    """The row of a review; NoData when there is none."""
    row = session.get(ReviewRow, number)
    if row is None or row.archived_at is not None:
        raise NoData(f"There is no review {number}. The list shows those there are.")
    return row


def of(session: Session, kind: type[Any], review: int) -> list[Any]:
    """Rows of one kind that belong to a review, in the order they were written."""
    session.flush()
    return list(session.scalars(select(kind).where(kind.review_id == review).order_by(kind.id)))


def whole(session: Session, row: ReviewRow, pack: Mapping[str, Any] | None) -> Review:
    """The review with its pack, its minutes and everything said in it."""
    return bare(row, **_said(session, row.id), minutes=_all(session, ReviewMinutesRow, row.id), pack=pack)


def live(session: Session, row: ReviewRow) -> Review:
    """The review with everything said in it."""
    return bare(row, **_said(session, row.id))


def bare(row: ReviewRow, **beside: Any) -> Review:
    """The review's own fields, with what is given beside them."""
    plain: dict[str, Any] = {name: getattr(row, name) for name in _REVIEW}
    return Review(**plain, at=row.created_at, archived=row.archived_at is not None, **beside)


def item_of(row: ReviewItemRow) -> Item:
    """The record of an item."""
    plain: dict[str, Any] = {name: getattr(row, name) for name in (*_ITEM, "id", "version")}
    return Item(**plain)


def note_of(row: ReviewNoteRow) -> Note:
    """The record of a note."""
    kind: Any = row.kind
    return Note(row.text, row.item_id or 0, kind, row.id, row.created_at, row.who, row.withdrawn_at is not None)


def decision_of(row: ReviewDecisionRow) -> ReviewDecision:
    """The record of a decision."""
    about = (row.item_id or 0, row.action_id or 0, row.owner)
    return ReviewDecision(row.text, *about, row.id, row.created_at, row.who, row.withdrawn_at is not None)


def attendee_of(row: ReviewAttendeeRow) -> Attendee:
    """The record of somebody at the review."""
    return Attendee(row.name, row.department, row.present, row.id, row.version)


def step_of(row: ReviewStepRow) -> Step:
    """The record of a step."""
    return Step(row.item_id or 0, row.created_at, row.who)


def minutes_of(row: ReviewMinutesRow) -> Minutes:
    """The record of one version of the minutes."""
    return Minutes(row.number, row.document, row.digest, row.signed_by, row.signed_at, row.created_at, row.who)


def _vote_of(row: ReviewVoteRow) -> Vote:
    on: Any = row.on
    return Vote(on, row.ref, row.who)


def _said(session: Session, review: int) -> dict[str, Any]:
    votes = [row for row in of(session, ReviewVoteRow, review) if row.withdrawn_at is None]
    return {
        "items": tuple(map(item_of, _items(session, review))),
        "votes": tuple(map(_vote_of, votes)),
        "notes": _all(session, ReviewNoteRow, review),
        "decisions": _all(session, ReviewDecisionRow, review),
        "attendees": _all(session, ReviewAttendeeRow, review),
        "steps": _all(session, ReviewStepRow, review),
    }


_RECORDS: Mapping[type[Any], Any] = {
    ReviewNoteRow: note_of,
    ReviewDecisionRow: decision_of,
    ReviewAttendeeRow: attendee_of,
    ReviewStepRow: step_of,
    ReviewMinutesRow: minutes_of,
}


def _all(session: Session, kind: type[Any], review: int) -> tuple[Any, ...]:
    return tuple(map(_RECORDS[kind], of(session, kind, review)))


def _items(session: Session, review: int) -> list[ReviewItemRow]:
    held = [row for row in of(session, ReviewItemRow, review) if row.archived_at is None]
    return sorted(held, key=lambda row: (row.position, row.id))


def _put(session: Session, review: ReviewRow, item: Item) -> ReviewItemRow:
    last = max((row.position for row in of(session, ReviewItemRow, review.id)), default=-1)
    row = ReviewItemRow(review_id=review.id, kind=item.kind, ref=item.ref, position=last + 1, state=item.state)
    row.title, row.owner, row.minutes = item.title, item.owner, item.minutes
    session.add(row)
    return row


def _about(session: Session, review: ReviewRow, item: int) -> int | None:
    if not item:
        return None
    row = session.get(ReviewItemRow, item)
    if row is None or row.review_id != review.id:
        raise NoData(f"There is no item {item} on the agenda of this review. Load the page again.")
    # Said while somebody took the item off: it is kept, of the whole review.
    return row.id if row.archived_at is None else None


def _seen_item(session: Session, seen: Item) -> ReviewItemRow:
    row = session.get(ReviewItemRow, seen.id)
    if row is None or row.archived_at is not None:
        raise NoData(f"The item {seen.title!r} is no longer on the agenda.")
    still_open(session, row.review_id)
    refuse_unless_seen(row, seen.version, f"The item {seen.title!r}")
    return row


def _withdraw(session: Session, kind: type[Any], number: int) -> None:
    row = session.get(kind, number)
    if row is None:
        raise NoData(f"There is nothing to take back under the number {number}.")
    still_open(session, row.review_id)
    row.withdrawn_at = row.withdrawn_at or this_moment()


def _put_vote(db: Database, review: int, vote: Vote, who: str | None, *, withdrawn: bool | None) -> None:
    """`withdrawn` None turns the vote round."""
    with db.writing(who or vote.who) as session:
        held = of(session, ReviewVoteRow, still_open(session, review).id)
        row = next((each for each in held if (each.on, each.ref, each.who) == (vote.on, vote.ref, vote.who)), None)
        if withdrawn is None:
            withdrawn = row is not None and row.withdrawn_at is None
        if row is not None:
            row.withdrawn_at = this_moment() if withdrawn else None
        elif not withdrawn:
            session.add(ReviewVoteRow(review_id=review, on=vote.on, ref=vote.ref, who=vote.who))
