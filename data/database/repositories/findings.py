"""Findings: what was seen in a chart or table, kept for the review."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.database.connection import Database
from data.database.repositories.versions import refuse_unless_seen
from data.database.tables import FindingRow, this_moment
from data.document_parts import document_of, listed, segment
from data.errors import NoData
from data.proof_documents import number_document, number_from, params_from
from data.records_improvement import Finding

_PLAIN = ("sentence", "page", "chart", "release", "start", "end", "reason")


def keep(db: Database, finding: Finding, *, who: str | None = None) -> Finding:
    """Stores a new finding (id 0), or what was reworded of one; Busy when it was changed since it was read."""
    with db.writing(who) as session:
        row = _seen(session, finding) if finding.id else _new(session)
        for name, value in _written(finding).items():
            setattr(row, name, value)
        session.flush()
        return _finding(row)


def archive(db: Database, seen: Finding, *, who: str | None = None) -> Finding:
    """Takes the finding off the list; actions that rest on it keep it."""
    return _mark(db, seen, who, archived=True)


def restore(db: Database, seen: Finding, *, who: str | None = None) -> Finding:
    """Puts an archived finding back on the list."""
    return _mark(db, seen, who, archived=False)


def get(db: Database, number: int) -> Finding:
    """The finding of this number, archived or not; NoData when there is none."""
    with db.reading() as session:
        return _finding(_row(session, number))


def all(db: Database, *, archived: bool = False) -> tuple[Finding, ...]:
    """The findings, the newest first; archived ones only when asked for."""
    wanted = select(FindingRow).order_by(FindingRow.id.desc())
    if not archived:
        wanted = wanted.where(FindingRow.archived_at.is_(None))
    with db.reading() as session:
        return tuple(_finding(row) for row in session.scalars(wanted))


def _mark(db: Database, seen: Finding, who: str | None, *, archived: bool) -> Finding:
    with db.writing(who) as session:
        row = _seen(session, seen)
        row.archived_at = this_moment() if archived else None
        session.flush()
        return _finding(row)


def _new(session: Session) -> FindingRow:
    row = FindingRow(who=session.info["who"])
    session.add(row)
    return row


def _row(session: Session, number: int) -> FindingRow:
    row = session.get(FindingRow, number)
    if row is None:
        raise NoData(f"There is no finding {number}.")
    return row


def _seen(session: Session, seen: Finding) -> FindingRow:
    row = _row(session, seen.id)
    refuse_unless_seen(row, seen.version, f"The finding {seen.sentence!r}")
    return row


def _written(finding: Finding) -> dict[str, Any]:
    plain = {name: getattr(finding, name) for name in _PLAIN}
    params = listed(dict(finding.params))
    return plain | {
        "params": params,
        "number": number_document(finding.number),
        "segment": document_of(finding.segment),
    }


def _finding(row: FindingRow) -> Finding:
    plain: dict[str, Any] = {name: getattr(row, name) for name in (*_PLAIN, "id", "version", "who")}
    return Finding(
        **plain,
        params=params_from(row.params),
        number=number_from(row.number),
        segment=segment(row.segment),
        at=row.created_at,
        archived=row.archived_at is not None,
    )
