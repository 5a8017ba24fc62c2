"""From typed tables of any known shape to the consolidated tables, as views in the engine."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import duckdb

from data.importers.recognise_fields import Draft, TypedTable
from data.importers.transforms_customers import customers
from data.importers.transforms_desk import desk_of
from data.importers.transforms_invoices import invoices
from data.importers.transforms_keys import keys_of
from data.importers.transforms_subscriptions import subscriptions
from data.importers.transforms_surveys import assignments, releases_log, surveys, touches
from data.importers.transforms_tickets import tickets
from data.importers.transforms_usage import usage

#: Roles with readers of their own: one row per customer with a tenure, and purchases without contracts.
NOT_MINE = frozenset({"snapshot", "purchases"})


def build(
    connection: duckdb.DuckDBPyConnection,
    typed: Sequence[TypedTable],
    *,
    as_of: date | None = None,
    earlier: str | None = None,
) -> list[Draft]:
    """Build every consolidated table the typed tables can tell of.

    connection  Its session time zone must be UTC: days are UTC days.
    earlier     Relation of (subscription_id, customer_id) that are known without the typed tables.
    as_of       Day the data stand for; ends that are known to have happened on an unknown day fall on it.

    Each draft carries the sentences of what was summed, derived, translated and left out.
    """
    desk = desk_of(connection, [t for t in typed if t.reading.role.name not in NOT_MINE])
    keys = keys_of(desk, earlier)
    drafts = [
        customers(desk, keys),
        subscriptions(desk, keys, as_of),
        *usage(desk, keys),
        tickets(desk, keys),
        invoices(desk, keys),
        surveys(desk, keys),
        touches(desk, keys),
        assignments(desk, keys),
        releases_log(desk),
    ]
    return [replace(d, notes=tuple(desk.notes.get(d.name, ()))) for d in drafts if d is not None]
