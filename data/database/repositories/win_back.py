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
    """Puts those on the list that are not there yet and tells how many; what was written of the others stays.

    Where all are there nothing is written: what others hold in their caches stays right.
    """
    asked = tuple(calls)
    with db.reading() as session:
        if not _unlisted(session, asked):
            return 0
    with db.writing(who) as session:
        added = [_new(call) for call in _unlisted(session, asked)]
        session.add_all(added)
        return len(added)


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


def away(db: Database) -> dict[str, tuple[int, ...]]:
    """Customers that did not return yet, with the numbers of their calls."""
    wanted = select(CallRow.customer_id, CallRow.id).where(CallRow.state != "returned").order_by(CallRow.id)
    found: dict[str, list[int]] = {}
    with db.reading() as session:
        for customer, number in session.execute(wanted):
            found.setdefault(customer, []).append(number)
    return {customer: tuple(numbers) for customer, numbers in found.items()}


def _unlisted(session: Session, calls: Iterable[Call]) -> list[Call]:
    """Those of some calls, each once, that are not on the list."""
    wanted = {(call.action, call.customer_id, call.lost_on): call for call in calls}
    actions = {action for action, _customer, _day in wanted}
    listed = select(CallRow.action_id, CallRow.customer_id, CallRow.lost_on).where(CallRow.action_id.in_(actions))
    known = {tuple(row) for row in session.execute(listed)}
    return [call for key, call in wanted.items() if key not in known]


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
