"""Experiments: shares, means, ratios, CUPED and sample ratios."""

import math
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from analysis.results import Comparison, Estimate, NotEnoughData
from analysis.statistics.crosstabs import equal_proportions_test
from analysis.statistics.means import (
    MeanDifference,
    cuped_difference,
    moments_of,
    moments_of_share,
    ratio_difference,
    welch_difference,
)
from analysis.statistics.paired import mcnemar_test
from analysis.statistics.proportions import (
    agresti_caffo_limits,
    boschloo_test,
    clopper_pearson_interval,
    fisher_exact_test,
    higher_proportion_test,
    jeffreys_interval,
    pooled_z_statistic,
    pooled_z_test,
    score_difference,
    wilson_interval,
)
from analysis.statistics.relative_lift import delta_lift, relative_lift, relative_lift_of_proportions
from analysis.statistics.risk_ratios import conditional_odds_ratio, odds_ratio, risk_ratio
from analysis.statistics.sample_ratio import chi_square_p, exact_p, sample_ratio_test
from data.records_experiments import Moments

Inputs = dict[str, Any]
Found = Mapping[str, Any]
MOST_FOR_BOSCHLOO = 2_000


def limits(found: Comparison | Estimate | NotEnoughData) -> list[float | None] | None:
    """The interval as the cases state it; None where there is none."""
    return None if isinstance(found, NotEnoughData) or found.low is None else [found.low, found.high]


def limits_by(method: str, found: Comparison | Estimate | NotEnoughData) -> list[float | None] | None:
    """The interval where it is of this method; the product gives another one where a group has none."""
    return None if isinstance(found, NotEnoughData) or found.method != method else limits(found)


def finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def two_groups(inputs: Inputs) -> tuple[int, int, int, int]:
    """The cases state group 1 against group 2; ours is treatment (1) against control (2)."""
    return tuple(inputs[name] for name in ("x2", "n2", "x1", "n1"))


def variants(inputs: Inputs) -> tuple[int, int, int, int]:
    return tuple(inputs[name] for name in ("x_control", "n_control", "x_treat", "n_treat"))


def proportion_ci(inputs: Inputs) -> Found:
    given = inputs["successes"], inputs["n"]
    methods = {"wilson": wilson_interval, "clopper_pearson": clopper_pearson_interval, "jeffreys": jeffreys_interval}
    return {name: limits(method(*given, confidence=inputs["confidence"])) for name, method in methods.items()}


def fisher(inputs: Inputs) -> Found:
    (a, b), (c, d) = inputs["table"]
    ours = (c, c + d, a, a + b)
    exact = conditional_odds_ratio(*ours, confidence=inputs.get("confidence", 0.95))
    small = a + b + c + d <= MOST_FOR_BOSCHLOO
    return {
        "p_two_sided": fisher_exact_test(*ours),
        "p_greater": higher_proportion_test(a, a + b, c, c + d, exact=True),
        "p_less": higher_proportion_test(c, c + d, a, a + b, exact=True),
        "conditional_mle_or": finite(exact.value),
        "or_ci": limits(exact),
        # The case names rows as groups, but its number is SciPy's for columns as groups (5 against 195 customers):
        # 0 of 100 against 5 of 100 gives 0.0443, as summing all tables shows (test_proportion_differences.py).
        "boschloo_p": boschloo_test(b, b + d, a, a + c) if small else None,
        "z_pooled_p": pooled_z_test(*ours),
    }


def k_sample(inputs: Inputs) -> Found:
    found = equal_proportions_test(inputs["successes"], inputs["n"])
    if isinstance(found, NotEnoughData):
        return dict.fromkeys(("chi2", "df", "p"))
    return {"chi2": found.chi2, "df": found.df, "p": found.p_value}


def z_pooled(inputs: Inputs) -> Found:
    ours = two_groups(inputs)
    z = pooled_z_statistic(*ours)
    tails = {"two-sided": lambda z: math.erfc(abs(z) / math.sqrt(2))}
    tails |= {name: lambda z: math.erfc(z / math.sqrt(2)) / 2 for name in ("larger", "greater")}
    tails |= {name: lambda z: math.erfc(-z / math.sqrt(2)) / 2 for name in ("smaller", "less")}
    p_value = None if z is None else tails[inputs.get("alternative", "two-sided")](z)
    return {"z": z, "p": p_value, "fisher_p": fisher_exact_test(*ours)}


def agresti_caffo(inputs: Inputs) -> Found:
    found = score_difference(*two_groups(inputs), confidence=inputs["confidence"])
    assert isinstance(found, Comparison)
    unclipped = agresti_caffo_limits(*two_groups(inputs), confidence=inputs["confidence"])
    return {"diff": found.difference, "ci_unclipped": unclipped}


def miettinen_nurminen(inputs: Inputs) -> Found:
    found = score_difference(*two_groups(inputs), confidence=inputs["confidence"])
    if isinstance(found, NotEnoughData):
        return {"diff": None, "ci": None, "p": None}
    return {"diff": found.difference, "ci": limits(found), "p": found.p_value}


def ratios(inputs: Inputs) -> Found:
    risk = risk_ratio(*two_groups(inputs), confidence=inputs["confidence"])
    odds = odds_ratio(*two_groups(inputs), confidence=inputs["confidence"])
    return {
        "risk_ratio": risk.value if isinstance(risk, Estimate) else None,
        "rr_ci": limits_by("katz log", risk),
        "odds_ratio": odds.value if isinstance(odds, Estimate) else None,
        "or_ci": limits_by("woolf log", odds),
    }


def mcnemar(inputs: Inputs) -> Found:
    found = mcnemar_test(inputs["table"])
    if isinstance(found, NotEnoughData):
        return dict.fromkeys(("chi2", "p", "chi2_cc", "p_cc", "p_exact", "diff"))
    return {
        "chi2": found.chi2,
        "p": found.p_value,
        "chi2_cc": found.chi2_corrected,
        "p_cc": found.p_corrected,
        "p_exact": found.p_exact,
        "diff": found.difference.difference,
    }


def from_sums(sums: Mapping[str, float]) -> Moments:
    """Exact fractions of the sums as they are written: a sum of squares leaves few digits to a variance."""
    n, total, squares = sums["n"], Fraction(str(sums["sum"])), Fraction(str(sums["sum_squares"]))
    return Moments(n, {"value": float(total / n)}, {"value": float((squares - total * total / n) / (n - 1))})


def mean_difference(found: MeanDifference | NotEnoughData) -> dict[str, Any]:
    if isinstance(found, NotEnoughData):
        return dict.fromkeys(("diff", "se", "t", "df", "p", "ci"))
    return {
        "diff": found.difference,
        "se": found.error or None,
        "t": found.statistic,
        "df": found.df or None,
        "p": found.p_value,
        "ci": limits(found),
    }


def welch_summary(inputs: Inputs) -> Found:
    sides = (from_sums(inputs["control"]), from_sums(inputs["treatment"]))
    return mean_difference(welch_difference(*sides, confidence=inputs["confidence"]))


def welch(inputs: Inputs) -> Found:
    if "frame" in inputs:
        arms = {str(arm): rows for arm, rows in inputs["frame"].groupby(inputs["arm"])[inputs["outcome"]]}
        # "treat=1 minus treat=0"; of other words the larger value is the treatment.
        named = re.findall(r"=(\w+)", inputs.get("diff", ""))
        control, treatment = (moments_of(arms[arm]) for arm in (named[::-1] if len(named) == 2 else sorted(arms)))
    else:
        treatment, control = moments_of(inputs["y1"]), moments_of(inputs["y2"])
    found = mean_difference(welch_difference(control, treatment, confidence=inputs["confidence"]))
    return {**found, "n": [control.n, treatment.n]}


def lift(inputs: Inputs) -> Found:
    x_control, n_control, x_treat, n_treat = variants(inputs)
    sides, confidence = (
        (moments_of_share(x_control, n_control), moments_of_share(x_treat, n_treat)),
        inputs["confidence"],
    )
    katz = relative_lift_of_proportions(*variants(inputs), confidence=confidence)
    return {
        "lift": katz.difference if isinstance(katz, Comparison) else None,
        "ci_log_ratio_unbiasedvar": limits_by("log ratio", relative_lift(*sides, confidence=confidence, use_t=False)),
        "ci_delta_welch": limits(delta_lift(*map(as_binomial, sides), confidence=confidence)),
        "ci_katz": limits_by("katz log", katz),
    }


def as_binomial(moments: Moments) -> Moments:
    """With the variance p (1 - p) that gbstats takes for a share, not divided by n - 1."""
    share = moments.mean["value"]
    return Moments(moments.n, moments.mean, {"value": share * (1 - share)})


def ratio_metric(inputs: Inputs) -> Found:
    control, treatment = (moments_of(inputs[arm]["num"], per=inputs[arm]["den"]) for arm in ("control", "treatment"))
    of_control, of_treatment = (
        m.mean["value"] / m.mean["per"] if m.mean.get("per") else None for m in (control, treatment)
    )
    found = mean_difference(ratio_difference(control, treatment, confidence=inputs["confidence"]))
    return {**found, "ratio_control": of_control, "ratio_treatment": of_treatment}


def cuped(inputs: Inputs) -> Found:
    control, treatment = (moments_of(inputs[f"y_{arm}"], before=inputs[f"x_{arm}"]) for arm in ("control", "treat"))
    found = cuped_difference(control, treatment, confidence=inputs["confidence"])
    if isinstance(found, NotEnoughData):
        return dict.fromkeys(("theta", "diff", "se", "ci", "p", "unadjusted_diff", "unadjusted_p"))
    plain = found.unadjusted
    unadjusted = {"unadjusted_diff": plain.difference, "unadjusted_p": plain.p_value}
    return {**mean_difference(found.difference), **unadjusted, "theta": found.theta}


def srm(inputs: Inputs) -> Found:
    ours = inputs["observed"], inputs["weights"]
    found = sample_ratio_test(*ours)
    if isinstance(found, NotEnoughData):
        return dict.fromkeys(("chi2", "df", "p", "p_exact"))
    return {"chi2": found.chi2, "df": found.df, "p": chi_square_p(*ours), "p_exact": found.p_value}


def srm_exact(inputs: Inputs) -> Found:
    return {**srm(inputs), "p_exact": exact_p(inputs["observed"], inputs["weights"])}


OPS: Mapping[str, Callable[[Inputs], Found]] = {
    "proportion_ci": proportion_ci,
    "proportion_test.fisher": fisher,
    "proportion_test.k_sample": k_sample,
    "proportion_test.z_pooled": z_pooled,
    "proportion_diff_ci.agresti_caffo": agresti_caffo,
    "proportion_diff_ci.miettinen_nurminen": miettinen_nurminen,
    "risk_ratio.log_wald": ratios,
    "mcnemar": mcnemar,
    "mean_diff.welch_summary": welch_summary,
    "mean_diff.welch": welch,
    "relative_lift.compare": lift,
    "ratio_metric.delta": ratio_metric,
    "cuped.abs": cuped,
    "srm.chi2": srm,
    "srm.exact_binomial": srm_exact,
}
