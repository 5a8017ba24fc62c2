"""Intervals and tests for proportions, on counts alone."""

from dataclasses import replace
from math import acos, copysign, cos, erfc, exp, fsum, lgamma, pi, sqrt
from statistics import NormalDist

from analysis.results import Comparison, Estimate, NotEnoughData
from analysis.statistics.roots import root

MIN_CUSTOMERS = 10
"""Below this many customers a rate is not shown: its interval would say next to nothing."""

FEW_EXPECTED = 5


def z_value(confidence: float) -> float:
    """Two-sided normal quantile of a confidence between 0 and 1."""
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def wilson_interval(successes: int, n: int, *, confidence: float = 0.95) -> Estimate | NotEnoughData:
    """Proportion successes / n with Wilson's score interval.

    successes, n  Integers, 0 <= successes <= n.
    confidence    Coverage of the interval, between 0 and 1.

    Returns NotEnoughData when n is 0: there is nothing to take a share of.

    Assumes   customers leave independently of each other.
    Raises    ValueError when successes > n: a query is wrong, not the reader.
    Source    Wilson (1927), JASA 22:209-212; Newcombe (1998), Statistics in Medicine 17:857-872, method 3.
    Checked   statsmodels proportion_confint(method="wilson"); Newcombe's Table I.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is no proportion")
    if n == 0:
        return NotEnoughData("no customers", 0, 1)
    low, high = score_limits(successes / n, n, confidence=confidence)
    return Estimate(successes / n, low, high, n, "wilson", confidence)


def score_limits(share: float, size: float, *, confidence: float = 0.95) -> tuple[float, float]:
    """Wilson's limits of a share (0-1) of `size` customers; `size` may be an effective number and no integer."""
    z = z_value(confidence)
    spread = z * z / size
    centre = (share + spread / 2) / (1 + spread)
    half = z * sqrt(share * (1 - share) / size + spread / (4 * size)) / (1 + spread)
    return (0.0 if share == 0 else max(0.0, centre - half)), (1.0 if share == 1 else min(1.0, centre + half))


def clopper_pearson_interval(successes: int, n: int, *, confidence: float = 0.95) -> Estimate | NotEnoughData:
    """Proportion successes / n with the exact interval: it covers at least as often as it says, and is wider for it.

    Inputs and NotEnoughData as for `wilson_interval`.

    Source    Clopper & Pearson (1934), Biometrika 26:404-413.
    Checked   R binom.test; golden area proportion_ci.
    """
    return _beta_interval(successes, n, (successes, n - successes + 1), (successes + 1, n - successes), confidence)


def jeffreys_interval(successes: int, n: int, *, confidence: float = 0.95) -> Estimate | NotEnoughData:
    """Proportion successes / n with the middle of the posterior under Jeffreys' prior; 0 and 1 where none or all.

    Inputs and NotEnoughData as for `wilson_interval`.

    Source    Brown, Cai & DasGupta (2001), Statistical Science 16:101-133.
    Checked   statsmodels proportion_confint(method="jeffreys"); golden area proportion_ci.
    """
    both = (successes + 0.5, n - successes + 0.5)
    found = _beta_interval(successes, n, both, both, confidence)
    return replace(found, method="jeffreys") if isinstance(found, Estimate) else found


def _beta_interval(
    successes: int, n: int, low: tuple[float, float], high: tuple[float, float], confidence: float
) -> Estimate | NotEnoughData:
    """The tails of two beta distributions; 0 below where there is no success, 1 above where there is no failure."""
    if not 0 <= successes <= n:
        raise ValueError(f"{successes} of {n} is no proportion")
    if n == 0:
        return NotEnoughData("no customers", 0, 1)
    from scipy.special import betaincinv

    tail = (1 - confidence) / 2
    least = float(betaincinv(*low, tail)) if successes else 0.0
    most = float(betaincinv(*high, 1 - tail)) if successes < n else 1.0
    return Estimate(successes / n, least, most, n, "clopper-pearson", confidence)


def newcombe_difference(
    lost_a: int, start_a: int, lost_b: int, start_b: int, *, confidence: float = 0.95
) -> Comparison | NotEnoughData:
    """Difference of two proportions, B minus A, with Newcombe's hybrid score interval.

    lost_a, start_a  Customers lost, and customers at start, in A; 0 <= lost <= start.
    lost_b, start_b  The same in B.

    Returns the difference as a rate (0.01 is one percentage point); the p-value is that of the pooled z test, and
    None when nobody or everybody is lost in both. NotEnoughData when a group is empty.

    Assumes   A and B share no customer.
    Use not   for the same customers at two times.
    Source    Newcombe (1998), Statistics in Medicine 17:873-890, method 10.
    Checked   statsmodels confint_proportions_2indep(method="newcomb") and proportions_ztest; Newcombe's Table II.
    """
    a = wilson_interval(lost_a, start_a, confidence=confidence)
    b = wilson_interval(lost_b, start_b, confidence=confidence)
    if isinstance(a, NotEnoughData) or isinstance(b, NotEnoughData):
        return NotEnoughData("no customers in one of the groups", min(start_a, start_b), 1)
    difference = b.value - a.value
    low = difference - sqrt((b.value - _low(b)) ** 2 + (_high(a) - a.value) ** 2)
    high = difference + sqrt((_high(b) - b.value) ** 2 + (a.value - _low(a)) ** 2)
    return Comparison(difference, low, high, pooled_z_test(lost_a, start_a, lost_b, start_b), "newcombe", confidence)


def score_difference(
    x_control: int, n_control: int, x_treat: int, n_treat: int, *, confidence: float = 0.95
) -> Comparison | NotEnoughData:
    """Difference of two proportions, treatment minus control, with Miettinen and Nurminen's score interval.

    x_control, n_control  Customers counted, and customers, in the control; 0 <= x <= n.
    x_treat, n_treat      The same in the treatment.

    Returns the difference as a rate (0.01 is one percentage point). The p-value is that of the pooled z test, or of
    Fisher's exact test with few expected; None where nobody or everybody is counted in both, which still has an
    interval. NotEnoughData when a group is empty.

    Assumes   no customer is in both groups, and customers are independent of each other.
    Source    Miettinen & Nurminen (1985), Statistics in Medicine 4:213-226.
    Checked   Newcombe (1998), Table II, method 6; the numerically restricted likelihood; golden area
              proportion_diff_ci. Not statsmodels (method="score"), which is wrong here (its issue 10269).
    """
    if not (0 <= x_control <= n_control and 0 <= x_treat <= n_treat):
        raise ValueError(f"{x_control} of {n_control} or {x_treat} of {n_treat} is no proportion")
    if not n_control or not n_treat:
        return NotEnoughData("no customers in one of the groups", min(n_control, n_treat), 1)
    counts = (x_control, n_control, x_treat, n_treat)
    same = x_control + x_treat in {0, n_control + n_treat}
    p_value = None if same else two_proportions_test(*counts)
    difference = x_treat / n_treat - x_control / n_control
    low, high = (_score_limit(counts, difference, edge, confidence) for edge in (-1.0, 1.0))
    return Comparison(difference, low, high, p_value, "miettinen-nurminen", confidence)


def _score_limit(counts: tuple[int, int, int, int], difference: float, edge: float, confidence: float) -> float:
    """The difference towards `edge` that the score test just does not rule out."""
    critical = z_value(confidence) ** 2

    def beyond(value: float) -> float:
        apart, variance = (difference - value) ** 2, _restricted_variance(counts, value)
        # Times the variance: at the edge of what is possible it may be 0, and the statistic has no end.
        return apart - critical * variance

    if abs(difference - edge) < 1e-15 or beyond(edge) <= 0:
        return edge
    # From just beside the difference: with nobody in both its own variance is 0, and a limit seemed found there.
    return root(beyond, difference + (edge - difference) * 1e-12, edge)


def _restricted_variance(counts: tuple[int, int, int, int], difference: float) -> float:
    """Variance of the difference where both shares are the likeliest ones that lie `difference` apart.

    The share of the control solves a cubic equation; Farrington & Manning (1990) write its root so.
    """
    x_control, n_control, x_treat, n_treat = counts
    n, x = n_control + n_treat, x_control + x_treat
    square = (n_treat + 2 * n_control) * difference - n - x
    linear = (n_control * difference - n - 2 * x_control) * difference + x
    constant = x_control * difference * (1 - difference)
    q = (square / (3 * n)) ** 3 - square * linear / (6 * n * n) + constant / (2 * n)
    p = copysign(sqrt(max(0.0, (square / (3 * n)) ** 2 - linear / (3 * n))), q)
    angle = (pi + acos(max(-1.0, min(1.0, q / p**3)))) / 3 if p else 0.0
    share = 2 * p * cos(angle) - square / (3 * n)
    for _ in range(3):
        # The cosine leaves eight digits after the point; rare events among millions need more (Newton's method).
        slope = (3 * n * share + 2 * square) * share + linear
        share -= (((n * share + square) * share + linear) * share + constant) / slope if slope else 0.0
    control = min(max(share, 0.0, -difference), 1.0, 1.0 - difference)
    treat = min(max(control + difference, 0.0), 1.0)
    return (control * (1 - control) / n_control + treat * (1 - treat) / n_treat) * n / (n - 1)


def agresti_caffo_difference(
    x_control: int, n_control: int, x_treat: int, n_treat: int, *, confidence: float = 0.95
) -> Comparison | NotEnoughData:
    """Difference of two proportions, treatment minus control, by Agresti and Caffo's "add one of each" interval.

    Inputs, p-value and NotEnoughData as for `score_difference`, which is the one that is shown.

    Source    Agresti & Caffo (2000), American Statistician 54:280-288.
    Checked   statsmodels confint_proportions_2indep(method="agresti-caffo"); golden area proportion_diff_ci.
    """
    found = score_difference(x_control, n_control, x_treat, n_treat, confidence=confidence)
    if isinstance(found, NotEnoughData):
        return found
    low, high = agresti_caffo_limits(x_control, n_control, x_treat, n_treat, confidence=confidence)
    return replace(found, low=max(-1.0, low), high=min(1.0, high), method="agresti-caffo")


def agresti_caffo_limits(
    x_control: int, n_control: int, x_treat: int, n_treat: int, *, confidence: float = 0.95
) -> tuple[float, float]:
    """The limits of `agresti_caffo_difference` as the formula gives them: with tiny groups they may pass -1 or 1."""
    control, treat = (x_control + 1) / (n_control + 2), (x_treat + 1) / (n_treat + 2)
    variance = control * (1 - control) / (n_control + 2) + treat * (1 - treat) / (n_treat + 2)
    half = z_value(confidence) * sqrt(variance)
    return treat - control - half, treat - control + half


def boschloo_test(x_control: int, n_control: int, x_treat: int, n_treat: int) -> float | None:
    """Two-sided p-value of Boschloo's exact test, more powerful than Fisher's; None where it cannot be made.

    Takes seconds from some thousand customers on: there the z test says the same.

    Source    Boschloo (1970), Statistica Neerlandica 24:1-35.
    Checked   scipy computes it; golden case fisher-zero-arm.
    """
    if not n_control or not n_treat or x_control + x_treat in {0, n_control + n_treat}:
        return None
    from scipy.stats import boschloo_exact

    table = [[x_treat, x_control], [n_treat - x_treat, n_control - x_control]]
    return min(1.0, float(boschloo_exact(table).pvalue))


def pooled_z_test(lost_a: int, start_a: int, lost_b: int, start_b: int) -> float | None:
    """Two-sided p-value of the pooled z test of equal proportions; None when it cannot be made.

    Source    Fleiss, Levin & Paik (2003), Statistical Methods for Rates and Proportions, 3.2, without correction.
    Checked   statsmodels proportions_ztest.
    """
    z = pooled_z_statistic(lost_a, start_a, lost_b, start_b)
    # The survival function itself: 1 - cdf would be 0 from z = 8 on.
    return None if z is None else erfc(abs(z) / sqrt(2))


def pooled_z_statistic(lost_a: int, start_a: int, lost_b: int, start_b: int) -> float | None:
    """z of `pooled_z_test`, of the sign of B minus A; its square is Pearson's chi-square."""
    pooled = (lost_a + lost_b) / (start_a + start_b)
    if pooled in (0.0, 1.0):
        return None
    return (lost_b / start_b - lost_a / start_a) / sqrt(pooled * (1 - pooled) * (1 / start_a + 1 / start_b))


def fisher_exact_test(lost_a: int, start_a: int, lost_b: int, start_b: int) -> float:
    """Two-sided p-value of Fisher's exact test: the tables as unlikely as the one seen, or more, at its margins.

    Source    Fisher (1935), The Logic of Inductive Inference, JRSS 98:39-82.
    Checked   scipy fisher_exact; his tea-tasting lady, 3 of 4 against 1 of 4: 0.4857.
    """
    lost = lost_a + lost_b
    least, most = max(0, lost - start_b), min(lost, start_a)
    logs = [_log_ways(start_a, k) + _log_ways(start_b, lost - k) for k in range(least, most + 1)]
    whole = _log_ways(start_a + start_b, lost)
    # Equally unlikely tables differ by rounding alone: R allows them a relative 1e-7 too.
    seen = logs[lost_a - least] + 1e-7
    return min(1.0, fsum(exp(x - whole) for x in logs if x <= seen))


def _log_ways(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def two_proportions_test(lost_a: int, start_a: int, lost_b: int, start_b: int) -> float:
    """Two-sided p-value of equal proportions: the pooled z test, Fisher's exact test with few expected.

    Source    Cochran (1954), Biometrics 10:417-451: the normal limit holds from 5 expected in every cell on.
    """
    lost, size = lost_a + lost_b, start_a + start_b
    expected = min(start_a, start_b) * min(lost, size - lost) / size
    found = pooled_z_test(lost_a, start_a, lost_b, start_b) if expected >= FEW_EXPECTED else None
    return fisher_exact_test(lost_a, start_a, lost_b, start_b) if found is None else found


def higher_proportion_test(lost_a: int, start_a: int, lost_b: int, start_b: int, *, exact: bool = False) -> float:
    """One-sided p-value that the proportion of A is no higher than that of B; exact with few expected, or if asked.

    Use not   after looking which of the two is higher: the direction is fixed beforehand, as by a search elsewhere.
    Source    the one-sided pooled z test and Fisher's exact test, see `pooled_z_test` and `fisher_exact_test`.
    Checked   scipy fisher_exact(alternative="greater"); statsmodels proportions_ztest(alternative="larger").
    """
    lost, size = lost_a + lost_b, start_a + start_b
    if lost in {0, size} or 0 in {start_a, start_b}:
        return 1.0
    if not exact and min(start_a, start_b) * min(lost, size - lost) / size >= FEW_EXPECTED:
        pooled = lost / size
        spread = sqrt(pooled * (1 - pooled) * (1 / start_a + 1 / start_b))
        return erfc((lost_a / start_a - lost_b / start_b) / spread / sqrt(2)) / 2
    whole = _log_ways(size, lost)
    ways = (_log_ways(start_a, k) + _log_ways(start_b, lost - k) for k in range(lost_a, min(lost, start_a) + 1))
    return min(1.0, fsum(exp(way - whole) for way in ways))


def two_sided_p(estimate: Estimate) -> float | None:
    """The p-value of 0 under an estimate whose interval is value +- z standard errors; None without an interval."""
    if estimate.low is None or estimate.high is None or estimate.high == estimate.low:
        return None
    error = (estimate.high - estimate.low) / 2 / z_value(estimate.confidence)
    return erfc(abs(estimate.value) / error / sqrt(2))


def _low(estimate: Estimate) -> float:
    return 0.0 if estimate.low is None else estimate.low


def _high(estimate: Estimate) -> float:
    return 1.0 if estimate.high is None else estimate.high
