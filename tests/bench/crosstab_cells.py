"""A two-way cross-tab of a year, industry by plan, and of everybody ever: against SQL by hand."""

from datetime import date
from typing import Any

from analysis.periods import add_months
from analysis.personas.crosstab import Crosstab, crosstab
from data.engine import Engine, duckdb_backend
from data.records import Scope
from tests.bench.company import opened, release_of
from tests.bench.pairs import Row, in_turn, row

BY = ("industry", "plan")
Counts = dict[tuple[str, ...], tuple[int, int, int, int]]
"""Customers, lost, and their MRR in cents, by cell."""

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
_EVER = """
select coalesce(industry, ''), coalesce(plan, ''), count(*), count(lost_on), sum(coalesce(last_mrr_cents, 0))::bigint,
  coalesce(sum(last_mrr_cents) filter (lost_on is not null), 0)::bigint
from read_parquet({lifetimes}) left join read_parquet({customers}) using (customer_id)
where started_on is not null group by all
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
    days: dict[str, Any] = {name: f"date '{day}'" for name, day in _ends(scope).items()}
    query = (_YEAR if days else _EVER).format(**engine.files, **days)
    found = duckdb_backend().con.sql(query).fetchall()
    return {(industry, plan): (n, lost, mrr, mrr_lost) for industry, plan, n, lost, mrr, mrr_lost in found}


def _ends(scope: Scope) -> dict[str, date]:
    return {} if scope.start is None or scope.end is None else {"start": scope.start, "end": scope.end}


def counts(found: Crosstab) -> Counts:
    """What the product counted."""
    return {c.values: (c.customers, c.churned, c.mrr_cents, c.mrr_lost_cents) for c in found.cells}


def rows(pairs: int, peak_mb: float | None) -> list[Row]:
    """Two rows; the references are first compared with the product, cell by cell."""
    engine = opened()
    found: list[Row] = []
    for name, scope in (("cross-tab of a year", year_of(engine)), ("cross-tab of everybody", Scope())):
        if counts(crosstab(engine, scope, BY)) != by_hand(engine, scope):
            raise SystemExit(f"product and reference disagree on the {name}")
        turns = in_turn(lambda s=scope: crosstab(engine, s, BY), lambda s=scope: by_hand(engine, s), pairs)
        found.append(row(name, "DuckDB SQL by hand", turns, peak_mb))
    return found
