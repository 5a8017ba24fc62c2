"""Looking at a result several times without being fooled: bounds that together spend one false-alarm rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import exp, inf, isfinite, log1p, sqrt
from statistics import NormalDist
from typing import Literal

import numpy as np

from analysis.statistics.always_valid import critical_z
from analysis.statistics.roots import root

Spending = Literal["obrien-fleming", "pocock", "power"]
Kind = Literal["fixed", "obrien-fleming", "pocock", "power", "always-valid"]

FARTHEST = 12.0
"""Bounds beyond this |z| are never reached (1e-32); the integrals need not go farther."""
NOTHING = 1e-30
"""A look that may spend no more than this spends nothing."""
NODES, WIDTH, MOST_PANELS = 16, 1.5, 150
"""Gauss-Legendre nodes per panel, and panels of this many standard deviations of the step there or of the next one,
whichever is shorter: 1e-8 and better; 1e-5 where looks follow at once."""
EXPONENT = 2.0
STEP = 1.0005
"""How much more a look has at least than the one before: with nobody new it may still spend what is left."""


@dataclass(frozen=True)
class SpendingBounds:
    """|z| from which to stop at each look, and the two-sided false-alarm rate spent up to it (cumulative).

    A bound is infinite where a look has nothing to spend.
    """

    z: tuple[float, ...]
    spent: tuple[float, ...]


@dataclass(frozen=True)
class ExitProbabilities:
    """Probability to stop at each look, for the first time, above the upper and below the lower bound."""

    upper: tuple[float, ...]
    lower: tuple[float, ...]


def spent_alpha(share: float, *, alpha: float = 0.05, kind: Spending, exponent: float = EXPONENT) -> float:
    """Two-sided false-alarm rate that may be spent when `share` (0-1) of the plan's information is in.

    Source    Lan & DeMets (1983), Biometrika 70:659-663; Kim & DeMets (1987), Biometrika 74:149-154 (power).
    """
    share = min(max(share, 0.0), 1.0)
    if share in {0.0, 1.0}:
        return alpha * share
    if kind == "pocock":
        return alpha * log1p((exp(1) - 1) * share)
    if kind == "power":
        return alpha * share**exponent
    return 4 * _tail(NormalDist().inv_cdf(1 - alpha / 4) / sqrt(share))


def spending_bounds(
    information: Sequence[float],
    *,
    alpha: float = 0.05,
    kind: Spending = "obrien-fleming",
    spent: Sequence[float] | None = None,
    exponent: float = EXPONENT,
) -> SpendingBounds:
    """Bounds of |z| at each look, for a two-sided rate of false alarms of `alpha` over all of them.

    information  What was judged at each look so far: customers, or shares of what is planned. It rises; a look with
                 nobody new, or fewer as of corrected data, counts as one with hardly anybody new.
    spent        Share of the plan (0-1) that each look counts as; None takes `information`, then shares. The last look
                 of a plan counts as 1 whatever was reached, so that all alpha is spent with the correlations that the
                 numbers judged have; beyond 1 nothing is left to spend.
    kind         obrien-fleming keeps nearly all for the end, pocock deals it out about evenly, power is
                 alpha * share^exponent.

    Looks may be at other times and in other numbers than planned: only the past enters a bound.

    Assumes   z of a look has independent increments, as differences of means, proportions and log-rank have.
    Raises    ValueError without a look.
    Source    Lan & DeMets (1983); Armitage, McPherson & Rowe (1969), JRSS A 132:235-244, for the recursion.
    Checked   Reboussin et al. (2000), Controlled Clinical Trials 21:190-207; gsdesign; golden area sequential.
    """
    shares = information if spent is None else spent
    if len(shares) != len(information):
        raise ValueError("every look has an information and a share that is spent")
    times = _rising(information)
    targets = [spent_alpha(share, alpha=alpha, kind=kind, exponent=exponent) for share in shares]
    return _bounds(times, targets)


def _bounds(times: np.ndarray, targets: Sequence[float]) -> SpendingBounds:
    paths, z, spent = _Paths(), list[float](), list[float]()
    for time, later, target in zip(times, _next(times), targets, strict=True):
        used = spent[-1] if spent else 0.0
        paths = paths.step(time)
        z.append(_bound_that_spends(paths, time, target - used))
        spent.append(max(used, target))
        paths = paths.kept_within(z[-1] * sqrt(time), later)
    return SpendingBounds(tuple(z), tuple(spent))


def _bound_that_spends(paths: "_Paths", time: float, allowance: float) -> float:
    def over(z: float) -> float:
        return paths.above(z * sqrt(time)) * 2 - allowance

    if allowance < NOTHING:
        return inf
    return root(over, 0.0, FARTHEST)


def exit_probabilities(
    information: Sequence[float], bounds: Sequence[float], *, drift: float = 0.0
) -> ExitProbabilities:
    """Probability to stop first at each look where |z| reaches the bound there.

    information  As for `spending_bounds`.
    bounds       |z| at each look; infinite where nothing is looked at.
    drift        Expected z of a test at the last look; 0 without an effect.

    Checked   gsdesign; the sum without an effect is what was spent, tests/unit.
    """
    times = _rising(information)
    paths, upper, lower = _Paths(drift), list[float](), list[float]()
    for time, later, bound in zip(times, _next(times), bounds, strict=True):
        paths = paths.step(time)
        edge = bound * sqrt(time)
        upper.append(paths.above(edge))
        lower.append(paths.below(-edge))
        paths = paths.kept_within(edge, later)
    return ExitProbabilities(tuple(upper), tuple(lower))


def repeated_test_error(looks: int, alpha: float = 0.05) -> float:
    """Rate of false alarms when a test at `alpha` (two-sided) is made at each of some equally spaced looks.

    Source    Armitage, McPherson & Rowe (1969), JRSS A 132:235-244, table 2.
    """
    return _error_of_constant(looks, NormalDist().inv_cdf(1 - alpha / 2))


@cache
def pocock_constant(looks: int, alpha: float = 0.05) -> float:
    """The one |z| that keeps `alpha` (two-sided) over some equally spaced looks.

    Source    Pocock (1977), Biometrika 64:191-199; Jennison & Turnbull (2000), Group Sequential Methods, table 2.1.
    """
    return root(lambda z: _error_of_constant(looks, z) - alpha, 0.0, FARTHEST)


def _error_of_constant(looks: int, z: float) -> float:
    found = exit_probabilities(range(1, looks + 1), [z] * looks)
    return sum(found.upper) + sum(found.lower)


@cache
def inflation(looks: int, kind: Kind, alpha: float = 0.05, power: float = 0.8) -> float:
    """How many times the size of a plan with one look a plan with several needs for the same power.

    looks  Equally spaced; of an always-valid plan the times it is looked at, tuned to its last look.

    Power counts stops on the right side only.

    Source    Jennison & Turnbull (2000), section 2.2 and 7.2.
    Checked   their table 2.2 (Pocock), gsdesign; powers simulated in tests/simulation.
    """
    if looks < 1:
        raise ValueError("a plan has one look at least")
    if kind == "fixed" or (looks == 1 and kind != "always-valid"):
        return 1.0
    times = [k / looks for k in range(1, looks + 1)]
    if kind == "always-valid":
        bounds = tuple(critical_z(time, alpha=alpha, tuned_at=1.0) for time in times)
    else:
        bounds = spending_bounds(times, alpha=alpha, kind=kind).z
    fixed = NormalDist().inv_cdf(1 - alpha / 2) + NormalDist().inv_cdf(power)
    needed = root(lambda drift: sum(exit_probabilities(times, bounds, drift=drift).upper) - power, 0.0, 3 * fixed)
    return (needed / fixed) ** 2


def _rising(information: Sequence[float]) -> np.ndarray:
    """Information as shares of the last look's; what does not rise counts as a little more than before."""
    if not len(information) or min(information) < 0:
        raise ValueError("a plan has one look at least, and no look fewer than no customers")
    found = list[float]()
    for given in information:
        found.append(max(given, found[-1] * STEP if found else 1e-9))
    return np.array(found) / found[-1]


def _next(times: np.ndarray) -> np.ndarray:
    """When the look after each one is; after the last one nothing is asked any more."""
    return np.append(times[1:], times[-1] + 1)


class _Paths:
    """Where z * sqrt(time), a random walk with normal steps, may be: its density over those that have not stopped.

    Held as weights on the nodes of a quadrature; before the first look as one point.
    """

    def __init__(self, drift: float = 0.0) -> None:
        self.drift = drift
        self.time = self.moved = self.spread = 0.0
        self.nodes, self.weights = np.zeros(1), np.ones(1)

    def step(self, time: float) -> "_Paths":
        """The same paths at a later time, before anybody stops there."""
        later = _Paths(self.drift)
        later.time, later.nodes, later.weights = time, self.nodes, self.weights
        later.spread, later.moved = sqrt(time - self.time), self.drift * (time - self.time)
        return later

    def above(self, edge: float) -> float:
        """Probability to be above an edge."""
        return float(self.weights @ _tails((edge - self.nodes - self.moved) / self.spread)) if isfinite(edge) else 0.0

    def below(self, edge: float) -> float:
        """Probability to be below an edge."""
        return float(self.weights @ _tails((self.nodes + self.moved - edge) / self.spread)) if isfinite(edge) else 0.0

    def kept_within(self, edge: float, later: float) -> "_Paths":
        """The paths that lie within both edges, as a density on new nodes: near enough for the step to `later`."""
        reach = FARTHEST * sqrt(self.time)
        low, high = max(-edge, self.drift * self.time - reach), min(edge, self.drift * self.time + reach)
        kept = _Paths(self.drift)
        kept.time = self.time
        if low >= high:
            kept.nodes, kept.weights = np.zeros(1), np.zeros(1)
            return kept
        kept.nodes, weights = _quadrature(low, high, min(self.spread, sqrt(later - self.time)))
        apart = (kept.nodes[:, None] - self.nodes[None, :] - self.moved) / self.spread
        density = np.exp(-0.5 * apart * apart) @ self.weights / (self.spread * sqrt(2 * np.pi))
        kept.weights = weights * density
        return kept


def _quadrature(low: float, high: float, spread: float) -> tuple[np.ndarray, np.ndarray]:
    panels = int(min(MOST_PANELS, max(4, np.ceil((high - low) / (WIDTH * spread)))))
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    edges = np.linspace(low, high, panels + 1)
    half, middle = (edges[1:] - edges[:-1]) / 2, (edges[1:] + edges[:-1]) / 2
    return (middle[:, None] + half[:, None] * nodes).ravel(), (half[:, None] * weights).ravel()


def _tails(z: np.ndarray) -> np.ndarray:
    from scipy.special import ndtr

    return ndtr(-z)


def _tail(z: float) -> float:
    return float(_tails(np.array([z]))[0])
