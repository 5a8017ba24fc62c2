"""Reviews: the quarter, its frozen packs, its states and its minutes; what people say is in `review_parts`.

Refused inside the transaction, whoever calls: a move that `review_moves` does not allow, a change over an unseen one,
another pack once the meeting began, anything once the minutes are signed.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from data.database.connection import Database
from data.database.repositories import releases
from data.database.repositories import review_parts as parts
from data.database.repositories.review_moves import ReviewMove, after
from data.database.repositories.review_parts import (
    add_decision,
    add_item,
    add_note,
    attend,
    remove_item,
    reorder,
    save_item,
    step,
    turn_vote,
    unvote,
    vote,
    withdraw_decision,
    withdraw_note,
)
from data.database.repositories.versions import refuse_unless_seen
from data.database.tables import ReviewMinutesRow, ReviewPackRow, ReviewRow, this_moment
from data.errors import ReviewError
from data.records_reviews import Item, Minutes, Review

__all__ = [
    "add_decision",
    "add_item",
    "add_minutes",
    "add_note",
    "all",
    "archive",
    "attend",
    "create",
    "end",
    "find",
    "get",
    "holder",
    "live",
    "prepare",
    "remove_item",
    "reorder",
    "resume",
    "running",
    "save",
    "save_item",
    "sign",
    "sign_minutes",
    "start",
    "step",
    "turn_vote",
    "unvote",
    "vote",
    "withdraw_decision",
    "withdraw_note",
]


def holder(review: Review) -> str:
    """The name under which a review keeps its release."""
    return f"review {review.quarter}"


def create(
    db: Database, start: date, end: date, title: str = "", *, moderator: str = "", who: str | None = None
) -> Review:
    """A new review of a quarter; refused when there is one of it already."""
    with db.writing(who) as session:
        if (found := find(db, start)) is not None:
            raise ReviewError(f"There is a review of {found.quarter} already. Open that one.")
        row = ReviewRow(start=start, end=end, title=title, moderator=moderator, state="draft", release=0, digest="")
        session.add(row)
        return _one(session, row)


def save(db: Database, seen: Review, changed: Review, *, who: str | None = None) -> Review:
    """Stores title and moderator; Busy when the review was changed since it was read."""
    with db.writing(who) as session:
        row = _seen(session, seen)
        row.title, row.moderator = changed.title, changed.moderator
        return _one(session, row)


def prepare(
    db: Database,
    seen: Review,
    release: int,
    pack: Mapping[str, Any],
    digest: str,
    items: Iterable[Item] = (),
    *,
    who: str | None = None,
) -> Review:
    """Stores a pack frozen on a release and pins that release; items not yet on the agenda are put at its end.

    Every pack is kept; the last one is shown. Refused once the meeting began.
    """
    with db.writing(who) as session:
        row = _seen(session, seen)
        state = after(parts.bare(row), "prepare")
        _pin(db, seen, release, who)
        packs = select(func.count()).select_from(ReviewPackRow).where(ReviewPackRow.review_id == row.id)
        number = session.scalars(packs).one() + 1
        stored = {"release": release, "digest": digest, "document": dict(pack)}
        session.add(ReviewPackRow(review_id=row.id, number=number, **stored, who=session.info["who"]))
        row.state, row.release, row.digest, row.updated_at = state, release, digest, this_moment()
        parts.put_missing(session, row, items)
        return _one(session, row)


def start(db: Database, seen: Review, *, moderator: str = "", who: str | None = None) -> Review:
    """The meeting begins, at the front page of the pack."""
    with db.writing(who) as session:
        row = _seen(session, seen)
        row.state, row.moderator = after(parts.bare(row), "start"), moderator or row.moderator
        session.flush()
        step(db, row.id, 0, who=who)
        return _one(session, row)


def end(db: Database, seen: Review, *, who: str | None = None) -> Review:
    """The meeting is over, back at the front page; the minutes are written."""
    with db.writing(who):
        ended = _move(db, seen, "end", who)
        step(db, seen.id, 0, who=who)
        return get(db, ended.id)


def resume(db: Database, seen: Review, *, who: str | None = None) -> Review:
    """The meeting goes on after it was ended, where it was then."""
    with db.writing(who):
        resumed = _move(db, seen, "resume", who)
        step(db, seen.id, resumed.steps[-2].item if len(resumed.steps) > 1 else 0, who=who)
        return get(db, resumed.id)


def add_minutes(
    db: Database, review: int, document: Mapping[str, Any], digest: str, *, who: str | None = None
) -> Minutes:
    """Stores the next version of the minutes, not signed yet."""
    with db.writing(who) as session:
        row = parts.still_open(session, review)
        number = len(parts.of(session, ReviewMinutesRow, row.id)) + 1
        stored = {"document": dict(document), "digest": digest, "signed_by": "", "signed_at": None}
        added = ReviewMinutesRow(review_id=row.id, number=number, **stored, who=session.info["who"])
        session.add(added)
        session.flush()
        return parts.minutes_of(added)


def sign_minutes(db: Database, review: int, number: int, *, who: str | None = None) -> Minutes:
    """Signs one version of the minutes: it never changes again."""
    with db.writing(who) as session:
        row = parts.still_open(session, review)
        found = next((each for each in parts.of(session, ReviewMinutesRow, row.id) if each.number == number), None)
        if found is None:
            raise ReviewError(f"There is no version {number} of the minutes. Write them before they are signed.")
        if found.signed_at is not None:
            raise ReviewError(f"Version {number} of the minutes is signed already, by {found.signed_by}.")
        found.signed_by, found.signed_at = session.info["who"], this_moment()
        session.flush()
        return parts.minutes_of(found)


def sign(db: Database, seen: Review, *, who: str | None = None) -> Review:
    """The review is final: nothing can be added to it; refused while no version of its minutes is signed."""
    with db.writing(who) as session:
        row = _seen(session, seen)
        state = after(parts.bare(row), "sign")
        if not any(each.signed_at for each in parts.of(session, ReviewMinutesRow, row.id)):
            raise ReviewError(f"The minutes of the review of {seen.quarter} are not signed yet.")
        row.state = state
        return _one(session, row)


def archive(db: Database, seen: Review, *, who: str | None = None) -> None:
    """Takes the review off every list and lets go of its release."""
    with db.writing(who) as session:
        row = _seen(session, seen)
        after(parts.bare(row), "archive")
        if row.release:
            releases.unpin(db, row.release, holder(seen), who=who)
        row.archived_at = this_moment()


def get(db: Database, number: int) -> Review:
    """The review of this number with its pack and everything said in it; NoData when there is none."""
    with db.reading() as session:
        return parts.whole(session, parts.row_of(session, number), _pack(session, number))


def live(db: Database, number: int) -> Review:
    """The review with everything said in it but without pack and minutes: read whenever somebody wrote something."""
    with db.reading() as session:
        return parts.live(session, parts.row_of(session, number))


def running(db: Database) -> Review | None:
    """The review that is being held now, without its parts; the one begun last when there are several."""
    wanted = select(ReviewRow).where(ReviewRow.state == "running", ReviewRow.archived_at.is_(None))
    with db.reading() as session:
        row = session.scalar(wanted.order_by(ReviewRow.updated_at.desc(), ReviewRow.id.desc()).limit(1))
        return None if row is None else parts.bare(row)


def find(db: Database, start: date) -> Review | None:
    """The review of the quarter that begins on this day, without its parts; None when there is none."""
    wanted = select(ReviewRow).where(ReviewRow.start == start, ReviewRow.archived_at.is_(None)).limit(1)
    with db.reading() as session:
        row = session.scalar(wanted)
        return None if row is None else parts.bare(row)


def all(db: Database) -> tuple[Review, ...]:
    """Every review that is not archived, the latest quarter first, without packs and parts."""
    wanted = select(ReviewRow).where(ReviewRow.archived_at.is_(None)).order_by(ReviewRow.start.desc(), ReviewRow.id)
    with db.reading() as session:
        return tuple(parts.bare(row) for row in session.scalars(wanted))


def _move(db: Database, seen: Review, move: ReviewMove, who: str | None) -> Review:
    with db.writing(who) as session:
        row = _seen(session, seen)
        row.state = after(parts.bare(row), move)
        return _one(session, row)


def _pin(db: Database, seen: Review, release: int, who: str | None) -> None:
    releases.pin(db, release, holder(seen), who=who)
    if seen.release not in (0, release):
        releases.unpin(db, seen.release, holder(seen), who=who)


def _pack(session: Session, number: int) -> Mapping[str, Any] | None:
    packs = select(ReviewPackRow.document).where(ReviewPackRow.review_id == number)
    return session.scalar(packs.order_by(ReviewPackRow.number.desc()).limit(1))


def _seen(session: Session, seen: Review) -> ReviewRow:
    row = parts.still_open(session, seen.id)
    refuse_unless_seen(row, seen.version, f"The review of {seen.quarter}")
    return row


def _one(session: Session, row: ReviewRow) -> Review:
    session.flush()
    return parts.whole(session, row, _pack(session, row.id))
