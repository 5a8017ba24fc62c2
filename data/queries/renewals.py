"""Contracts that fall due for renewal in a period, and those of them that were not renewed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import ibis

from data.derived.periods import contracts, subscription_periods
from data.expressions import Table, Value
from data.queries.segments import within
from data.queries.small_tables import window_table
from data.records import EVERYBODY, Period, Release, Segment

if TYPE_CHECKING:
    from data.engine import Engine

_TERM_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def known_end(engine: Engine, period: Period) -> date:
    """The end of a period, or of the data where they do not reach it: what lies beyond is not decided yet."""
    return min(period.end, engine.release.as_of + timedelta(days=1)) if engine.release else period.end


def renewals(engine: Engine, segment: Segment, periods: Sequence[Period]) -> Table:
    """Contracts due for renewal, once per window: customer, yearly amount in reporting cents, whether not renewed.

    Due when `renews_on`, the end of the contract or an anniversary of its first paid day by the billing interval lies
    in the period, up to the as-of date. Not renewed when the contract ends in the period (also by a lapse, see
    `contracts`) and nothing follows it.
    """
    held = engine.held(("renewals", segment, tuple(periods)))
    return _due(engine, segment, periods) if held is None else held


@contextmanager
def renewals_asked_often(engine: Engine, segment: Segment, periods: Sequence[Period]) -> Iterator[None]:
    """Within, what is due is found once for all questions."""
    with engine.holding(("renewals", segment, tuple(periods)), lambda: _due(engine, segment, periods)):
        yield


def _due(engine: Engine, segment: Segment, periods: Sequence[Period]) -> Table:
    windows = window_table([{"starts": p.start, "until": known_end(engine, p)} for p in periods])
    rows = _with_follower(engine, segment)
    due = _falling_due(rows.inner_join(windows, [rows.starts_on < windows.until, rows.ends_on >= windows.starts]))
    return due.select("window", "customer_id", arr_cents=due.mrr_cents * 12, lost=_not_renewed(due))


def due_for(engine: Engine, windows: Table) -> Table:
    """Contracts due in the window of each customer (who, starts, until), which lies in the data: who, lost.

    Only what was known when the window began says what is due: contracts held then, by the anniversary of their first
    paid day. Who leaves in the middle of a term that ends later was not due, as whoever stays in one is not; a stated
    renewal day is that of the next term once a contract was renewed.
    """
    rows = _with_follower(engine, EVERYBODY)
    met = [rows.customer_id == windows.who, rows.starts_on <= windows.starts, rows.ends_on >= windows.starts]
    pairs = rows.inner_join(windows, met)
    due = pairs.filter(_anniversary(pairs))
    return due.select("who", lost=_not_renewed(due))


def _falling_due(pairs: Table) -> Table:
    ended = pairs.ends_on < pairs.until
    stated = (pairs.renews_on >= pairs.starts) & (pairs.renews_on < pairs.until) & (pairs.renews_on > pairs.starts_on)
    return pairs.filter(ended | stated.fill_null(False) | _anniversary(pairs))


def _not_renewed(due: Table) -> Value:
    return (due.ends_on < due.until) & ~due.followed


def renewal_sums(engine: Engine, segment: Segment, periods: Sequence[Period]) -> list[dict[str, Any]]:
    """Per window: customers due, ARR due (`whole`) and not renewed (`part`) in cents, with squares and product."""
    per = _per_customer(engine, segment, periods)
    return engine.rows(
        per.group_by("window").agg(
            n=per.count(),
            part=per.part.sum(),
            whole=per.whole.sum(),
            part_squared=(per.part * per.part).sum(),
            whole_squared=(per.whole * per.whole).sum(),
            part_by_whole=(per.part * per.whole).sum(),
        )
    )


def renewal_cells(engine: Engine, segment: Segment, periods: Sequence[Period]) -> list[dict[str, Any]]:
    """Customers that did not renew, counted by (window, ARR not renewed, ARR due)."""
    per = _per_customer(engine, segment, periods)
    per = per.filter(per.part > 0)
    return engine.rows(per.group_by("window", "part", "whole").agg(customers=per.count()))


def _per_customer(engine: Engine, segment: Segment, periods: Sequence[Period]) -> Table:
    rows = renewals(engine, segment, periods)
    return rows.group_by("window", "customer_id").agg(
        whole=rows.arr_cents.sum().cast("float64"),
        part=rows.arr_cents.sum(where=rows.lost).fill_null(0).cast("float64"),
    )


def _with_follower(engine: Engine, segment: Segment) -> Table:
    """Contracts, and whether the customer goes on after their end.

    What follows is any other period of the customer, paid or held, that covers the day after the last day of the
    contract or starts within the gap tolerance after it; it may have begun long before.
    """
    options, as_of = _release(engine).options, _release(engine).as_of
    rows = within(contracts(engine, options, as_of), engine, segment)
    others = subscription_periods(engine, options, as_of)
    others = others.filter((others.mrr_cents > 0) | (others.cause == "pause_limit"))
    others = others.select(
        owner="customer_id", begins=others.starts_on - ibis.interval(days=options.gap_tolerance_days), stops="ends_on"
    )
    ended = rows.filter(rows.ends_on <= ibis.date(as_of.isoformat()))
    followed = ended.semi_join(
        others,
        (ended.customer_id == others.owner) & (others.begins <= ended.ends_on) & (others.stops > ended.ends_on),
    )
    kept = followed.select(kept="row")
    rows = rows.left_join(kept, rows.row == kept.kept)
    return rows.mutate(followed=rows.kept.notnull()).drop("kept")


def _release(engine: Engine) -> Release:
    if engine.release is None:
        raise ValueError("renewals need a recorded release")
    return engine.release


def _anniversary(pairs: Table) -> Value:
    """Whether a whole number (at least one) of terms after the first paid day falls into the window.

    Days are compared as (month, day of the month): the 31st of a shorter month then lies where its last day does,
    after all its other days and before the next month.
    """
    begun, day = _month(pairs.starts_on), pairs.starts_on.day()
    term = ibis.cases(*[(pairs.interval == k, v) for k, v in _TERM_MONTHS.items()], else_=1).cast("int64")
    latest = _month(pairs.until) - (pairs.until.day() <= day).cast("int64")
    terms = ((latest - begun) / term).floor().cast("int64")
    month, first = begun + terms * term, _month(pairs.starts)
    return (terms >= 1) & ((month > first) | ((month == first) & (day >= pairs.starts.day())))


def _month(day: Value) -> Value:
    return day.year().cast("int64") * 12 + day.month().cast("int64")
