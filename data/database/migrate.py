"""Brings the app database to the newest schema: safe when several processes start at once, cheap when it is there."""

import time
from pathlib import Path

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from data.errors import SettingsProblem

# The newest revision in data/migrations. Known here so that a start without work needs neither Alembic (400 ms) nor
# its folder; a test compares the two.
HEAD = "0007"
MIGRATIONS = Path(__file__).parent.parent / "migrations"
# Any number that no other program uses for its own advisory locks.
POSTGRES_LOCK = 4_368_552_190


def to_head(engine: Engine) -> None:
    """Runs the missing migrations, all or none; refuses a database that a newer program wrote."""
    if stored_revision(engine) == HEAD:
        return
    if engine.dialect.name == "sqlite":
        _use_write_ahead_log(engine)
    with engine.execution_options(writing=True).begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": POSTGRES_LOCK})
        upgrade(connection, "head")


def stored_revision(engine: Engine) -> str | None:
    """The revision the database is at; None when it is empty."""
    try:
        with engine.connect() as connection:
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except (OperationalError, ProgrammingError) as refused:
        if "no such table" in str(refused.orig) or getattr(refused.orig, "sqlstate", "") == "42P01":
            return None
        raise


def upgrade(connection: Connection, revision: str) -> None:
    """Runs the migrations up to a revision on this connection and in its transaction."""
    from alembic import command  # slow to import, and needed once in the life of a database
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, revision)
    except CommandError as unknown:
        raise SettingsProblem(
            f"The app database was written by a newer version of this program ({unknown}); this one knows {HEAD}. "
            "Install the newer version, or set CHURN_DATABASE_URL to another database."
        ) from unknown


def _use_write_ahead_log(engine: Engine) -> None:
    """Readers and the writer do not wait for each other; the file remembers the choice."""
    # Changing the journal does not wait for a lock (busy_timeout is not asked), so two first starts may collide.
    for pause in (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2):
        raw = engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA journal_mode = WAL")
            return
        except engine.dialect.loaded_dbapi.OperationalError:
            time.sleep(pause)
        finally:
            raw.close()
    raise SettingsProblem(
        f"The app database {engine.url.database} is held by another program. Close that program and start again."
    )
