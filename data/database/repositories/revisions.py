"""Named documents in versions, the same for every table that keeps them."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from data.database.connection import Database
from data.database.tables import RevisedRow
from data.errors import Busy
from data.records import Document


def save(
    db: Database, table: type[RevisedRow], name: str, document: dict[str, Any], *, after: int | None, who: str | None
) -> Document:
    """Stores the next version, or gives the newest one back when it says the same.

    after  Version this one was made from (0 = none); Busy when another one came in between.
    """
    with db.writing(who) as session:
        newest = _newest(session, table, name)
        last = 0 if newest is None else newest.revision
        if after is not None and after != last:
            raise Busy(
                f"Version {last} of {name!r} was saved since version {after} was read. Load it again and repeat."
            )
        if newest is not None and newest.document == document:
            return _document(newest)
        row = table(name=name, revision=last + 1, document=document, who=session.info["who"])
        session.add(row)
        session.flush()
        session.refresh(row)
        return _document(row)


def load(db: Database, table: type[RevisedRow], name: str, version: int | None) -> Document | None:
    """This version of the document, or the newest one; None when there is none."""
    with db.reading() as session:
        row = _newest(session, table, name) if version is None else session.scalar(_at(table, name, version))
        return None if row is None else _document(row)


def newest(db: Database, table: type[RevisedRow]) -> list[Document]:
    """The newest version of every document, by name."""
    last = select(func.max(table.id)).group_by(table.name)
    with db.reading() as session:
        return [_document(row) for row in session.scalars(select(table).where(table.id.in_(last)).order_by(table.name))]


def history(db: Database, table: type[RevisedRow], name: str) -> list[Document]:
    """Every version of one document, newest first."""
    with db.reading() as session:
        return [_document(row) for row in session.scalars(_versions(table, name))]


def _newest(session: Session, table: type[RevisedRow], name: str) -> RevisedRow | None:
    return session.scalar(_versions(table, name).limit(1))


def _versions(table: type[RevisedRow], name: str) -> Select[RevisedRow]:
    return select(table).where(table.name == name).order_by(table.revision.desc())


def _at(table: type[RevisedRow], name: str, version: int) -> Select[RevisedRow]:
    return select(table).where(table.name == name, table.revision == version)


def _document(row: RevisedRow) -> Document:
    return Document(row.name, row.revision, row.document, row.created_at, row.who)
