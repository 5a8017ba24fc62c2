"""Movements: every change of a customer's monthly recurring revenue, the one source of churn and money numbers."""

from __future__ import annotations

from datetime import date

import ibis

from data.expressions import Table, Value
from data.records import MetricOptions

COLUMNS = (
    "customer_id",
    "on",
    "kind",
    "delta_cents",
    "mrr_before_cents",
    "mrr_after_cents",
    "active_before",
    "active_after",
    "started_on",
    "cause",
    "previous_on",
    "next_on",
)


def movements(periods: Table, options: MetricOptions, as_of: date, *, paid_only: bool) -> Table:
    """One row per customer and day on which the amount or the presence changes, up to the as-of date.

    periods    See `periods.customer_periods`. `paid_only` drops amounts of 0 that are no hold (free plans).
    The activity window of purchases is exact: only paid periods have a tolerance.
    Several changes of one customer on a day are netted. A gap of at most `gap_tolerance_days` without any period is
    bridged: the row that ends and the row that starts again become one change. A held customer is active with
    amount 0, so a pause is a contraction and the end of the hold a churn of amount 0.

    previous_on, next_on  The days of the customer's movements before and after (null: none). They tell most questions
                          that a movement stands alone in a period, which then need not be grouped by customer.
    """
    days = _days(periods, as_of, paid_only)
    levels = _with_levels(days, options.gap_tolerance_days if paid_only else 0)
    return _classified(_between_movements(levels))


def _days(periods: Table, as_of: date, paid_only: bool) -> Table:
    """Net change per customer and day. `present` counts periods; `ending` keeps why one ended, worst first.

    Each period is unfolded into its two days: a union of starts and ends has the periods computed and kept first.
    """
    p = periods
    if paid_only:
        p = p.filter((p.mrr_cents > 0) | (p.cause == "pause_limit"))
    p = p.mutate(step=ibis.array([1, -1]).unnest())
    begins = p.step == 1
    held_begins = (p.cause == "pause_limit").ifelse(_RANK["pause"], 0)
    both = p.select(
        "customer_id",
        on=begins.ifelse(p.starts_on, p.ends_on),
        delta=p.mrr_cents * p.step,
        present=p.step.cast("int64"),
        ending=begins.ifelse(held_begins, _rank(p.cause)),
    )
    both = both.filter(both.on <= ibis.date(as_of.isoformat()))
    return both.group_by("customer_id", "on").agg(
        delta=both.delta.sum().cast("int64"), present=both.present.sum().cast("int64"), ending=both.ending.max()
    )


_CAUSES = ("voluntary", "inactivity", "pause_limit", "pause", "payment")
"""Why periods end, in the order in which one hides another on the same day; any of them hides that none is known."""


_RANK = {name: place + 1 for place, name in enumerate(_CAUSES)}


def _rank(cause: Value) -> Value:
    return ibis.cases(*[(cause == name, rank) for name, rank in _RANK.items()], else_=0)


def _with_levels(days: Table, tolerance: int) -> Table:
    """Amount and presence before and after each day, with tolerated gaps bridged; one window, one sort.

    Two days without any period never follow each other: a bridged gap was empty, and what ended there is the level
    before it. `moves` tells the days that count from those that bridge a gap or change nothing.
    """
    running = ibis.cumulative_window(group_by="customer_id", order_by="on")
    d = days.mutate(
        after=days.delta.sum().over(running).cast("int64"),
        here=days.present.sum().over(running).cast("int64"),
        last_delta=days.delta.lag().over(_BY_DAY),
        previous_on=days.on.lag().over(_BY_DAY),
        next_on=days.on.lead().over(_BY_DAY),
        started_on=days.on.first().over(_BY_DAY),
    )
    bridges = ((d.here == 0) & (d.next_on.delta(d.on, unit="day") <= tolerance)).fill_null(False)
    bridged = (d.here - d.present == 0) & (d.on.delta(d.previous_on, unit="day") <= tolerance)
    d = d.mutate(bridged=bridged.fill_null(False), stays=d.here > 0)
    d = d.mutate(before=d.after - d.delta - d.bridged.ifelse(d.last_delta, 0))
    d = d.mutate(was_here=d.bridged | (d.here > d.present), change=d.after - d.before)
    return d.mutate(moves=~bridges & ((d.change != 0) | (d.was_here != d.stays)))


_BY_DAY = ibis.window(group_by="customer_id", order_by="on")


def _between_movements(days: Table) -> Table:
    """The days that are movements, each with the movements before and after it.

    Those are the days before and after, but for the few customers with a day that is none: only these are sorted again.
    """
    others = days.filter(~days.moves).select("customer_id").distinct()
    moves = days.filter(days.moves)
    again = moves.semi_join(others, "customer_id")
    again = again.mutate(previous_on=again.on.lag().over(_BY_DAY), next_on=again.on.lead().over(_BY_DAY))
    return moves.anti_join(others, "customer_id").union(again)


def _classified(d: Table) -> Table:
    kind = ibis.cases(
        (~d.was_here & (d.on == d.started_on), "new"),
        (~d.was_here, "reactivation"),
        (~d.stays, "churn"),
        (d.change > 0, "expansion"),
        else_="contraction",
    )
    return d.select(
        "customer_id",
        "on",
        kind=kind,
        delta_cents=d.change.cast("int64"),
        mrr_before_cents=d.before.cast("int64"),
        mrr_after_cents=d.after.cast("int64"),
        active_before=d.was_here,
        active_after=d.stays,
        started_on=d.started_on,
        cause=_cause(d),
        previous_on=d.previous_on,
        next_on=d.next_on,
    )


def _cause(d: Table) -> Value:
    """Why: for losses the reason of the end or `unknown`, `paused` and `resumed` for holds; null otherwise."""
    named = ibis.cases(
        *[(d.ending == rank, ibis.literal(name)) for name, rank in _RANK.items()], else_=ibis.literal("unknown")
    )
    held_before = d.was_here & (d.before == 0) & (d.change > 0)
    return ibis.cases(
        (~d.stays & d.ending.isin([_RANK["pause_limit"], _RANK["pause"]]), "paused"),
        (~d.stays, named),
        ((d.change < 0) & (d.ending == _RANK["pause"]), "paused"),
        (held_before, "resumed"),
        else_=ibis.null("string"),
    )
