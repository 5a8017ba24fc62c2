"""What two actions must move, for two years of months and two groups: against SQL by hand."""

from datetime import date

from analysis.periods import add_months
from data.engine import Engine, duckdb_backend
from data.queries.proof import proof_months
from data.records import Condition, Segment
from data.records_improvement import ProofMetric
from tests.bench.company import opened, release_of
from tests.bench.pairs import Row, in_turn, row

CHURN, EARLY = ProofMetric("churn"), ProofMetric("early-churn", days=90)
GROUPS = {
    "treated": Segment((Condition("region", "in", ("east",)),)),
    "comparison": Segment((Condition("region", "in", ("north", "south", "west")),)),
}
Counts = dict[tuple[str, date], tuple[int, float]]
"""Customers and events by group and month."""

_CHURN = """
with changes as (
  select customer_id, date_trunc('month', "on")::date as month, "on", active_before, active_after
  from read_parquet({movements}) where active_before <> active_after and "on" < {end}
),
net as (
  select customer_id, month, arg_min(active_before, "on") as was, arg_max(active_after, "on") as stays
  from changes group by all
),
flows as (
  select if(region = 'east', 'treated', 'comparison') as name, month, sum(stays::int - was::int) as change,
    count(*) filter (was and not stays) as lost
  from net join read_parquet({customers}) using (customer_id)
  where region in ('east', 'north', 'south', 'west') group by all
)
select name, month, coalesce(sum(change) over (partition by name order by month
  rows between unbounded preceding and 1 preceding), 0)::bigint, lost from flows qualify month >= {start}
"""
_EARLY = """
with lives as (
  select customer_id, region, first_lost_on,
    if(started_on - signed_on between 0 and 90, signed_on, started_on) as signed
  from read_parquet({lifetimes}) l join read_parquet({customers}) c using (customer_id)
  where started_on is not null and region in ('east', 'north', 'south', 'west')
)
select if(region = 'east', 'treated', 'comparison'), date_trunc('month', signed)::date, count(*),
  count(*) filter (first_lost_on - signed <= 90) from lives where signed >= {start} and signed < {end} group by all
"""


def months_of(engine: Engine, metric: ProofMetric) -> tuple[date, date]:
    """First day of the first of 24 months, and the day after the last, that the data tell whole."""
    end = add_months(release_of(engine).as_of.replace(day=1), -3 if metric.days else 0)
    return add_months(end, -24), end


def alone() -> None:
    """Both metrics once, for their memory."""
    engine = opened()
    for metric in (CHURN, EARLY):
        counts(engine, metric)


def counts(engine: Engine, metric: ProofMetric) -> Counts:
    """What the product counts."""
    start, end = months_of(engine, metric)
    rows = proof_months(engine, metric, GROUPS, start, add_months(end, -1))
    return {(row.group, row.start): (row.n, row.total) for row in rows}


def by_hand(engine: Engine, metric: ProofMetric) -> Counts:
    """The same in one question to DuckDB."""
    start, end = (f"date '{day}'" for day in months_of(engine, metric))
    query = (_EARLY if metric.days else _CHURN).format(**engine.files, start=start, end=end)
    return {(name, month): (n, float(lost)) for name, month, n, lost in duckdb_backend().con.sql(query).fetchall()}


def rows(pairs: int, peak_mb: float | None) -> list[Row]:
    """Two rows; the references are first compared with the product, month by month."""
    engine = opened()
    found: list[Row] = []
    for name, metric in (("proof by months of churn", CHURN), ("proof by months of signing", EARLY)):
        if counts(engine, metric) != by_hand(engine, metric):
            raise SystemExit(f"product and reference disagree on the {name}")
        turns = in_turn(lambda m=metric: counts(engine, m), lambda m=metric: by_hand(engine, m), pairs)
        found.append(row(name, "DuckDB SQL by hand", turns, peak_mb if not found else None))
    return found
