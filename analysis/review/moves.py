"""The states of a review: what is possible now. The database asks the same table when it moves one."""

from data.database.repositories.review_moves import MOVES, ReviewMove, after
from data.records_reviews import Review

__all__ = ["MOVES", "ReviewMove", "after", "allowed"]


def allowed(review: Review) -> tuple[ReviewMove, ...]:
    """The moves that are possible now, in the order of a review's life; none once it is archived."""
    return () if review.archived else tuple(move for state, move in MOVES if state == review.state)
