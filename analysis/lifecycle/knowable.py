"""What customers may be filtered or grouped by over their whole life: nothing that only their end could tell."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.metrics.outcomes import refuse_outcomes
from analysis.personas.behaviour import LOOKING_BACK
from data.errors import UnknownSegment
from data.queries.behaviour import known_after
from data.queries.segments import attribute_key
from data.records import Segment


def refuse_unknowable(segment: Segment, by: Iterable[str] = ()) -> None:
    """UnknownSegment for the outcome itself, and for behaviour of the last days before it."""
    asked = tuple(by)
    refuse_outcomes(segment, asked)
    for name in (*asked, *(condition.attribute for condition in segment.conditions)):
        if attribute_key(name) in LOOKING_BACK:
            raise UnknownSegment(
                f"{name} looks back from the loss or from the as-of date, so nobody had it when life began. "
                "Take a behaviour of the first days, or look at it under Personas (report crosstab)."
            )


def refuse_landmarks(by: Iterable[str]) -> None:
    """UnknownSegment for a behaviour that is known only after some days: cohorts count everybody from the start."""
    for name in by:
        if known_after(attribute_key(name)):
            raise UnknownSegment(
                f"{name} is known only of customers that stayed for {known_after(attribute_key(name))} days, so "
                "cohorts by it would keep everybody at first. Take survival (report survival), which begins after "
                "that day."
            )


def landmark_notes(landmark: int, unit: str) -> tuple[str, ...]:
    """What must be known of curves that begin at a later age."""
    if not landmark:
        return ()
    return (
        f"The behaviour is known only after the first {landmark} {unit}s: who was lost before is left out, and the "
        "others are at risk from then on.",
    )
