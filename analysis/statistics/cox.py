"""Cox regression: ratios of the risk to leave between customers that differ, adjusted for what else differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp
from typing import Literal

import numpy as np

from analysis.results import NotEnoughData
from analysis.statistics.proportions import z_value

Ties = Literal["efron", "breslow", "exact"]
_STEPS, _CLOSE = 40, 1e-10
Parts = tuple[float, np.ndarray, np.ndarray]
"""Log-likelihood, its gradient (length p) and the information (p x p)."""


@dataclass(frozen=True, eq=False)
class CoxRows:
    """Rows of customers alike, arrays of length n; `x` is n x p.

    start, stop  The row is at risk at ages in (start, stop].  lost  Whether it ends by a loss.
    customers    How many such customers.  stratum  Only rows of one stratum are compared with each other.
    """

    start: np.ndarray
    stop: np.ndarray
    lost: np.ndarray
    x: np.ndarray
    customers: np.ndarray
    stratum: np.ndarray


def cox_rows(
    stop: np.ndarray,
    lost: np.ndarray,
    x: np.ndarray,
    *,
    start: np.ndarray | None = None,
    customers: np.ndarray | None = None,
    stratum: np.ndarray | None = None,
) -> CoxRows:
    """Rows with the usual meaning of what is left out: at risk from the start, one customer each, one stratum.

    Rows that end no later than they start were never at risk, and are left out.
    """
    n = len(stop)
    begins = np.full(n, -np.inf) if start is None else np.asarray(start, dtype=float)
    seen = begins < np.asarray(stop, dtype=float)
    return CoxRows(
        begins[seen],
        np.asarray(stop, dtype=float)[seen],
        np.asarray(lost).astype(bool)[seen],
        np.asarray(x, dtype=float).reshape(n, -1)[seen],
        (np.ones(n, dtype=np.int64) if customers is None else np.asarray(customers))[seen],
        (np.zeros(n, dtype=np.int64) if stratum is None else np.asarray(stratum))[seen],
    )


@dataclass(frozen=True, eq=False)
class CoxFit:
    """Coefficients with their errors; exp(coefficient) is the ratio of risks for one unit of a column of x."""

    rows: CoxRows
    coefficients: np.ndarray
    errors: np.ndarray
    log_likelihood: float
    likelihood_ratio: float
    ties: Ties

    def risk_ratio(self, column: int, *, confidence: float = 0.95) -> tuple[float, float, float]:
        """Ratio of risks with its limits."""
        value, half = float(self.coefficients[column]), z_value(confidence) * float(self.errors[column])
        return exp(value), exp(value - half), exp(value + half)

    def p_value(self, column: int) -> float:
        """Wald's two-sided p-value of no difference."""
        from math import erfc, sqrt

        return erfc(abs(float(self.coefficients[column] / self.errors[column])) / sqrt(2))


def cox_regression(rows: CoxRows, *, ties: Ties = "efron") -> CoxFit | NotEnoughData:
    """Fit proportional risks by Newton's method on the partial likelihood.

    ties  How losses of one age count: Efron's, or the coarser Breslow's approximation, or all their orders (exact).

    Returns NotEnoughData without losses, with a column that never differs, or where losses fall on one side of a
    column only and the ratio would be without end.

    Assumes   a column changes the risk by one factor at every age; crossing curves have no one ratio.
    Use not   with a column known only later in life ("ever had a training") from the start: split such rows at the age
              it became true (start, stop), else whoever lived longer seems protected.
    Source    Cox (1972), JRSS B 34:187-220; Efron (1977), JASA 72:557-565; Therneau & Grambsch (2000), chapter 3.
    Checked   R survival coxph, lifelines, statsmodels PHReg; Freireich's trial, Rossi's recidivism data.
    """
    varied = np.ptp(rows.x, axis=0) if len(rows.x) else np.zeros(rows.x.shape[1])
    if not rows.lost.any() or (varied == 0).any():
        return NotEnoughData("no losses, or customers that do not differ", int(rows.lost.sum()), 1)
    # Centred: the risks of large values would overflow, and a shift changes no ratio.
    centred = rows.x - np.average(rows.x, axis=0, weights=rows.customers)
    likelihood = _likelihood(rows, centred, ties)
    coefficients = np.zeros(rows.x.shape[1])
    at_zero = best = likelihood(coefficients)
    for _ in range(_STEPS):
        coefficients, last, best = _step(likelihood, coefficients, best)
        if abs(best[0] - last) < _CLOSE * (abs(last) + 1):
            break
    errors = _errors(best[2])
    # An error this large: the likelihood is flat, and the ratio may be anything.
    if errors is None or (np.abs(coefficients) * varied > 20).any() or (errors * varied > 10).any():
        return NotEnoughData("losses on one side only: the ratio has no end", int(rows.lost.sum()), 1)
    return CoxFit(rows, coefficients, errors, best[0], 2 * (best[0] - at_zero[0]), ties)


def _step(likelihood: Callable[[np.ndarray], Parts], at: np.ndarray, now: Parts) -> tuple[np.ndarray, float, Parts]:
    """One step uphill, halved while it would lead down."""
    value, gradient, information = now
    move = np.linalg.lstsq(information, gradient, rcond=None)[0]
    for _ in range(20):
        found = likelihood(at + move)
        if found[0] >= value - 1e-12 and np.isfinite(found[0]):
            return at + move, value, found
        move = move / 2
    return at, value, now


def _errors(information: np.ndarray) -> np.ndarray | None:
    try:
        variance = np.diag(np.linalg.inv(information))
    except np.linalg.LinAlgError:
        return None
    return np.sqrt(variance) if (variance > 0).all() else None


def _likelihood(rows: CoxRows, x: np.ndarray, ties: Ties) -> Callable[[np.ndarray], Parts]:
    strata = [np.flatnonzero(rows.stratum == s) for s in np.unique(rows.stratum)]
    if ties == "exact":
        return lambda b: _by_differences(lambda c: sum(_exact(rows, x, part, c) for part in strata), b)
    return lambda b: _added([_approximate(rows, x, part, b, efron=ties == "efron") for part in strata])


def _added(parts: list[Parts]) -> Parts:
    return (
        sum(part[0] for part in parts),
        np.sum([part[1] for part in parts], axis=0),
        np.sum([part[2] for part in parts], axis=0),
    )


def _approximate(rows: CoxRows, x: np.ndarray, part: np.ndarray, b: np.ndarray, *, efron: bool) -> Parts:
    """The likelihood of one stratum from sums over those at risk, and over those lost, at each age of loss."""
    start, stop, lost, n, z = (values[part] for values in (rows.start, rows.stop, rows.lost, rows.customers, x))
    risk = n * np.exp(z @ b)
    moments = (risk, risk[:, None] * z, risk[:, None, None] * z[:, :, None] * z[:, None, :])
    ages = np.unique(stop[lost])
    at = np.searchsorted(ages, stop[lost])
    deaths = np.bincount(at, weights=n[lost], minlength=len(ages))
    here = [_at_risk(values, start, stop, ages) for values in moments]
    gone = [_summed(values[lost], at, len(ages)) for values in moments]
    value = float((n[lost] * (z[lost] @ b)).sum())
    which, share, times = _tied(deaths, efron=efron)
    s0, s1, s2 = (h[which] - share.reshape(-1, *[1] * (h.ndim - 1)) * g[which] for h, g in zip(here, gone, strict=True))
    mean = s1 / s0[:, None]
    spread = s2 / s0[:, None, None] - mean[:, :, None] * mean[:, None, :]
    gradient = (n[lost, None] * z[lost]).sum(axis=0) - times @ mean
    return value - float(times @ np.log(s0)), gradient, np.tensordot(times, spread, axes=1)


def _tied(deaths: np.ndarray, *, efron: bool) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Terms of the likelihood: the age of each, the share of its losses that are gone already, how often it counts.

    By Efron each loss of an age sees what is left when a part of the others lost at it are gone; by Breslow all of
    them are still there, and one term counts for all.
    """
    if not efron:
        return np.arange(len(deaths)), np.zeros(len(deaths)), deaths
    which = np.repeat(np.arange(len(deaths)), deaths.astype(int))
    order = np.arange(len(which)) - np.repeat(np.cumsum(deaths) - deaths, deaths.astype(int))
    return which, order / deaths[which], np.ones(len(which))


def _at_risk(values: np.ndarray, start: np.ndarray, stop: np.ndarray, ages: np.ndarray) -> np.ndarray:
    """Sums over the rows with start < age <= stop, for each age."""
    return _from(values, stop, ages) - _from(values, start, ages)


def _from(values: np.ndarray, place: np.ndarray, ages: np.ndarray) -> np.ndarray:
    """Sums over the rows whose place is an age or later."""
    order = np.argsort(place)
    rest = np.cumsum(values[order][::-1], axis=0)[::-1]
    rest = np.concatenate([rest, np.zeros_like(rest[:1])])
    return rest[np.searchsorted(place[order], ages, side="left")]


def _summed(values: np.ndarray, at: np.ndarray, size: int) -> np.ndarray:
    found = np.zeros((size, *values.shape[1:]))
    np.add.at(found, at, values)
    return found


def _exact(rows: CoxRows, x: np.ndarray, part: np.ndarray, b: np.ndarray) -> float:
    """Log-likelihood over all orders of the losses of an age: by sums over all sets of as many customers."""
    score = x[part] @ b
    start, stop, lost, n = (values[part] for values in (rows.start, rows.stop, rows.lost, rows.customers))
    total = 0.0
    for age in np.unique(stop[lost]):
        mine, there = lost & (stop == age), (start < age) & (stop >= age)
        total += float((n[mine] * score[mine]).sum())
        total -= _log_sets(np.repeat(np.exp(score[there]), n[there]), int(n[mine].sum()))
    return total


def _log_sets(risks: np.ndarray, size: int) -> float:
    """Log of the sum over all sets of `size` customers of the product of their risks."""
    scale = float(risks.mean())
    sums = np.zeros(size + 1)
    sums[0] = 1.0
    for risk in risks / scale:
        sums[1:] += risk * sums[:-1]
    return float(np.log(sums[size])) + size * float(np.log(scale))


def _by_differences(value: Callable[[np.ndarray], float], b: np.ndarray, step: float = 1e-4) -> Parts:
    """Gradient and information of a smooth function from differences, right to about eight digits."""
    units = np.eye(len(b)) * step
    gradient = np.array([(value(b + u) - value(b - u)) / (2 * step) for u in units])
    information = -np.array(
        [
            [(value(b + u + v) - value(b + u - v) - value(b - u + v) + value(b - u - v)) / (4 * step**2) for v in units]
            for u in units
        ]
    )
    return value(b), gradient, information


def predicted_survival(fit: CoxFit, x: np.ndarray, ages: np.ndarray) -> np.ndarray:
    """Share still there after each age for customers with the columns x (m x p): an array m x ages; one stratum only.

    Source    Therneau & Grambsch (2000), section 10.2, with Efron's correction for ties.
    Checked   R survival survfit(coxph).
    """
    rows, b = fit.rows, fit.coefficients
    risk = rows.customers * np.exp(rows.x @ b)
    every = np.unique(rows.stop[rows.lost])
    here = _at_risk(risk, rows.start, rows.stop, every)
    steps = np.zeros(len(every))
    for i, age in enumerate(every):
        mine = rows.lost & (rows.stop == age)
        deaths = int(rows.customers[mine].sum())
        share = np.arange(deaths) / deaths if fit.ties == "efron" else np.zeros(deaths)
        steps[i] = (1 / (here[i] - share * risk[mine].sum())).sum()
    hazard = np.concatenate([[0.0], np.cumsum(steps)])[np.searchsorted(every, ages, side="right")]
    return np.exp(-np.exp(np.asarray(x, dtype=float) @ b)[:, None] * hazard[None, :])


def concordance(score: np.ndarray, age: np.ndarray, lost: np.ndarray) -> float | NotEnoughData:
    """Harrell's C: of pairs in which one was lost first, the share in which that one had the higher score.

    score  Higher for whoever is expected to be lost sooner; ties of the score count half. Length n, as age and lost.

    Source    Harrell et al. (1982), JAMA 247:2543-2546.
    Checked   R survival concordance, lifelines.
    """
    first = (lost[:, None] & (age[:, None] < age[None, :])) | (
        lost[:, None] & ~lost[None, :] & (age[:, None] == age[None, :])
    )
    if not first.any():
        return NotEnoughData("no pair of customers of whom one was lost first", 0, 1)
    ahead = (score[:, None] > score[None, :]) + 0.5 * (score[:, None] == score[None, :])
    return float((ahead * first).sum() / first.sum())
