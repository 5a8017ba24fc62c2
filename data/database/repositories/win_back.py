"""The win-back list: lost customers worth calling, each once for an action and a loss."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.database.connection import Database
from data.database.repositories.versions import refuse_unless_seen
from data.database.tables import CallRow
from data.errors import NoData
from data.records_improvement import Call

_FOUND = ("customer_id", "lost_on", "why", "words", "name", "mrr_cents")
_PLAIN = (*_FOUND, "owner", "state", "note", "id", "version")


def add(db: Database, calls: Iterable[Call], *, who: str | None = None) -> int:
    """Puts those on the list that are not there yet and tells how many; what was written of the others stays."""
    with db.writing(who) as session:
        known = {(row.action_id, row.customer_id, row.lost_on) for row in session.scalars(select(CallRow))}
        added = 0
        for call in calls:
            key = (call.action, call.customer_id, call.lost_on)
            if key not in known:
                known.add(key)
                session.add(_new(call))
                added += 1
        return added


def save(db: Database, seen: Call, changed: Call, *, who: str | None = None) -> Call:
    """Stores owner, outcome, note and facts of a call; Busy when it was changed since it was read."""
    with db.writing(who) as session:
        row = _seen(session, seen)
        row.owner, row.state, row.note, row.facts = changed.owner, changed.state, changed.note, dict(changed.facts)
        session.flush()
        return _call(row)


def get(db: Database, number: int) -> Call:
    """The call of this number; NoData when there is none."""
    with db.reading() as session:
        return _call(_row(session, number))


def all(db: Database, *, action: int | None = None, state: str | None = None) -> tuple[Call, ...]:
    """The list, the largest customers first; of one action or in one state when named."""
    wanted = select(CallRow).order_by(CallRow.mrr_cents.desc(), CallRow.customer_id, CallRow.id)
    if action is not None:
        wanted = wanted.where(CallRow.action_id == action)
    if state is not None:
        wanted = wanted.where(CallRow.state == state)
    with db.reading() as session:
        return tuple(_call(row) for row in session.scalars(wanted))


def _new(call: Call) -> CallRow:
    found: dict[str, Any] = {name: getattr(call, name) for name in _FOUND}
    return CallRow(
        **found, action_id=call.action, owner=call.owner, state=call.state, note=call.note, facts=dict(call.facts)
    )


def _row(session: Session, number: int) -> CallRow:
    row = session.get(CallRow, number)
    if row is None:
        raise NoData(f"There is no call {number} on the win-back list.")
    return row


def _seen(session: Session, seen: Call) -> CallRow:
    row = _row(session, seen.id)
    refuse_unless_seen(row, seen.version, f"The call to {row.name}")
    return row


def _call(row: CallRow) -> Call:
    plain: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    return Call(**plain, action=row.action_id, at=row.created_at, facts=row.facts)
