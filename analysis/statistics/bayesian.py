"""A second opinion: how likely the treatment is better, and what a wrong choice would cost, given a prior."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import erfc, exp, hypot, inf, pi, sqrt

import numpy as np

from analysis.results import NotEnoughData
from analysis.statistics.proportions import z_value
from analysis.statistics.roots import root

TAILS = (1e-15, 1e-9, 1e-5, 1e-3, 0.02, 0.1, 0.25, 0.5)
"""Quantiles, and their mirrors, between which the integrals are taken piece by piece."""
NODES = 24
FAR = 40
"""Standard deviations from the mean within which limits of any confidence in use lie."""


@dataclass(frozen=True)
class BayesianReading:
    """What a posterior says of treatment minus control.

    better             Probability that the treatment's value is the higher one.
    loss_if_treatment  Value expected to be lost by choosing the treatment: the mean of control minus treatment where
                       that is positive, 0 elsewhere. loss_if_control: the other way round.
    low, high          Middle 95 % (or as asked) of the posterior.  difference  Its mean.
    """

    better: float
    loss_if_treatment: float
    loss_if_control: float
    low: float
    high: float
    difference: float
    confidence: float = 0.95


def beta_binomial(
    x_control: int,
    n_control: int,
    x_treat: int,
    n_treat: int,
    *,
    prior: tuple[float, float] = (1.0, 1.0),
    confidence: float = 0.95,
) -> BayesianReading:
    """Two shares, each with a beta prior (both 1: every share is as likely), by exact integrals.

    x_control, n_control  Customers counted, and customers, in the control; 0 <= x <= n, and n may be 0.
    x_treat, n_treat      The same in the treatment.
    prior                 Parameters of the beta distribution, each above 0, the same for both.

    Use not   as further evidence beside a p-value: with an even prior `better` is about 1 less the one-sided p.
    Source    Miller, Formulas for Bayesian A/B Testing; Stucchio (2015) for expected loss.
    Checked   scipy quad, mpmath's closed form; golden area bayes_ab.
    """
    if not (0 <= x_control <= n_control and 0 <= x_treat <= n_treat) or min(prior) <= 0:
        raise ValueError(f"{x_control} of {n_control} or {x_treat} of {n_treat} is no proportion, or the prior is none")
    control = _Beta(x_control + prior[0], n_control - x_control + prior[1])
    treat = _Beta(x_treat + prior[0], n_treat - x_treat + prior[1])
    tail = (1 - confidence) / 2
    middle, far = treat.mean - control.mean, FAR * hypot(treat.spread, control.spread)
    near = max(middle - far, -1.0), min(middle + far, 1.0)
    return BayesianReading(
        better=_chance_above(treat, control, 0.0),
        loss_if_treatment=_mean_above(control, treat),
        loss_if_control=_mean_above(treat, control),
        low=root(lambda d: (1 - tail) - _chance_above(treat, control, d), *near),
        high=root(lambda d: tail - _chance_above(treat, control, d), *near),
        difference=middle,
        confidence=confidence,
    )


class _Beta:
    """A beta distribution."""

    def __init__(self, a: float, b: float) -> None:
        self.a, self.b, self.mean = a, b, a / (a + b)

    @property
    def spread(self) -> float:
        """Standard deviation."""
        return sqrt(self.mean * (1 - self.mean) / (self.a + self.b + 1))

    def below(self, x: np.ndarray) -> np.ndarray:
        from scipy.special import betainc

        return betainc(self.a, self.b, np.clip(x, 0, 1))

    def above(self, x: np.ndarray) -> np.ndarray:
        """The upper tail itself: 1 less the lower one would lose what is small."""
        from scipy.special import betainc

        return betainc(self.b, self.a, np.clip(1 - x, 0, 1))

    def excess(self, x: np.ndarray) -> np.ndarray:
        """Mean of what lies above x, over x: E max(X - x, 0)."""
        return np.maximum(self.mean * _Beta(self.a + 1, self.b).above(x) - x * self.above(x), 0)

    def density(self, x: np.ndarray) -> np.ndarray:
        from scipy.special import betaln

        return np.exp((self.a - 1) * np.log(x) + (self.b - 1) * np.log1p(-x) - betaln(self.a, self.b))

    @cached_property
    def places(self) -> np.ndarray:
        """Where the tails of different sizes begin."""
        from scipy.special import betaincinv

        tails = np.array(TAILS)
        return np.concatenate([betaincinv(self.a, self.b, tails), 1 - betaincinv(self.b, self.a, tails)])


@lru_cache(maxsize=1)
def _legendre() -> tuple[np.ndarray, np.ndarray]:
    return np.polynomial.legendre.leggauss(NODES)


def _nodes(of: _Beta, other: _Beta, apart: float) -> tuple[np.ndarray, np.ndarray]:
    """Gauss-Legendre nodes over a distribution, dense where another one, moved by `apart`, rises."""
    own = of.places
    edges = np.unique(np.clip(np.concatenate([own, other.places + apart]), own.min(), own.max()))
    nodes, weights = _legendre()
    half, middle = np.diff(edges) / 2, (edges[1:] + edges[:-1]) / 2
    places, weighted = (middle[:, None] + half[:, None] * nodes).ravel(), (half[:, None] * weights).ravel()
    inside = (places > 0) & (places < 1)
    return places[inside], weighted[inside]


def _chance_above(treat: _Beta, control: _Beta, difference: float) -> float:
    """Probability that treatment minus control is above a difference."""
    places, weights = _nodes(treat, control, difference)
    return float(np.clip((weights * treat.density(places)) @ control.below(places - difference), 0, 1))


def _mean_above(first: _Beta, second: _Beta) -> float:
    """E max(first - second, 0)."""
    places, weights = _nodes(second, first, 0.0)
    return float((weights * second.density(places)) @ first.excess(places))


def gaussian_effect(
    effect: float, error: float, *, prior: tuple[float, float] = (0.0, inf), confidence: float = 0.95
) -> BayesianReading | NotEnoughData:
    """The posterior of any effect with a standard error: normal, with a normal prior of (mean, variance).

    effect, error  In one unit; `relative_lift.delta_lift` gives those of a lift.
    prior          Variance inf: every effect is as likely, and `better` is then 1 less the one-sided p-value.

    Returns NotEnoughData where the error is 0.

    Source    Gelman et al. (2013), Bayesian Data Analysis, 2.5.
    Checked   growthbook's gbstats; golden area bayes_ab.
    """
    if error <= 0 or prior[1] <= 0:
        return NotEnoughData("nothing varies in either group", 0, 1)
    weight = 1 / error**2 + 1 / prior[1]
    mean, spread = (effect / error**2 + prior[0] / prior[1]) / weight, sqrt(1 / weight)
    half = z_value(confidence) * spread
    better, worse = (erfc(-sign * mean / spread / sqrt(2)) / 2 for sign in (1, -1))
    height = spread * exp(-((mean / spread) ** 2) / 2) / sqrt(2 * pi)
    return BayesianReading(
        better=better,
        loss_if_treatment=max(0.0, height - mean * worse),
        loss_if_control=max(0.0, height + mean * better),
        low=mean - half,
        high=mean + half,
        difference=mean,
        confidence=confidence,
    )
