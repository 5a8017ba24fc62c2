"""The shifted beta-geometric model: retention of a cohort whose customers differ in their chance to leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma

import numpy as np

from analysis.results import NotEnoughData


@dataclass(frozen=True)
class ShiftedGeometric:
    """Chances of leaving at a renewal vary between customers as Beta(alpha, beta)."""

    alpha: float
    beta: float
    log_likelihood: float

    def survival(self, renewals: int) -> float:
        """Share still there after so many renewals."""
        return exp(_log_beta(self.alpha, self.beta + renewals) - _log_beta(self.alpha, self.beta))

    def retention(self, renewal: int) -> float:
        """Share kept at a renewal (from 1) of those that reach it: rises with age though nobody changes."""
        return (self.beta + renewal - 1) / (self.alpha + self.beta + renewal - 1)


def fit_shifted_geometric(survivors: Sequence[int]) -> ShiftedGeometric | NotEnoughData:
    """Maximum-likelihood fit to the survivors of one cohort: at start, after 1 renewal, after 2, ...

    survivors  Never rising. NotEnoughData with fewer than two renewals or without losses.

    Use not   as evidence that retention improves with age: rising rates come from the weak leaving first.
    Source    Fader & Hardie (2007), J Interactive Marketing 21:76-90, their regular segment: 0.704, 1.182.
    """
    lost = -np.diff(np.asarray(survivors))
    if len(lost) < 2 or not lost.sum():
        return NotEnoughData("fewer than two renewals, or no losses", len(lost), 2)
    from scipy.optimize import minimize

    fitted = minimize(
        lambda logs: -_log_likelihood(*map(float, np.exp(logs)), lost=lost, left=int(survivors[-1])),
        np.zeros(2),
        method="Nelder-Mead",
        options={"xatol": 1e-8, "fatol": 1e-10, "maxiter": 2000},
    )
    alpha, beta = (float(value) for value in np.exp(fitted.x))
    return ShiftedGeometric(alpha, beta, -float(fitted.fun))


def _log_likelihood(alpha: float, beta: float, *, lost: np.ndarray, left: int) -> float:
    start = _log_beta(alpha, beta)
    leaving = [_log_beta(alpha + 1, beta + t) - start for t in range(len(lost))]
    return float(lost @ np.array(leaving)) + left * (_log_beta(alpha, beta + len(lost)) - start)


def _log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)
