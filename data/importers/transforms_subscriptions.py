"""Subscriptions from any table of customer, start and amount: monthly cents, states, ends and ids made alike."""

from datetime import date

from data.contracts import SUBSCRIPTIONS
from data.importers.propose_content import quoted
from data.importers.recognise_fields import Draft
from data.importers.transforms_billing import further_periods
from data.importers.transforms_desk import ORIGIN, Desk, newest_only
from data.importers.transforms_keys import Keys
from data.importers.transforms_prices import discounted, item_prices
from data.importers.transforms_words import (
    CANCEL_KIND,
    DAYS_PER_MONTH,
    NEVER_PAID,
    STATUS,
    choice,
    interval_name,
    listed,
    months,
)

#: Beside one of these the day of cancellation is a notice: the period may run on.
_TELL_OF_ENDS = ("ends_on", "scheduled_end_on", "status", "churned", "period_ends_on")
_COLUMNS = ", ".join(quoted(c) for c in (*SUBSCRIPTIONS.names, "_table", "_file", "_row"))


def subscriptions(desk: Desk, keys: Keys, as_of: date | None) -> Draft | None:
    """Build subscriptions; None when no table of this import tells of paid periods."""
    parts: list[str] = []
    names, links = (), desk.names("subscription_items", "plans", "products", "discounts", "coupons", "cancellations")
    if desk.has("subscriptions"):
        parts.append(_from_rows(desk, keys, as_of))
        names += desk.names("subscriptions")
    further = further_periods(desk, keys, as_of, have=bool(parts))
    parts += [f"SELECT {_COLUMNS} FROM {relation}" for relation, _ in further]
    names += tuple(n for _, sources in further for n in sources)
    if not parts:
        return None
    relation = desk.view("subscriptions", " UNION ALL ".join(parts))
    return Draft("subscriptions", relation, tuple(dict.fromkeys(names)), links=links)


def _from_rows(desk: Desk, keys: Keys, as_of: date | None) -> str:
    rows = desk.view("subscription_rows", _rows(desk, keys))
    _say(desk, rows)
    periods = desk.view("periods", _periods(rows, as_of, ends_by_notice=_ends_by_notice(desk, rows)))
    if desk.has("discounts") and desk.has("coupons"):
        periods = desk.view("discounted", discounted(desk, periods))
    return f"SELECT {_COLUMNS} FROM {periods}"


def _ends_by_notice(desk: Desk, rows: str) -> bool:
    """Say whether the day of cancellation is all that tells of an end; without it nobody would ever leave."""
    if any(desk.mapped("subscriptions", name) for name in _TELL_OF_ENDS):
        return False
    desk.note_count(
        "subscriptions",
        "ends_by_notice",
        f"SELECT count(*) FROM {rows} WHERE cancelled_on IS NOT NULL",
        "{n} subscriptions end on the day they were cancelled: no column says when they ended, or that they did.",
        warn=True,
    )
    return True


def _rows(desk: Desk, keys: Keys) -> str:
    """Return SQL with one row per subscription, its price known where items and plans tell it."""
    live = "(live IS NULL OR live)"
    desk.note_count(
        "subscriptions",
        "test_mode",
        f"SELECT count(*) FROM {desk.gathered('subscriptions')} WHERE NOT {live}",
        "{n} subscriptions were made in test mode and are left out.",
        warn=True,
    )
    items = item_prices(desk)
    newest = newest_only(desk, "subscriptions", "subscription_id")
    length = f"""coalesce(i.interval_months, {months("s.interval", "s.interval_count")},
        {_period_months("s.period_starts_on", "s.period_ends_on")})"""
    return f"""SELECT s.*, coalesce(k.customer_id, s.customer_id) AS _customer, i.month_cents AS _item_cents,
        i.plan AS _item_plan, i.currency AS _item_currency, {length} AS _months
        FROM (SELECT * FROM {desk.gathered("subscriptions")} WHERE {live} {newest}) s
        LEFT JOIN {items} i USING (subscription_id)
        LEFT JOIN {keys.customers} k ON k.system = s._system AND k.key = s.customer_id"""


def _period_months(start: str, end: str) -> str:
    """Return SQL for the months of a billing period, whole where the days allow it."""
    exact = f"(({end} - {start}) / {DAYS_PER_MONTH})"
    return f"""CASE WHEN {end} > {start} THEN
        CASE WHEN abs({exact} - round({exact})) < 0.15 AND {exact} > 0.85 THEN round({exact}) ELSE {exact} END END"""


def _amount() -> str:
    """Return SQL for the monthly cents: told directly, then from items, then from the price of a billing interval."""
    total = "coalesce(total, total_cents, coalesce(price, price_cents) * coalesce(quantity, 1))"
    lowered = f"({total} * (1 - coalesce(discount_percent, 0) / 100) - coalesce(discount, 0))"
    told = f"coalesce(mrr, mrr_cents, arr / 12, arr_cents / 12, _item_cents, {lowered} / coalesce(_months, 1))"
    free = f"(coalesce(is_trial, FALSE) AND trial_ends_on IS NULL) OR lower(status) IN {listed(NEVER_PAID)}"
    return f"CASE WHEN {free} THEN 0 ELSE round_even({told}, 0)::BIGINT END"


def _end(as_of: date | None, ends_by_notice: bool) -> str:
    """Return SQL for the end: told, scheduled, or the best known day of a subscription that is said to be over."""
    over = f"(coalesce(churned, FALSE) OR {choice('status', STATUS)} = 'cancelled')"
    last = f"DATE '{as_of}'" if as_of else "NULL::DATE"
    begin = "coalesce(starts_on, created_on, period_starts_on)"
    known = f"coalesce(cancelled_on, CASE WHEN period_ends_on <= {last} THEN period_ends_on END, {last})"
    if ends_by_notice:
        return "cancelled_on"
    return f"coalesce(ends_on, scheduled_end_on, CASE WHEN {over} THEN greatest({known}, {begin}) END)"


def _status(end: str) -> str:
    words = choice("status", STATUS)
    return f"coalesce({words}, CASE WHEN {end} IS NULL THEN 'active' ELSE 'cancelled' END)"


def _periods(rows: str, as_of: date | None, *, ends_by_notice: bool) -> str:
    begin, end = "coalesce(starts_on, created_on, period_starts_on)", _end(as_of, ends_by_notice)
    kind = f"coalesce({choice('cancel_kind', CANCEL_KIND)}, {choice('cancel_reason', CANCEL_KIND)})"
    return f"""SELECT subscription_id, _customer AS customer_id, coalesce(plan, _item_plan) AS plan,
        {interval_name("_months")} AS "interval", upper(coalesce(currency, _item_currency)) AS currency,
        {_amount()} AS mrr_cents, {begin} AS starts_on, {end} AS ends_on, {_status(end)} AS status,
        {kind} AS cancel_kind, cancel_reason, trial_ends_on, renews_on, paused_on, _months, {ORIGIN} FROM {rows}"""


def _say(desk: Desk, rows: str) -> None:
    table = "subscriptions"
    money = "coalesce(mrr, mrr_cents, arr, arr_cents, _item_cents, price, price_cents, total, total_cents)"
    by_price = "mrr IS NULL AND mrr_cents IS NULL AND arr IS NULL AND arr_cents IS NULL AND _item_cents IS NULL"
    desk.note_count(
        table, "no_amount", f"SELECT count(*) FROM {rows} WHERE {money} IS NULL",
        "{n} subscriptions have no amount, neither of their own nor through items and plans.", warn=True,
    )  # fmt: skip
    desk.note_count(
        table, "no_interval",
        f"SELECT count(*) FROM {rows} WHERE {by_price} AND {money} IS NOT NULL AND _months IS NULL",
        "{n} subscriptions name no billing interval that is understood; their price is taken as the price of a month.",
        warn=True,
    )  # fmt: skip
    desk.note_count(
        table, "trial_amount",
        f"SELECT count(*) FROM {rows} WHERE is_trial AND trial_ends_on IS NULL AND {money} > 0",
        "{n} trials carry an amount; a trial pays nothing, so they count as 0.", warn=True,
    )  # fmt: skip
    desk.note_count(
        table, "unknown_status",
        f"SELECT count(*) FROM {rows} WHERE status IS NOT NULL AND {choice('status', STATUS)} IS NULL",
        "{n} subscriptions have a state nobody here knows; it is taken from their end day instead.", warn=True,
    )  # fmt: skip
    over = f"(churned OR {choice('status', STATUS)} = 'cancelled') AND ends_on IS NULL AND scheduled_end_on IS NULL"
    desk.note_count(
        table, "end_unknown", f"SELECT count(*) FROM {rows} WHERE {over} AND cancelled_on IS NULL",
        "{n} subscriptions are said to be over but carry no end day; they end with the data.", warn=True,
    )  # fmt: skip
