"""What people keep to look at the data their way: saved segments and annotations of the charts."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from data.database.tables.base import Base


class SegmentRow(Base):
    """A filter under a name; archived ones keep theirs."""

    __tablename__ = "segments"

    name: Mapped[str] = mapped_column(unique=True)
    conditions: Mapped[list[Any]]
    archived_at: Mapped[datetime | None]


class AnnotationRow(Base):
    """What happened on a day."""

    __tablename__ = "annotations"

    on: Mapped[date] = mapped_column(index=True)
    kind: Mapped[str]
    title: Mapped[str]
    text: Mapped[str]
    archived_at: Mapped[datetime | None]
