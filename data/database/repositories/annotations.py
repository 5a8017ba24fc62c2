"""Annotations: what happened on a day, drawn on the charts over time."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.database.connection import Database
from data.database.repositories.versions import refuse_unless_seen
from data.database.tables import AnnotationRow, this_moment
from data.errors import NoData
from data.records import Annotation


def add(
    db: Database, on: date, title: str, *, kind: str = "note", text: str = "", who: str | None = None
) -> Annotation:
    """Stores a new annotation."""
    with db.writing(who) as session:
        row = AnnotationRow(on=on, title=title, kind=kind, text=text)
        session.add(row)
        session.flush()
        return _annotation(row)


def change(db: Database, seen: Annotation, changed: Annotation, *, who: str | None = None) -> Annotation:
    """Stores the changed day and words; Busy when the annotation is no longer the one that was seen."""
    with db.writing(who) as session:
        row = _row(session, seen)
        row.on, row.kind, row.title, row.text = changed.on, changed.kind, changed.title, changed.text
        session.flush()
        return _annotation(row)


def archive(db: Database, seen: Annotation, *, who: str | None = None) -> None:
    """Takes the annotation off the charts; Busy when it is no longer the one that was seen."""
    with db.writing(who) as session:
        _row(session, seen).archived_at = this_moment()


def between(db: Database, start: date, end: date) -> list[Annotation]:
    """Annotations of the days from `start` to the one before `end`, in order of time."""
    shown = select(AnnotationRow).where(
        AnnotationRow.on >= start, AnnotationRow.on < end, AnnotationRow.archived_at.is_(None)
    )
    with db.reading() as session:
        return [_annotation(row) for row in session.scalars(shown.order_by(AnnotationRow.on, AnnotationRow.id))]


def _row(session: Session, seen: Annotation) -> AnnotationRow:
    row = session.get(AnnotationRow, seen.id)
    if row is None:
        raise NoData(f"There is no annotation {seen.id}.")
    refuse_unless_seen(row, seen.version, f"The annotation {seen.title!r}")
    return row


def _annotation(row: AnnotationRow) -> Annotation:
    return Annotation(row.id, row.on, row.kind, row.title, row.text, row.version)
