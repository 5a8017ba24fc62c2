"""Lifetimes: one row per customer with start, loss, present amount and what its last subscription says."""

from __future__ import annotations

from datetime import date

import ibis

from data.engine import Engine
from data.expressions import Table, Value
from data.records import MetricOptions


def lifetimes(engine: Engine, movements: Table, options: MetricOptions, as_of: date) -> Table:
    """Customers of the customers table and of the movements.

    status          active, paused, past_due, lost, or never (no paid period up to the as-of date).
    started_on      First day with revenue (or activity); first_lost_on, lost_on: first and present loss.
    mrr_cents       Now; last_mrr_cents: now, or just before the loss.
    scheduled_end_on  Known future end of the last running subscription.
    """
    customers = engine.table("customers").select("customer_id")
    seen = _from_movements(movements)
    ids = customers.union(seen.select("customer_id"), distinct=True)
    joined = _left(ids, seen)
    latest = _latest_subscription(engine, as_of)
    joined = _left(joined, latest) if latest is not None else joined.mutate(**_NO_SUBSCRIPTION)
    return joined.mutate(status=_status(joined)).select(*COLUMNS)


COLUMNS = (
    "customer_id",
    "status",
    "started_on",
    "first_lost_on",
    "lost_on",
    "losses",
    "mrr_cents",
    "last_mrr_cents",
    "cause",
    "plan",
    "interval",
    "currency",
    "cancel_reason",
    "renews_on",
    "scheduled_end_on",
)
_NO_SUBSCRIPTION = {
    "plan": ibis.null("string"),
    "interval": ibis.null("string"),
    "currency": ibis.null("string"),
    "cancel_reason": ibis.null("string"),
    "renews_on": ibis.null("date"),
    "scheduled_end_on": ibis.null("date"),
    "said": ibis.null("string"),
}


def _left(left: Table, right: Table) -> Table:
    right = right.rename(other_id="customer_id")
    return left.left_join(right, left.customer_id == right.other_id).drop("other_id")


def _from_movements(m: Table) -> Table:
    lost = m.kind == "churn"
    last = m.group_by("customer_id").agg(
        started_on=m.on.min(),
        first_lost_on=m.on.min(where=lost),
        last_lost_on=m.on.max(where=lost),
        losses=lost.sum().cast("int64"),
        mrr_cents=m.mrr_after_cents.argmax(m.on),
        before=m.mrr_before_cents.argmax(m.on),
        here=m.active_after.argmax(m.on),
        last_cause=m.cause.fill_null("").argmax(m.on),
    )
    gone = ~last.here
    paid = m.group_by(payer="customer_id").agg(
        paid_before=m.mrr_before_cents.argmax(m.on, where=m.mrr_before_cents > 0)
    )
    last = last.left_join(paid, last.customer_id == paid.payer).drop("payer")
    return last.select(
        "customer_id",
        "started_on",
        "first_lost_on",
        "losses",
        "mrr_cents",
        "here",
        lost_on=gone.ifelse(last.last_lost_on, ibis.null("date")),
        last_mrr_cents=gone.ifelse(last.paid_before.fill_null(0), last.mrr_cents),
        cause=gone.ifelse(last.last_cause.nullif(""), ibis.null("string")),
    )


def _latest_subscription(engine: Engine, as_of: date) -> Table | None:
    if not engine.has("subscriptions"):
        return None
    s = engine.table("subscriptions")
    today = ibis.date(as_of.isoformat())
    s = s.filter(s.starts_on <= today)
    # The id decides between rows of one day: otherwise each engine, and each run, may take another one.
    order = ibis.struct({"day": s.starts_on, "id": s.subscription_id})
    said = ("plan", "interval", "currency", "cancel_reason", "status")
    whole: Value = ibis.struct({name: s[name] for name in said})
    found = s.group_by("customer_id").agg(
        latest=whole.argmax(order),
        renews_on=s.renews_on.max(where=s.renews_on >= today),
        scheduled_end_on=s.ends_on.max(where=s.ends_on > today),
    )
    latest: Value = found["latest"]
    terms = {name: latest[name] for name in said if name != "status"}
    return found.select("customer_id", "renews_on", "scheduled_end_on", said=latest["status"], **terms)


def _status(t: Table) -> Value:
    return ibis.cases(
        (t.here.isnull(), "never"),
        (~t.here, "lost"),
        (t.said == "paused", "paused"),
        (t.said == "past_due", "past_due"),
        else_="active",
    )
