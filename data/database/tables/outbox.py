"""What is to be sent, and what became of it."""

from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.database.tables.base import Base


class MessageRow(Base):
    """One message waiting in the outbox, or sent from it."""

    __tablename__ = "outbox"
    __table_args__ = (CheckConstraint("state IN ('waiting', 'sent', 'failed')", name="state"),)

    channel: Mapped[str]
    to: Mapped[str]
    subject: Mapped[str]
    text: Mapped[str]
    html: Mapped[str]
    attachments: Mapped[list[Any]]
    state: Mapped[str] = mapped_column(index=True)
    attempts: Mapped[int]
    answer: Mapped[str]
    who: Mapped[str]
