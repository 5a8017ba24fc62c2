"""Events of the releases log."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import ibis

if TYPE_CHECKING:
    from data.engine import Engine


def logged_events(engine: Engine, start: date, end: date) -> list[dict[str, Any]]:
    """Rows (on, kind, title) of the releases log in [start, end); none when the release has no such table."""
    if not engine.has("releases_log"):
        return []
    log = engine.table("releases_log")
    inside = log.filter((log.on >= ibis.date(start.isoformat())) & (log.on < ibis.date(end.isoformat())))
    return engine.rows(inside.select("on", "kind", "title").order_by("on", "title"))
