"""What must be known of the customers that a cross-tab or a search looks at."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.personas.behaviour import notes_on_behaviour
from data.records import Period


def notes_on_customers(attributes: Iterable[str], period: Period | None) -> tuple[str, ...]:
    """Who is counted, and what must be known of the attributes they are counted by."""
    notes: list[str] = []
    if period is None:
        notes.append(
            "Every customer that ever paid is counted, and whether it is lost by now: who came lately had less time to "
            "leave."
        )
    else:
        notes.append("Customers at the start of the period are counted, and whether they are gone at its end.")
    return (*notes, *notes_on_behaviour(tuple(attributes), period))
