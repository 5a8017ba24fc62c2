"""Who counts as lost in a period under each public definition, for many periods in one question."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import ibis

from data.expressions import Table, Value
from data.queries.flows import movements_of, window_table
from data.queries.segments import within
from data.records import Period, Segment

if TYPE_CHECKING:
    from data.engine import Engine

MONTH_DAYS, YEAR_DAYS = 30, 365
ANNUAL = "baremetrics-annual"
_TERM_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_FAR = date(9999, 12, 31)


def known_end(engine: Engine, period: Period) -> date:
    """The end of a period, or of the data where they do not reach it: trailing windows never run into the future."""
    return min(period.end, engine.release.as_of + timedelta(days=1)) if engine.release else period.end


def lost_customers(engine: Engine, segment: Segment, periods: Sequence[Period], gap_days: int) -> Table:
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
    due = renewals(engine, segment, periods, gap_days)
    lapsed = due.filter(due.lost).select("window", "customer_id").distinct()
    lapsed = lapsed.mutate(definition=ibis.literal("renewal"))
    return by_movement.union(lapsed.select(*by_movement.columns))


def _by_movement(engine: Engine, segment: Segment, periods: Sequence[Period]) -> Table:
    per = _states(engine, segment, periods)
    counted = {
        "start-base": per.was & ~per.stays,
        "chartmogul": per.left.notnull() & ~per.joined & ~per.stays,
        "stripe": per.left_month,
        "baremetrics": per.left_month & ~per.annual,
        ANNUAL: per.left_year & per.annual,
    }
    sets = [
        per.filter(lost.fill_null(False)).select("window", "customer_id", definition=ibis.literal(name))
        for name, lost in counted.items()
    ]
    return ibis.union(*sets)


def _states(engine: Engine, segment: Segment, periods: Sequence[Period]) -> Table:
    """Per window and customer that came or went: what happened inside the period and before its end."""
    windows = window_table(
        [
            {
                "starts": p.start,
                "ends": p.end,
                "month_ago": known_end(engine, p) - timedelta(days=MONTH_DAYS),
                "year_ago": known_end(engine, p) - timedelta(days=YEAR_DAYS),
                "earliest": min(p.start, known_end(engine, p) - timedelta(days=YEAR_DAYS)),
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
        left_year=(left & (pairs.on >= pairs.year_ago)).any(),
    )
    yearly = annual_customers(engine).rename(yearly_id="customer_id")
    per = per.left_join(yearly, per.customer_id == yearly.yearly_id)
    return per.mutate(annual=per.yearly_id.notnull()).drop("yearly_id")


def annual_customers(engine: Engine) -> Table:
    """Customers whose last plan is billed by the year."""
    lives = engine.table("lifetimes")
    return lives.filter(lives.interval == "year").select("customer_id")


def renewals(engine: Engine, segment: Segment, periods: Sequence[Period], gap_days: int) -> Table:
    """Contract rows due for renewal, per window: customer, yearly amount in cents, whether not renewed.

    Due when `renews_on` or `ends_on` lies in the period, or an anniversary of the start by the billing interval does
    (counted in calendar months; not for periods under 28 days).
    Not renewed when the row ends in the period and no other row of the customer starts within the gap tolerance.
    """
    windows = window_table([{"starts": p.start, "ends": p.end, "last": p.end - timedelta(days=1)} for p in periods])
    rows = _with_follower(engine, segment, gap_days)
    pairs = rows.inner_join(windows, [rows.starts_on < windows.starts, rows.stop >= windows.starts])
    ended = pairs.stop < pairs.ends
    stated = ((pairs.renews_on >= pairs.starts) & (pairs.renews_on < pairs.ends)).fill_null(False)
    due = pairs.filter(ended | stated | _anniversary(pairs))
    return due.select("window", "customer_id", arr_cents=due.mrr_cents * 12, lost=(due.stop < due.ends) & ~due.followed)


def lost_counts(engine: Engine, segment: Segment, periods: Sequence[Period], gap_days: int) -> list[dict[str, Any]]:
    """Customers `lost` per window and definition, and those that no other definition counts (`alone`)."""
    lost = lost_customers(engine, segment, periods, gap_days)
    per = lost.group_by(number="window", customer="customer_id").agg(n=lost.count()).view()
    both = lost.inner_join(per, [lost.customer_id == per.customer, lost.window == per.number])
    return engine.rows(
        both.group_by("window", "definition").agg(lost=both.count(), alone=(both.n == 1).sum().cast("int64"))
    )


def renewal_sums(engine: Engine, segment: Segment, periods: Sequence[Period], gap_days: int) -> list[dict[str, Any]]:
    """Per window: rows due, ARR due (`whole`) and not renewed (`part`) in cents, with squares and product."""
    rows = renewals(engine, segment, periods, gap_days)
    rows = rows.mutate(whole=rows.arr_cents.cast("float64"))
    rows = rows.mutate(part=rows.lost.ifelse(rows.whole, ibis.literal(0.0)))
    return engine.rows(
        rows.group_by("window").agg(
            n=rows.count(),
            part=rows.part.sum(),
            whole=rows.whole.sum(),
            part_squared=(rows.part * rows.part).sum(),
            whole_squared=(rows.whole * rows.whole).sum(),
            part_by_whole=(rows.part * rows.whole).sum(),
        )
    )


def _with_follower(engine: Engine, segment: Segment, gap_days: int) -> Table:
    """Paying contract rows, and whether another row of the customer starts when (or soon after) they end."""
    rows = within(engine.table("subscriptions"), engine, segment)
    rows = rows.filter(rows.mrr_cents > 0)
    rows = rows.mutate(stop=rows.ends_on.fill_null(ibis.date(_FAR.isoformat())))
    other = rows.select(owner="customer_id", begins="starts_on", other_id="subscription_id").view()
    ended = rows.filter(rows.ends_on.notnull())
    follows = ended.semi_join(
        other,
        (ended.customer_id == other.owner)
        & (ended.subscription_id != other.other_id)
        & (other.begins >= ended.stop)
        & (other.begins <= ended.stop + ibis.interval(days=gap_days)),
    )
    kept = follows.select(follow_id="subscription_id").view()
    rows = rows.left_join(kept, rows.subscription_id == kept.follow_id)
    return rows.mutate(followed=rows.follow_id.notnull())


def _anniversary(pairs: Table) -> Value:
    """Whether a whole number (at least one) of terms after the start falls into the months of the period."""
    first, last, begun = (_month(pairs[c]) for c in ("starts", "last", "starts_on"))
    term = ibis.cases(*[(pairs.interval == k, v) for k, v in _TERM_MONTHS.items()], else_=1).cast("int64")
    terms = ((last - begun) / term).floor().cast("int64")
    long_enough = pairs.ends.delta(pairs.starts, unit="day") >= 28
    return long_enough & (terms >= 1) & (begun + terms * term >= first)


def _month(day: Value) -> Value:
    return day.year().cast("int64") * 12 + day.month().cast("int64")
