"""Preparing a review: its pack assembled on the newest data, pinned, with the agenda it starts from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from analysis.review import pack
from analysis.review.agenda import discussed, drafted
from data.database.repositories import actions, findings, reviews
from data.errors import ReviewError
from data.records_reviews import Review
from data.staged import Progress

if TYPE_CHECKING:
    from data.database import Database
    from data.engine import Engine


def prepare(
    engine: Engine,
    database: Database,
    start: date,
    end: date,
    who: str = "",
    progress: Callable[[Progress], None] | None = None,
) -> Review:
    """The review of a quarter with a new pack on the engine's release; refused once the meeting has begun.

    Preparing again makes another pack; the agenda keeps what is on it and gets what is new.
    """
    if engine.release is None:
        raise ValueError("a review is prepared on a recorded release")
    seen = reviews.find(database, start)
    if seen is not None and seen.state not in {"draft", "prepared"}:
        raise ReviewError(f"The review of {seen.quarter} has begun: its pack is frozen.")
    made = pack.assemble(engine, database, start, end, progress)
    if seen is None:
        seen = reviews.create(database, start, end, who=who or None)
    done = discussed(reviews.live(database, one.id) for one in _earlier(database, start))
    items = drafted(seen, findings.all(database), actions.all(database), before(database, start), done)
    return reviews.prepare(database, seen, engine.release.number, made, pack.digest(made), items, who=who or None)


def before(database: Database, start: date) -> Review | None:
    """The last review of an earlier quarter, with everything said in it."""
    earlier = _earlier(database, start)
    return reviews.get(database, max(earlier, key=lambda review: review.start).id) if earlier else None


def _earlier(database: Database, start: date) -> list[Review]:
    return [review for review in reviews.all(database) if review.start < start]
