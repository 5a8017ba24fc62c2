"""Releases of the lake and the reviews that pin them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.database.tables.base import Base


class ReleaseRow(Base):
    """One consistent version of the lake; dropped_at is set when its files may be vacuumed."""

    __tablename__ = "releases"

    number: Mapped[int] = mapped_column(unique=True)
    as_of: Mapped[date]
    shape: Mapped[str]
    note: Mapped[str]
    builder: Mapped[int] = mapped_column(server_default="0")
    options: Mapped[dict[str, Any]]
    tables: Mapped[dict[str, Any]]
    rows: Mapped[dict[str, Any]]
    checks: Mapped[list[Any]]
    attributes: Mapped[dict[str, Any]]
    sources: Mapped[dict[str, Any]]
    dropped_at: Mapped[datetime | None]


class ReleasePinRow(Base):
    """Somebody (a review) needs this release to stay; several may pin the same one."""

    __tablename__ = "release_pins"
    __table_args__ = (UniqueConstraint("release_number", "holder"),)

    release_number: Mapped[int] = mapped_column(ForeignKey("releases.number"))
    holder: Mapped[str]
