"""Preparing a review: its pack assembled on the newest data, pinned, with the agenda it starts from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING

from analysis.review import pack
from analysis.review.agenda import discussed, drafted
from analysis.review.past import before, earlier
from data.database.repositories import actions, findings, reviews
from data.errors import Busy, ReviewError
from data.records_reviews import Item, Review
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

    Preparing again makes another pack; the agenda keeps what is on it and gets what is new. Busy when somebody else
    made another pack meanwhile; whatever else was changed of the review stays as it was changed.
    """
    if engine.release is None:
        raise ValueError("a review is prepared on a recorded release")
    begun = _still_to_be_held(database, start)
    made = pack.assemble(engine, database, start, end, progress)
    digest = pack.digest(made)
    with database.writing(who or None):
        now = _still_to_be_held(database, start) or reviews.create(database, start, end, who=who or None)
        if now.digest not in {digest, "" if begun is None else begun.digest}:
            raise Busy(
                f"Somebody else prepared the review of {now.quarter} while this pack was made, on data release "
                f"{now.release}. Theirs stands. Look at it, or prepare again."
            )
        items = _agenda(database, now)
        return reviews.prepare(database, now, engine.release.number, made, digest, items, who=who or None)


def _still_to_be_held(database: Database, start: date) -> Review | None:
    found = reviews.find(database, start)
    if found is not None and found.state not in {"draft", "prepared"}:
        raise ReviewError(f"The review of {found.quarter} has begun: its pack is frozen.")
    return found


def _agenda(database: Database, review: Review) -> list[Item]:
    done = discussed(reviews.live(database, one.id) for one in earlier(database, review.start))
    return drafted(review, findings.all(database), actions.all(database), before(database, review.start), done)
