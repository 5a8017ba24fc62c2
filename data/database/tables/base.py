"""What every table has: id, created_at, updated_at (UTC) and a version that refuses writes over unseen changes."""

from datetime import UTC, date, datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, Date, DateTime, Dialect, MetaData, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

# Named constraints can be changed by later migrations on every engine.
NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcMoment(TypeDecorator[datetime]):
    """An aware moment, in UTC on both sides: SQLite keeps no zone, PostgreSQL answers in the zone of the session."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC; a moment without a zone is refused, since it could mean anything."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"The moment {value} has no time zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Back as an aware moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def this_moment() -> datetime:
    """Now, in UTC: when a row is written."""
    return datetime.now(UTC)


class Base(DeclarativeBase):
    """A row with identity, times and a version; the version rises with every change of the row."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcMoment,
        date: Date,
        # Plain JSON, not JSONB: the order of attributes and checks is kept.
        dict[str, Any]: JSON(none_as_null=True),
        list[Any]: JSON(none_as_null=True),
    }

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-10)
    created_at: Mapped[datetime] = mapped_column(default=this_moment, sort_order=-9)
    updated_at: Mapped[datetime] = mapped_column(default=this_moment, onupdate=this_moment, sort_order=-8)
    version: Mapped[int] = mapped_column(default=1, sort_order=-7)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        """An UPDATE or DELETE of a version that is gone raises StaleDataError."""
        return {"version_id_col": cls.version}


class DataVersionRow(Base):
    """One row whose number rises with every writing transaction: caches ask it whether they are still right."""

    __tablename__ = "data_version"

    number: Mapped[int] = mapped_column(default=0)
