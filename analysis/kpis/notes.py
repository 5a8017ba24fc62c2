"""What a report must say of the question it was asked: how its definition counts, and what its attributes stand for."""

from __future__ import annotations

from collections.abc import Iterable

from analysis.metrics.outcomes import plain_key
from data.records import DefinitionName, Segment

TODAYS = frozenset({"plan", "interval", "currency"})
"""Attributes of the running contract: known as of now, not as of each period."""


def notes_on(definition: DefinitionName, segment: Segment, by: Iterable[str] = ()) -> tuple[str, ...]:
    """Notes on a definition of churn and on the attributes that customers are filtered or split by."""
    notes: list[str] = []
    if definition != "start-base":
        notes.append(
            "The churn rate follows the chosen definition. Customers at start and lost beside it are counted from the "
            "start to the end of each period, whatever the definition."
        )
    if definition in {"stripe", "baremetrics"}:
        notes.append(
            "This definition looks back 30 days from the end of each period: its rate is over 30 days, however long "
            "the period is."
        )
    if definition == "renewal":
        notes.append("This definition counts yearly revenue that was due for renewal, not customers.")
    if TODAYS & {plain_key(name) for name in (*by, *(c.attribute for c in segment.conditions))}:
        notes.append(
            "Plan, billing interval and currency are those of today (of a lost customer: the last ones), in every "
            "period: whoever changed them counts under the last value all the time."
        )
    return tuple(notes)
