"""A review goes from its preparation to its signature; the database refuses every other way, whoever asks."""

from collections.abc import Callable
from datetime import date
from itertools import product
from typing import get_args

import pytest

from analysis.review.moves import MOVES, ReviewMove, after, allowed
from data.database import Database, open_database
from data.database.repositories import releases, reviews
from data.errors import ReviewError
from data.records_reviews import Review, ReviewState
from data.settings import settings
from tests.unit.data.database.test_releases import a_release

QUARTERS = [date(year, month, 1) for year in range(2000, 2026) for month in (1, 4, 7, 10)]
DEEDS: dict[ReviewMove, Callable[[Database, Review], object]] = {
    "prepare": lambda db, one: reviews.prepare(db, one, 1, {"schema": 1}, "a"),
    "start": lambda db, one: reviews.start(db, one),
    "end": lambda db, one: reviews.end(db, one),
    "resume": lambda db, one: reviews.resume(db, one),
    "sign": lambda db, one: reviews.sign(db, one),
    "archive": lambda db, one: reviews.archive(db, one),
}
WAYS: dict[ReviewState, tuple[ReviewMove, ...]] = {
    "draft": (),
    "prepared": ("prepare",),
    "running": ("prepare", "start"),
    "held": ("prepare", "start", "end"),
    "signed": ("prepare", "start", "end", "sign"),
}


def in_state(db: Database, state: ReviewState, quarter: int) -> Review:
    one = reviews.create(db, QUARTERS[quarter], QUARTERS[quarter + 1])
    for move in WAYS[state]:
        if move == "sign":
            reviews.add_minutes(db, one.id, {}, "b")
            reviews.sign_minutes(db, one.id, 1)
        DEEDS[move](db, one)
        one = reviews.get(db, one.id)
    return one


def test_every_move_in_every_state_is_done_or_refused_as_the_table_says() -> None:
    db = open_database(settings())
    releases.record(db, a_release())
    for quarter, (state, move) in enumerate(product(get_args(ReviewState), get_args(ReviewMove))):
        one = in_state(db, state, quarter)
        assert (move in allowed(one)) == ((state, move) in MOVES)
        if (state, move) not in MOVES:
            with pytest.raises(ReviewError, match=rf"The review of {one.quarter} .+\."):
                DEEDS[move](db, one)
            assert reviews.get(db, one.id) == one
            continue
        if move == "sign":
            reviews.add_minutes(db, one.id, {}, "b")
            reviews.sign_minutes(db, one.id, 1)
        DEEDS[move](db, one)
        if move != "archive":
            assert reviews.get(db, one.id).state == MOVES[state, move] == after(one, move)


def test_an_archived_review_moves_nowhere() -> None:
    assert allowed(Review(QUARTERS[0], QUARTERS[1], archived=True)) == ()
