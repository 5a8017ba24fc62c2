"""Sums over all customers that a large release brings along; the same answers as counting, for a glance at a file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import ibis

from data.calendar import floor
from data.expressions import Table
from data.records import EVERYBODY, Grain, Segment

if TYPE_CHECKING:
    from data.engine import Engine


def _stored(engine: Engine, segment: Segment, name: str) -> Table | None:
    return engine.table(name) if segment == EVERYBODY and engine.has(name) else None


def stored_days(engine: Engine, segment: Segment) -> Table | None:
    """What `daily_flows` counts, in order of day; None where it has to count."""
    daily = _stored(engine, segment, "daily_sums")
    return None if daily is None else daily.order_by("on")


def stored_periods(engine: Engine, segment: Segment, grain: Grain, start: date, end: date) -> Table | None:
    """What `net_flows` counts of whole periods, in order; None where it has to count, as for a cut period."""
    sums = _stored(engine, segment, "period_sums")
    if sums is None or floor(start, grain) != start or not _whole_end(engine, grain, end):
        return None
    low, high = (ibis.date(day.isoformat()) for day in (start, end))
    sums = sums.filter((sums.grain == grain) & (sums.period >= low) & (sums.period < high))
    return sums.drop("grain").order_by("period")


def _whole_end(engine: Engine, grain: Grain, end: date) -> bool:
    return floor(end, grain) == end or (engine.release is not None and engine.release.as_of < end)


def stored_windows(
    engine: Engine, segment: Segment, windows: Sequence[tuple[date, date]]
) -> list[dict[str, Any]] | None:
    """What `retained` counts, per window; None where it has to count, as for any other window."""
    sums = _stored(engine, segment, "retained_sums")
    if sums is None:
        return None
    found = {(row.pop("starts_on"), row.pop("ends_on")): row for row in engine.rows(sums)}
    return [found[window] for window in windows] if found.keys() >= set(windows) else None


def stored_lives(engine: Engine, segment: Segment) -> Table | None:
    """Lives of all customers by age in days, plan, interval and currency; None where they have to be counted."""
    return _stored(engine, segment, "lives_sums")
