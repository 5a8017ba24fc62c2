"""Is everything that is kept still there and whole? What `check` asks of settings, app database and lake."""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import text

from data.database import Database, open_database
from data.database.repositories import releases
from data.errors import DataProblem
from data.lake_versions import refuse_unless_whole
from data.records import Release
from data.settings import Settings, unknown_variables


def problems(settings: Settings) -> list[str]:
    """One sentence for each thing that is wrong; none when all is well."""
    db = open_database(settings)
    return [*_of_the_environment(), *_of_the_database(db), *_of_the_lake(settings, releases.all(db))]


def _of_the_environment() -> Iterator[str]:
    for name in unknown_variables():
        yield f"The variable {name} is set and nothing reads it. Correct its name, or unset it."


def _of_the_database(db: Database) -> Iterator[str]:
    if db.engine.dialect.name != "sqlite":
        return
    with db.engine.connect() as connection:
        for (found,) in connection.execute(text("PRAGMA integrity_check")):
            if found != "ok":
                yield f"The app database is damaged ({found}). Restore the last backup."
        for table, *_ in connection.execute(text("PRAGMA foreign_key_check")):
            yield f"A row of {table} in the app database refers to one that is gone. Restore the last backup."


def _of_the_lake(settings: Settings, kept: list[Release]) -> Iterator[str]:
    """Missing files and rows of a lake in a folder; an object store answers for itself."""
    if "://" in settings.lake_url:
        return
    seen: set[tuple[str, int]] = set()
    for release in kept:
        for table, version in release.tables.items():
            if (table, version) not in seen:
                seen.add((table, version))
                yield from _of_the_version(Path(settings.lake_url, table), version, release)


def _of_the_version(table: Path, version: int, release: Release) -> Iterator[str]:
    try:
        refuse_unless_whole(table, version, release.rows[table.name])
    except DataProblem as wrong:
        yield f"Release {release.number}: {wrong} Import again, or restore the last backup."
