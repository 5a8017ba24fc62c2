"""Five million assigned customers judged by three outcomes, one with its figure before: against SQL and pandas."""

from __future__ import annotations

from datetime import UTC, date, datetime
from math import isclose
from pathlib import Path
from typing import Any

from analysis.results import Comparison
from analysis.statistics.means import CupedDifference, cuped_difference, welch_difference
from analysis.statistics.sample_ratio import sample_ratio_test
from data.engine import Engine, duckdb_backend
from data.queries.experiments import Counts, moments
from data.records import MetricOptions, Release
from data.records_experiments import Measure, Moments, Reading
from data.settings import settings
from tests.bench.company import opened, release_of
from tests.bench.pairs import Row, in_turn, row

ASSIGNED_PER_CUSTOMER = 5
"""Rows assigned for each customer of the company that the bench runs on: of a million five million."""
KEPT, SPEND, VISITS = (
    Measure("outcome", column="kept"),
    Measure("outcome", column="spend", before="spend_before"),
    Measure("outcome", column="visits"),
)
READING = Reading("bench", ("control", "offer"), (KEPT, SPEND, VISITS))
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
_BY_HAND = """
select variant, count(o_kept), avg(o_kept), var_samp(o_kept), count(o_spend), avg(o_spend), var_samp(o_spend),
  avg(o_spend_before), var_samp(o_spend_before), covar_samp(o_spend_before, o_spend),
  count(o_visits), avg(o_visits), var_samp(o_visits)
from read_parquet(['{path}']) where experiment_key = 'bench' and variant in ('control', 'offer') group by variant
"""


def made() -> Engine:
    """The assignments beside the company, made once; an engine on them alone."""
    home = settings().home
    path = home / "bench-assignments.parquet"
    if not path.exists():
        n = release_of(opened()).rows["customers"] * ASSIGNED_PER_CUSTOMER
        duckdb_backend().con.execute(_MAKE.format(rows=n, path=path))
    release = Release(0, datetime(2026, 1, 1, tzinfo=UTC), date(2026, 1, 1), MetricOptions(), {}, {})
    return Engine("duckdb", {"assignments": [str(path)]}, release)


def alone() -> None:
    """The judgement once, for its memory."""
    judged(moments(made(), READING))


def judged(found: dict[str, Counts]) -> Judged:
    """Differences with their limits: money with its figure before, the others by Welch; after the sample ratio."""
    control, offer = READING.variants
    said: Judged = {}
    for measure in READING.measures:
        base, treated = found[measure.key][control, ""], found[measure.key][offer, ""]
        sample_ratio_test((base.n, treated.n), (0.5, 0.5))
        compared: Any = (cuped_difference if measure.before else welch_difference)(base, treated)
        difference = compared.difference if isinstance(compared, CupedDifference) else compared
        if not isinstance(difference, Comparison):
            raise SystemExit(f"{measure.key} cannot be compared")
        said[measure.key] = (difference.difference, *difference.limits)
    return said


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
    found: dict[str, Counts] = {measure.key: {} for measure in READING.measures}
    for variant, (
        *kept,
        spent,
        mean,
        spread,
        before,
        before_spread,
        both,
        visits,
        often,
        visits_spread,
    ) in parts.items():
        found[KEPT.key][variant, ""] = Moments(int(kept[0]), {"value": kept[1]}, {"value": kept[2]})
        found[VISITS.key][variant, ""] = Moments(int(visits), {"value": often}, {"value": visits_spread})
        found[SPEND.key][variant, ""] = Moments(
            int(spent),
            {"value": mean, "before": before},
            {"value": spread, "before": before_spread},
            {("before", "value"): both},
        )
    return found


def same(ours: Judged, theirs: Judged) -> bool:
    """Whether every difference and limit agrees to nine digits."""
    return all(
        isclose(a, b, rel_tol=1e-9, abs_tol=1e-9) for key in ours for a, b in zip(ours[key], theirs[key], strict=True)
    )


def rows(pairs: int, peak_mb: float | None) -> list[Row]:
    """Two rows; both references are first compared with the product."""
    engine = made()
    path = str(Path(engine.files["assignments"][0]))
    found: list[Row] = []
    for reference, ask, n in (("DuckDB SQL by hand", by_hand, pairs), ("pandas that reads the file", by_pandas, 3)):
        if not same(judged(moments(engine, READING)), judged(ask(path))):
            raise SystemExit(f"product and {reference} disagree on the experiment")
        turns = in_turn(lambda: judged(moments(engine, READING)), lambda a=ask: judged(a(path)), n)
        found.append(row("experiment of outcomes", reference, turns, peak_mb))
    return found
