"""Who counts as lost in a period under each public definition, for many periods in one question."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import ibis

from data.expressions import Table, Value
from data.queries.flows import movements_of
from data.queries.renewals import known_end, renewals
from data.queries.small_tables import window_table
from data.records import Period, Segment

if TYPE_CHECKING:
    from data.engine import Engine

MONTH_DAYS, YEAR_DAYS = 30, 365
ANNUAL = "baremetrics-annual"


def lost_customers(engine: Engine, segment: Segment, periods: Sequence[Period]) -> Table:
    """One row per (window, definition, customer): the period's number, and the definition that counts the loss.

    start-base           at start, not there at the end
    chartmogul           churned in the period, less those that joined and left, or left and returned, inside it
    stripe               churned in the 30 days before the end
    baremetrics          left in the 30 days before the end, joined-and-left included; not on an annual plan
    baremetrics-annual   on an annual plan, left in the 365 days before the end
    renewal              due for renewal in the period and not renewed
    """
    by_movement = _by_movement(engine, segment, periods)
    if not engine.has("subscriptions"):
        return by_movement
    due = renewals(engine, segment, periods)
    lapsed = due.filter(due.lost).select("window", "customer_id").distinct()
    lapsed = lapsed.mutate(definition=ibis.literal("renewal"))
    return by_movement.union(lapsed.select(*by_movement.columns))


def _by_movement(engine: Engine, segment: Segment, periods: Sequence[Period]) -> Table:
    per = _states(engine, segment, periods)
    sets = {name: per.filter(lost).select("window", "customer_id") for name, lost in _counted(per).items()}
    sets[ANNUAL] = _annual(engine, segment, periods)
    return ibis.union(*(lost.mutate(definition=ibis.literal(name)) for name, lost in sets.items()))


def _counted(per: Table) -> dict[str, Value]:
    """Who is lost under each definition that looks no further back than the period or a month."""
    counted = {
        "start-base": per.was & ~per.stays,
        "chartmogul": per.left.notnull() & ~per.joined & ~per.stays,
        "stripe": per.left_month,
        "baremetrics": per.left_month & ~per.annual,
    }
    return {name: lost.fill_null(False) for name, lost in counted.items()}


def _annual(engine: Engine, segment: Segment, periods: Sequence[Period]) -> Table:
    """Per window: customers on annual plans that left in the year before its end.

    A question of its own: to look at a year of everybody's movements for each window takes ten times as long.
    """
    ends = [known_end(engine, p) for p in periods]
    windows = window_table([{"ends": end, "year_ago": end - timedelta(days=YEAR_DAYS)} for end in ends])
    m = movements_of(engine, segment)
    yearly = annual_customers(engine).rename(yearly_id="customer_id")
    m = m.filter(m.kind == "churn").semi_join(yearly, m.customer_id == yearly.yearly_id)
    pairs = m.inner_join(windows, [m.on >= windows.year_ago, m.on < windows.ends])
    return pairs.select("window", "customer_id").distinct()


def _states(engine: Engine, segment: Segment, periods: Sequence[Period]) -> Table:
    """Per window and customer that came or went: what happened inside the period and before its end."""
    windows = window_table(
        [
            {
                "starts": p.start,
                "ends": p.end,
                "month_ago": known_end(engine, p) - timedelta(days=MONTH_DAYS),
                "earliest": min(p.start, known_end(engine, p) - timedelta(days=MONTH_DAYS)),
            }
            for p in periods
        ]
    )
    m = movements_of(engine, segment)
    m = m.filter(m.kind.isin(["new", "churn", "reactivation"]))
    pairs = m.inner_join(windows, [m.on >= windows.earliest, m.on < windows.ends])
    inside, left = pairs.on >= pairs.starts, pairs.kind == "churn"
    per = pairs.group_by("window", "customer_id").agg(
        was=pairs.active_before.argmin(pairs.on, where=inside),
        stays=pairs.active_after.argmax(pairs.on, where=inside),
        left=pairs.on.min(where=inside & left),
        joined=(inside & (pairs.kind == "new")).any(),
        left_month=(left & (pairs.on >= pairs.month_ago)).any(),
    )
    yearly = annual_customers(engine).rename(yearly_id="customer_id")
    per = per.left_join(yearly, per.customer_id == yearly.yearly_id)
    return per.mutate(annual=per.yearly_id.notnull()).drop("yearly_id")


def annual_customers(engine: Engine) -> Table:
    """Customers whose last plan is billed by the year."""
    lives = engine.table("lifetimes")
    return lives.filter(lives.interval == "year").select("customer_id")


def lost_under(engine: Engine, segment: Segment, periods: Sequence[Period], definition: str) -> list[dict[str, Any]]:
    """Customers `lost` per window under one definition that counts movements (every one but renewal)."""
    if definition == ANNUAL:
        lost = _annual(engine, segment, periods)
        return engine.rows(lost.group_by("window").agg(lost=lost.count()))
    per = _states(engine, segment, periods)
    return engine.rows(per.group_by("window").agg(lost=_counted(per)[definition].sum().cast("int64")))


def lost_counts(engine: Engine, segment: Segment, periods: Sequence[Period]) -> list[dict[str, Any]]:
    """Customers `lost` per window and definition, and those that no other definition counts (`alone`)."""
    lost = lost_customers(engine, segment, periods)
    per = lost.group_by(number="window", customer="customer_id").agg(n=lost.count())
    both = lost.inner_join(per, [lost.customer_id == per.customer, lost.window == per.number])
    return engine.rows(
        both.group_by("window", "definition").agg(lost=both.count(), alone=(both.n == 1).sum().cast("int64"))
    )
