"""Checks of a release: identities that must hold whatever the data are."""

from __future__ import annotations

from datetime import date

import ibis

from data.calendar import shift
from data.engine import Engine
from data.expressions import Table
from data.records import Check

ON_HAND = ("new", "reactivation")


def release_checks(engine: Engine, periods: Table, as_of: date) -> list[Check]:
    """Reconcile the movements with the periods they come from, and with themselves."""
    return [
        _money_reconciles(engine, periods, as_of),
        _customers_balance(engine),
        _chain_is_whole(engine),
        _months_balance(engine),
    ]


def _money_reconciles(engine: Engine, periods: Table, as_of: date) -> Check:
    today = ibis.date(as_of.isoformat())
    running = periods.filter((periods.starts_on <= today) & (periods.ends_on > today))
    m = engine.table("movements")
    expected = engine.rows(running.agg(cents=running.mrr_cents.sum().fill_null(0)))[0]["cents"]
    found = engine.rows(m.agg(cents=m.delta_cents.sum().fill_null(0)))[0]["cents"]
    detail = f"movements add up to {int(found)} cents, running periods to {int(expected)} cents on {as_of}"
    return Check("mrr_reconciles", int(found) == int(expected), detail)


def _customers_balance(engine: Engine) -> Check:
    m, lives = engine.table("movements"), engine.table("lifetimes")
    counts = engine.rows(
        m.agg(came=m.kind.isin(ON_HAND).sum().fill_null(0), left=(m.kind == "churn").sum().fill_null(0))
    )[0]
    here = engine.rows(lives.agg(n=lives.status.isin(["active", "paused", "past_due"]).sum().fill_null(0)))[0]["n"]
    came, left = int(counts["came"]), int(counts["left"])
    detail = f"{came} arrivals - {left} losses = {came - left}; customers now {int(here)}"
    return Check("customers_balance", came - left == int(here), detail)


def _chain_is_whole(engine: Engine) -> Check:
    m = engine.table("movements")
    ordered = ibis.window(group_by="customer_id", order_by="on")
    m = m.mutate(
        start=m.mrr_after_cents.lag().over(ordered).fill_null(0),
        before=m.on.lag().over(ordered),
        after=m.on.lead().over(ordered),
    )
    linked = m.previous_on.identical_to(m.before) & m.next_on.identical_to(m.after)
    counts = engine.rows(
        m.agg(broken=(m.start != m.mrr_before_cents).sum().fill_null(0), apart=(~linked).sum().fill_null(0))
    )[0]
    broken, apart = int(counts["broken"]), int(counts["apart"])
    detail = f"{broken} movements do not start at the amount the one before ended at"
    if apart:
        detail = f"{detail}; {apart} movements name another day than that of the one before or after"
    return Check("movements_chain", not broken and not apart, detail)


def _months_balance(engine: Engine) -> Check:
    """opening + new + reactivation + expansion - contraction - churn = closing, in both readings, every month."""
    from data.queries.flows import KINDS, daily_flows, net_flows
    from data.records import EVERYBODY, Period

    daily = daily_flows(engine, EVERYBODY)
    if not len(daily.days):
        return Check("months_balance", True, "no movements")
    first = daily.days[0].astype(date).replace(day=1)
    end = date(daily.days[-1].astype(date).year + 1, 1, 1)
    wrong: list[str] = []
    net = net_flows(engine, EVERYBODY, "month", first, end)
    for row in net:
        month = Period(row["period"], shift(row["period"], "month", 1))
        change = int(daily.during(daily.delta, month))
        people = int(daily.during(daily.active, month))
        by_net = sum(int(row[f"cents_{k}"]) for k in KINDS) == change
        by_day = sum(int(daily.during(daily.amounts[k], month)) for k in KINDS) == change
        heads = int(row["n_new"]) + int(row["n_reactivation"]) - int(row["n_churn"]) == people
        if not (by_net and by_day and heads):
            wrong.append(f"{row['period']:%Y-%m}")
    months = len(net)
    detail = f"{months} months checked, wrong: {', '.join(wrong)}" if wrong else f"{months} months checked"
    return Check("months_balance", not wrong, detail)
