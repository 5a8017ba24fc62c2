"""Which behaviours may stand in a rate: those known before the risk begins."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from data.errors import UnknownSegment
from data.queries.behaviour import BEHAVIOURS, known_after
from data.queries.segments import attribute_key
from data.records import Condition, Period, Segment

LOOKING_BACK = frozenset(key for key, one in BEHAVIOURS.items() if one.known_after is None)
"""Behaviours of the last days before the loss, or before the as-of date: they describe, and foretell nothing."""


def asked_of(segment: Segment, attributes: Iterable[str] = ()) -> tuple[str, ...]:
    """The attributes customers are counted by, and those they are chosen by."""
    return (*attributes, *(condition.attribute for condition in (*segment.conditions, *segment.without)))


def refuse_in_periods(attributes: Iterable[str], period: Period | None) -> None:
    """UnknownSegment for a behaviour that looks back from the loss, where customers are followed through a period."""
    for name in attributes if period is not None else ():
        if attribute_key(name) in LOOKING_BACK:
            raise UnknownSegment(
                f"{name} looks back from the loss or from the as-of date, so nobody had it at the start of a period. "
                "Leave out the range (--from, --to), or take a behaviour of the first days."
            )


def conditions_of_landmarks(attributes: Iterable[str], period: Period | None) -> tuple[Condition, ...]:
    """What else the customers of a cell of a period have in common: their behaviour was known at its start."""
    days = [known_after(attribute_key(name)) or 0 for name in attributes]
    if period is None or not any(days):
        return ()
    return (Condition("started_on", "<=", ((period.start - timedelta(days=max(days))).isoformat(),)),)


def notes_on_behaviour(attributes: Iterable[str], period: Period | None) -> tuple[str, ...]:
    """What must be known of the behaviours among these attributes."""
    keys = [attribute_key(name) for name in attributes]
    notes: list[str] = []
    if any(known_after(key) for key in keys):
        notes.append(
            "A behaviour of the first days is known when they are over: customers lost before are left out, and so are "
            "those who started before it was recorded."
        )
        if period is not None:
            notes.append("Customers for whom it was not yet known at the start of the period are left out too.")
    if LOOKING_BACK & set(keys):
        notes.append(
            "This behaviour looks back from the loss, or from the as-of date for those who stay: it describes how "
            "customers left and foretells nothing."
        )
    return tuple(notes)
