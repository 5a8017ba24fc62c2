"""Named documents in versions: a version never changes, a change is the next version."""

from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, declared_attr

from data.database.tables.base import Base


class RevisedRow(Base):
    """One revision of a named document."""

    __abstract__ = True

    name: Mapped[str]
    revision: Mapped[int]
    document: Mapped[dict[str, Any]]
    who: Mapped[str]

    @declared_attr.directive
    def __table_args__(cls) -> tuple[UniqueConstraint]:
        """Each table needs a constraint of its own."""
        return (UniqueConstraint("name", "revision"),)


class MappingRow(RevisedRow):
    """How the columns of a source become ours."""

    __tablename__ = "mappings"


class SettingsDocumentRow(RevisedRow):
    """Metric options, health model, taxonomy, calendar: choices people make in the program."""

    __tablename__ = "settings_documents"
