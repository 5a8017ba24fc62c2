"""Customers from one or several tables: one row per customer, gaps filled from the next table."""

from data.contracts import CUSTOMERS
from data.importers.propose_content import quoted
from data.importers.recognise_fields import Draft
from data.importers.transforms_desk import NO_ORIGIN, Desk, newest_only
from data.importers.transforms_keys import Keys


def customers(desk: Desk, keys: Keys) -> Draft | None:
    """Build customers; None when no table of this import is about them."""
    if not desk.has("customers"):
        return _named_elsewhere(desk)
    rows = desk.view(
        "customer_rows",
        f"""SELECT * REPLACE (coalesce(external_id, customer_id) AS customer_id)
        FROM {desk.gathered("customers")} {newest_only(desk, "customers", "customer_id")}""",
    )
    relation = _merged(desk, rows) if len(desk.names("customers")) > 1 else rows
    attributes = desk.attributes("customers")
    columns = ", ".join(quoted(c) for c in (*CUSTOMERS.names, *attributes, "_table", "_file", "_row"))
    return Draft(
        "customers", desk.view("customers", f"SELECT {columns} FROM {relation}"), desk.names("customers"), attributes
    )


def _merged(desk: Desk, rows: str) -> str:
    """Join tables that tell of the same customers; a repeated id inside one table stays, for the contract to report."""
    shared = desk.number(
        f"SELECT count(*) FROM (SELECT customer_id FROM {rows} GROUP BY 1 HAVING count(DISTINCT _file || _table) > 1)"
    )
    names = desk.names("customers")
    if not shared:
        sentence = f"{', '.join(names)} share no customer id: their customers are listed side by side, not joined."
        desk.note("customers", "sources_apart", sentence, warn=True)
        return rows
    desk.note(
        "customers",
        "sources_joined",
        f"{shared:,} customers are in more than one of {', '.join(names)}: joined.",
        n=shared,
    )
    fills = ", ".join(
        f"coalesce(arg_min({quoted(c)}, _nth_table) FILTER ({quoted(c)} IS NOT NULL), NULL) AS {quoted(c)}"
        for c in (*CUSTOMERS.names[1:], *desk.attributes("customers"))
    )
    ranked = f"""SELECT *, dense_rank() OVER (ORDER BY _table, _file) AS _nth_table,
        row_number() OVER (PARTITION BY customer_id, _table, _file ORDER BY _row) AS _nth FROM {rows}"""
    return desk.view(
        "customers_merged",
        f"""SELECT customer_id, {fills}, min_by(_table, _nth_table) AS _table,
        min_by(_file, _nth_table) AS _file, min_by(_row, _nth_table) AS _row
        FROM ({ranked}) GROUP BY customer_id, _nth""",
    )


def _named_elsewhere(desk: Desk) -> Draft | None:
    """Build customers from the names that subscriptions or movements carry, when nothing else tells of customers."""
    sources = [
        (role, column)
        for role, column in (("subscriptions", "customer_name"), ("mrr_movements", "name"))
        if desk.mapped(role, column)
    ]
    if not sources:
        return None
    rows = " UNION ALL ".join(f"SELECT customer_id, {c} AS name FROM {desk.gathered(r)}" for r, c in sources)
    gaps = ", ".join(f"NULL::{_type(c)} AS {quoted(c)}" for c in CUSTOMERS.names[2:])
    query = f"""SELECT customer_id, min(name) AS name, {gaps}, {NO_ORIGIN}
        FROM ({rows}) WHERE customer_id IS NOT NULL GROUP BY customer_id"""
    names = desk.names(*(role for role, _ in sources))
    desk.note("customers", "derived", f"Customers are taken from the names in {', '.join(names)}.")
    return Draft("customers", desk.view("customers", query), names)


def _type(column: str) -> str:
    return {"integer": "BIGINT", "date": "DATE"}.get(CUSTOMERS.column(column).kind, "VARCHAR")
