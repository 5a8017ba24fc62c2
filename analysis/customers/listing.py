"""The customers and movements behind a number, as plain rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from data.contracts import CUSTOMERS
from data.queries import customers as queries
from data.queries.segments import attribute_columns, file_labels
from data.records import CustomerQuery

if TYPE_CHECKING:
    from collections.abc import Mapping

    from data.engine import Engine

_STANDARD = tuple(c for c in CUSTOMERS.names if c not in {"customer_id", "name", "signed_on"})
_CONTRACT = ("plan", "interval", "cancel_reason")


@dataclass(frozen=True)
class CustomerRow:
    """One customer; mrr_cents is what it pays now, or paid just before its loss, change_cents what the bar counts."""

    customer_id: str
    name: str | None
    status: str
    mrr_cents: int
    started_on: date | None
    churned_on: date | None
    cause: str | None
    change_cents: int | None
    attributes: Mapping[str, str | int | None]


@dataclass(frozen=True)
class CustomerTotals:
    """Size of a list whatever its limit; `lost_mrr_cents` is the part of the MRR that lost customers paid last."""

    customers: int
    mrr_cents: int
    lost_mrr_cents: int


@dataclass(frozen=True)
class MovementRow:
    """One movement; money in cents, cause where one is known."""

    customer_id: str
    on: date
    kind: str
    delta_cents: int
    mrr_after_cents: int
    cause: str | None


def customers(engine: Engine, query: CustomerQuery) -> tuple[CustomerRow, ...]:
    """The rows of a list."""
    labels = file_labels(engine)
    names = {column: labels.get(key, key) for key, column in attribute_columns(engine).items()}
    return tuple(_row(found, names) for found in queries.customer_list(engine, query))


def totals(engine: Engine, query: CustomerQuery) -> CustomerTotals:
    """How many customers a list has and what they pay."""
    return CustomerTotals(**queries.customer_count(engine, query))


def movements(
    engine: Engine, query: CustomerQuery, *, kind: str | None = None, limit: int | None = None
) -> tuple[MovementRow, ...]:
    """Movements of a segment in a period, in order of day."""
    return tuple(MovementRow(**row) for row in queries.movement_list(engine, query, kind, limit))


def _row(found: dict[str, Any], names: dict[str, str]) -> CustomerRow:
    standard = {c: found[c] for c in (*_STANDARD, *_CONTRACT) if found.get(c) is not None}
    return CustomerRow(
        customer_id=found["customer_id"],
        name=found.get("name"),
        status=found["status"],
        mrr_cents=int(found["mrr_cents"]),
        started_on=found["started_on"],
        churned_on=found["churned_on"],
        cause=found["cause"],
        change_cents=None if found["change_cents"] is None else int(found["change_cents"]),
        attributes={**standard, **queries.attributes_of(found, names)},
    )
