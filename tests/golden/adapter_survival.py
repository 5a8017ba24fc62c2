"""Survival, cohorts and rates of loss as the golden cases ask for them: reshaping only, the numbers are the product's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.results import Comparison, Estimate
from analysis.statistics.event_rates import poisson_rate
from analysis.statistics.log_rank import LogRank, log_rank
from analysis.statistics.proportions import wilson_interval
from analysis.statistics.retention_triangle import pooled_by_age, retention_triangle
from analysis.statistics.shifted_geometric import ShiftedGeometric, fit_shifted_geometric
from analysis.statistics.survival import (
    LifeCounts,
    RestrictedMean,
    SurvivalCurve,
    kaplan_meier,
    life_counts,
    median_age,
    number_at_risk,
    restricted_mean,
    restricted_mean_difference,
    survival_at,
)

Inputs = Mapping[str, Any]


def _rows(inputs: Inputs, where: str | None = None) -> pd.DataFrame:
    """Rows with `time` and `event`, and the group where one is named."""
    if "frame" not in inputs:
        return pd.DataFrame({"time": inputs["time"], "event": inputs["event"]})
    frame = inputs["frame"].query(where) if where else inputs["frame"]
    names = {inputs["time"]: "time", inputs["event"]: "event"} | (
        {inputs["group"]: "group"} if "group" in inputs else {}
    )
    return frame.rename(columns=names)


def _lives(rows: pd.DataFrame) -> LifeCounts:
    return life_counts(rows["time"].to_numpy(), (rows["event"] == _gone(rows)).to_numpy())


def _gone(rows: pd.DataFrame) -> Any:
    """The value of a loss: the larger of the two (R codes 1 and 2 as well as 0 and 1)."""
    return max(int(rows["event"].max()), 1)


def _pair(inputs: Inputs) -> tuple[LifeCounts, LifeCounts]:
    if "time_a" in inputs:
        a, b = (life_counts(inputs[f"time_{arm}"], inputs[f"event_{arm}"]) for arm in "ab")
        return a, b
    if "arm_a" in inputs:
        return _lives(_rows(inputs, inputs["arm_a"])), _lives(_rows(inputs, inputs["arm_b"]))
    a, b = _groups(inputs)
    return a, b


def _groups(inputs: Inputs) -> list[LifeCounts]:
    rows = _rows(inputs)
    gone = _gone(rows)
    return [life_counts(part["time"].to_numpy(), part["event"].to_numpy() == gone) for _, part in rows.groupby("group")]


def _curve(inputs: Inputs, **how: Any) -> SurvivalCurve:
    found = kaplan_meier(_lives(_rows(inputs)), confidence=inputs.get("confidence", 0.95), **how)
    assert isinstance(found, SurvivalCurve)
    return found


def _plain(values: np.ndarray) -> list[float | None]:
    return [None if np.isnan(value) else float(value) for value in values]


def km_table(inputs: Inputs) -> dict[str, Any]:
    curve = _curve(inputs)
    at = curve.lives.lost > 0
    median = median_age(curve)
    return {
        "time": _plain(curve.age[at]),
        "at_risk": curve.at_risk[at].tolist(),
        "events": curve.lives.lost[at].tolist(),
        "survival": _plain(curve.survival[at]),
        "greenwood_se": _plain(curve.error[at]),
        "ci_loglog_lower": _plain(curve.low[at]),
        "ci_loglog_upper": _plain(curve.high[at]),
        "median": median.value,
        "median_ci": [median.low, median.high],
    }


def km_at_times(inputs: Inputs) -> dict[str, Any]:
    curve = _curve(inputs)
    found = _at(curve, inputs["at"])
    median = median_age(curve)
    place = [int(np.searchsorted(curve.age, age, side="right")) - 1 for age in inputs["at"]]
    return {
        "survival": [f.value for f in found],
        "at_risk": [number_at_risk(curve, age) for age in inputs["at"]],
        "greenwood_se": _plain(curve.error[place]),
        "ci_loglog_lower": [f.low for f in found],
        "ci_loglog_upper": [f.high for f in found],
        "median": median.value,
        "median_ci": [median.low, median.high],
    }


def _at(curve: SurvivalCurve, ages: list[float]) -> list[Estimate]:
    found = [survival_at(curve, age) for age in ages]
    return [f for f in found if isinstance(f, Estimate)]


def km_ci_types(inputs: Inputs) -> dict[str, Any]:
    expected: dict[str, Any] = {}
    for name, limits in (("log", "log"), ("plain", "plain"), ("loglog", "log-log")):
        found = _at(_curve(inputs, limits=limits), inputs["at"])
        expected |= {f"ci_{name}_lower": [f.low for f in found], f"ci_{name}_upper": [f.high for f in found]}
    return expected


def rmst_diff(inputs: Inputs) -> dict[str, Any]:
    a, b = (kaplan_meier(lives) for lives in _pair(inputs))
    assert isinstance(a, SurvivalCurve)
    assert isinstance(b, SurvivalCurve)
    means = [restricted_mean(curve, inputs["tau"], confidence=inputs["confidence"]) for curve in (a, b)]
    # The cases state A minus B; ours is the second minus the first.
    found = restricted_mean_difference(b, a, inputs["tau"], confidence=inputs["confidence"])
    assert isinstance(found, Comparison)
    known = [mean for mean in means if isinstance(mean, RestrictedMean)]
    expected = {f"rmst_{arm}": mean.value for arm, mean in zip("ab", known, strict=True)}
    errors = {f"se_{arm}": mean.error for arm, mean in zip("ab", known, strict=True)}
    return {**expected, **errors, "diff": found.difference, "ci": [found.low, found.high], "p": found.p_value}


def logrank(inputs: Inputs) -> dict[str, Any]:
    found = _tested(list(_pair(inputs)))
    (observed_a, observed_b), (expected_a, expected_b) = found.observed, found.expected
    return {
        **_test(found),
        "observed_a": observed_a,
        "observed_b": observed_b,
        "expected_a": expected_a,
        "expected_b": expected_b,
        "expected": list(found.expected),
    }


def logrank_k_groups(inputs: Inputs) -> dict[str, Any]:
    return _test(_tested(_groups(inputs)))


def _tested(groups: list[LifeCounts]) -> LogRank:
    found = log_rank(groups)
    assert isinstance(found, LogRank)
    return found


def _test(found: LogRank) -> dict[str, Any]:
    return {"chi2": found.chi2, "df": found.df, "p": found.p_value}


def cohort_triangle(inputs: Inputs) -> dict[str, Any]:
    customers = inputs["customers"]
    months = [f"{year}-{month:02d}" for year in range(1990, 2100) for month in range(1, 13)]
    started = [customer["signup_month"] for customer in customers]
    first, last = months.index(min(started)), months.index(inputs["data_through"].split(" ")[0])
    place = {month: months.index(month) - first for month in months}
    changes = [(place[month], place[month], 1) for month in started]
    changes += [
        (place[customer["signup_month"]], place[customer["cancel_month"]], -1)
        for customer in customers
        if customer["cancel_month"] is not None and customer["cancel_month"] <= months[last]
    ]
    cohorts = last - first + 1
    levels = retention_triangle(changes, cohorts, last - first)
    sizes = np.array([started.count(months[first + cohort]) for cohort in range(cohorts)])
    shares = levels / np.where(sizes > 0, sizes, np.nan)[:, None]
    rows = {months[first + cohort]: _plain(shares[cohort]) for cohort in range(cohorts) if sizes[cohort]}
    return {"retention": rows, "pooled_by_age_same_denominator": _plain(pooled_by_age(levels, sizes))}


def sbg_fit(inputs: Inputs) -> dict[str, Any]:
    found = fit_shifted_geometric(inputs["survivors"])
    assert isinstance(found, ShiftedGeometric)
    return {
        "alpha": found.alpha,
        "beta": found.beta,
        "loglik": found.log_likelihood,
        **{f"survival_{t}": found.survival(t) for t in range(1, 25)},
        **{f"retention_rate_{t}": found.retention(t) for t in range(1, 25)},
    }


def poisson_rate_ci(inputs: Inputs) -> dict[str, Any]:
    found = poisson_rate(inputs["events"], inputs["exposure"], confidence=inputs.get("confidence", 0.95))
    assert isinstance(found, Estimate)
    return {"rate": found.value, "ci": [found.low, found.high]}


def churn_definitions(inputs: Inputs) -> dict[str, Any]:
    at_start, everybody = inputs["churned_of_starters"], inputs["churned_of_starters"] + inputs["churned_of_joiners"]
    found = poisson_rate(everybody, inputs["customer_months_exposure"])
    shares = [wilson_interval(lost, inputs["active_at_start"]) for lost in (at_start, everybody)]
    assert isinstance(found, Estimate)
    right, wrong = (share.value for share in shares if isinstance(share, Estimate))
    return {
        "logo_churn_start_cohort": right,
        "naive_wrong_numerator": wrong,
        "rate_per_customer_month": found.value,
        "rate_ci": [found.low, found.high],
    }


OPS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "km.table": km_table,
    "km.at_times": km_at_times,
    "km.ci_types": km_ci_types,
    "rmst.diff": rmst_diff,
    "logrank": logrank,
    "logrank.k_groups": logrank_k_groups,
    "cohort.triangle": cohort_triangle,
    "sbg.fit": sbg_fit,
    "poisson_rate_ci": poisson_rate_ci,
    "churn.definitions": churn_definitions,
}
