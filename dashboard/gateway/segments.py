"""Segments that were saved under a name."""

from dashboard.gateway import releases
from data.database.repositories import segments
from data.records import SavedSegment, Segment


def saved() -> list[SavedSegment]:
    """Every saved segment, by name."""
    return segments.all(releases.database())


def save(name: str, segment: Segment) -> SavedSegment:
    """Keep a segment under a new name; Busy when the name is taken."""
    return segments.save(releases.database(), name, segment)
