"""Purchases of a business without contracts: amounts in minor units, and the customers that nobody listed."""

from data.contracts import PURCHASES
from data.importers.recognise_fields import Draft, TypedTable
from data.importers.workbench import Workbench, quoted

#: SQL of the amount over whichever fields are mapped, best first; a price is that of one item.
_AMOUNTS = {
    "amount_cents": "amount_cents",
    "amount": "amount",
    "price": "CAST(round_even(price * coalesce(quantity, 1), 0) AS BIGINT)",
}


def draft(bench: Workbench, tables: list[TypedTable]) -> Draft:
    """Return the purchases of all tables, one row per row of the files; keys may be missing and are made later."""
    selects = [_select(table) for table in tables]
    relation = bench.view("draft", " UNION ALL ".join(selects))
    return Draft("purchases", relation, tuple(t.reading.table for t in tables))


def _select(table: TypedTable) -> str:
    has = table.reading.columns
    picked: list[str] = []
    for column in PURCHASES.columns:
        name = quoted(column.name)
        if column.name == "amount_cents":
            mapped = [sql if "quantity" in has else field for field, sql in _AMOUNTS.items() if field in has]
            picked.append(f"coalesce({', '.join(mapped)}, NULL) AS {name}")
        else:
            picked.append(name if column.name in has else f"NULL AS {name}")
    return f"SELECT {', '.join(picked)}, _file, _row FROM {quoted(table.relation)}"
