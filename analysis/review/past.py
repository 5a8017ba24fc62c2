"""The reviews that were before one of a quarter."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from data.database.repositories import reviews
from data.records_reviews import Review

if TYPE_CHECKING:
    from data.database import Database


def before(database: Database, start: date) -> Review | None:
    """The last review of an earlier quarter, with everything said in it."""
    known = earlier(database, start)
    return reviews.get(database, max(known, key=lambda review: review.start).id) if known else None


def earlier(database: Database, start: date) -> list[Review]:
    """Every review of an earlier quarter, without what was said in it."""
    return [review for review in reviews.all(database) if review.start < start]
