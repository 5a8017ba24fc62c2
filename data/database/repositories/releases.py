"""Releases of the lake: recorded with the next number, read, pinned by reviews, dropped when old."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from data.database.connection import Database
from data.database.tables import ReleasePinRow, ReleaseRow, this_moment
from data.errors import Busy, NoData
from data.records import Check, MetricOptions, Release

BY_HAND = "by hand"


def record(db: Database, release: Release, *, after: int | None = None, who: str | None = None) -> Release:
    """Stores the release under the next number (the one it carries is not looked at) and gives it back as stored.

    after  Number of the latest release it was built from (0 = none); Busy when another one came in between.
    """
    with db.writing(who) as session:
        last = session.scalar(select(func.max(ReleaseRow.number))) or 0
        if after is not None and after != last:
            raise Busy(
                f"Release {last} was published while this import, which builds on release {after}, was running. "
                "Start the import again."
            )
        row = ReleaseRow(number=last + 1, **_columns(release))
        session.add(row)
        session.flush()
        session.refresh(row)
        return _release(row)


def latest(db: Database) -> Release | None:
    """The newest release; None before the first import."""
    with db.reading() as session:
        row = session.scalar(_kept().limit(1))
        return None if row is None else _release(row)


def get(db: Database, number: int) -> Release:
    """The release of this number; NoData when there is none or its files are gone."""
    with db.reading() as session:
        return _release(_row(session, number))


def all(db: Database) -> list[Release]:
    """Every release whose files are kept, newest first."""
    with db.reading() as session:
        return [_release(row) for row in session.scalars(_kept())]


def pin(db: Database, number: int, holder: str = BY_HAND, *, who: str | None = None) -> None:
    """Keeps the release for this holder (a review) whatever `keep_releases` says; twice is once."""
    with db.writing(who) as session:
        _row(session, number)
        if _pin(session, number, holder) is None:
            session.add(ReleasePinRow(release_number=number, holder=holder))


def unpin(db: Database, number: int, holder: str = BY_HAND, *, who: str | None = None) -> None:
    """This holder needs the release no longer; others may."""
    with db.writing(who) as session:
        held = _pin(session, number, holder)
        if held is not None:
            session.delete(held)


def pins(db: Database) -> dict[int, tuple[str, ...]]:
    """Who holds which release: number -> holders, in the order they came."""
    holders: dict[int, tuple[str, ...]] = {}
    with db.reading() as session:
        for row in session.scalars(select(ReleasePinRow).order_by(ReleasePinRow.id)):
            holders[row.release_number] = (*holders.get(row.release_number, ()), row.holder)
    return holders


def prunable(db: Database, keep: int) -> list[Release]:
    """The releases beyond the `keep` newest that nobody pins, newest first; the latest one never."""
    with db.reading() as session:
        return [_release(row) for row in session.scalars(_unpinned_beyond(keep))]


def drop(db: Database, keep: int, *, who: str | None = None) -> list[Release]:
    """Marks the prunable releases as dropped and gives them back: their versions of the lake may be vacuumed."""
    with db.writing(who) as session:
        rows = session.scalars(_unpinned_beyond(keep)).all()
        for row in rows:
            row.dropped_at = this_moment()
        return [_release(row) for row in rows]


def _kept() -> Select[ReleaseRow]:
    return select(ReleaseRow).where(ReleaseRow.dropped_at.is_(None)).order_by(ReleaseRow.number.desc())


def _unpinned_beyond(keep: int) -> Select[ReleaseRow]:
    newest = select(ReleaseRow.number).where(ReleaseRow.dropped_at.is_(None)).order_by(ReleaseRow.number.desc())
    oldest_kept = newest.offset(max(keep, 1) - 1).limit(1).scalar_subquery()
    pinned = select(ReleasePinRow.release_number)
    return _kept().where(ReleaseRow.number < oldest_kept, ReleaseRow.number.not_in(pinned))


def _row(session: Session, number: int) -> ReleaseRow:
    row = session.scalar(select(ReleaseRow).where(ReleaseRow.number == number))
    if row is None:
        last = session.scalar(select(func.max(ReleaseRow.number)))
        known = "There is none yet: import data first." if last is None else f"The latest one is {last}."
        raise NoData(f"Release {number} does not exist. {known}")
    if row.dropped_at is not None:
        raise NoData(
            f"Release {number} was dropped on {row.dropped_at:%Y-%m-%d}: no review pinned it and it was not among the "
            "newest. Choose a newer release; raise CHURN_KEEP_RELEASES to keep more of them."
        )
    return row


def _pin(session: Session, number: int, holder: str) -> ReleasePinRow | None:
    held = select(ReleasePinRow).where(ReleasePinRow.release_number == number, ReleasePinRow.holder == holder)
    return session.scalar(held)


def _columns(release: Release) -> dict[str, Any]:
    return {
        "created_at": release.created_at,
        "as_of": release.as_of,
        "options": asdict(release.options),
        "tables": release.tables,
        "rows": release.rows,
        "checks": [asdict(check) for check in release.checks],
        "attributes": release.attributes,
        "sources": release.sources,
        "shape": release.shape,
        "note": release.note,
        "builder": release.builder,
    }


def _release(row: ReleaseRow) -> Release:
    rates = tuple((currency, rate) for currency, rate in row.options["currency_rates"])
    options: dict[str, Any] = {**row.options, "currency_rates": rates}
    return Release(
        number=row.number,
        created_at=row.created_at,
        as_of=row.as_of,
        options=MetricOptions(**options),
        tables=row.tables,
        rows=row.rows,
        checks=tuple(Check(**check) for check in row.checks),
        attributes=row.attributes,
        sources=row.sources,
        shape=row.shape,
        note=row.note,
        builder=row.builder,
    )
