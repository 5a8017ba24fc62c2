"""Golden cases of cross-tabs, subgroups, decompositions and many comparisons, answered by the public functions."""

from collections.abc import Callable
from typing import Any

from analysis.results import NotEnoughData
from analysis.statistics.crosstabs import ChiSquare, chi_square_test
from analysis.statistics.decomposition import kitagawa, oaxaca_three_fold, product_decomposition
from analysis.statistics.multiplicity import benjamini_hochberg, bonferroni, holm
from analysis.statistics.subgroups import best_subgroups

Inputs = dict[str, Any]


def _chi_square(inputs: Inputs) -> ChiSquare:
    found = chi_square_test(inputs["table"])
    assert not isinstance(found, NotEnoughData)
    return found


def chi2_v(inputs: Inputs) -> Inputs:
    found = _chi_square(inputs)
    return {
        "chi2": found.chi2,
        "df": found.df,
        "p": found.p_value,
        "g": found.g,
        "cramers_v": found.cramers_v,
        "cramers_v_bias_corrected": found.cramers_v_corrected,
    }


def residuals(inputs: Inputs) -> Inputs:
    found = _chi_square(inputs)
    return {**chi2_v(inputs), "expected": found.expected, "adjusted_residuals": found.adjusted_residuals}


def adjust(inputs: Inputs) -> Inputs:
    p_values, alpha = inputs["p"], inputs.get("alpha", 0.05)
    ways = {"bh": benjamini_hochberg, "holm": holm, "bonferroni": bonferroni}
    found = {name: way(p_values) for name, way in ways.items()}
    counts = {f"n_reject_{name}": sum(p <= alpha for p in ps if p is not None) for name, ps in found.items()}
    return {**found, **counts}


def mix_and_rate(inputs: Inputs) -> Inputs:
    found = kitagawa(*(inputs[name] for name in ("weights_1", "rates_1", "weights_2", "rates_2")))
    names = ("total", "mix", "rate", "mix_share", "mix_by_segment", "rate_by_segment")
    return {name: getattr(found, name) for name in names}


def factors(inputs: Inputs) -> Inputs:
    before, after = ({name: pair[i] for name, pair in inputs["factors"].items()} for i in (0, 1))
    found = product_decomposition(before, after)
    return {"total": sum(found.values()), **found}


def three_fold(inputs: Inputs) -> Inputs:
    frame = inputs["frame"]
    covariates = {name: frame[name].tolist() for name in inputs["covariates"]}
    return vars(oaxaca_three_fold(frame[inputs["y"]].tolist(), frame[inputs["groups"]].tolist(), covariates))


def wracc(inputs: Inputs) -> Inputs:
    frame = inputs["frame"]
    columns = {name: frame[name].tolist() for name in inputs["columns"]}
    outcome = (frame[inputs["target"]] == inputs["target_value"]).tolist()
    found = best_subgroups(columns, outcome, depth=inputs["depth"], most=inputs["k"])
    return {
        "top": [
            {"rule": " AND ".join(f"{c}=={v}" for c, v in s.rule), "wracc": s.wracc, "n": s.n, "positives": s.positives}
            for s in found
        ]
    }


OPS: dict[str, Callable[[Inputs], Inputs]] = {
    "crosstab.chi2_v": chi2_v,
    "crosstab.residuals": residuals,
    "multiplicity.adjust": adjust,
    "decompose.kitagawa": mix_and_rate,
    "decompose.product": factors,
    "oaxaca.three_fold": three_fold,
    "subgroup.wracc_topk": wracc,
}
