"""A series whose level wanders: how much it wanders, and what it would have been after a date."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from analysis.results import NotEnoughData
from analysis.statistics.roots import root

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


WANDERS = (0.0, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
"""Step variances of the level, as parts of the variance of a single period, that are held for equally likely."""
YEAR = 12


SCALES = 60
"""Values of the variance of a period that are tried, evenly apart on the log scale."""


@dataclass(frozen=True)
class Foresight:
    """What a series would have been after a date: a mixture of normals, one for every way it may wander and vary.

    times       Of the periods ahead.  weights: of each way, together 1.
    means, sds  Of the weighted mean of the periods ahead, per way, as it would be observed.
    each        Per period ahead and way: means; each_sds: the same of standard deviations.
    fitted      The level in the periods that were known.
    noise       Part of the variance that is the periods' own, not the level's.
    """

    times: np.ndarray
    weights: np.ndarray
    means: np.ndarray
    sds: np.ndarray
    each: np.ndarray
    each_sds: np.ndarray
    fitted: np.ndarray
    noise: float

    @property
    def value(self) -> float:
        """The expected mean of the periods ahead."""
        return float(self.weights @ self.means)

    @property
    def error(self) -> float:
        """Its standard error as something observed: of the ways, and of the ways among each other."""
        return float(np.sqrt(self.weights @ (self.sds**2 + (self.means - self.value) ** 2)))

    def half(self, confidence: float = 0.95) -> float:
        """Half the width of the interval about `value` that holds the observed mean with this probability."""
        return _half(self.weights, self.means, self.sds, confidence)

    def p_value(self, seen: float) -> float:
        """Probability of a mean at least as far from `value` as the one that was seen."""
        return _outside(self.weights, self.means, self.sds, abs(seen - self.value))

    def period(self, place: int, confidence: float = 0.95) -> tuple[float, float]:
        """Expected value and half width of the interval of one period ahead."""
        means, sds = self.each[place], self.each_sds[place]
        return float(self.weights @ means), _half(self.weights, means, sds, confidence)


def foresee(
    series: ArrayLike,
    times: ArrayLike,
    ahead: ArrayLike,
    *,
    chance: ArrayLike | None = None,
    chance_ahead: ArrayLike | None = None,
    at_least_chance: bool = False,
    share: ArrayLike | None = None,
    wanders: Sequence[float] = WANDERS,
    drift: bool = False,
    wave: bool = False,
) -> Foresight | NotEnoughData:
    """What the weighted mean of periods ahead would be if the series went on as it did.

    series, times         Known values and the whole numbers of their periods; holes are allowed.  ahead: to come.
    chance, chance_ahead  Variance of each period by the chance of its customers, above 0. None: all the same.
    at_least_chance       No period varies less than that: true of new draws each period, not of the same customers.
    share                 Weights of the periods ahead in their mean; None: all the same.
    wanders               Variances of the level's step, as parts of a period's own, that may be: equally likely.
    drift, wave           A straight line, and a yearly sine wave, that go on.

    A period's own variance is a multiple of its chance, or the same for all. Level, line and wave have flat priors, the
    variance a flat one on the log scale, the steps of the level an even one; all of it is integrated (the
    restricted likelihood weighs the ways). So neither the drawn level nor whether it wanders is taken for known: with
    few periods the interval is wide. Only the periods before are asked: those after a date may be three, whose spread
    says nothing.

    Returns NotEnoughData where fewer than three periods more than numbers to fit are known, or nothing varies.

    Assumes   the future wanders as the past did. Use not for a line that was not noticed: see the tests.
    Source    Harvey (1989), Forecasting, Structural Time Series Models and the Kalman Filter; Brodersen et al. (2015),
              Annals of Applied Statistics 9:247-274, here without sampling; Gelman et al. (2013), Bayesian Data
              Analysis, 14.2.
    Checked   against least squares where nothing wanders; coverage and false alarms in tests/simulation/test_proof.py.
    """
    y, known, coming = np.asarray(series, dtype=float), np.asarray(times), np.asarray(ahead)
    columns = _columns(np.concatenate([known, coming]), drift=drift, wave=wave)
    needed = columns.shape[1] + 3
    if len(y) < needed:
        return NotEnoughData("fewer periods than a level and its steps need", len(y), needed)
    if float(np.ptp(y)) <= 1e-12 * max(float(np.abs(y).max()), 1e-300):
        return NotEnoughData("the series does not vary", 1, 2)
    by_chance = np.concatenate([_given(chance, len(y)), _given(chance_ahead, len(coming))])
    usual = float(by_chance[: len(y)].mean())
    at = np.concatenate([known, coming]) - known[0]
    walk = np.minimum.outer(at, at).astype(float)
    weight = _given(share, len(coming))
    even = np.full(len(at), usual)
    shapes = [by_chance, even] if float(np.ptp(by_chance)) > 0 else [even]
    ways = [_way(y, columns, shape, q * usual * walk, weight / weight.sum()) for q in wanders for shape in shapes]
    return _mixed(ways, coming, len(y) - columns.shape[1], 1.0 if at_least_chance else 0.0)


@dataclass(frozen=True)
class _Way:
    """The answer under one way to wander, for a scale of 1.

    scale  The likeliest; constant: what the log likelihood has beside it.
    """

    constant: float
    scale: float
    mean: float
    variance: float
    each: np.ndarray
    variances: np.ndarray
    fitted: np.ndarray
    noise: float


def _way(y: np.ndarray, columns: np.ndarray, noise: np.ndarray, walk: np.ndarray, share: np.ndarray) -> _Way:
    n = len(y)
    fit = restricted(np.diag(noise[:n]) + walk[:n, :n], y, columns[:n])
    df = n - columns.shape[1]
    # Kriging: what the left-over of the known periods says of the level elsewhere.
    carried = np.linalg.solve(fit.half, walk[:n, :])
    levels = columns @ fit.coefficients + carried.T @ fit.left
    unknown = columns[n:] - carried[:, n:].T @ np.linalg.solve(fit.half, columns[:n])
    own = np.diag(noise[n:])
    spread = own + walk[n:, n:] - carried[:, n:].T @ carried[:, n:] + unknown @ fit.inverse @ unknown.T
    variance = float(share @ spread @ share)
    return _Way(
        fit.log_likelihood + df * (log(fit.scale) + 1) / 2,
        fit.scale,
        float(share @ levels[n:]),
        variance,
        levels[n:],
        np.diag(spread),
        levels[:n],
        float(share @ own @ share) / variance,
    )


def _mixed(ways: Sequence[_Way], coming: np.ndarray, df: int, least: float) -> Foresight:
    """All ways with all scales, weighed by their likelihood."""
    own = np.array([way.scale for way in ways])
    low = max(least, float(own.min()) / 8)
    scales = np.geomspace(low, 40 * max(low, float(own.max())), SCALES)
    likelihood = np.array([way.constant for way in ways])[:, None] - df / 2 * (np.log(scales) + own[:, None] / scales)
    weights = np.exp(likelihood - likelihood.max())
    weights = weights / weights.sum()
    per_way = weights.sum(axis=1)
    means = np.repeat([way.mean for way in ways], SCALES)
    variances = np.outer([way.variance for way in ways], scales).ravel()
    each = np.repeat(np.array([way.each for way in ways]).T, SCALES, axis=1)
    each_variances = np.array([np.outer(one, scales).ravel() for one in np.array([way.variances for way in ways]).T])
    noise = np.repeat([way.noise for way in ways], SCALES) * variances
    flat = weights.ravel()
    return Foresight(
        coming,
        flat,
        means,
        np.sqrt(variances),
        each,
        np.sqrt(each_variances),
        per_way @ np.array([way.fitted for way in ways]),
        float(flat @ noise / (flat @ variances)),
    )


def _columns(times: np.ndarray, *, drift: bool, wave: bool) -> np.ndarray:
    found = [np.ones(len(times))]
    if drift:
        found.append((times - times.mean()) / YEAR)
    if wave:
        found += [np.cos(2 * np.pi * times / YEAR), np.sin(2 * np.pi * times / YEAR)]
    return np.column_stack(found)


def _given(values: ArrayLike | None, n: int) -> np.ndarray:
    return np.ones(n) if values is None else np.asarray(values, dtype=float)


def _outside(weights: np.ndarray, means: np.ndarray, sds: np.ndarray, half: float) -> float:
    from scipy.special import ndtr

    off = means - float(weights @ means)
    return float(weights @ (ndtr(-(half - off) / sds) + ndtr(-(half + off) / sds)))


def _half(weights: np.ndarray, means: np.ndarray, sds: np.ndarray, confidence: float) -> float:
    # Ways of no weight would only make the search long.
    kept = weights > 1e-12
    weights, means, sds = weights[kept] / weights[kept].sum(), means[kept], sds[kept]
    most, tail = 10 * float(sds.max() + np.abs(means - weights @ means).max()), 1 - confidence
    return root(lambda half: _outside(weights, means, sds, half) - tail, 0.0, most)
