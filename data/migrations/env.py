"""Alembic's way in: runs the steps on the connection it is given, or on the one the settings name."""

from typing import Literal

from alembic import context
from sqlalchemy import Connection

from data.database.connection import connect
from data.database.tables import Base, UtcMoment
from data.settings import settings


def plain_type(kind: str, thing: object, _context: object) -> str | Literal[False]:
    """Steps name SQLAlchemy's own types only, so that old steps do not change with our code."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(thing, UtcMoment) else False


def run(connection: Connection) -> None:
    """Runs the steps inside the connection's transaction (SQLite can undo a CREATE TABLE, Alembic assumes not)."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        transactional_ddl=True,
        render_as_batch=True,
        render_item=plain_type,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with connect(settings().database_url).execution_options(writing=True).begin() as own:
        run(own)
