"""The log of imports: written when one starts and when it ends, whatever the end."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from sqlalchemy import select

from data.database.connection import Database
from data.database.tables import ImportRow, this_moment
from data.errors import NoData
from data.records import ImportOutcome, ImportRun


def begin(db: Database, files: Iterable[str], *, mode: str = "replace", who: str | None = None) -> ImportRun:
    """Notes that an import of these files starts; until `finish` its outcome is `running`.

    Of the address of a database the password is not noted.
    """
    from data.importers.database_source import shown

    with db.writing(who) as session:
        row = ImportRow(
            who=session.info["who"],
            mode=mode,
            outcome="running",
            files=[shown(file) for file in files],
            tables={},
            notes=[],
            reason="",
            rejects_file="",
        )
        session.add(row)
        session.flush()
        return _run(row)


def finish(
    db: Database,
    number: int,
    outcome: ImportOutcome,
    *,
    tables: Mapping[str, dict[str, Any]] | None = None,
    notes: Iterable[dict[str, Any]] = (),
    release: int | None = None,
    reason: str = "",
    rejects_file: str = "",
    who: str | None = None,
) -> ImportRun:
    """Notes how the import ended. Inside the `writing` that records the release both are stored or neither."""
    with db.writing(who) as session:
        row = session.get(ImportRow, number)
        if row is None:
            raise NoData(f"There is no import {number}.")
        row.outcome, row.finished_at, row.release_number = outcome, this_moment(), release
        row.tables, row.notes = dict(tables or {}), list(notes)
        row.reason, row.rejects_file = reason, rejects_file
        session.flush()
        return _run(row)


def get(db: Database, number: int) -> ImportRun:
    """The import of this number; NoData when there is none."""
    with db.reading() as session:
        row = session.get(ImportRow, number)
        if row is None:
            raise NoData(f"There is no import {number}.")
        return _run(row)


def all(db: Database, limit: int = 100) -> list[ImportRun]:
    """The last imports, newest first."""
    with db.reading() as session:
        return [_run(row) for row in session.scalars(select(ImportRow).order_by(ImportRow.id.desc()).limit(limit))]


def _run(row: ImportRow) -> ImportRun:
    return ImportRun(
        number=row.id,
        created_at=row.created_at,
        finished_at=row.finished_at,
        who=row.who,
        mode=row.mode,
        outcome=cast("ImportOutcome", row.outcome),
        files=tuple(row.files),
        tables=row.tables,
        notes=tuple(row.notes),
        release=row.release_number,
        reason=row.reason,
        rejects_file=row.rejects_file,
    )
