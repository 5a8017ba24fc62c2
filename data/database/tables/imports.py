"""The log of imports."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from data.database.tables.base import Base


class ImportRow(Base):
    """One import, written when it starts and again when it ends."""

    __tablename__ = "imports"

    who: Mapped[str]
    mode: Mapped[str]
    outcome: Mapped[str]
    finished_at: Mapped[datetime | None]
    files: Mapped[list[Any]]
    tables: Mapped[dict[str, Any]]
    notes: Mapped[list[Any]]
    release_number: Mapped[int | None] = mapped_column(ForeignKey("releases.number"))
    reason: Mapped[str]
    rejects_file: Mapped[str]
