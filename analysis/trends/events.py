"""What happened when: releases, price changes and campaigns from the data, and what people noted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from data.queries.events import logged_events

if TYPE_CHECKING:
    from collections.abc import Iterable

    from data.engine import Engine
    from data.records import Annotation


@dataclass(frozen=True)
class Event:
    """One event on the charts: from the releases log of the data, or noted by a person."""

    on: date
    kind: str
    title: str
    source: Literal["data", "person"]


def events(engine: Engine, start: date, end: date, noted: Iterable[Annotation] = ()) -> tuple[Event, ...]:
    """Events in [start, end) in order of day."""
    found = [Event(r["on"], r["kind"], r["title"], "data") for r in logged_events(engine, start, end)]
    found += [Event(a.on, "note", a.title, "person") for a in noted if start <= a.on < end]
    return tuple(sorted(found, key=lambda event: (event.on, event.title)))
