"""Typed tables that are consolidated tables already, but for amounts in major units and keys they may lack."""

from data.contracts import TABLES
from data.importers.recognise_fields import Draft, TypedTable
from data.importers.workbench import Workbench, literal, quoted

#: Contract column -> SQL over other fields, tried in turn when the column itself is not mapped.
_BUILT: dict[tuple[str, str], dict[str, str]] = {
    ("subscriptions", "mrr_cents"): {
        "mrr": "mrr",
        "arr_cents": "CAST(round_even(arr_cents / 12.0, 0) AS BIGINT)",
        "arr": "CAST(round_even(arr / 12.0, 0) AS BIGINT)",
    },
    ("invoices", "amount_cents"): {"amount": "amount"},
    ("purchases", "amount_cents"): {"amount": "amount", "price": "CAST(price * coalesce(quantity, 1) AS BIGINT)"},
}


def draft(bench: Workbench, table: TypedTable) -> Draft:
    """Return the draft of a table whose role is a consolidated table."""
    name, has = table.reading.role.name, table.reading.columns
    picked = [f"{quoted(c)}" for c in TABLES[name].names if c in has]
    for column in (c for c in TABLES[name].names if c not in has):
        choices = _BUILT.get((name, column), {})
        source = next((sql for field, sql in choices.items() if field in has), None)
        picked += [f"{source} AS {quoted(column)}"] if source else []
    picked += [*map(quoted, table.reading.attributes), f"{literal(table.reading.table)} AS _table", "_row"]
    relation = bench.view("draft", f"SELECT {', '.join(picked)} FROM {quoted(table.relation)}")
    return Draft(name, relation, (table.reading.table,), dict(table.reading.attributes))
