"""Intervals and tests for proportions, on counts alone."""

from math import erfc, exp, fsum, lgamma, sqrt
from statistics import NormalDist

from analysis.results import Comparison, Estimate, NotEnoughData

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


def pooled_z_test(lost_a: int, start_a: int, lost_b: int, start_b: int) -> float | None:
    """Two-sided p-value of the pooled z test of equal proportions; None when it cannot be made.

    Source    Fleiss, Levin & Paik (2003), Statistical Methods for Rates and Proportions, 3.2, without correction.
    Checked   statsmodels proportions_ztest.
    """
    pooled = (lost_a + lost_b) / (start_a + start_b)
    if pooled in (0.0, 1.0):
        return None
    z = (lost_b / start_b - lost_a / start_a) / sqrt(pooled * (1 - pooled) * (1 / start_a + 1 / start_b))
    # The survival function itself: 1 - cdf would be 0 from z = 8 on.
    return erfc(abs(z) / sqrt(2))


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


def higher_proportion_test(lost_a: int, start_a: int, lost_b: int, start_b: int) -> float:
    """One-sided p-value that the proportion of A is no higher than that of B; exact with few expected.

    Use not   after looking which of the two is higher: the direction is fixed beforehand, as by a search elsewhere.
    Source    the one-sided pooled z test and Fisher's exact test, see `pooled_z_test` and `fisher_exact_test`.
    Checked   scipy fisher_exact(alternative="greater"); statsmodels proportions_ztest(alternative="larger").
    """
    lost, size = lost_a + lost_b, start_a + start_b
    if lost in {0, size} or 0 in {start_a, start_b}:
        return 1.0
    if min(start_a, start_b) * min(lost, size - lost) / size >= FEW_EXPECTED:
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
