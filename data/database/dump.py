"""The rows of the app database as JSON lines, and back: from SQLite to PostgreSQL as well as to itself."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from sqlalchemy import JSON, Connection, Engine, MetaData, Table, event, func, insert, select, text, update

from data.database.documents import from_text, to_text
from data.database.migrate import HEAD, upgrade
from data.database.tables import AuditRow, Base, DataVersionRow

BATCH = 1_000
TABLES = tuple(table.name for table in Base.metadata.sorted_tables)
# What a new database has from the start; everything else was written by somebody.
FROM_THE_START = {"data_version", "users"}


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees one state of every table, whatever others write meanwhile."""
    # In SQLite's write-ahead log every transaction is such a snapshot.
    options = {"isolation_level": "REPEATABLE READ"} if engine.dialect.name == "postgresql" else {}
    with engine.execution_options(**options).connect() as connection:
        yield connection


def lines(connection: Connection, name: str) -> Iterator[str]:
    """The rows of one table, one JSON document a line, in the order of their ids."""
    table = Base.metadata.tables[name]
    rows = connection.execution_options(yield_per=BATCH).execute(select(table).order_by(table.c.id))
    return (to_text(dict(row)) for row in rows.mappings())


def is_unused(connection: Connection) -> bool:
    """True when nobody has written anything yet."""
    written = [Base.metadata.tables[name] for name in TABLES if name not in FROM_THE_START]
    return all(connection.execute(select(table.c.id).limit(1)).first() is None for table in written)


def replace_all(connection: Connection, revision: str, tables: Iterable[tuple[str, Iterable[str]]], who: str) -> None:
    """Puts the lines of another database in the place of everything here, in the transaction of the connection.

    revision  Schema the lines were written at; they are loaded into that one, and then brought to the newest.
    tables    Name and lines of each table; those a table refers to come before it.
    """
    known = connection.execute(select(DataVersionRow.number)).scalar_one()
    _drop_everything(connection)
    upgrade(connection, revision)
    schema = _as_it_stands(connection)
    for table in reversed(schema.sorted_tables):
        if table.name in FROM_THE_START:
            connection.execute(table.delete())
    for name, found in tables:
        _load(connection, schema.tables[name], found)
    upgrade(connection, HEAD)
    _tell_caches_and_audit(connection, known, who)


def _drop_everything(connection: Connection) -> None:
    Base.metadata.drop_all(connection)
    connection.execute(text("DROP TABLE alembic_version"))


def _as_it_stands(connection: Connection) -> MetaData:
    schema = MetaData()

    @event.listens_for(schema, "column_reflect")
    def _null_is_null(_inspector: object, _table: object, column: dict[str, Any]) -> None:
        # Read back from the database, a JSON column would store the word null where there was nothing.
        if isinstance(column["type"], JSON):
            column["type"] = JSON(none_as_null=True)

    schema.reflect(connection)
    return schema


def _load(connection: Connection, table: Table, found: Iterable[str]) -> None:
    rows = (from_text(line) for line in found)
    while batch := list(islice(rows, BATCH)):
        connection.execute(insert(table), batch)
    if connection.dialect.name == "postgresql":
        # The ids came with the rows; the next one must be counted from there.
        highest = select(func.max(table.c.id)).scalar_subquery()
        connection.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), highest)))


def _tell_caches_and_audit(connection: Connection, known: int, who: str) -> None:
    restored = connection.execute(select(DataVersionRow.number)).scalar_one()
    connection.execute(update(DataVersionRow).values(number=max(known, restored) + 1))
    connection.execute(insert(AuditRow).values(who=who, action="restored", subject="app database"))
