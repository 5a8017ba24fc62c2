"""One filtered year of key figures by SQL written by hand: the segment's movements once, then four questions to them."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import duckdb
import numpy as np

from analysis.periods import add_months
from data.engine import Engine, duckdb_backend
from tests.bench.kpi_numbers import INDUSTRY, KINDS, MANY, Counted, Course

_MINE = """
create or replace temp table mine as
select customer_id, "on" as day, kind, delta_cents as delta, mrr_before_cents as before, mrr_after_cents as after,
  active_before as was, active_after as stays, started_on, cause
from read_parquet({movements})
semi join (select customer_id from read_parquet({customers}) where industry = {industry}) using (customer_id)
"""

_DAILY = """
select day, sum(delta)::bigint as delta, sum(stays::int - was::int) as active,
  sum(after::double * after - before::double * before) as squares, {kinds}
from mine group by day order by day
"""

_CHANGES = """
create or replace temp table changes as
with n as (
  select customer_id, date_trunc('month', day)::date as period, arg_min(before, day) as before,
    arg_max(after, day) as after, arg_min(was, day) as was, arg_max(stays, day) as stays,
    bool_or(day = started_on) as joined, arg_max(coalesce(cause, ''), day) as cause
  from mine where day >= {since} and day < {end}
  group by customer_id, period
),
seen as (
  select customer_id, min(period) as first_seen from (
    select customer_id, date_trunc('month', day)::date as period, arg_max(stays, day) as stays
    from mine semi join (select customer_id from n where not was and stays and not joined) using (customer_id)
    group by customer_id, period
  ) where stays group by customer_id
)
select n.*, case when not was and stays and (joined or coalesce(first_seen = period, false)) then 'new'
    when not was and stays then 'reactivation' when was and not stays then 'churn'
    when was and after > before then 'expansion' when was and after < before then 'contraction' else 'none' end as kind,
  if(was, before - least(before, after), 0)::double as lost, if(was or kind = 'reactivation', before - after, 0)::double as net
from n left join seen using (customer_id)
"""

_NET = """
select period, {kinds}, count(*) filter (kind = 'churn' and cause = 'payment') as involuntary,
  count(*) filter (not was and not stays and joined) as early_churn, count(*) filter (lost <> 0) as losers,
  sum(lost) as lost, sum(lost * lost), sum(lost * before), sum(net) as net, sum(net * net), sum(net * before)
from changes group by period
"""

_CELLS = """
select period, was, before, after, count(*) from changes
where period in ({periods}) and (was and before <> after or not was and stays and not joined)
group by all
"""

#: A movement opens every window that starts after the movement before it, and closes those that end before the next.
_RETENTION = """
with m as (
  select customer_id, day, before, after, greatest(lag(day) over w, started_on) as last, lead(day) over w as next
  from mine where kind <> 'new' and day >= {first} and day < {end} and started_on < {latest}
  window w as (partition by customer_id order by day)
),
placed as (
  select customer_id, day, before, after, {starts_last} as low_start, {starts_day} as high_start,
    {ends_day} as low_end, coalesce({ends_next}, 12) as high_end from m
)
select greatest(a.low_start, z.low_end) as low, least(a.high_start, z.high_end) as high,
  sum(a.before - least(a.before, z.after))::bigint, sum(z.after - a.before)::bigint
from placed a join placed z on a.customer_id = z.customer_id and a.day <= z.day
where a.before > 0 and low < high group by all
"""


def kpis(engine: Engine, year: Course) -> Counted:
    """Count everything; the loss cells are fetched where the interval of a rate would need them."""
    con = duckdb_backend().con
    con.execute(_MINE.format(movements=engine.files["movements"], customers=engine.files["customers"],
                             industry=f"'{INDUSTRY}'"))  # fmt: skip
    daily = con.sql(_DAILY.format(kinds=_kinds("delta"))).fetchnumpy()
    con.execute(_CHANGES.format(since=_day(year.since), end=_day(year.end)))
    net = _rows(con.sql(_NET.format(kinds=_kinds("after - before"))))
    few = [row["period"] for row in net if row["period"] >= year.start and row["losers"] < MANY]
    if few:
        con.sql(_CELLS.format(periods=", ".join(map(_day, few)))).fetchnumpy()
    monthly = {row["period"]: row["n_churn"] for row in net}
    return Counted(_levels(daily, year), {row["period"]: row for row in net}, monthly, _retention(con, year))


def _day(day: date) -> str:
    return f"date '{day}'"


def _kinds(amount: str) -> str:
    counts = [f"count(*) filter (kind = '{k}') as n_{k}" for k in KINDS]
    return ", ".join(
        [*counts, *(f"coalesce(sum({amount}) filter (kind = '{k}'), 0)::bigint as cents_{k}" for k in KINDS)]
    )


def _rows(found: duckdb.DuckDBPyRelation) -> list[dict[str, Any]]:
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def _levels(daily: Mapping[str, Any], year: Course) -> dict[date, tuple[int, int]]:
    days = daily["day"].astype("datetime64[D]")
    wanted = {add_months(year.start, step) for step in range(-12, 13)}
    found = {day: int(np.searchsorted(days, np.datetime64(day))) for day in wanted}
    return {day: (int(daily["active"][:i].sum()), int(daily["delta"][:i].sum())) for day, i in found.items()}


def _retention(con: duckdb.DuckDBPyConnection, year: Course) -> list[tuple[int, int]]:
    starts, ends = zip(*year.windows, strict=True)
    query = _RETENTION.format(
        first=_day(starts[0]),
        end=_day(ends[-1]),
        latest=_day(starts[-1]),
        starts_last=_passed("last", starts),
        starts_day=_passed("day", starts),
        ends_day=_passed("day", ends),
        ends_next=_passed("next", ends),
    )
    moved = np.zeros((12, 2), dtype=np.int64)
    for low, high, shrunk, change in con.sql(query).fetchall():
        moved[low:high] += (shrunk, change)
    return [(int(shrunk), int(change)) for shrunk, change in moved]


def _passed(column: str, days: tuple[date, ...]) -> str:
    return "(" + " + ".join(f"({column} >= {_day(day)})::int" for day in days) + ")"
