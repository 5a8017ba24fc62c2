"""How many customers a plan needs, what it finds with those there are, and the smallest effect they can show."""

from collections.abc import Callable
from math import asin, inf, log, sin, sqrt

from analysis.results import NotEnoughData
from analysis.statistics.proportions import z_value
from analysis.statistics.roots import root

EVEN = (0.5, 0.5)
MANY = 1e12
"""Customers beyond which no plan is thought of."""


def size_for_proportions(
    baseline: float,
    effect: float,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    shares: tuple[float, float] = EVEN,
    sides: int = 2,
) -> float:
    """Customers in the control that a test of two proportions needs; the treatment needs its share's multiple.

    baseline  Proportion in the control, 0-1.
    effect    Difference worth finding, treatment minus control, as a rate; baseline + effect lies within 0-1.
    shares    Of control and treatment, in any unit.

    Not rounded: a plan takes the next whole number. Under no effect the variance is the pooled one, under the effect
    each group has its own; there is no continuity correction and a wrong-sided find is no find.

    Raises    ValueError for an effect of 0 or beyond 0-1: no size finds it.
    Source    Fleiss, Levin & Paik (2003), Statistical Methods for Rates and Proportions, 4.2 and 4.5.
    Checked   R power.prop.test(p1 = .05, p2 = .04, power = .9): 9029.05; golden area power.
    """
    other, ratio = _reachable(baseline, effect), shares[1] / shares[0]
    pooled = (baseline + ratio * other) / (1 + ratio)
    null = _critical(alpha, sides) * sqrt(pooled * (1 - pooled) * (1 + 1 / ratio))
    under = _quantile(power) * sqrt(baseline * (1 - baseline) + other * (1 - other) / ratio)
    return ((null + under) / effect) ** 2


def power_of_proportions(
    n: float,
    baseline: float,
    effect: float,
    *,
    alpha: float = 0.05,
    shares: tuple[float, float] = EVEN,
    sides: int = 2,
) -> float:
    """Probability that a test of two proportions finds an effect, on its side, with n customers in the control.

    Inputs as for `size_for_proportions`; an effect of 0 is found as often as chance allows on one side.

    Checked   R power.prop.test(n = 50, p1 = .50, p2 = .75): 0.740; golden area power.
    """
    other, ratio = _within(baseline, effect), shares[1] / shares[0]
    pooled = (baseline + ratio * other) / (1 + ratio)
    null = _critical(alpha, sides) * sqrt(pooled * (1 - pooled) * (1 + 1 / ratio))
    under = sqrt(baseline * (1 - baseline) + other * (1 - other) / ratio)
    if not under:
        return float(abs(effect) * sqrt(n) > null)
    return _below((abs(effect) * sqrt(n) - null) / under)


def smallest_effect_of_proportions(
    n: float,
    baseline: float,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    shares: tuple[float, float] = EVEN,
    sides: int = 2,
    direction: str = "increase",
) -> float | NotEnoughData:
    """The smallest difference, above 0, that n customers in the control find with this power (MDE).

    direction  increase or decrease: of which of the two it is the size.

    Returns NotEnoughData where even the largest possible difference is found too seldom.

    Checked   R power.prop.test solved for p2; golden case mde-churn.
    """
    sign, most = (-1, baseline) if direction == "decrease" else (1, 1 - baseline)

    def short(effect: float) -> float:
        return power_of_proportions(n, baseline, sign * effect, alpha=alpha, shares=shares, sides=sides) - power

    if n <= 0 or most <= 0 or short(most * (1 - 1e-12)) < 0:
        return NotEnoughData("too few customers to show any possible effect", int(n), 2)
    return root(short, 0.0, most * (1 - 1e-12))


def size_for_means(
    spread: float,
    effect: float,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    shares: tuple[float, float] = EVEN,
    sides: int = 2,
) -> float:
    """Customers in the control that a t test of two means needs, both groups with one standard deviation.

    spread  Standard deviation, above 0.  effect  Difference worth finding, in the same unit, not 0.

    Never fewer than three in both groups together.

    Raises    ValueError for an effect or a spread of 0.
    Source    Cohen (1988), Statistical Power Analysis, 2.4; noncentral t.
    Checked   R power.t.test, statsmodels TTestIndPower; golden area power.
    """
    if effect == 0 or spread <= 0:
        raise ValueError("no size finds an effect of 0, and a spread of 0 needs none")
    ratio = shares[1] / shares[0]
    least = 3 / (1 + ratio)

    def short(n: float) -> float:
        return power_of_means(n, spread, effect, alpha=alpha, shares=shares, sides=sides) - power

    if short(least) >= 0:
        return least
    normal = ((_critical(alpha, sides) + _quantile(power)) * spread / effect) ** 2 * (1 + 1 / ratio)
    return root(short, least, 2 * normal + 20 / min(ratio, 1) + least)


def power_of_means(
    n: float,
    spread: float,
    effect: float,
    *,
    alpha: float = 0.05,
    shares: tuple[float, float] = EVEN,
    sides: int = 2,
) -> float:
    """Probability that a t test of two means finds an effect, on its side, with n customers in the control.

    Inputs as for `size_for_means`.

    Checked   R power.t.test(n = 20, delta = 1, sd = 1): 0.8689528; golden area power.
    """
    from scipy.special import nctdtr, stdtrit

    ratio = shares[1] / shares[0]
    df, drift = n * (1 + ratio) - 2, abs(effect) / spread * sqrt(n / (1 + 1 / ratio))
    critical = float(stdtrit(df, 1 - alpha / sides))
    missed = float(nctdtr(df, drift, critical))
    if missed == missed:
        return 1 - missed
    # Older SciPy gives NaN for large df with a large effect: normal there (Johnson & Kotz, 1970, ch. 31).
    return _below((drift - critical * (1 - 1 / (4 * df))) / sqrt(1 + critical**2 / (2 * df)))


def smallest_effect_of_means(
    n: float,
    spread: float,
    *,
    power: float = 0.8,
    alpha: float = 0.05,
    shares: tuple[float, float] = EVEN,
    sides: int = 2,
) -> float | NotEnoughData:
    """The smallest difference, above 0, that n customers in the control find with this power (MDE).

    Returns NotEnoughData below three customers in both groups together.
    """
    if n * (1 + shares[1] / shares[0]) < 3 or spread <= 0:
        return NotEnoughData("too few customers to show any possible effect", int(n), 2)

    def short(effects: float) -> float:
        return power_of_means(n, 1.0, effects, alpha=alpha, shares=shares, sides=sides) - power

    most = 1.0
    while short(most) < 0 and most < MANY:
        most *= 2
    return spread * root(short, 0.0, most)


def power_of_cohens_h(h: float, n: float, *, other: float | None = None, alpha: float = 0.05, sides: int = 2) -> float:
    """Power of a test of two proportions by Cohen's h, the difference of their arcsines.

    n, other  Customers in one group and in the other (None: as many). Two-sided, both tails count.

    Source    Cohen (1988), Statistical Power Analysis, 6.4.
    Checked   R pwr.2p.test(h = .3, n = 80, alternative = "greater"): 0.5996777; golden case power-cohen-h.
    """
    drift, critical = abs(h) * sqrt(1 / (1 / n + 1 / (other or n))), _critical(alpha, sides)
    return _below(drift - critical) + (_below(-drift - critical) if sides == 2 else 0.0)


def cohens_h(first: float, second: float) -> float:
    """Difference of the arcsine-transformed proportions, first minus second."""
    return 2 * asin(sqrt(first)) - 2 * asin(sqrt(second))


def smallest_effect_by_arcsine(
    n: float, baseline: float, *, power: float = 0.8, alpha: float = 0.05, direction: str = "increase"
) -> float | NotEnoughData:
    """The smallest difference by Cohen's h, for comparison with `smallest_effect_of_proportions`; n in each group."""
    h, angle = (z_value(1 - alpha) + _quantile(power)) * sqrt(2 / n), asin(sqrt(baseline))
    turned = angle + (-h if direction == "decrease" else h) / 2
    if not 0 <= turned <= asin(1.0):
        return NotEnoughData("too few customers to show any possible effect", int(n), 2)
    return abs(sin(turned) ** 2 - baseline)


def size_by_evan_miller(baseline: float, effect: float, *, power: float = 0.8, alpha: float = 0.05) -> float:
    """Customers per group as evanmiller.org computes them: without an effect both groups vary as the control does.

    Source    evanmiller.org/ab-testing/sample-size.html.
    Checked   baseline 20 %, effect 5 points: 1,030; golden case n-evanmiller-20-5.
    """
    other = _reachable(baseline, effect)
    null, under = sqrt(2 * baseline * (1 - baseline)), sqrt(baseline * (1 - baseline) + other * (1 - other))
    return ((z_value(1 - alpha) * null + _quantile(power) * under) / effect) ** 2


def size_by_rule_of_16(variance: float, effect: float) -> float:
    """Customers per group, in the head: 16 variances over the squared effect (power 80 %, alpha 5 %).

    Source    Kohavi et al. (2009), Data Mining and Knowledge Discovery 18:140-181, 3.2.
    """
    if effect == 0:
        raise ValueError("no size finds an effect of 0")
    return 16 * variance / effect**2


def events_needed(
    hazard_ratio: float, *, power: float = 0.8, alpha: float = 0.05, allocation: float = 0.5, sides: int = 2
) -> float:
    """Losses, over both groups, that a log-rank test needs: not customers.

    hazard_ratio  Worth finding, above 0 and not 1.  allocation  Share of customers in one group.

    Source    Schoenfeld (1983), Biometrics 39:499-503.
    Checked   golden case events-schoenfeld.
    """
    if hazard_ratio <= 0 or hazard_ratio == 1 or not 0 < allocation < 1:
        raise ValueError("a hazard ratio worth finding is above 0 and not 1, in two groups that both have customers")
    both = _critical(alpha, sides) + _quantile(power)
    return both**2 / (allocation * (1 - allocation) * log(hazard_ratio) ** 2)


def power_with_error(effect: float, error: float, critical: float) -> float:
    """Probability that |estimate| passes `critical` standard errors where the effect is so large; both tails."""
    if error <= 0:
        return float(abs(effect) > 0)
    return _below(abs(effect) / error - critical) + _below(-abs(effect) / error - critical)


def further_customers(
    effect: float, error: float, critical: Callable[[float], float], *, power: float = 0.8
) -> float | NotEnoughData:
    """How many times the customers so far still have to come until an effect is found with this power.

    effect    Worth finding, not 0.  error  Its standard error with those so far.
    critical  |z| that is needed when there are `times` as many customers as now: constant for a test at the end,
              `always_valid.critical_z` for an always-valid one.

    0 where there are enough. NotEnoughData where a thousand million times as many were too few.

    Checked   growthbook's mid-experiment power; golden case power-mid-gb-seq.
    """

    def short(times: float) -> float:
        return power_with_error(effect, error / sqrt(times), critical(times)) - power

    if short(1.0) >= 0:
        return 0.0
    most = 2.0
    while short(most) < 0:
        if most > MANY:
            return NotEnoughData("no number of customers shows this effect", 0, 1)
        most *= 2
    return root(short, most / 2, most) - 1


def _within(baseline: float, effect: float) -> float:
    other = baseline + effect
    if not (0 <= baseline <= 1 and -1e-12 <= other <= 1 + 1e-12):
        raise ValueError(f"an effect of {effect} on a proportion of {baseline} leaves 0 to 1")
    return min(1.0, max(0.0, other))


def _reachable(baseline: float, effect: float) -> float:
    if effect == 0:
        raise ValueError("no size finds an effect of 0")
    return _within(baseline, effect)


def _critical(alpha: float, sides: int) -> float:
    return z_value(1 - 2 * alpha / sides)


def _quantile(share: float) -> float:
    return z_value(2 * share - 1) if 0 < share < 1 else -inf if share <= 0 else inf


def _below(z: float) -> float:
    from scipy.special import ndtr

    return float(ndtr(z))
