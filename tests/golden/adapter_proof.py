"""Proof of an action: series before and after, differences in differences, synthetic twins, return to the mean."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from analysis.results import NotEnoughData
from analysis.statistics.difference_in_differences import (
    did_of_changes,
    did_of_means,
    did_of_panel,
    did_of_proportions,
)
from analysis.statistics.interrupted_series import level_change, poisson_change
from analysis.statistics.local_level import local_level
from analysis.statistics.means import moments_of
from analysis.statistics.regression_to_the_mean import expected_return
from analysis.statistics.synthetic_control import placebo_in_space, synthetic_weights
from tests.golden.adapter_experiments import limits

Inputs = dict[str, Any]
Found = Mapping[str, Any]
NAMED = {"treated_pre": "treated_before", "treated_post": "treated_after"} | {
    "control_pre": "control_before",
    "control_post": "control_after",
}


def level_hac(inputs: Inputs) -> Found:
    frame, hac = inputs["frame"].sort_values(inputs["time"]), inputs["hac"]
    assert hac.get("kernel", "bartlett") == "bartlett"
    first = int((frame[inputs["time"]] < inputs["intervention_first_year"]).sum())
    corrected = bool(hac.get("small_sample_correction"))
    found = level_change(frame[inputs["y"]].tolist(), first, lags=hac["maxlags"], small_sample=corrected, use_t=False)
    assert not isinstance(found, NotEnoughData)
    return {
        "pre_mean": found.before,
        "post_mean": found.after,
        "level_change": found.difference,
        "se_ols": found.plain_error,
        "se_hac": found.error,
        "ci_normal": limits(found),
        "p": found.p_value,
    }


def poisson_offset(inputs: Inputs) -> Found:
    found = poisson_change(inputs["aces"], inputs["stdpop"], inputs["first_post_index"])
    assert not isinstance(found, NotEnoughData)
    return {
        "coef_ban": found.change,
        "se": found.error,
        "rr_ci": [found.ratio.value, *found.plain_limits],
        "coef_time": found.slope,
        "dispersion": found.dispersion,
        "se_quasi": found.honest_error,
    }


def level_variances(inputs: Inputs) -> Found:
    found = local_level(inputs["frame"][inputs["y"]].tolist())
    assert not isinstance(found, NotEnoughData)
    return {"sigma2_irregular": found.irregular, "sigma2_level": found.level}


def from_cells(inputs: Inputs) -> Found:
    found = did_of_changes(
        (inputs["treated_pre"], inputs["treated_post"]),
        (inputs["control_pre"], inputs["control_post"]),
        error_treated=inputs["se_change_treated"],
        error_control=inputs["se_change_control"],
    )
    return {"did": found.difference, "se": found.error, "p": found.p_value, "ci": limits(found)}


def ols_2x2(inputs: Inputs) -> Found:
    frame = inputs["frame"]
    cells = {
        f"{arm}_{when}": moments_of(rows[inputs["y"]])
        for (treated, post), rows in frame.groupby([inputs["treated"], inputs["post"]])
        for arm, when in [("treated" if treated else "control", "post" if post else "pre")]
    }
    found = did_of_means(*(cells[name] for name in NAMED))
    assert not isinstance(found, NotEnoughData)
    return {
        "did": found.difference,
        "se_ols": found.error,
        "p_ols": found.p_value,
        "se_hc1": found.robust_error,
        "means": {name: moments.mean["value"] for name, moments in cells.items()},
    }


def proportions(inputs: Inputs) -> Found:
    cells = {ours: tuple(inputs[theirs]) for theirs, ours in NAMED.items()}
    found = did_of_proportions(**cells, confidence=inputs["confidence"])
    if isinstance(found, NotEnoughData):
        return dict.fromkeys(("did", "se", "z", "p", "ci", "naive_prepost_diff"))
    return {
        "did": found.difference,
        "se": found.error,
        "z": found.statistic,
        "p": found.p_value,
        "ci": limits(found),
        "naive_prepost_diff": found.naive,
    }


def _panel(inputs: Inputs) -> tuple[np.ndarray, np.ndarray, int]:
    """The treated series, those of the others and where "after" begins, over the years that the case names."""
    frame = inputs["frame"].set_index("Year").loc[inputs["pre"][0] : inputs["post"][1]]
    others = frame.drop(columns=inputs["treated"])
    first = int((frame.index <= inputs["pre"][1]).sum())
    return frame[inputs["treated"]].to_numpy(), others.to_numpy().T, first


def panel_block(inputs: Inputs) -> Found:
    return {"att": did_of_panel(*_panel(inputs))}


def placebo(inputs: Inputs) -> Found:
    found = placebo_in_space(*_panel(inputs))
    assert not isinstance(found, NotEnoughData)
    return {
        "post_pre_mspe_ratio_california": found.ratio,
        "rank": found.rank,
        "n_units": found.units,
        "p_placebo": found.p_value,
    }


def weights(inputs: Inputs) -> Found:
    treated, others, first = _panel(inputs)
    names = inputs["frame"].columns.drop(["Year", inputs["treated"]])
    found = synthetic_weights(treated[:first], others[:, :first])
    gaps = treated - found @ others
    return {
        "weights": dict(zip(names, found.tolist(), strict=True)),
        "att": float(gaps[first:].mean()),
        "pre_rmspe": float(np.sqrt((gaps[:first] ** 2).mean())),
    }


def expected(inputs: Inputs) -> Found:
    names = ("mean", "sd", "cutoff", "correlation")
    return {"expected_rtm": expected_return(*(inputs[name] for name in names), selected=inputs["selected"])}


OPS: Mapping[str, Callable[[Inputs], Found]] = {
    "its.level_hac": level_hac,
    "its.poisson_offset": poisson_offset,
    "local_level.fit": level_variances,
    "did.from_cells": from_cells,
    "did.ols_2x2": ols_2x2,
    "did.proportions": proportions,
    "did.panel_block": panel_block,
    "synth.placebo": placebo,
    "synth.weights": weights,
    "rtm.expected": expected,
}
