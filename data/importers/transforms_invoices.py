"""Invoices with what became of them, from invoices and from the payments made for them."""

from data.importers.recognise_fields import Draft
from data.importers.transforms_desk import ORIGIN, Desk
from data.importers.transforms_keys import Keys, with_customer
from data.importers.transforms_words import listed

_PAID = listed(
    ("paid", "succeeded", "success", "successful", "closed", "settled", "collected", "completed", "已付款", "已支付")
)


def invoices(desk: Desk, keys: Keys) -> Draft | None:
    """Build invoices; payments without an invoice stand as invoices of their own."""
    if not desk.has("invoices", "payments"):
        return None
    payments = desk.view("payments_live", _payments(desk))
    rows = desk.view("invoice_rows", _rows(desk, keys, payments))
    _say(desk, rows)
    own = f"""SELECT invoice_id, _customer AS customer_id, _due AS due_on, {_paid_on()} AS paid_on,
        _cents AS amount_cents, upper(currency) AS currency, lower(status) AS status,
        coalesce(attempts, _tries)::BIGINT AS attempts, coalesce(failure_code, _failure) AS failure_code,
        {ORIGIN} FROM {rows}"""
    alone = f"""SELECT payment_id AS invoice_id, coalesce(k.customer_id, p.customer_id) AS customer_id,
        p."at"::DATE AS due_on,
        CASE WHEN p._ok THEN p."at"::DATE END AS paid_on, p._cents AS amount_cents, upper(p.currency) AS currency,
        lower(p.status) AS status, 1::BIGINT AS attempts, p.failure_code, p._table, p._file, p._row
        FROM {payments} p LEFT JOIN {keys.customers} k ON k.system = p._system AND k.key = p.customer_id
        WHERE p.invoice_id IS NULL
            OR p.invoice_id NOT IN (SELECT invoice_id FROM {rows} WHERE invoice_id IS NOT NULL)"""
    return Draft(
        "invoices",
        desk.view("invoices", f"{own} UNION ALL {_known_alone(desk, alone)}"),
        desk.names("invoices", "payments"),
        links=desk.names("invoice_lines"),
    )


def _known_alone(desk: Desk, alone: str) -> str:
    """Leave out payments that name neither a customer nor an invoice that is here; say how many."""
    view = desk.view("payments_alone", alone)
    desk.note_count(
        "invoices",
        "payments_without_customer",
        f"SELECT count(*) FROM {view} WHERE customer_id IS NULL",
        "{n} payments name no customer and no invoice that is here; they cannot be assigned.",
        warn=True,
    )
    return f"SELECT * FROM {view}"


def _payments(desk: Desk) -> str:
    desk.note_count(
        "invoices",
        "test_mode",
        f"SELECT count(*) FROM {desk.gathered('payments')} WHERE live = FALSE",
        "{n} payments were made in test mode and are left out.",
        warn=True,
    )
    return f"""SELECT *, coalesce(amount, amount_cents) AS _cents,
        coalesce(paid, lower(status) IN {_PAID}) AS _ok FROM {desk.gathered("payments")}
        WHERE coalesce(live, TRUE) AND coalesce(lower(kind), '') NOT IN ('refund', 'verify')"""


def _rows(desk: Desk, keys: Keys, payments: str) -> str:
    """Return SQL with one row per invoice and what its payments tell."""
    placed = desk.view("invoices_placed", with_customer(desk, keys, "invoices", history_key="invoice_id"))
    lines = desk.gathered("invoice_lines")
    desk.note_count(
        "invoices",
        "test_mode",
        f"SELECT count(*) FROM {placed} WHERE live = FALSE",
        "{n} invoices were made in test mode and are left out.",
        warn=True,
    )
    return f"""WITH tried AS (
            SELECT invoice_id, count(*) AS tries, min("at") FILTER (_ok) AS paid_at, min(customer_id) AS customer_id,
                arg_max(failure_code, "at") FILTER (failure_code IS NOT NULL) AS failure, max(_cents) AS cents
            FROM {payments} WHERE invoice_id IS NOT NULL GROUP BY invoice_id),
        billed AS (SELECT invoice_id, sum(amount_cents)::BIGINT AS cents FROM {lines} GROUP BY 1)
        SELECT i.* REPLACE (coalesce(i._customer, t.customer_id) AS _customer), t.tries AS _tries,
            t.paid_at::DATE AS _paid, t.failure AS _failure, coalesce(i.due_on, i.issued_on, i.period_ends_on) AS _due,
            coalesce(i.amount, i.amount_cents, b.cents, t.cents)::BIGINT AS _cents
        FROM {placed} i LEFT JOIN tried t USING (invoice_id) LEFT JOIN billed b USING (invoice_id)
        WHERE coalesce(i.live, TRUE)"""


def _settled() -> str:
    return f"(coalesce(paid, FALSE) OR lower(status) IN {_PAID})"


def _paid_on() -> str:
    """Return SQL for the day of payment; a paid invoice without a day counts as paid when due."""
    return f"coalesce(paid_on, _paid, CASE WHEN {_settled()} THEN coalesce(closed_on, _due) END)"


def _say(desk: Desk, rows: str) -> None:
    desk.note_count(
        "invoices",
        "paid_day_unknown",
        f"SELECT count(*) FROM {rows} WHERE {_settled()} AND coalesce(paid_on, _paid, closed_on) IS NULL",
        "{n} paid invoices do not say when they were paid; they count as paid on the day they were due.",
        warn=True,
    )
