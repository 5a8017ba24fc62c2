"""The list behind any number: which customers a count is made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import ibis

from data.contracts import ATTRIBUTE_PREFIX
from data.errors import ReviewError
from data.expressions import Table
from data.queries import flows
from data.queries.losses import lost_customers
from data.queries.segments import within
from data.queries.small_tables import text_table
from data.records import CustomerQuery, Period

if TYPE_CHECKING:
    from data.engine import Engine

SORTABLE = ("customer_id", "name", "status", "mrr_cents", "started_on", "churned_on", "change_cents")
HERE = ("active", "paused", "past_due")


def customer_list(engine: Engine, query: CustomerQuery) -> list[dict[str, Any]]:
    """The rows of the list, with every attribute under its stored column name."""
    found = _ordered(_searched(_joined(engine, query), query.search), query.sort)
    if query.limit is not None:
        # The engine's own offset does not promise the order on Spark.
        found = found.limit(query.offset + query.limit)
    return engine.arrow(found).slice(query.offset).to_pylist()


def customer_count(engine: Engine, query: CustomerQuery) -> dict[str, int]:
    """How many customers the list has, their MRR in cents and what of it is lost, whatever the limit of the list."""
    found = _searched(_joined(engine, query), query.search)
    lost = found.mrr_cents.sum(where=found.churned_on.notnull())
    sums = found.agg(
        customers=found.count(), mrr_cents=found.mrr_cents.sum().fill_null(0), lost_mrr_cents=lost.fill_null(0)
    )
    return {name: int(value) for name, value in engine.rows(sums)[0].items()}


def _joined(engine: Engine, query: CustomerQuery) -> Table:
    lives = engine.table("lifetimes")
    rows = lives.select(
        "customer_id",
        "status",
        "started_on",
        "plan",
        "interval",
        "cancel_reason",
        "scheduled_end_on",
        "cause",
        mrr_cents=lives.last_mrr_cents.fill_null(0),
        churned_on="lost_on",
    )
    chosen = _chosen(engine, query)
    rows = within(rows, engine, query.segment)
    if chosen is None:
        rows = rows.mutate(change_cents=ibis.null("int64"))
    else:
        chosen = chosen.rename(chosen_id="customer_id")
        rows = rows.inner_join(chosen, rows.customer_id == chosen.chosen_id).drop("chosen_id")
    rows = _of_status(rows, query)
    customers = engine.table("customers")
    kept = [c for c in customers.columns if c not in rows.columns or c == "customer_id"]
    customers = customers.select(*kept).rename(known_id="customer_id")
    return rows.left_join(customers, rows.customer_id == customers.known_id).drop("known_id")


def _of_status(rows: Table, query: CustomerQuery) -> Table:
    if query.kind == "lost":
        return rows.filter(rows.status == "lost")
    if query.kind == "active":
        return rows.filter(rows.status.isin(HERE))
    if query.kind == "scheduled":
        return rows.filter(rows.scheduled_end_on.notnull() & rows.status.isin(HERE))
    return rows


def _chosen(engine: Engine, query: CustomerQuery) -> Table | None:
    """The customers of a period's bar with their change of MRR in cents; None when the status alone decides."""
    if query.kind in {"all", "active", "lost", "scheduled"}:
        return None
    if query.period is None:
        raise ReviewError(
            f"The list {query.kind} needs a period. Give its first day and the day after its last (--from, --to)."
        )
    if query.kind in {"start", "end"}:
        return _active_before(engine, query.period.start if query.kind == "start" else query.period.end)
    if query.kind == "definition":
        return _lost_under(engine, query, query.period)
    return _moved(engine, query, query.period)


def _active_before(engine: Engine, day: Any) -> Table:
    m = engine.table("movements")
    m = m.filter(m.on < ibis.date(day.isoformat()))
    last = m.group_by("customer_id").agg(here=m.active_after.argmax(m.on))
    return last.filter(last.here).select("customer_id", change_cents=ibis.null("int64"))


def _lost_under(engine: Engine, query: CustomerQuery, period: Period) -> Table:
    lost = lost_customers(engine, query.segment, [period])
    lost = lost.filter(lost.definition == query.definition).select("customer_id").distinct()
    return lost.mutate(change_cents=ibis.null("int64"))


def _moved(engine: Engine, query: CustomerQuery, period: Period) -> Table:
    n = flows.named_changes(engine, query.segment, query.grain, period.start, period.end)
    lost = n.kind == "churn"
    kept = {
        "early_churn": ~n.was & ~n.stays & n.joined,
        "involuntary": lost & (n.cause == "payment"),
        "voluntary": lost & n.cause.isin(flows.DECIDED),
        "unknown_cause": lost & n.cause.notin(("payment", *flows.DECIDED)),
    }.get(query.kind, n.kind == query.kind)
    n = n.filter(kept)
    return n.group_by("customer_id").agg(change_cents=(n.after - n.before).sum().cast("int64"))


def _searched(rows: Table, text: str) -> Table:
    text = text.strip().lower()
    if not text:
        return rows
    return rows.filter(rows.customer_id.lower().contains(text) | rows.name.lower().contains(text).fill_null(False))


def _ordered(rows: Table, sort: str) -> Table:
    column = sort.lstrip("-")
    if column not in rows.columns:
        raise ReviewError(f"Customers cannot be sorted by {column}. Choose one of: {', '.join(SORTABLE)}.")
    order = rows[column].desc(nulls_first=False) if sort.startswith("-") else rows[column].asc()
    return rows.order_by(order) if column == "customer_id" else rows.order_by(order, rows.customer_id.asc())


def customer_names(engine: Engine, customers: Sequence[str]) -> dict[str, str]:
    """The names of some customers by their ids; without those that have none."""
    known = engine.table("customers")
    if "name" not in known.columns:
        return {}
    found = known.filter(known.name.notnull()).select("customer_id", "name")
    rows = engine.rows(found.semi_join(text_table(customer_id=customers), "customer_id"))
    return {row["customer_id"]: row["name"] for row in rows}


def here_now(engine: Engine, customers: Sequence[str]) -> dict[str, int]:
    """Of some customers those that are here on the as-of date, with their MRR in cents."""
    lives = engine.table("lifetimes")
    found = lives.filter(lives.status.isin(HERE)).select("customer_id", mrr_cents=lives.mrr_cents.fill_null(0))
    rows = engine.rows(found.semi_join(text_table(customer_id=customers), "customer_id"))
    return {row["customer_id"]: int(row["mrr_cents"]) for row in rows}


def attributes_of(row: dict[str, Any], labels: dict[str, str]) -> dict[str, Any]:
    """The further attributes of a row under the labels they had in the file."""
    return {
        labels.get(c, c.removeprefix(ATTRIBUTE_PREFIX)): v for c, v in row.items() if c.startswith(ATTRIBUTE_PREFIX)
    }


def movement_list(engine: Engine, query: CustomerQuery, kind: str | None, limit: int | None) -> list[dict[str, Any]]:
    """Movements of a period (all, without one) in order of day and customer."""
    m = flows.movements_of(engine, query.segment)
    if query.period is not None:
        m = m.filter(
            (m.on >= ibis.date(query.period.start.isoformat())) & (m.on < ibis.date(query.period.end.isoformat()))
        )
    if kind is not None:
        m = m.filter(m.kind == kind)
    m = m.select("customer_id", "on", "kind", "delta_cents", "mrr_after_cents", "cause").order_by("on", "customer_id")
    return engine.rows(m if limit is None else m.limit(limit))


def attribute_values(engine: Engine, column: str, limit: int = 200) -> list[tuple[str, int]]:
    """The values of an attribute with their customers, most frequent first; an absent value is ''."""
    table = engine.table("customers")
    table = table if column in table.columns else engine.table("lifetimes")
    values = table.select(value=table[column].cast("string").fill_null(""))
    counts = values.group_by("value").agg(n=values.count())
    counts = counts.order_by(counts.n.desc(), counts.value.asc()).limit(limit)
    return [(row["value"], row["n"]) for row in engine.rows(counts)]
