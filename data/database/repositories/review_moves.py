"""Which move a review allows in which state: one table, asked inside every transaction that moves one."""

from collections.abc import Mapping
from typing import Literal

from data.errors import ReviewError
from data.records_reviews import Review, ReviewState

ReviewMove = Literal["prepare", "start", "end", "resume", "sign", "archive"]

MOVES: Mapping[tuple[ReviewState, ReviewMove], ReviewState] = {
    ("draft", "prepare"): "prepared",
    ("draft", "archive"): "draft",
    ("prepared", "prepare"): "prepared",
    ("prepared", "start"): "running",
    ("prepared", "archive"): "prepared",
    ("running", "end"): "held",
    ("held", "resume"): "running",
    ("held", "sign"): "signed",
}
"""State and move -> state afterwards; nothing moves a signed review."""


def after(review: Review, move: ReviewMove) -> ReviewState:
    """The state a move leads to; ReviewError when the review is not in a state that allows it."""
    found = MOVES.get((review.state, move))
    if found is None:
        raise ReviewError(_said(review, move))
    return found


def _said(review: Review, move: ReviewMove) -> str:
    quarter = review.quarter
    if review.state == "signed":
        return f"The review of {quarter} is signed: nothing can be added to it or changed."
    if move == "start" and review.state == "draft":
        return f"The review of {quarter} has no pack yet. Prepare it before it is held."
    return _OTHERS[move].format(quarter)


_OTHERS: Mapping[ReviewMove, str] = {
    "prepare": "The review of {0} has begun: its pack is frozen.",
    "start": "The review of {0} was begun before. Resume it if it was ended too early.",
    "end": "The review of {0} is not being held: only one that is can be ended.",
    "resume": "The review of {0} was not ended: there is nothing to resume.",
    "sign": "The review of {0} is not over. End it before its minutes are signed.",
    "archive": "The review of {0} was held: it stays on record.",
}
