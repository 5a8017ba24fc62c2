"""From one screen of the review to another."""

from dashboard import session


def go(review: str, screen: str = "", part: str = "") -> None:
    """Turn this tab to a review (`all`: to the list), to a screen of its meeting, or to one of its parts."""
    session.put("review", review)
    session.put("screen", screen)
    session.put("part", part or None)
