"""A file with one row per customer: tenure and a flag become one subscription period that ends on the as-of day."""

from datetime import date

from data.errors import DataProblem
from data.importers.recognise_fields import Draft, TypedTable
from data.importers.workbench import Workbench, literal, quoted
from data.staged import Note

#: Where no money is given every customer counts one unit, so that customers can be counted at all.
_ONE_UNIT = 100
_OWN_COLUMNS = 11


def drafts(bench: Workbench, table: TypedTable, as_of: date) -> list[Draft]:
    """Return the customers and one period each.

    Whole calendar months lie between start and as-of day, exactly as many as the tenure says. A tenure of 0, or a loss
    on the first day, gets the day before as its start: everybody in the file was a customer when it was made.
    """
    has = table.reading.columns
    # A wide table in memory takes a block per column for each thread that reads it.
    known = bench.stored("snapshot", _periods(table, as_of), len(table.reading.attributes) + _OWN_COLUMNS)
    customers = ", ".join(["customer_id", *map(quoted, table.reading.attributes), "_file", "_row"])
    name = (table.reading.table,)
    notes = tuple(_notes(bench, known, table, as_of))
    columns = "subscription_id, customer_id, plan, mrr_cents, starts_on, ends_on, status, cancel_reason, _file, _row"
    return [
        Draft(
            "customers", bench.view("draft", f"SELECT {customers} FROM {quoted(known)}"), name, _labels(table), notes
        ),
        Draft(
            "subscriptions",
            bench.view("draft", f"SELECT {columns} FROM {quoted(known)}"),
            name,
            {},
            _money_notes(table, has),
        ),
    ]


def refuse_made_ids(table: TypedTable) -> None:
    """DataProblem when customers go by their row: row 1 of another file would take the place of row 1 of this one."""
    if "customer_id" not in table.reading.columns:
        raise DataProblem(
            f"{table.reading.table} has no customer id, so its customers are numbered by their row and would take the "
            "place of others with the same number. Nothing was changed. Map the id (--map customer_id=COLUMN), or load "
            "the file in the place of what is there (--mode replace)."
        )


def _labels(table: TypedTable) -> dict[str, str]:
    return dict(table.reading.attributes)


def _periods(table: TypedTable, as_of: date) -> str:
    has = table.reading.columns
    customer = "customer_id" if "customer_id" in has else "format('row-{:07d}', _row)"
    day = f"DATE {literal(as_of.isoformat())}"
    lost = _lost(table)
    cents = "mrr_cents" if "mrr_cents" in has else "mrr" if "mrr" in has else str(_ONE_UNIT)
    attributes = "".join(f", {quoted(a)}" for a in table.reading.attributes)
    plan = "plan" if "plan" in has else "NULL"
    reason = "cancel_reason" if "cancel_reason" in has else "NULL"
    moved = "(_lost AND _start >= _end)" if "started_on" in has else "(_start >= _end)"
    return f"""
        WITH given AS (
            SELECT *, {lost} AS _lost, {_end(table, day)} AS _end, {_start(table, day)} AS _start
            FROM {quoted(table.relation)})
        SELECT {customer} AS customer_id, {customer} AS subscription_id, CAST({plan} AS VARCHAR) AS plan,
            {cents} AS mrr_cents,
            CASE WHEN {moved} THEN _end - 1 ELSE _start END AS starts_on,
            CASE WHEN _lost THEN _end END AS ends_on, CASE WHEN _lost THEN 'cancelled' ELSE 'active' END AS status,
            CASE WHEN _lost THEN CAST({reason} AS VARCHAR) END AS cancel_reason, {moved} AS _moved,
            {literal(table.reading.table)} AS _file, _row{attributes}
        FROM given"""


def _lost(table: TypedTable) -> str:
    has = table.reading.columns
    if "churned" in has:
        return "coalesce(churned, false)" if "churned_on" not in has else "coalesce(churned, churned_on IS NOT NULL)"
    return "(churned_on IS NOT NULL)"


def _end(table: TypedTable, day: str) -> str:
    return f"coalesce(churned_on, {day})" if "churned_on" in table.reading.columns else day


def _start(table: TypedTable, day: str) -> str:
    """Months are taken off as calendar months, parts of a month as days of an average month."""
    has = table.reading.columns
    if "started_on" in has:
        return "started_on"
    end = _end(table, day)
    if "tenure_months" in has:
        months, rest = (
            "CAST(floor(tenure_months) AS INT)",
            "CAST(round((tenure_months - floor(tenure_months)) * 30.436875) AS INT)",
        )
        return f"CAST({end} - to_months({months}) AS DATE) - {rest}"
    return f"{end} - CAST(round(tenure_days) AS INT)"


def _notes(bench: Workbench, known: str, table: TypedTable, as_of: date) -> list[Note]:
    name = table.reading.table
    customers, lost, moved = bench.row(
        f"SELECT count(*), count(*) FILTER (ends_on IS NOT NULL), count(*) FILTER (_moved) FROM {quoted(known)}"
    )
    known_days = "churned_on" in table.reading.columns
    why = "" if known_days else "; when they left is not known, so the losses lie on that day"
    text = f"{name}: {customers:,} customers as of {as_of}, {lost:,} of them lost{why}."
    notes = [Note("snapshot", text, name, count=customers)]
    if moved:
        notes.append(
            Note(
                "start_moved",
                f"{name}: {moved} customers had a tenure of 0; their start is put one day before the end.",
                name,
                count=moved,
            )
        )
    if "customer_id" not in table.reading.columns:
        notes.append(
            Note(
                "ids_made",
                f"{name}: no customer id is mapped; customers are numbered by their row.",
                name,
                severity="warning",
            )
        )
    return notes


def _money_notes(table: TypedTable, has: object) -> tuple[Note, ...]:
    if "mrr" in table.reading.columns or "mrr_cents" in table.reading.columns:
        return ()
    text = (
        f"{table.reading.table}: no amount is mapped; every customer counts 1.00 a month, so money figures mean "
        f"nothing. Map one: --map mrr=COLUMN."
    )
    return (Note("mrr_assumed", text, table.reading.table, severity="warning"),)
