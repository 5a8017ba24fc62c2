"""What customers pay at the end of a window of time of what they paid at its start, for many windows at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import ibis
import numpy as np

from data.expressions import Table
from data.queries.flows import movements_of
from data.queries.small_tables import small_table
from data.queries.stored_sums import stored_windows
from data.records import Segment

if TYPE_CHECKING:
    from data.engine import Engine

Window = tuple[date, date]
_SQUARES = ("lost_squared", "lost_by_start", "net_squared", "net_by_start")


@dataclass(frozen=True)
class Retained:
    """What the customers at the start of a window pay less at its end, in cents, summed over customers.

    lost, net             Where they pay less (a loss included); and less what others of them pay more.
    lost_squared, ...     Sums of squares, and of products with what each paid at the start, for the spread.
    """

    lost: int
    net: int
    lost_squared: float
    lost_by_start: float
    net_squared: float
    net_by_start: float


def retained(engine: Engine, segment: Segment, windows: Sequence[Window]) -> list[Retained]:
    """Per window [start, end): what the customers at its start pay less at its end.

    Only customers with a movement inside count; all others pay at the end what they paid at the start. Windows are in
    order of time and may overlap: looked at one by one, a year of monthly windows counts each movement twelve times.
    Here each pair of a customer's movements is counted once, with the first and the last of the windows that begin
    (and end) with just these two.
    """
    stored = stored_windows(engine, segment, windows)
    if stored is not None:
        return [Retained(**row) for row in stored]
    rows = engine.rows(_sums(_placed(engine, segment, windows), len(windows)))
    moved = np.zeros((len(windows), 2), dtype=np.int64)
    spread = np.zeros((len(windows), len(_SQUARES)))
    for row in rows:
        moved[row["low"] : row["high"]] += (int(row["lost"]), int(row["net"]))
        spread[row["low"] : row["high"]] += [row[name] for name in _SQUARES]
    return [Retained(int(m[0]), int(m[1]), *map(float, s)) for m, s in zip(moved, spread, strict=True)]


def _placed(engine: Engine, segment: Segment, windows: Sequence[Window]) -> Table:
    """Movements with the windows open before and after them.

    opened, closed   Windows that have begun, and that are over, on the day.
    since            Windows that had begun on the day before which this movement is not the first; `follows`: the
                     same of the movement before, null for the first.
    until            Windows that are over on the day of the next movement; null for the last.
    """
    m, days = movements_of(engine, segment), _calendar(tuple(windows))
    first, end, latest = (ibis.date(d.isoformat()) for d in (windows[0][0], windows[-1][1], windows[-1][0]))
    # A customer's first movement opens no window: nothing was paid before.
    m = m.filter((m.on >= first) & (m.on < end) & (m.started_on < latest) & (m.kind != "new"))
    m = m.inner_join(days, m.on == days.day)
    begun = days.select(begun_on="day", begun="opened")
    m = m.left_join(begun, m.started_on == begun.begun_on)
    order = ibis.window(group_by="customer_id", order_by="on")
    m = m.mutate(follows=m.opened.lag().over(order), until=m.closed.lead().over(order))
    return m.select(
        "customer_id",
        "on",
        "opened",
        "closed",
        "follows",
        "until",
        since=ibis.greatest(m.follows.fill_null(0), m.begun.fill_null(0)),
        before=m.mrr_before_cents,
        after=m.mrr_after_cents,
    )


def _sums(placed: Table, windows: int) -> Table:
    """Sums per range [low, high) of windows, over the pairs of movements that begin and end them."""
    begins = placed.filter(placed.before > 0)
    alone = begins.select(
        low=ibis.greatest(begins.since, begins.closed),
        high=ibis.least(begins.opened, begins.until.fill_null(windows)),
        then="before",
        now="after",
    )
    begins = begins.filter(begins.until.notnull())
    ends = placed.filter(placed.follows.notnull())
    ends = ends.select(ender="customer_id", ends_on="on", over="closed", next_over="until", now="after")
    both = begins.inner_join(ends, (begins.customer_id == ends.ender) & (begins.on < ends.ends_on))
    pairs = both.select(
        low=ibis.greatest(both.since, both.over),
        high=ibis.least(both.opened, both.next_over.fill_null(windows)),
        then="before",
        now="now",
    )
    found = alone.union(pairs)
    found = found.filter(found.low < found.high)
    found = found.mutate(lost=found.then - ibis.least(found.then, found.now), net=found.then - found.now)
    lost, net, then = (found[name].cast("float64") for name in ("lost", "net", "then"))
    return found.group_by("low", "high").agg(
        lost=found.lost.sum(),
        net=found.net.sum(),
        lost_squared=(lost * lost).sum(),
        lost_by_start=(lost * then).sum(),
        net_squared=(net * net).sum(),
        net_by_start=(net * then).sum(),
    )


@lru_cache(maxsize=16)
def _calendar(windows: tuple[Window, ...]) -> Table:
    """Per day: how many windows have begun, how many are over; kept, so that Ibis knows the question again."""
    first, last = windows[0][0], windows[-1][1]
    days = [first + timedelta(days=n) for n in range((last - first).days)]
    numbers = np.array(days, dtype="datetime64[D]")
    starts, ends = (np.array(column, dtype="datetime64[D]") for column in zip(*windows, strict=True))
    return small_table(
        day=numbers,
        opened=np.searchsorted(starts, numbers, side="right"),
        closed=np.searchsorted(ends, numbers, side="right"),
    )
