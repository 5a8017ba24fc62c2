"""From one screen of the review to another."""

from dashboard import session
from dashboard.refusals import press as press
from dashboard.refusals import tried as tried


def go(review: str, screen: str = "", part: str = "") -> None:
    """Turn this tab to a review (`all`: to the list), to a screen of its meeting, or to one of its parts."""
    session.put("review", review)
    session.put("screen", screen)
    session.put("part", part or None)
