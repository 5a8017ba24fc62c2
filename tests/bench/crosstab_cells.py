"""A two-way cross-tab of a year, industry by plan, and of everybody ever: against SQL by hand."""

from datetime import date
from math import isclose
from typing import Any

from analysis.periods import add_months
from analysis.personas.crosstab import Cell, Crosstab, crosstab
from analysis.results import Estimate
from data.engine import Engine, duckdb_backend
from data.records import Scope
from tests.bench.company import opened, release_of
from tests.bench.pairs import Row, in_turn, row

BY = ("industry", "plan")
Counts = dict[tuple[str, ...], tuple[float, ...]]
"""Customers, lost, and their MRR in cents, by cell; of everybody also first losses, and those expected at equal ages."""

_YEAR = """
with there as (
  select customer_id, mrr_after_cents as mrr from read_parquet({movements})
  where "on" < {start} and active_after and (next_on is null or next_on >= {start})
),
gone as (
  select customer_id, true as lost from read_parquet({movements})
  where "on" >= {start} and "on" < {end} and not active_after and (next_on is null or next_on >= {end})
)
select coalesce(industry, ''), coalesce(plan, ''), count(*), count(lost), sum(mrr)::bigint, coalesce(sum(mrr) filter (lost), 0)::bigint
from there left join gone using (customer_id)
left join read_parquet({customers}) using (customer_id) left join read_parquet({lifetimes}) using (customer_id)
group by all
"""
# Who never paid is left out last: asked first, DuckDB holds the other table for the join and takes a tenth longer.
_EVER = """
with counted as (
  select coalesce(industry, '') as industry, coalesce(plan, '') as plan,
    datediff('day', started_on, coalesce(first_lost_on, {as_of})) as age, count(*) as n, count(lost_on) as lost,
    sum(coalesce(last_mrr_cents, 0)) as mrr, sum(last_mrr_cents) filter (lost_on is not null) as mrr_lost,
    count(first_lost_on) as gone
  from read_parquet({lifetimes}) left join read_parquet({customers}) using (customer_id) group by all
),
risks as (
  select age, sum(gone) as gone, sum(sum(n)) over (order by age desc) as at_risk
  from counted where age is not null group by age
),
hazards as (select age, sum(gone / at_risk) over (order by age) as hazard from risks)
select industry, plan, sum(n)::bigint, sum(lost)::bigint, sum(mrr)::bigint, coalesce(sum(mrr_lost), 0)::bigint,
  sum(gone)::bigint, sum(n * hazard)
from counted join hazards using (age) group by all
"""


def year_of(engine: Engine) -> Scope:
    """The last twelve months of the data."""
    end = release_of(engine).as_of.replace(day=1)
    return Scope(start=add_months(end, -12), end=end)


def alone() -> None:
    """The cross-tab of the year once, for its memory."""
    engine = opened()
    crosstab(engine, year_of(engine), BY)


def by_hand(engine: Engine, scope: Scope) -> Counts:
    """The counts of the same cells in one question to DuckDB."""
    ends = _ends(scope)
    days: dict[str, Any] = {name: f"date '{day}'" for name, day in {**ends, "as_of": release_of(engine).as_of}.items()}
    query = (_YEAR if ends else _EVER).format(**engine.files, **days)
    found = duckdb_backend().con.sql(query).fetchall()
    return {(industry, plan): tuple(counted) for industry, plan, *counted in found}


def _ends(scope: Scope) -> dict[str, date]:
    return {} if scope.start is None or scope.end is None else {"start": scope.start, "end": scope.end}


def same(ours: Crosstab, theirs: Counts) -> bool:
    """Whether every cell has the same counts and, of everybody, the same lift at equal age."""
    mine = {cell.values: cell for cell in ours.cells}
    return mine.keys() == theirs.keys() and all(_alike(cell, theirs[values]) for values, cell in mine.items())


def _alike(cell: Cell, counted: tuple[float, ...]) -> bool:
    by_age = counted[4:]
    if counted[:4] != (cell.customers, cell.churned, cell.mrr_cents, cell.mrr_lost_cents):
        return False
    if not by_age:
        return cell.first_losses is None
    gone, expected = by_age
    lift = cell.lift_at_age
    return gone == cell.first_losses and (
        not isinstance(lift, Estimate) or isclose(lift.value, gone / expected, rel_tol=1e-9)
    )


def rows(pairs: int, peak_mb: float | None) -> list[Row]:
    """Two rows; the references are first compared with the product, cell by cell."""
    engine = opened()
    found: list[Row] = []
    for name, scope in (("cross-tab of a year", year_of(engine)), ("cross-tab of everybody", Scope())):
        if not same(crosstab(engine, scope, BY), by_hand(engine, scope)):
            raise SystemExit(f"product and reference disagree on the {name}")
        turns = in_turn(lambda s=scope: crosstab(engine, s, BY), lambda s=scope: by_hand(engine, s), pairs)
        found.append(row(name, "DuckDB SQL by hand", turns, peak_mb))
    return found
