"""Paid periods from what is no list of subscriptions: invoice lines, MRR movements, events, customers' own dates."""

from datetime import date

from data.importers.transforms_desk import ORIGIN, Desk
from data.importers.transforms_keys import Keys
from data.importers.transforms_prices import plans
from data.importers.transforms_words import DAYS_PER_MONTH, STATUS, choice, interval_name


def further_periods(desk: Desk, keys: Keys, as_of: date | None, *, have: bool) -> list[tuple[str, tuple[str, ...]]]:
    """Return views of paid periods with their source tables.

    have  Subscriptions are already known: other sources of the same money are then left out, and said so.
    """
    for role, make in (("mrr_movements", _movements), ("subscription_events", _events), ("invoice_lines", _lines)):
        if not desk.has(role):
            continue
        if have:
            names = ", ".join(desk.names(role))
            desk.note("subscriptions", "second_source", f"{names}: not used for money, subscriptions are here too.")
            continue
        return [(make(desk, keys), desk.names(role))]
    if not have and desk.has("customers") and _customers_tell(desk):
        return [(_customers(desk, as_of), desk.names("customers"))]
    return []


def _period(source: str, **known: str) -> str:
    """Return SQL of the contract's columns from a relation; what is not known is NULL of the right type.

    known  Column -> SQL; `interval` is written as interval_.
    """
    filled = {
        "plan": "NULL::VARCHAR",
        "interval_": "NULL::VARCHAR",
        "currency": "NULL::VARCHAR",
        "status": f"CASE WHEN {known['ends_on']} IS NULL THEN 'active' ELSE 'cancelled' END",
        "cancel_kind": "NULL::VARCHAR",
        "cancel_reason": "NULL::VARCHAR",
        "trial_ends_on": "NULL::DATE",
        "renews_on": "NULL::DATE",
        "paused_on": "NULL::DATE",
        "_table": "NULL::VARCHAR",
        "_file": "NULL::VARCHAR",
        "_row": "NULL::BIGINT",
    } | known
    columns = ", ".join(
        f'{sql} AS "{name.rstrip("_") if name == "interval_" else name}"' for name, sql in filled.items()
    )
    return f"SELECT {columns} FROM {source}"


def _movements(desk: Desk, keys: Keys) -> str:
    """ChartMogul's movements carry the MRR after each: it lasts until the customer's next movement."""
    desk.note(
        "subscriptions", "from_movements", "Paid periods are taken from MRR movements: each lasts until the next."
    )
    steps = desk.view(
        "steps",
        f"""SELECT customer_id, "on", mrr_cents, currency, plan,
            lead("on") OVER (PARTITION BY customer_id ORDER BY "on", rank, _row) AS next_on, {ORIGIN}
        FROM {desk.gathered("mrr_movements")} WHERE customer_id IS NOT NULL AND "on" IS NOT NULL""",
    )
    paid = desk.view("paid_steps", f'SELECT * FROM {steps} WHERE mrr_cents > 0 AND (next_on IS NULL OR next_on > "on")')
    query = _period(
        paid,
        subscription_id="""customer_id || '/' || "on" """,
        customer_id="customer_id",
        mrr_cents="mrr_cents",
        starts_on='"on"',
        ends_on="next_on",
        plan="plan",
        currency="upper(currency)",
        _table="_table",
        _file="_file",
        _row="_row",
    )
    return desk.view("movement_periods", query)


def _events(desk: Desk, keys: Keys) -> str:
    """ChartMogul's subscription events: an amount lasts until the next event; retracted events are void."""
    rows = desk.gathered("subscription_events")
    desk.note_count(
        "subscriptions",
        "retracted",
        f"SELECT count(*) FROM {rows} WHERE retracts IS NOT NULL",
        "{n} events retract earlier ones; both are left out.",
    )
    steps = desk.view(
        "event_steps",
        f"""WITH events AS (
            SELECT *, coalesce(effective_on, "on") AS day, lower(kind) AS what FROM {rows}
            WHERE retracts IS NULL AND (event_id IS NULL
                OR event_id NOT IN (SELECT retracts FROM {rows} WHERE retracts IS NOT NULL)))
        SELECT e.*, p.name AS plan_name, p.interval_months, lead(day) OVER (
            PARTITION BY subscription_id ORDER BY day, e."on", e._row) AS next_day
        FROM events e LEFT JOIN {plans(desk)} p USING (plan_id)
        WHERE day IS NOT NULL AND what NOT LIKE '%scheduled%'""",
    )
    paid = desk.view(
        "paid_events",
        f"""SELECT * FROM {steps} WHERE what NOT LIKE '%cancel%' AND amount_cents > 0
        AND (next_day IS NULL OR next_day > day)""",
    )
    query = _period(
        paid,
        subscription_id="subscription_id || '/' || day",
        customer_id="customer_id",
        mrr_cents="round_even(amount_cents / coalesce(interval_months, 1), 0)::BIGINT",
        starts_on="day",
        ends_on="next_day",
        plan="coalesce(plan_name, plan_id)",
        interval_=interval_name("interval_months"),
        currency="upper(currency)",
        _table="_table",
        _file="_file",
        _row="_row",
    )
    return desk.view("event_periods", query)


def _lines(desk: Desk, keys: Keys) -> str:
    """Invoice lines of subscriptions: each pays its service period; a cancellation ends what runs over it."""
    desk.note(
        "subscriptions",
        "from_invoice_lines",
        "Paid periods are taken from the service periods of invoice lines, without tax.",
    )
    bills = f"(SELECT DISTINCT ON (invoice_id) * FROM {desk.gathered('invoices')} ORDER BY invoice_id, _row)"
    length = f"(l.period_ends_on - l.period_starts_on) / {DAYS_PER_MONTH}"
    rounded = f"greatest(CASE WHEN abs({length} - round({length})) < 0.15 THEN round({length}) ELSE {length} END, 0.03)"
    rows = desk.view(
        "line_rows",
        f"""SELECT l.*, coalesce(i.customer_id, k.customer_id) AS customer, coalesce(l.currency, i.currency) AS money,
            c.ends_on AS cancelled_on, p.name AS plan_name, coalesce(p.interval_months, {rounded}) AS line_months
        FROM {desk.gathered("invoice_lines")} l
        LEFT JOIN {bills} i USING (invoice_id)
        LEFT JOIN {keys.subscriptions} k ON k.subscription_id = l.subscription_id
        LEFT JOIN (SELECT subscription_id, min(ends_on) AS ends_on FROM {desk.gathered("cancellations")} GROUP BY 1) c
            ON c.subscription_id = l.subscription_id
        LEFT JOIN {plans(desk)} p ON p.plan_id = l.plan
        WHERE coalesce(lower(l.kind), 'subscription') = 'subscription' AND l.subscription_id IS NOT NULL""",
    )
    _say_lines(desk, rows)
    early = "cancelled_on > period_starts_on AND cancelled_on < period_ends_on"
    end = f"CASE WHEN {early} THEN cancelled_on ELSE period_ends_on END"
    query = _period(
        f"(SELECT * FROM {rows} WHERE NOT coalesce(proration, FALSE) AND amount_cents >= 0)",
        subscription_id="coalesce(line_id, subscription_id || '/' || period_starts_on)",
        customer_id="customer",
        mrr_cents="round_even((amount_cents - coalesce(tax_cents, 0)) / line_months, 0)::BIGINT",
        starts_on="period_starts_on",
        ends_on=end,
        plan="coalesce(plan_name, plan)",
        interval_=interval_name("line_months"),
        currency="upper(money)",
        _table="_table",
        _file="_file",
        _row="_row",
    )
    return desk.view("line_periods", query)


def _say_lines(desk: Desk, rows: str) -> None:
    desk.note_count(
        "subscriptions",
        "proration",
        f"SELECT count(*) FROM {rows} WHERE proration OR amount_cents < 0",
        "{n} prorated or negative lines correct other lines; they start no paid period and are left out.",
        warn=True,
    )


def _customers_tell(desk: Desk) -> bool:
    """Say whether customers carry a start and whether and when they left."""
    return desk.mapped("customers", "signed_on") and any(
        desk.mapped("customers", f) for f in ("churned_on", "churned", "status", "mrr", "mrr_cents", "arr")
    )


def _customers(desk: Desk, as_of: date | None) -> str:
    """One period per customer, from the day of signing to the day of leaving."""
    rows = desk.gathered("customers")
    last = f"DATE '{as_of}'" if as_of else "NULL::DATE"
    left = f"(coalesce(churned, {choice('status', STATUS)} = 'cancelled', FALSE))"
    money = "coalesce(mrr, mrr_cents, round_even(arr / 12, 0)::BIGINT)"
    desk.note(
        "subscriptions", "from_customers", "Paid periods are taken from the customers' own dates: one per customer."
    )
    desk.note_count(
        "subscriptions",
        "end_unknown",
        f"SELECT count(*) FROM {rows} WHERE {left} AND churned_on IS NULL",
        "{n} customers are said to have left but carry no day; they leave on the last day, so trends leave them out.",
        warn=True,
    )
    if not any(desk.mapped("customers", f) for f in ("mrr", "mrr_cents", "arr")):
        sentence = (
            "No amounts are known: every customer counts as 1.00 a month, so money numbers only count customers. "
            "If a column holds what a customer pays a month, map it to mrr."
        )
        desk.note("subscriptions", "no_amount", sentence, warn=True)
        money = "100"
    query = _period(
        f"(SELECT * FROM {rows} WHERE signed_on IS NOT NULL)",
        subscription_id="customer_id",
        customer_id="customer_id",
        mrr_cents=money,
        starts_on="signed_on",
        ends_on=f"coalesce(churned_on, CASE WHEN {left} THEN greatest({last}, signed_on) END)",
        plan="plan",
        currency="upper(currency)",
        _table="_table",
        _file="_file",
        _row="_row",
    )
    return desk.view("customer_periods", query)
