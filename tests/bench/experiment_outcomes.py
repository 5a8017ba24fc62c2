"""Five million assigned customers judged by three outcomes, one with its figure before: against SQL and pandas.

The product gives its whole judgement (split, effects with intervals, second opinion, verdict); the references count
what such a judgement needs and compare shares by their difference, money with its figure before and visits by means.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from math import isclose
from typing import Any

import pyarrow as pa

from analysis.experiments.judge import judge
from analysis.results import Comparison
from analysis.statistics.means import cuped_difference, welch_difference
from analysis.statistics.proportions import score_difference
from data.contracts import CUSTOMERS
from data.derived import lifetimes, movements
from data.engine import Engine, duckdb_backend
from data.queries.experiments import Counts
from data.records import MetricOptions, Release
from data.records_experiments import Experiment, Measure, Moments, Plan, Variant
from data.settings import settings
from tests.bench.company import opened, release_of
from tests.bench.pairs import Row, in_turn, row

ASSIGNED_PER_CUSTOMER = 5
"""Rows assigned for each customer of the company that the bench runs on: of a million five million."""
KEPT, VISITS = Measure("outcome", column="kept"), Measure("outcome", column="visits")
SPEND = Measure("outcome", column="spend", before="spend_before")
PLAN = Plan(
    "bench",
    variants=(Variant("control"), Variant("offer")),
    primary=KEPT,
    secondary=(SPEND, VISITS),
    guardrails=(),
    assigned="elsewhere",
    smallest_effect=0.005,
    baseline=0.19,
    size=2,
)
EXPERIMENT = Experiment("bench", PLAN, "ended", frozen=PLAN)
Judged = dict[str, tuple[float, float, float]]
"""By measure: difference and its limits."""

_MAKE = """
copy (
  select 'bench' as experiment_key, 'c' || i as customer_id, if(hash(i) % 2 = 0, 'control', 'offer') as variant,
    null::timestamptz as assigned_at, null::timestamptz as exposed_at,
    if(hash(i + 11) % 1000 < 190 + 8 * (hash(i) % 2), 1.0, 0.0)::double as o_kept,
    (hash(i + 22) % 100000 / 100.0 + hash(i + 33) % 5000 / 100.0)::double as o_spend,
    (hash(i + 44) % 60)::double as o_visits, (hash(i + 22) % 100000 / 100.0)::double as o_spend_before
  from range({rows}) r(i)
) to '{path}' (format parquet)
"""
_CUSTOMERS = "copy (select 'c' || i as customer_id, {nothing} from range({rows}) r(i)) to '{path}' (format parquet)"
_BY_HAND = """
select variant, count(o_kept), avg(o_kept), var_samp(o_kept), count(o_spend), avg(o_spend), var_samp(o_spend),
  avg(o_spend_before), var_samp(o_spend_before), covar_samp(o_spend_before, o_spend),
  count(o_visits), avg(o_visits), var_samp(o_visits)
from read_parquet(['{path}']) where experiment_key = 'bench' and variant in ('control', 'offer') group by variant
"""


def made() -> Engine:
    """What an import of the assignments alone publishes, made once beside the company."""
    home = settings().home
    paths = {name: home / f"bench-{name}.parquet" for name in ("assignments", "customers")}
    if not all(path.exists() for path in paths.values()):
        n = release_of(opened()).rows["customers"] * ASSIGNED_PER_CUSTOMER
        kinds = {"integer": "bigint", "date": "date"}
        nothing = ", ".join(f"null::{kinds.get(c.kind, 'varchar')} as {c.name}" for c in CUSTOMERS.columns[1:])
        con = duckdb_backend().con
        con.execute(_MAKE.format(rows=n, path=paths["assignments"]))
        con.execute(_CUSTOMERS.format(rows=n, path=paths["customers"], nothing=nothing))
    release = Release(1, datetime(2026, 1, 1, tzinfo=UTC), date(2026, 1, 1), MetricOptions(), {}, {})
    empty = {"movements": _columns(movements.COLUMNS), "lifetimes": _columns(lifetimes.COLUMNS)}
    return Engine("duckdb", {name: [str(path)] for name, path in paths.items()}, release, empty)


def _columns(names: tuple[str, ...]) -> pa.Schema:
    """The columns of a derived table without rows."""
    whole, days, flags = {"losses"}, {"on"}, {"active_before", "active_after"}
    kinds = {
        name: pa.int64() if name.endswith("_cents") or name in whole
        else pa.date32() if name.endswith("_on") or name in days
        else pa.bool_() if name in flags
        else pa.string()
        for name in names
    }  # fmt: skip
    return pa.schema(list(kinds.items()))


def alone() -> None:
    """The judgement once, for its memory."""
    judged(made())


def judged(engine: Engine) -> Judged:
    """The effects of the product's judgement."""
    said = judge(engine, EXPERIMENT)
    if [verdict.outcome for verdict in said.verdicts] != ["ship"]:
        raise SystemExit(f"the experiment has another verdict: {said.verdicts}")
    return {effect.measure.key: _limits(effect.difference) for effect in said.effects}


def _limits(difference: Any) -> tuple[float, float, float]:
    if not isinstance(difference, Comparison):
        raise SystemExit(f"the experiment cannot be compared: {difference}")
    return difference.difference, *difference.limits


def compared(found: dict[str, Counts]) -> Judged:
    """The same effects from moments that a reference counted."""
    arms = {key: [counts[v.name, ""] for v in PLAN.variants] for key, counts in found.items()}
    yes = [(round(arm.mean["value"] * arm.n), arm.n) for arm in arms[KEPT.key]]
    spend = cuped_difference(*arms[SPEND.key])
    return {
        KEPT.key: _limits(score_difference(*yes[0], *yes[1])),
        SPEND.key: _limits(getattr(spend, "difference", spend)),
        VISITS.key: _limits(welch_difference(*arms[VISITS.key])),
    }


def by_hand(path: str) -> dict[str, Counts]:
    """The same moments in one question to DuckDB."""
    rows = duckdb_backend().con.sql(_BY_HAND.format(path=path)).fetchall()
    return _counts({variant: tuple(found) for variant, *found in rows})


def by_pandas(path: str) -> dict[str, Counts]:
    """The same moments by pandas, which reads the columns that are needed."""
    import pandas as pd

    columns = ["variant", "o_kept", "o_spend", "o_visits", "o_spend_before"]
    frame: Any = pd.read_parquet(path, columns=columns)
    parts: dict[str, tuple[float, ...]] = {}
    for variant, rows in frame.groupby("variant"):
        spend, before = rows["o_spend"], rows["o_spend_before"]
        parts[str(variant)] = (
            *_figures(rows["o_kept"]), *_figures(spend), before.mean(), before.var(), spend.cov(before),
            *_figures(rows["o_visits"]),
        )  # fmt: skip
    return _counts(parts)


def _figures(values: Any) -> tuple[float, float, float]:
    return values.count(), values.mean(), values.var()


def _counts(parts: dict[str, tuple[float, ...]]) -> dict[str, Counts]:
    found: dict[str, Counts] = {measure.key: {} for measure in (KEPT, SPEND, VISITS)}
    for variant, figures in parts.items():
        kept, spent, before, visits = figures[:3], figures[3:6], figures[6:9], figures[9:]
        found[KEPT.key][variant, ""] = Moments(int(kept[0]), {"value": kept[1]}, {"value": kept[2]})
        found[VISITS.key][variant, ""] = Moments(int(visits[0]), {"value": visits[1]}, {"value": visits[2]})
        found[SPEND.key][variant, ""] = Moments(
            int(spent[0]),
            {"value": spent[1], "before": before[0]},
            {"value": spent[2], "before": before[1]},
            {("before", "value"): before[2]},
        )
    return found


def same(ours: Judged, theirs: Judged) -> bool:
    """Whether every difference and limit agrees to nine digits."""
    return ours.keys() == theirs.keys() and all(
        isclose(a, b, rel_tol=1e-9, abs_tol=1e-9) for key in ours for a, b in zip(ours[key], theirs[key], strict=True)
    )


def rows(pairs: int, peak_mb: float | None) -> list[Row]:
    """Two rows; both references are first compared with the product."""
    engine = made()
    (path,) = engine.files["assignments"]
    found: list[Row] = []
    for reference, ask, n in (("DuckDB SQL by hand", by_hand, pairs), ("pandas that reads the file", by_pandas, 3)):
        if not same(judged(engine), compared(ask(path))):
            raise SystemExit(f"product and {reference} disagree on the experiment")
        turns = in_turn(lambda: judged(engine), lambda a=ask: compared(a(path)), n)
        found.append(row("experiment of outcomes", reference, turns, peak_mb))
    return found
