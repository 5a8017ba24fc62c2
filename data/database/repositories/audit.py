"""The audit log: read, and written for what is not a change of a record (an export, an erasure, a restore)."""

from typing import Any

from sqlalchemy import select

from data.database.connection import Database
from data.database.tables import AuditRow
from data.records import AuditEntry


def record(
    db: Database,
    action: str,
    subject: str,
    *,
    record: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    who: str | None = None,
) -> AuditEntry:
    """Logs something somebody did. Changes of records are logged by themselves: see `data.database.trail`."""
    with db.writing(who) as session:
        row = AuditRow(
            who=session.info["who"], action=action, subject=subject, record_id=record, before=before, after=after
        )
        session.add(row)
        session.flush()
        session.refresh(row)
        return _entry(row)


def entries(
    db: Database, *, subject: str | None = None, record: int | None = None, limit: int = 100
) -> list[AuditEntry]:
    """The last entries, newest first; of one table, or of one record in it, when named."""
    wanted = select(AuditRow).order_by(AuditRow.id.desc()).limit(limit)
    if subject is not None:
        wanted = wanted.where(AuditRow.subject == subject)
    if record is not None:
        wanted = wanted.where(AuditRow.record_id == record)
    with db.reading() as session:
        return [_entry(row) for row in session.scalars(wanted)]


def _entry(row: AuditRow) -> AuditEntry:
    return AuditEntry(row.id, row.created_at, row.who, row.action, row.subject, row.record_id, row.before, row.after)
