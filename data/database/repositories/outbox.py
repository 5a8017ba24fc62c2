"""The outbox: what is to be sent, and what became of it."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Text, select

from data.database.connection import Database
from data.database.tables import MessageRow
from data.errors import NoData
from data.records_reviews import Message

_WRITTEN = ("channel", "to", "subject", "text", "html")
_PLAIN = (*_WRITTEN, "state", "attempts", "answer", "id")


def put(db: Database, messages: Iterable[Message], *, who: str | None = None) -> tuple[Message, ...]:
    """Leaves messages to be sent; all of them or none."""
    with db.writing(who) as session:
        rows = [_new(message, session.info["who"]) for message in messages]
        session.add_all(rows)
        session.flush()
        return tuple(map(_message, rows))


def tried(db: Database, number: int, *, answer: str, taken: bool, who: str | None = None) -> Message:
    """Adds an attempt with its answer; `taken` makes the message sent for good, else it failed."""
    with db.writing(who) as session:
        row = session.get(MessageRow, number)
        if row is None:
            raise NoData(f"There is no message {number} in the outbox.")
        row.attempts, row.answer = row.attempts + 1, answer
        row.state = "sent" if taken or row.state == "sent" else "failed"
        session.flush()
        return _message(row)


def all(db: Database, *, state: str | None = None) -> tuple[Message, ...]:
    """The messages in the order they were left, or those in one state."""
    wanted = select(MessageRow).order_by(MessageRow.id)
    if state is not None:
        wanted = wanted.where(MessageRow.state == state)
    with db.reading() as session:
        return tuple(_message(row) for row in session.scalars(wanted))


def carrying(db: Database, name: str) -> tuple[Message, ...]:
    """The messages with an attachment of this name (plain letters), in the order they were left."""
    wanted = select(MessageRow).where(MessageRow.attachments.cast(Text).contains(name, autoescape=True))
    with db.reading() as session:
        found = map(_message, session.scalars(wanted.order_by(MessageRow.id)))
        return tuple(message for message in found if name in dict(message.attachments))


def _new(message: Message, who: str) -> MessageRow:
    written: dict[str, Any] = {name: getattr(message, name) for name in _WRITTEN}
    attachments = [list(each) for each in message.attachments]
    return MessageRow(**written, attachments=attachments, state="waiting", attempts=0, answer="", who=who)


def _message(row: MessageRow) -> Message:
    plain: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    attachments = tuple((name, content) for name, content in row.attachments)
    return Message(**plain, attachments=attachments, at=row.created_at)
