"""Experiments: several looks, Bayesian readings, sizes and powers."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from analysis.results import NotEnoughData
from analysis.statistics.always_valid import (
    asymptotic_confidence_sequence,
    bernoulli_confidence_sequence,
    critical_z,
    mixture_sprt,
    mixture_variance,
    normal_mixture_bound,
    relative_confidence_sequence,
)
from analysis.statistics.bayesian import beta_binomial, gaussian_effect
from analysis.statistics.means import moments_of_share, welch_difference
from analysis.statistics.power import (
    events_needed,
    further_customers,
    power_of_cohens_h,
    power_of_means,
    power_of_proportions,
    power_with_error,
    size_by_evan_miller,
    size_by_rule_of_16,
    size_for_means,
    size_for_proportions,
    smallest_effect_by_arcsine,
    smallest_effect_of_proportions,
)
from analysis.statistics.proportions import z_value
from analysis.statistics.relative_lift import delta_lift, relative_error
from analysis.statistics.sequential import pocock_constant, repeated_test_error, spending_bounds
from data.records_experiments import Moments
from tests.golden.adapter_experiments import as_binomial, finite, from_sums, limits, mean_difference, variants

Inputs = dict[str, Any]
Found = Mapping[str, Any]


def spending(inputs: Inputs, kind: str, exponent: float = 2.0) -> Found:
    given = {"alpha": inputs["alpha_two_sided"], "kind": kind, "exponent": exponent}
    found = spending_bounds(inputs["information"], **given)
    return {"z": [finite(z) for z in found.z], "cumulative_alpha": list(found.spent)}


def power_family(inputs: Inputs) -> Found:
    """The exponent stands at the end of the spending function: alpha*t^2."""
    _, _, exponent = inputs.get("spending", "").partition("^")
    return spending(inputs, "power", float(inputs.get("phi", exponent or 2)))


def pocock(inputs: Inputs) -> Found:
    return {"critical_z": [pocock_constant(looks, inputs["alpha_two_sided"]) for looks in inputs["looks"]]}


def repeated(inputs: Inputs) -> Found:
    alpha = inputs["nominal_two_sided_alpha"]
    return {"type1_error": [repeated_test_error(looks, alpha) for looks in inputs["looks"]]}


def shares_of(inputs: Inputs) -> tuple[Moments, Moments]:
    """Both arms with the variance p (1 - p) of the cases."""
    x_control, n_control, x_treat, n_treat = variants(inputs)
    return as_binomial(moments_of_share(x_control, n_control)), as_binomial(moments_of_share(x_treat, n_treat))


def sides_of(inputs: Inputs) -> tuple[Moments, Moments]:
    return (from_sums(inputs["control"]), from_sums(inputs["treatment"])) if "control" in inputs else shares_of(inputs)


def confidence_sequence(inputs: Inputs) -> Found:
    found = asymptotic_confidence_sequence(*sides_of(inputs), alpha=inputs["alpha"], tuned_at=inputs["tuning_N"])
    told = mean_difference(found)
    return {**told, "p_always_valid": told["p"]}


def relative_sequence(inputs: Inputs) -> Found:
    found = relative_confidence_sequence(*sides_of(inputs), alpha=inputs["alpha"], tuned_at=inputs["tuning_N"])
    told = mean_difference(found)
    return {**told, "lift": told["diff"], "p_always_valid": told["p"]}


def sequence_path(inputs: Inputs) -> Found:
    alpha = inputs["alpha"]
    looks = [confidence_sequence({**look, "alpha": alpha, "tuning_N": inputs["tuning_N"]}) for look in inputs["looks"]]
    fixed = [mean_difference(welch_difference(*shares_of(look)))["p"] for look in inputs["looks"]]
    always = [look["p_always_valid"] for look in looks]
    return {
        "p_fixed_welch": fixed,
        "p_always_valid": always,
        "ci": [look["ci"] for look in looks],
        "significant_fixed": [p is not None and p < alpha for p in fixed],
        "significant_always_valid": [p is not None and p < alpha for p in always],
    }


def bernoulli(inputs: Inputs) -> Found:
    tuned = {"tuned_at": inputs["t_opt"], "alpha_opt": inputs["alpha_opt"]}
    found = bernoulli_confidence_sequence(inputs["successes"], inputs["trials"], alpha=inputs["alpha"], **tuned)
    return {"ci": limits(found)}


def mixture_bound(inputs: Inputs) -> Found:
    given = {name: inputs[name] for name in ("alpha", "v_opt", "alpha_opt")}
    return {
        "two_sided": normal_mixture_bound(inputs["v"], **given),
        "one_sided": normal_mixture_bound(inputs["v"], **given, two_sided=False),
        "rho": mixture_variance(inputs["v_opt"], alpha_opt=inputs["alpha_opt"]),
    }


def sprt(inputs: Inputs) -> Found:
    given = {"variance": inputs["sigma2"], "mixing": inputs["tau2"], "null": inputs.get("theta0", 0)}
    found = mixture_sprt(inputs["n"], inputs["mean"], **given)
    ratio, p_value = (None, None) if isinstance(found, NotEnoughData) else found
    return {"lambda_n": ratio, "p": p_value}


def bayes_counts(inputs: Inputs) -> Found:
    found = beta_binomial(*variants(inputs), prior=tuple(inputs.get("prior", (1, 1))))
    return {
        "p_treat_better": found.better,
        "expected_loss_choose_treat": found.loss_if_treatment,
        "expected_loss_choose_control": found.loss_if_control,
        "diff_ci95": [found.low, found.high],
    }


def bayes_effect(inputs: Inputs) -> Found:
    """Relative effects unless the case says absolute; a flat prior, or a normal one of mean and variance."""
    compare = welch_difference if inputs["effect"].startswith("absolute") else delta_lift
    effect = compare(*sides_of(inputs))
    prior = inputs.get("prior", "flat")
    normal = (0.0, math.inf) if isinstance(prior, str) else (prior["mean"], prior["variance"])
    found = (
        effect if isinstance(effect, NotEnoughData) else gaussian_effect(effect.difference, effect.error, prior=normal)
    )
    if isinstance(found, NotEnoughData):
        return dict.fromkeys(("lift", "diff", "ci", "p_treat_better", "risk_choose_control", "risk_choose_treat"))
    return {
        "lift": found.difference,
        "diff": found.difference,
        "ci": [found.low, found.high],
        "p_treat_better": found.better,
        "risk_choose_control": found.loss_if_control,
        "risk_choose_treat": found.loss_if_treatment,
    }


def size_two(inputs: Inputs) -> Found:
    given = {name: inputs[name] for name in ("power", "alpha", "sides") if name in inputs}
    n = size_for_proportions(inputs["p1"], inputs["p2"] - inputs["p1"], **given)
    return {"n_per_arm": n, "n_per_arm_ceiling": math.ceil(n)}


def size_mean(inputs: Inputs) -> Found:
    given = {name: inputs[name] for name in ("power", "alpha", "sides") if name in inputs}
    n = size_for_means(inputs["sd"], inputs["delta"], **given)
    return {"n_per_arm": n, "n_per_arm_ceiling": math.ceil(n)}


def evan_miller(inputs: Inputs) -> Found:
    n = size_by_evan_miller(inputs["baseline"], inputs["mde_abs"], power=inputs["power"], alpha=inputs["alpha"])
    return {"n_per_arm": n, "n_rounded": round(n)}


def rule_of_16(inputs: Inputs) -> Found:
    baseline = inputs["baseline"]
    return {"n_per_arm": size_by_rule_of_16(baseline * (1 - baseline), inputs["mde_rel"] * baseline)}


def events(inputs: Inputs) -> Found:
    given = {name: inputs[name] for name in ("power", "alpha", "allocation", "sides") if name in inputs}
    found = events_needed(inputs["hazard_ratio"], **given)
    return {"events": found, "events_ceiling": math.ceil(found)}


def smallest(inputs: Inputs) -> Found:
    given = {name: inputs[name] for name in ("power", "alpha", "direction") if name in inputs}
    ours = inputs["n_per_arm"], inputs["baseline"]
    found = (smallest_effect_of_proportions(*ours, **given), smallest_effect_by_arcsine(*ours, **given))
    pooled, arcsine = (None if isinstance(effect, NotEnoughData) else effect for effect in found)
    return {"mde_abs_pooled": pooled, "mde_abs_arcsine": arcsine}


def power_two(inputs: Inputs) -> Found:
    given = {name: inputs[name] for name in ("alpha", "sides") if name in inputs}
    return {"power": power_of_proportions(inputs["n_per_arm"], inputs["p1"], inputs["p2"] - inputs["p1"], **given)}


def power_mean(inputs: Inputs) -> Found:
    given = {name: inputs[name] for name in ("alpha", "sides") if name in inputs}
    return {"power": power_of_means(inputs["n_per_arm"], inputs["sd"], inputs["delta"], **given)}


def power_h(inputs: Inputs) -> Found:
    sides = 2 if inputs.get("alternative", "two-sided") == "two-sided" else 1
    return {
        "power": power_of_cohens_h(
            inputs["h"], inputs["n1"], other=inputs.get("n2"), alpha=inputs["alpha"], sides=sides
        )
    }


def power_midway(inputs: Inputs) -> Found:
    control, treatment = sides_of(inputs)
    n, alpha, effect = control.n + treatment.n, inputs["alpha"], inputs["mde_rel"]
    error = relative_error(control, treatment)

    def critical(times: float) -> float:
        if not inputs.get("sequential"):
            return z_value(1 - alpha)
        return critical_z(n * times, alpha=alpha, tuned_at=inputs["tuning_N"])

    factor = further_customers(effect, error, critical, power=inputs["power"])
    return {
        "power_now": power_with_error(effect, error, critical(1)),
        "power_at_11x": power_with_error(effect, error / math.sqrt(11), critical(11)),
        "additional_sample_factor": None if isinstance(factor, NotEnoughData) else factor,
    }


OPS: Mapping[str, Callable[[Inputs], Found]] = {
    "sequential.lan_demets_obf": lambda inputs: spending(inputs, "obrien-fleming"),
    "sequential.lan_demets_pocock": lambda inputs: spending(inputs, "pocock"),
    "sequential.power_family": power_family,
    "sequential.pocock": pocock,
    "sequential.repeated_test_error": repeated,
    "sequential.asymptotic_cs": confidence_sequence,
    "sequential.asymptotic_cs_relative": relative_sequence,
    "sequential.asymptotic_cs_path": sequence_path,
    "sequential.bernoulli_cs": bernoulli,
    "sequential.normal_mixture_bound": mixture_bound,
    "sequential.msprt_normal": sprt,
    "bayes.beta_binomial": bayes_counts,
    "bayes.gaussian_effect": bayes_effect,
    "sample_size.two_prop": size_two,
    "sample_size.two_mean": size_mean,
    "sample_size.evan_miller": evan_miller,
    "sample_size.rule16": rule_of_16,
    "sample_size.events": events,
    "mde.two_prop": smallest,
    "power.two_prop": power_two,
    "power.two_mean": power_mean,
    "power.cohen_h": power_h,
    "power.mid_experiment": power_midway,
}
