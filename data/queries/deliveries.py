"""Assignments in the order they were made, for sending them in batches."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import ibis

if TYPE_CHECKING:
    from data.engine import Engine


def assigned_after(engine: Engine, key: str, after: tuple[datetime, str] | None, most: int) -> list[dict[str, Any]]:
    """The next assignments of an experiment (customer_id, variant, assigned_at) by moment, then id.

    after  Moment (aware) and customer of the last one that is known; None = from the first. Those without a moment
           are left out.
    """
    rows = engine.table("assignments")
    rows = rows.filter((rows.experiment_key == key) & rows.assigned_at.notnull())
    if after is not None:
        moment = ibis.literal(after[0], type=rows.assigned_at.type())
        rows = rows.filter((rows.assigned_at > moment) | ((rows.assigned_at == moment) & (rows.customer_id > after[1])))
    found = rows.select("customer_id", "variant", "assigned_at").order_by("assigned_at", "customer_id")
    return [{**row, "assigned_at": _in_utc(row["assigned_at"])} for row in engine.rows(found.limit(most))]


def _in_utc(moment: datetime) -> datetime:
    """Spark answers in UTC without saying so."""
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
