"""The grid of monthly cohorts (customers, MRR up to the first amount, net MRR): against SQL by hand."""

from datetime import date

import numpy as np

from analysis.lifecycle.cohorts import CohortGrid, cohorts
from analysis.results import Estimate
from data.engine import Engine, duckdb_backend
from data.records import Scope
from tests.bench.company import opened, release_of
from tests.bench.pairs import Row, in_turn, row

Cell = tuple[int, int, int, float, float]
"""Size, active, and cents kept and net per cent at the start."""

_CELLS = """
with first as (select customer_id, mrr_after_cents as first from read_parquet({movements}) where kind = 'new'),
changes as (
  select date_trunc('month', started_on)::date as cohort, date_trunc('month', "on")::date as period,
    sum((kind = 'new')::int) as joined, sum(if(kind = 'new', first, 0)) as base,
    sum(active_after::int - active_before::int) as active, sum(delta_cents) as net,
    sum(least(mrr_after_cents, first) - least(mrr_before_cents, first)) as kept
  from read_parquet({movements}) join first using (customer_id) group by all
),
sizes as (select cohort, sum(joined) as size, sum(base) as base from changes group by cohort),
grid as (
  select cohort, base, size, unnest(generate_series(cohort, {last}, interval 1 month))::date as period from sizes
)
select cohort, datediff('month', cohort, period) as age, size,
  sum(coalesce(active, 0)) over w::bigint as active, sum(coalesce(kept, 0)) over w / g.base as kept,
  sum(coalesce(net, 0)) over w / g.base as net
from grid g left join changes c using (cohort, period)
window w as (partition by cohort order by period)
"""


def alone() -> None:
    """The grid once, for its memory."""
    grid(opened())


def grid(engine: Engine) -> CohortGrid:
    """What the product answers."""
    found = cohorts(engine, Scope(), "month")
    assert isinstance(found, CohortGrid)
    return found


def by_hand(engine: Engine) -> dict[tuple[date, int], Cell]:
    """The same cells in one question to DuckDB."""
    last = f"date '{release_of(engine).as_of.replace(day=1)}'"
    found = duckdb_backend().con.sql(_CELLS.format(movements=engine.files["movements"], last=last)).fetchall()
    return {(cohort, age): (size, active, kept, net) for cohort, age, size, active, kept, net in found}


def same(ours: CohortGrid, theirs: dict[tuple[date, int], Cell]) -> bool:
    """Whether every cell of large cohorts is the same, and none is missing."""
    mine = {(r.cohort_start, r.age): r for r in ours.rows}
    if mine.keys() != theirs.keys():
        return False
    for key, cell in mine.items():
        if (cell.size, cell.active) != theirs[key][:2]:
            return False
        money = (cell.mrr_retention, cell.net_mrr_retention)
        known = [answer.value for answer in money if isinstance(answer, Estimate)]
        if known and not np.allclose(known, theirs[key][2:], rtol=1e-9):
            return False
    return True


def rows(pairs: int, peak_mb: float | None) -> list[Row]:
    """One row; the reference is first compared with the product, cell by cell."""
    engine = opened()
    if not same(grid(engine), by_hand(engine)):
        raise SystemExit("product and reference disagree on the cohorts")
    turns = in_turn(lambda: grid(engine), lambda: by_hand(engine), pairs)
    return [row("cohorts by month", "DuckDB SQL by hand", turns, peak_mb)]
