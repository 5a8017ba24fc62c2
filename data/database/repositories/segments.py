"""Saved segments: filters under a name."""

from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.database.connection import Database
from data.database.repositories.versions import refuse_unless_seen
from data.database.tables import SegmentRow, this_moment
from data.errors import Busy, UnknownSegment
from data.records import Condition, Operator, SavedSegment, Segment


def save(
    db: Database, name: str, segment: Segment, *, version: int | None = None, who: str | None = None
) -> SavedSegment:
    """Keeps the segment under a new name, or changes the one of this name and version.

    Raises Busy when the name is taken (no version given) or the segment was changed since that version was read.
    """
    with db.writing(who) as session:
        row = _find(session, name)
        if row is None:
            row = SegmentRow(name=name, conditions=[])
            session.add(row)
        elif version is not None:
            refuse_unless_seen(row, version, f"The segment {name!r}")
        elif row.archived_at is None:
            raise Busy(
                f"A segment named {name!r} is saved already. Choose another name, or open that one to change it."
            )
        row.conditions, row.archived_at = [asdict(condition) for condition in segment.conditions], None
        session.flush()
        session.refresh(row)
        return _saved(row)


def get(db: Database, name: str) -> SavedSegment:
    """The segment of this name; UnknownSegment names those there are."""
    with db.reading() as session:
        return _saved(_row(session, name))


def all(db: Database) -> list[SavedSegment]:
    """Every segment that is not archived, by name."""
    kept = select(SegmentRow).where(SegmentRow.archived_at.is_(None)).order_by(SegmentRow.name)
    with db.reading() as session:
        return [_saved(row) for row in session.scalars(kept)]


def archive(db: Database, name: str, *, version: int, who: str | None = None) -> None:
    """Takes the segment off the list; saving under its name brings it back."""
    with db.writing(who) as session:
        row = _row(session, name)
        refuse_unless_seen(row, version, f"The segment {name!r}")
        row.archived_at = this_moment()


def _find(session: Session, name: str) -> SegmentRow | None:
    return session.scalar(select(SegmentRow).where(SegmentRow.name == name))


def _row(session: Session, name: str) -> SegmentRow:
    row = _find(session, name)
    if row is not None and row.archived_at is None:
        return row
    kept = select(SegmentRow.name).where(SegmentRow.archived_at.is_(None)).order_by(SegmentRow.name)
    known = ", ".join(repr(other) for other in session.scalars(kept)) or "none yet"
    raise UnknownSegment(f"There is no saved segment {name!r}. Saved are: {known}.")


def _saved(row: SegmentRow) -> SavedSegment:
    return SavedSegment(row.name, Segment(tuple(_condition(**condition) for condition in row.conditions)), row.version)


def _condition(attribute: str, operator: Operator, values: list[str]) -> Condition:
    return Condition(attribute, operator, tuple(values))
