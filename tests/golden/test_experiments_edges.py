"""Zero counts, tiny arms and unequal splits through every operation of the golden cases that experiments have."""

from itertools import product
from math import isfinite
from typing import Any

import pytest

from tests.golden import adapter_experiments, adapter_looks

OPS = {**adapter_experiments.OPS, **adapter_looks.OPS}
CONFIDENT = {"confidence": 0.95}
COUNTS = [(x, n) for n in (1, 2, 9, 5_000) for x in {0, 1, n // 2, n}]
PAIRS = [(*a, *b) for a, b in product(COUNTS, COUNTS)]
ROWS = [[], [3.0], [2.0, 2.0], [0.0, 0.0, 0.0], [0.0, 1e-9], [-5.0, 5.0, 1e9], [1e12, 1e12 + 1]]
LISTS = list(product(ROWS, ROWS))


def two(names: str) -> list[dict[str, Any]]:
    return [dict(zip(names.split(), pair, strict=True)) for pair in PAIRS]


def sums(rows: list[float]) -> dict[str, float]:
    return {"n": len(rows), "sum": sum(rows), "sum_squares": sum(row * row for row in rows)}


TWO, ARMS = two("x1 n1 x2 n2"), two("x_control n_control x_treat n_treat")
LOOKED = {"alpha": 0.05, "tuning_N": 500}
CASES: dict[str, list[dict[str, Any]]] = {
    "proportion_ci": [{"successes": x, "n": n} | CONFIDENT for x, n in [*COUNTS, (0, 0)]],
    "proportion_test.fisher": [{"table": [[x, n - x], [y, m - y]]} for x, n, y, m in PAIRS if max(n, m) < 9],
    "proportion_test.k_sample": [{"successes": [x, y, 0], "n": [n, m, 0]} for x, n, y, m in PAIRS],
    "proportion_test.z_pooled": TWO,
    "proportion_diff_ci.agresti_caffo": [case | CONFIDENT for case in TWO],
    "proportion_diff_ci.miettinen_nurminen": [case | CONFIDENT for case in TWO],
    "risk_ratio.log_wald": [case | CONFIDENT for case in TWO],
    "mcnemar": [{"table": [[a, b], [c, 0]]} for a, b, c in product((0, 3), (0, 1, 90), (0, 2))],
    "mean_diff.welch": [{"y1": a, "y2": b} | CONFIDENT for a, b in LISTS],
    "mean_diff.welch_summary": [
        {"control": sums(a), "treatment": sums(b)} | CONFIDENT for a, b in LISTS if min(len(a), len(b)) > 1
    ],
    "relative_lift.compare": [case | CONFIDENT for case in ARMS],
    "ratio_metric.delta": [
        {"control": {"num": a, "den": [1.0] * len(a)}, "treatment": {"num": b, "den": [0.0] * len(b)}} | CONFIDENT
        for a, b in LISTS
    ],
    "cuped.abs": [
        {"y_control": a, "x_control": a, "y_treat": b, "x_treat": [7.0] * len(b)} | CONFIDENT for a, b in LISTS
    ],
    "srm.chi2": [{"observed": [a, b, c], "weights": [1, 8, 0]} for a, b, c in product((0, 1, 4_000), repeat=3)],
    "srm.exact_binomial": [{"observed": [a, b], "weights": [0.9, 0.1]} for a, b in product((0, 1, 60), repeat=2)],
    "sequential.asymptotic_cs": [case | LOOKED for case in ARMS],
    "sequential.asymptotic_cs_relative": [case | LOOKED for case in ARMS],
    "sequential.asymptotic_cs_path": [{"looks": [case]} | LOOKED for case in ARMS],
    "sequential.bernoulli_cs": [
        {"successes": x, "trials": n, "alpha": 0.05, "t_opt": 50, "alpha_opt": 0.05} for x, n in COUNTS
    ],
    "bayes.beta_binomial": ARMS[::15],
    "bayes.gaussian_effect": [case | {"effect": how} for case in ARMS for how in ("relative", "absolute")],
    "mde.two_prop": [
        {"n_per_arm": n, "baseline": p, "power": 0.8, "alpha": 0.05, "direction": way}
        for n, p, way in product((1, 3, 1e6), (0, 0.001, 0.5, 1), ("increase", "decrease"))
    ],
    "power.two_prop": [
        {"n_per_arm": n, "p1": p, "p2": q, "alpha": 0.05} for n, p, q in product((1, 500), (0, 0.5, 1), (0, 0.5, 1))
    ],
    "power.mid_experiment": [
        {"control": sums([1, 2]), "treatment": sums([1, 2, 6]), "mde_rel": 0.05, "power": 0.8, "alpha": 0.05, **more}
        for more in ({}, {"sequential": True, "tuning_N": 5_000})
    ],
}
#: Tests that cannot be made have no p-value; these name it otherwise.
P_VALUES = ("p", "p_two_sided", "p_always_valid", "p_exact")


def numbers(found: Any) -> list[float]:
    if isinstance(found, dict):
        return [n for value in found.values() for n in numbers(value)]
    if isinstance(found, list | tuple):
        return [n for value in found for n in numbers(value)]
    return [] if found is None or isinstance(found, str | bool) else [float(found)]


@pytest.mark.parametrize("op", CASES)
def test_every_answer_is_a_number_or_none(op: str):
    for inputs in CASES[op]:
        found = OPS[op](inputs)
        assert all(map(isfinite, numbers(found))), (inputs, found)
        for name in P_VALUES:
            assert all(0 <= p <= 1 for p in numbers(found.get(name))), (inputs, found)


def test_no_p_value_of_1_and_no_effect_of_0_is_made_up_where_nobody_is_counted():
    nobody = {"x_control": 0, "n_control": 90, "x_treat": 0, "n_treat": 40} | LOOKED | CONFIDENT
    assert OPS["sequential.asymptotic_cs"](nobody)["p_always_valid"] is None
    assert set(OPS["relative_lift.compare"](nobody).values()) == {None}
    assert OPS["bayes.gaussian_effect"](nobody | {"effect": "relative"})["lift"] is None
    pair = {"x1": 0, "n1": 90, "x2": 0, "n2": 40} | CONFIDENT
    assert OPS["proportion_test.z_pooled"](pair)["p"] is None
    assert OPS["proportion_diff_ci.miettinen_nurminen"](pair)["p"] is None
    assert OPS["risk_ratio.log_wald"](pair)["risk_ratio"] is None
    same = {"y1": [4.0] * 5, "y2": [4.0] * 9} | CONFIDENT
    assert OPS["mean_diff.welch"](same)["p"] is None
