"""Flows of customers and money: daily sums, and net changes per customer and period."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import ibis
import numpy as np
import pyarrow as pa

from data.expressions import Table, Value
from data.queries.segments import within
from data.queries.stored_sums import stored_days, stored_periods
from data.records import EVERYBODY, Grain, Period, Segment

if TYPE_CHECKING:
    from data.engine import Engine

KINDS = ("new", "reactivation", "expansion", "contraction", "churn")
DECIDED = ("voluntary", "paused")
"""Causes of a loss that are a decision of the customer; `payment` is the other known one. Who just stays away
(`inactivity`) has given none."""
_UNITS = {"week": "W", "month": "M", "quarter": "Q", "year": "Y"}


@dataclass(frozen=True)
class DailyFlows:
    """Sums per day on which anything changed, as arrays of equal length in order of day.

    delta, active      Change of MRR in cents and of the number of active customers.
    squares            Change of the sum of squared MRR (cents squared), for the spread of MRR at any day.
    counts, amounts    Movements and their cents per kind.
    """

    days: np.ndarray
    delta: np.ndarray
    active: np.ndarray
    squares: np.ndarray
    counts: dict[str, np.ndarray]
    amounts: dict[str, np.ndarray]

    def before(self, day: date) -> int:
        """How many of the days lie before `day`: an index for prefix sums."""
        return int(np.searchsorted(self.days, np.datetime64(day)))

    def level(self, values: np.ndarray, day: date) -> Any:
        """The running total at the end of the day before `day`."""
        return values[: self.before(day)].sum()

    def during(self, values: np.ndarray, period: Period) -> Any:
        """The total inside a period."""
        return values[self.before(period.start) : self.before(period.end)].sum()


def movements_of(engine: Engine, segment: Segment) -> Table:
    """The movements of a segment's customers."""
    held = engine.held(segment)
    return within(engine.table("movements"), engine, segment) if held is None else held


@contextmanager
def asked_often(engine: Engine, segment: Segment) -> Iterator[None]:
    """Within, the segment's movements are filtered once for all questions."""
    if segment == EVERYBODY:
        yield
        return
    with engine.holding(segment, lambda: movements_of(engine, segment)):
        yield


def daily_flows(engine: Engine, segment: Segment, only: Table | None = None) -> DailyFlows:
    """Sums of all movements per day; `only` narrows a segment to the customers of a table."""
    stored = stored_days(engine, segment) if only is None else None
    if stored is not None:
        return _as_arrays(engine.arrow(stored))
    m = movements_of(engine, segment)
    m = m if only is None else m.semi_join(only, "customer_id")
    parts = {
        "delta": m.delta_cents.sum(),
        "active": (m.active_after.cast("int64") - m.active_before.cast("int64")).sum(),
        "squares": (_square(m.mrr_after_cents) - _square(m.mrr_before_cents)).sum(),
    }
    for kind in KINDS:
        parts[f"n_{kind}"] = (m.kind == kind).sum()
        parts[f"cents_{kind}"] = m.delta_cents.sum(where=m.kind == kind).fill_null(0)
    return _as_arrays(engine.arrow(m.group_by("on").agg(**parts).order_by("on")))


def _as_arrays(found: pa.Table) -> DailyFlows:
    # Through lists: `to_numpy` of Arrow imports pandas.
    column = {name: np.array(found[name].to_pylist()) for name in found.column_names}
    return DailyFlows(
        days=column["on"].astype("datetime64[D]"),
        delta=column["delta"],
        active=column["active"],
        squares=column["squares"].astype(float),
        counts={k: column[f"n_{k}"] for k in KINDS},
        amounts={k: column[f"cents_{k}"] for k in KINDS},
    )


def _square(cents: Value) -> Value:
    return cents.cast("float64") * cents.cast("float64")


def bucket(on: Value, grain: Grain) -> Value:
    """First day of the calendar period a day lies in; weeks start on Monday."""
    return on.truncate(_UNITS[grain]).cast("date")


def net_changes(movements: Table, grain: Grain, start: date, end: date) -> Table:
    """One row per customer and period in which anything changed: amount and presence before and after.

    joined  whether the customer's first movement ever lies in the period; cause of its last movement.
    """
    m = movements.filter((movements.on >= _day(start)) & (movements.on < _day(end)))
    m = m.mutate(period=bucket(m.on, grain), joined=m.on == m.started_on, cause=m.cause.fill_null(""))
    several = ((m.previous_on >= m.period) | (bucket(m.next_on, grain) == m.period)).fill_null(False)
    # Nearly every movement is its customer's only one in a period; grouping those too takes four times as long.
    alone = m.filter(~several).select(
        "customer_id",
        "period",
        before="mrr_before_cents",
        after="mrr_after_cents",
        was="active_before",
        stays="active_after",
        joined="joined",
        cause="cause",
    )
    m = m.filter(several)
    grouped = m.group_by("customer_id", "period").agg(
        before=m.mrr_before_cents.argmin(m.on),
        after=m.mrr_after_cents.argmax(m.on),
        was=m.active_before.argmin(m.on),
        stays=m.active_after.argmax(m.on),
        joined=m.joined.any(),
        cause=m.cause.argmax(m.on),
    )
    return alone.union(grouped)


def _day(day: date) -> Value:
    return ibis.date(day.isoformat())


def net_flows(engine: Engine, segment: Segment, grain: Grain, start: date, end: date) -> list[dict[str, Any]]:
    """Customers and cents per period and kind, each customer compared at the start and the end of the period.

    Also the sums that the interval of a rate of money needs: `lost` is what a customer at start pays less at the
    end, `net` the same with gains subtracted, each with its square and its product with the MRR at start; `losers`
    and `movers` are the customers for whom they are not 0.
    """
    stored = stored_periods(engine, segment, grain, start, end)
    if stored is not None:
        return engine.rows(stored)
    n = named_changes(engine, segment, grain, start, end)
    lost = n.was.ifelse(n.before - ibis.least(n.before, n.after), 0).cast("float64")
    counted = n.was | (n.kind == "reactivation")
    net = counted.ifelse(n.before - n.after, 0).cast("float64")
    at_start = n.before.cast("float64")
    parts = {
        "involuntary": ((n.kind == "churn") & (n.cause == "payment")).sum(),
        "voluntary": ((n.kind == "churn") & n.cause.isin(DECIDED)).sum(),
        "early_churn": (~n.was & ~n.stays & n.joined).sum(),
        "losers": (lost != 0).sum(),
        "movers": (net != 0).sum(),
        "lost": lost.sum(),
        "lost_squared": (lost * lost).sum(),
        "lost_by_start": (lost * at_start).sum(),
        "net": net.sum(),
        "net_squared": (net * net).sum(),
        "net_by_start": (net * at_start).sum(),
    }
    for kind in KINDS:
        parts[f"n_{kind}"] = (n.kind == kind).sum()
        parts[f"cents_{kind}"] = (n.after - n.before).sum(where=n.kind == kind).fill_null(0)
    return engine.rows(n.group_by("period").agg(**parts).order_by("period"))


def named_changes(engine: Engine, segment: Segment, grain: Grain, start: date, end: date) -> Table:
    """`net_changes` of a segment with the kind of each: new, reactivation, expansion, contraction, churn or none."""
    every = movements_of(engine, segment)
    return _with_kind(net_changes(every, grain, start, end), every, grain)


def _with_kind(n: Table, movements: Table, grain: Grain) -> Table:
    """Name each net change; a returner that was never there at the end of an earlier period is `new`."""
    n = n.mutate(returned=~n.was & n.stays & ~n.joined)
    seen = _first_period_end(movements, n.filter(n.returned), grain)
    n = n.left_join(seen, n.customer_id == seen.returner).drop("returner")
    first = n.joined | (n.first_seen == n.period).fill_null(False)
    kind = ibis.cases(
        (~n.was & n.stays & first, "new"),
        (~n.was & n.stays, "reactivation"),
        (n.was & ~n.stays, "churn"),
        (n.was & n.stays & (n.after > n.before), "expansion"),
        (n.was & n.stays & (n.after < n.before), "contraction"),
        else_="none",
    )
    return n.mutate(kind=kind)


def _first_period_end(movements: Table, returned: Table, grain: Grain) -> Table:
    """For the customers in `returned`: the first period at whose end they were there."""
    who = returned.select(who="customer_id")
    history = movements.semi_join(who, movements.customer_id == who.who)
    per = history.group_by("customer_id", period=bucket(history.on, grain)).agg(
        stays=history.active_after.argmax(history.on)
    )
    per = per.filter(per.stays)
    return per.group_by(returner="customer_id").agg(first_seen=per.period.min())


def loss_cells(
    engine: Engine, segment: Segment, grain: Grain, start: date, end: date, periods: Collection[date]
) -> list[dict[str, Any]]:
    """Customers that a rate of money counts, counted by (period, MRR at start, at end), in the periods of these days.

    These are the customers at start whose MRR changed, and those that came back, as `net_flows` names them.

    Wanted only of periods in which few customers change: of the others there are about as many cells as customers.
    """
    if not periods:
        return []
    n = named_changes(engine, segment, grain, start, end)
    n = n.filter(n.period.isin(sorted(periods)))
    n = n.filter((n.was & (n.before != n.after)) | (n.kind == "reactivation"))
    cells = n.group_by("period", "was", "before", "after").agg(customers=n.count())
    return engine.rows(cells)
