"""An experiment of the company itself judged from its movements: retention and revenue, against SQL by hand."""

from __future__ import annotations

from math import isclose

from data.engine import Engine, duckdb_backend
from data.queries.experiments import Counts, moments
from data.records_experiments import Measure, Moments, Reading
from tests.bench.company import opened, release_of
from tests.bench.pairs import Row, in_turn, row

KEPT, REVENUE = Measure("retained", 90), Measure("revenue", 90)
READING = Reading("save-call", ("no call", "specialist call"), (KEPT, REVENUE))

_BY_HAND = """
with assigned as (
  select customer_id, variant, assigned_at::date as day from read_parquet({assignments})
  where experiment_key = 'save-call' and variant in ('no call', 'specialist call')
),
paid as (
  select customer_id, variant, day, coalesce(sum(delta_cents) filter ("on" < day), 0) as before,
    coalesce(sum(delta_cents) filter ("on" <= day), 0) as first_day,
    coalesce(sum(delta_cents) filter ("on" <= day + 90), 0) > 0 as kept,
    coalesce(sum(delta_cents * (90 - greatest("on" - day, 0))) filter ("on" < day + 90), 0) / 30.4375 as revenue,
    coalesce(sum(delta_cents * least(day - "on", 90)) filter ("on" < day), 0) / 30.4375 as revenue_before
  from assigned join read_parquet({movements}) using (customer_id) group by all
)
select variant, count(*), avg(kept::int), var_samp(kept::int), avg(revenue), var_samp(revenue),
  avg(revenue_before), var_samp(revenue_before), covar_samp(revenue_before, revenue)
from paid where (before > 0 or first_day > 0) and date '{as_of}' - day >= 90 group by variant
"""


def alone() -> None:
    """The moments once, for their memory."""
    moments(opened(), READING)


def by_hand(engine: Engine) -> dict[str, Counts]:
    """The same moments in one question to DuckDB."""
    query = _BY_HAND.format(**engine.files, as_of=release_of(engine).as_of)
    found: dict[str, Counts] = {KEPT.key: {}, REVENUE.key: {}}
    for variant, n, kept, spread, *money in duckdb_backend().con.sql(query).fetchall():
        mean, revenue_spread, before, before_spread, both = money
        found[KEPT.key][variant, ""] = Moments(n, {"value": kept}, {"value": spread})
        found[REVENUE.key][variant, ""] = Moments(
            n,
            {"value": mean, "before": before},
            {"value": revenue_spread, "before": before_spread},
            {("before", "value"): both},
        )
    return found


def same(ours: dict[str, Counts], theirs: dict[str, Counts]) -> bool:
    """Whether every number of customers, mean, variance and covariance agrees to nine digits."""
    places = [(key, arm) for key, counts in theirs.items() for arm in counts]
    return all(_alike(ours[key][arm], theirs[key][arm]) for key, arm in places)


def _alike(mine: Moments, other: Moments) -> bool:
    pairs = [(mine.n, other.n)]
    pairs += [(mine.mean[name], other.mean[name]) for name in other.mean]
    pairs += [(mine.variance[name], other.variance[name]) for name in other.variance]
    pairs += [(mine.covariance[name], other.covariance[name]) for name in other.covariance]
    return all(isclose(a, b, rel_tol=1e-9) for a, b in pairs)


def rows(pairs: int, peak_mb: float | None) -> list[Row]:
    """One row; the reference is first compared with the product."""
    engine = opened()
    if not same(moments(engine, READING), by_hand(engine)):
        raise SystemExit("product and reference disagree on the experiment from movements")
    turns = in_turn(lambda: moments(engine, READING), lambda: by_hand(engine), pairs)
    return [row("experiment from movements", "DuckDB SQL by hand", turns, peak_mb)]
