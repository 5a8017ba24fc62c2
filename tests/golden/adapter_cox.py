"""Cox regression as the golden cases ask for it: reshaping only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from analysis.statistics.cox import CoxFit, Ties, concordance, cox_regression, cox_rows, predicted_survival

Inputs = Mapping[str, Any]


def _fitted(frame: pd.DataFrame, time: str, event: str, columns: list[str], ties: Ties = "efron") -> CoxFit:
    found = cox_regression(
        cox_rows(frame[time].to_numpy(), frame[event].to_numpy() == 1, frame[columns].to_numpy()), ties=ties
    )
    assert isinstance(found, CoxFit)
    return found


def cox_fit(inputs: Inputs) -> dict[str, Any]:
    frame, names = inputs["frame"], inputs["covariates"]
    found = _fitted(frame, inputs["time"], inputs["event"], names, inputs.get("ties", "efron"))
    score = frame[names].to_numpy(dtype=float) @ found.coefficients
    return {
        "coef": dict(zip(names, found.coefficients.tolist(), strict=True)),
        "se": dict(zip(names, found.errors.tolist(), strict=True)),
        "loglik": found.log_likelihood,
        "lr_test": found.likelihood_ratio,
        "df": len(names),
        "concordance": concordance(score, frame[inputs["time"]].to_numpy(), frame[inputs["event"]].to_numpy() == 1),
    }


def cox_ties(inputs: Inputs) -> dict[str, Any]:
    frame = pd.DataFrame({name: inputs[name] for name in ("time", "event", "x")})
    kinds: tuple[Ties, ...] = ("efron", "breslow", "exact")
    fits = {ties: _fitted(frame, "time", "event", ["x"], ties) for ties in kinds}
    return {
        ties: {"coef": float(f.coefficients[0]), "se": float(f.errors[0]), "lr": f.likelihood_ratio}
        for ties, f in fits.items()
    }


def cox_immortal_time(inputs: Inputs) -> dict[str, Any]:
    """Whether somebody was ever transplanted, known only later: from the start, and from the day it happened."""
    patients, spells = inputs["frames"]
    naive = _fitted(patients, "futime", "fustat", ["transplant"])
    moved = pd.to_numeric(spells["transplant"]).to_numpy()
    right = cox_regression(
        cox_rows(spells["stop"].to_numpy(), spells["event"].to_numpy() == 1, moved, start=spells["start"].to_numpy())
    )
    assert isinstance(right, CoxFit)
    return {
        "naive_coef": float(naive.coefficients[0]),
        "naive_hr": naive.risk_ratio(0)[0],
        "naive_p_wald": naive.p_value(0),
        "time_dependent_coef": float(right.coefficients[0]),
        "time_dependent_se": float(right.errors[0]),
        "time_dependent_hr": right.risk_ratio(0)[0],
    }


def cox_predict_survival(inputs: Inputs) -> dict[str, Any]:
    names = inputs["covariates"]
    found = _fitted(inputs["frame"], inputs["time"], inputs["event"], names)
    new = np.array([[row[name] for name in names] for row in inputs["newdata"]], dtype=float)
    return {"survival": predicted_survival(found, new, np.array(inputs["at"], dtype=float)).tolist()}


def concordance_harrell(inputs: Inputs) -> dict[str, Any]:
    frame = inputs["frame"]
    lost = frame[inputs["event"]].to_numpy() == 1
    return {"c": concordance(frame[inputs["risk_score"]].to_numpy(), frame[inputs["time"]].to_numpy(), lost)}


OPS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "cox.fit": cox_fit,
    "cox.ties": cox_ties,
    "cox.immortal_time": cox_immortal_time,
    "cox.predict_survival": cox_predict_survival,
    "concordance.harrell": concordance_harrell,
}
