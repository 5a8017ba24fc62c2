"""Paid and held periods per customer: what subscriptions, unpaid invoices or purchases say of money and presence."""

from __future__ import annotations

from datetime import date

import ibis

from data.engine import Engine
from data.expressions import Table, Value
from data.records import MetricOptions

NEVER = date(9999, 12, 31)
"""Stands for "no end known"; later than any day a file may hold."""

COLUMNS = ("customer_id", "starts_on", "ends_on", "mrr_cents", "cause", "currency")
_UNPAID_SAYS = ("void", "voided", "draft", "deleted", "refunded", "paid", "credited", "written_off")


def customer_periods(engine: Engine, options: MetricOptions, as_of: date) -> Table:
    """Periods [starts_on, ends_on) of each customer with their monthly amount in reporting currency.

    `cause` says why a period ends: voluntary, payment, pause (paid part ends, a hold follows), pause_limit
    (the hold ends), inactivity, or null where the data do not say. A hold carries amount 0: the customer pays
    nothing but is not lost.
    """
    if engine.has("subscriptions"):
        return in_reporting_currency(subscription_periods(engine, options, as_of), options)
    if engine.has("purchases"):
        return in_reporting_currency(purchase_periods(engine.table("purchases"), options), options)
    if engine.has("usage_daily"):
        return usage_periods(engine.table("usage_daily"), options)
    return _nobody(engine.table("customers"))


def _nobody(customers: Table) -> Table:
    """No period at all: what is known of the customers are outcomes of an experiment."""
    kinds = {"starts_on": "date", "ends_on": "date", "mrr_cents": "int64", "cause": "string", "currency": "string"}
    nothing = {name: ibis.null(kind) for name, kind in kinds.items()}
    return customers.filter(customers.customer_id.isnull()).select("customer_id", **nothing)


def in_reporting_currency(periods: Table, options: MetricOptions) -> Table:
    """Convert at the one fixed rate of each currency; a currency without a rate is already in reporting currency."""
    if not options.currency_rates:
        return periods
    rate = ibis.cases(
        *[(periods.currency.upper() == code.upper(), ibis.literal(rate)) for code, rate in options.currency_rates],
        else_=ibis.literal(1.0),
    )
    return periods.mutate(mrr_cents=(periods.mrr_cents * rate).round().cast("int64"))


def subscription_periods(engine: Engine, options: MetricOptions, as_of: date) -> Table:
    """Periods of contract customers; trials, free rows and empty periods excluded."""
    rows = _past_due(engine, _paid_rows(engine.table("subscriptions")), options, as_of)
    paid = rows.filter(rows.status != "paused").select(*COLUMNS)
    every = paid.union(_paused(rows, options, as_of))
    return every.filter(every.starts_on < every.ends_on)


def _paid_rows(subscriptions: Table) -> Table:
    s = subscriptions
    start = ibis.greatest(s.starts_on, ibis.coalesce(s.trial_ends_on, s.starts_on))
    kind = ibis.cases(
        (s.cancel_kind == "payment", "payment"),
        (s.status == "past_due", "payment"),
        (s.cancel_kind == "voluntary", "voluntary"),
        else_=ibis.null("string"),
    )
    return s.select(
        row=s.subscription_id,
        customer_id=s.customer_id,
        mrr_cents=s.mrr_cents,
        currency=s.currency,
        interval=s.interval,
        renews_on=s.renews_on,
        paused_on=s.paused_on,
        starts_on=start,
        ends_on=s.ends_on.fill_null(ibis.date(NEVER.isoformat())),
        sold_until=s.ends_on,
        status=s.status.fill_null("active"),
        cause=kind,
    )


def _past_due(engine: Engine, rows: Table, options: MetricOptions, as_of: date) -> Table:
    """End a past-due period on day `dunning_limit_days` after its first unpaid due date."""
    late = rows.filter(rows.status == "past_due")
    rest = rows.filter(rows.status != "past_due")
    if engine.has("invoices"):
        unpaid = _unpaid(engine.table("invoices"), as_of)
        joined = late.inner_join(unpaid, (late.customer_id == unpaid.owner) & (unpaid.due_on >= late.starts_on))
        first = joined.group_by(late_id="row").agg(due=joined.due_on.min())
        late = late.left_join(first, late.row == first.late_id).drop("late_id")
    else:
        late = late.mutate(due=ibis.null("date"))
    renewed = late.renews_on <= ibis.date(as_of.isoformat())
    due: Value = ibis.coalesce(late.due, renewed.ifelse(late.renews_on, ibis.null("date")))
    lapse = due + ibis.interval(days=options.dunning_limit_days)
    late = late.mutate(ends_on=ibis.least(late.ends_on, ibis.coalesce(lapse, late.ends_on))).drop("due")
    return rest.union(late.select(*rest.columns))


def _unpaid(invoices: Table, as_of: date) -> Table:
    i = invoices
    open_now = i.status.fill_null("open").lower().notin(_UNPAID_SAYS)
    i = i.filter(i.paid_on.isnull() & open_now & (i.amount_cents > 0) & (i.due_on <= ibis.date(as_of.isoformat())))
    return i.select(owner=i.customer_id, due_on=i.due_on)


def _paused(rows: Table, options: MetricOptions, as_of: date) -> Table:
    """Paid and held parts of paused rows."""
    marked = _with_pause(rows, options, as_of)
    paid = marked.mutate(ends_on=marked.stop, cause=ibis.literal("pause")).select(*COLUMNS)
    held = marked.mutate(
        starts_on=marked.stop,
        ends_on=marked.held_until,
        mrr_cents=ibis.literal(0, "int64"),
        cause=ibis.literal("pause_limit"),
    ).select(*COLUMNS)
    return paid.union(held)


def _with_pause(rows: Table, options: MetricOptions, as_of: date) -> Table:
    """Paused rows with the day their pause begins (`stop`) and the day it ends at the latest (`held_until`).

    A paused row is read in one of three ways: with `paused_on` it was paid until that day; when another paid row of
    the same customer ends where it starts (or its amount is 0) the row itself is the pause; otherwise it was paid
    until `ends_on` (or the as-of date, when the file does not say since when) and the pause follows.
    """
    paused = rows.filter(rows.status == "paused")
    others = rows.filter((rows.status != "paused") & (rows.mrr_cents > 0))
    # The end as it was sold: unpaid invoices may have ended the row before, and the pause follows it all the same.
    others = others.select(owner=others.customer_id, other_end=others.sold_until)
    gap = paused.starts_on - ibis.interval(days=options.gap_tolerance_days)
    follows = paused.semi_join(
        others,
        (paused.customer_id == others.owner) & (others.other_end <= paused.starts_on) & (others.other_end >= gap),
    )
    follows = follows.select(follow="row")
    marked = paused.left_join(follows, paused.row == follows.follow)
    marked = marked.mutate(itself=marked.follow.notnull() | (marked.mrr_cents == 0))
    known_end = (marked.ends_on < ibis.date(NEVER.isoformat())).ifelse(marked.ends_on, ibis.date(as_of.isoformat()))
    stop: Value = ibis.coalesce(marked.paused_on, marked.itself.ifelse(marked.starts_on, known_end))
    marked = marked.mutate(stop=stop, lapses_on=stop + ibis.interval(days=options.pause_limit_days))
    ends_itself: Value = marked.paused_on.notnull() | marked.itself
    held_until = ends_itself.ifelse(ibis.least(marked.ends_on, marked.lapses_on), marked.lapses_on)
    return marked.mutate(held_until=held_until)


def contracts(engine: Engine, options: MetricOptions, as_of: date) -> Table:
    """Rows of `subscriptions` that were paid for, one each, with their monthly amount in reporting currency.

    `starts_on` is the first paid day; `ends_on` the day the row no longer keeps its customer: its end, or the day it
    lapsed (unpaid beyond the dunning limit, paused beyond the pause limit). Trials that never became paid, free rows
    and rows that start after the as-of date are left out.
    """
    rows = _past_due(engine, _paid_rows(engine.table("subscriptions")), options, as_of)
    kept = ("row", "customer_id", "interval", "renews_on", "starts_on", "ends_on", "mrr_cents", "currency")
    paid = rows.filter((rows.status != "paused") & (rows.starts_on < rows.ends_on)).select(*kept)
    paused = _with_pause(rows, options, as_of)
    paused = paused.filter(paused.starts_on < paused.stop).mutate(ends_on=paused.held_until).select(*kept)
    every = paid.union(paused)
    every = every.filter((every.mrr_cents > 0) & (every.starts_on <= ibis.date(as_of.isoformat())))
    return in_reporting_currency(every, options)


def purchase_periods(purchases: Table, options: MetricOptions) -> Table:
    """Activity periods: a purchase keeps a customer for `activity_window_days`; overlapping windows join into one.

    The monthly amount is the period's net spend per month of 365.25 / 12 days, never below 0.
    """
    p = purchases
    days = p.group_by("customer_id", day=p.on).agg(spend=p.amount_cents.sum(), currency=p.currency.max())
    return _joined(days, options)


def usage_periods(usage: Table, options: MetricOptions) -> Table:
    """Activity periods from days of use alone; the amount is 0 because nothing says what was paid."""
    active = usage.filter((usage.logins.fill_null(0) > 0) | (usage.core_actions.fill_null(0) > 0))
    days = active.group_by("customer_id", "day").agg(n=active.count())
    days = days.mutate(spend=ibis.literal(0, "int64"), currency=ibis.null("string")).drop("n")
    return _joined(days, options)


def _joined(days: Table, options: MetricOptions) -> Table:
    window = options.activity_window_days
    ordered = ibis.window(group_by="customer_id", order_by="day")
    days = days.mutate(previous=days.day.lag().over(ordered))
    fresh = days.previous.isnull() | (days.day.delta(days.previous, unit="day") > window)
    days = days.mutate(fresh=fresh.cast("int64"))
    days = days.mutate(period=days.fresh.sum().over(ibis.cumulative_window(group_by="customer_id", order_by="day")))
    found = days.group_by("customer_id", "period").agg(
        starts_on=days.day.min(), last=days.day.max(), spend=days.spend.sum(), currency=days.currency.max()
    )
    ends = found.last + ibis.interval(days=window)
    months = ends.delta(found.starts_on, unit="day") / (365.25 / 12)
    return found.select(
        "customer_id",
        "starts_on",
        ends_on=ends,
        mrr_cents=ibis.greatest((found.spend / months).round().cast("int64"), ibis.literal(0, "int64")),
        cause=ibis.literal("inactivity"),
        currency=found.currency,
    )
