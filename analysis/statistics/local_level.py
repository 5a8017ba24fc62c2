"""A series whose level wanders: how much it wanders, and what it would have been after a date."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Any

import numpy as np

from analysis.results import NotEnoughData

MIN_PERIODS = 4


@dataclass(frozen=True)
class LocalLevel:
    """Variances of a local level model: of each period by itself, and of the step the level takes to the next."""

    irregular: float
    level: float


def local_level(series: Sequence[float], times: Sequence[int] | None = None) -> LocalLevel | NotEnoughData:
    """Variances of the irregular and of the level of a series, by maximum (diffuse) likelihood.

    series  Values, in order.  times  Their periods, rising, where some are missing; None: one after the other.

    The unknown first level takes part with a flat prior, so the likelihood is the restricted one of a regression on a
    constant whose errors have covariance I + q min(s, t); only q = level / irregular has to be searched for.

    Returns NotEnoughData with fewer than four periods or a series that does not vary.

    Source    Durbin & Koopman (2012), Time Series Analysis by State Space Methods, 2nd ed., chapter 2.
    Checked   the Nile (15,099 and 1,469.1); R StructTS; statsmodels UnobservedComponents; golden case
              bsts-nile-variances.
    """
    y = np.asarray(series, dtype=float)
    if len(y) < MIN_PERIODS:
        return NotEnoughData("fewer periods than a level and its steps need", len(y), MIN_PERIODS)
    if float(np.ptp(y)) <= 1e-12 * max(float(np.abs(y).max()), 1e-300):
        return NotEnoughData("the series does not vary", 1, 2)
    at = np.arange(len(y)) if times is None else np.asarray(times)
    walk = np.minimum.outer(at - at[0], at - at[0]).astype(float)
    ones = np.ones((len(y), 1))

    def deviance(log_q: float) -> float:
        return -2 * restricted(np.eye(len(y)) + exp(log_q) * walk, y, ones).log_likelihood

    q = exp(_lowest(deviance, log(1e-8), log(1e8)))
    irregular = restricted(np.eye(len(y)) + q * walk, y, ones).scale
    # At the end of the range the variance that is left is the other one.
    return LocalLevel(irregular, irregular * q if q > 2e-8 else 0.0)


def _lowest(function: Callable[[float], float], low: float, high: float) -> float:
    from scipy.optimize import minimize_scalar

    places = np.linspace(low, high, 41)
    best = int(np.argmin([function(float(place)) for place in places]))
    ends = float(places[max(best - 1, 0)]), float(places[min(best + 1, 40)])
    found: Any = minimize_scalar(function, bounds=ends, method="bounded", options={"xatol": 1e-8})
    return float(found.x)


@dataclass(frozen=True)
class Restricted:
    """Generalised least squares under one shape of covariance.

    scale           Variance that multiplies the shape, estimated with the degrees of freedom that are left.
    coefficients    Of the columns; half: Cholesky factor of the shape. inverse: of X' V^-1 X.
    """

    log_likelihood: float
    scale: float
    coefficients: np.ndarray
    half: np.ndarray
    inverse: np.ndarray
    left: np.ndarray


def restricted(shape: np.ndarray, y: np.ndarray, columns: np.ndarray) -> Restricted:
    """Least squares of y on columns with errors of covariance scale x shape, and its restricted likelihood.

    Source    Harville (1977), JASA 72:320-338.
    """
    half = np.linalg.cholesky(shape)
    white_x, white_y = np.linalg.solve(half, columns), np.linalg.solve(half, y)
    information = white_x.T @ white_x
    inverse = np.linalg.inv(information)
    coefficients = inverse @ (white_x.T @ white_y)
    left = white_y - white_x @ coefficients
    df = len(y) - columns.shape[1]
    scale = max(float(left @ left) / df, 1e-300)
    determinants = 2 * float(np.log(np.diag(half)).sum()) + float(np.linalg.slogdet(information)[1])
    return Restricted(-(df * (log(scale) + 1) + determinants) / 2, scale, coefficients, half, inverse, left)
