"""Who may do what, and who did what."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from data.database.tables.base import Base


class UserRow(Base):
    """Somebody who may use the program; archived instead of deleted, since the audit log names them."""

    __tablename__ = "users"
    __table_args__ = (CheckConstraint("role IN ('viewer', 'contributor', 'manager', 'administrator')", name="role"),)

    login: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    role: Mapped[str]
    archived_at: Mapped[datetime | None]


class AuditRow(Base):
    """One thing somebody did; the database itself refuses to change or delete it."""

    __tablename__ = "audit_log"
    __table_args__ = (Index(None, "subject", "record_id"),)

    who: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    record_id: Mapped[int | None]
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
