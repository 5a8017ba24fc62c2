"""The audit trail: whatever a writing session stores, changes or deletes is logged in the same transaction."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import event, insert, inspect
from sqlalchemy.orm import Session, UOWTransaction

from data.database.tables import AuditRow, Base

# Bookkeeping of every row: says nothing about what somebody wanted.
KEPT_BY_THE_DATABASE = {"id", "created_at", "updated_at", "version"}


class AuditedSession(Session):
    """A session that cannot write without leaving a trail; `info["who"]` says whose."""


@event.listens_for(AuditedSession, "after_flush")
def _log_writes(session: Session, _unit: UOWTransaction) -> None:
    entries = [{"who": session.info["who"], "version": 1, **entry} for entry in _entries(session)]
    if entries:
        session.connection().execute(insert(AuditRow), entries)


def _entries(session: Session) -> Iterator[dict[str, Any]]:
    for row in session.new:
        if not isinstance(row, AuditRow):
            yield _entry(row, "created", None, _content(row))
    for row in session.dirty:
        before, after = _change(row)
        if after:
            yield _entry(row, "changed", before, after)
    for row in session.deleted:
        yield _entry(row, "deleted", _content(row), None)


def _entry(row: Base, action: str, before: dict[str, Any] | None, after: dict[str, Any] | None) -> dict[str, Any]:
    return {"action": action, "subject": row.__tablename__, "record_id": row.id, "before": before, "after": after}


def _content(row: Base) -> dict[str, Any]:
    return {name: getattr(row, name) for name in _columns(row)}


def _change(row: Base) -> tuple[dict[str, Any], dict[str, Any]]:
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name in _columns(row):
        history = inspect(row).attrs[name].history
        if history.has_changes():
            before[name], after[name] = next(iter(history.deleted), None), next(iter(history.added), None)
    return before, after


def _columns(row: Base) -> list[str]:
    return [column.key for column in inspect(type(row)).column_attrs if column.key not in KEPT_BY_THE_DATABASE]
