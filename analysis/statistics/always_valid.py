"""Intervals and p-values that hold at every look, however often and for whatever reason one looks."""

from collections.abc import Callable
from math import erfc, exp, log, log1p, sqrt

from analysis.results import Estimate, NotEnoughData
from analysis.statistics.means import VALUE, MeanDifference, variance_of
from analysis.statistics.relative_lift import relative_error
from analysis.statistics.roots import root
from data.records_experiments import Moments

METHOD = "confidence sequence"


def asymptotic_confidence_sequence(
    control: Moments, treatment: Moments, *, alpha: float = 0.05, tuned_at: float, column: str = VALUE
) -> MeanDifference | NotEnoughData:
    """Difference of two means, treatment minus control, with an interval that holds at all looks together.

    control, treatment  Moments of `column`; of a share its variance is p (1 - p), see `means.moments_of_share`.
    alpha               1 less the coverage over all looks.
    tuned_at            Customers, both groups together, at which the interval is shortest: the size planned.

    The p-value is always valid: the smallest alpha at which some interval of this kind leaves out 0, so looking
    again never makes a false alarm more likely than alpha. NotEnoughData below two customers in a group; difference
    alone where nothing varies.

    Assumes   means about normal from the first look on (some hundred customers); it is wider than a fixed interval at
              every size, by the half at its best.
    Source    Waudby-Smith, Arbour, Sinha, Kennedy & Ramdas (2024), Annals of Statistics 52:2613-2640; Lindon, Ham,
              Tingley & Bojinov (2022), arXiv:2210.08589.
    Checked   growthbook's gbstats; golden area sequential; simulated in tests/simulation.
    """
    if min(control.n, treatment.n) < 2:
        return NotEnoughData("too few customers in one of the groups", min(control.n, treatment.n), 2)
    squared = sum(variance_of(side, column) / side.n for side in (control, treatment))
    difference = treatment.mean[column] - control.mean[column]
    return _sequence(difference, sqrt(squared), control.n + treatment.n, alpha, tuned_at)


def relative_confidence_sequence(
    control: Moments, treatment: Moments, *, alpha: float = 0.05, tuned_at: float, column: str = VALUE
) -> MeanDifference | NotEnoughData:
    """Treatment over control less 1, by the delta method, with an interval that holds at all looks together.

    Inputs as for `asymptotic_confidence_sequence`; NotEnoughData also where the control's mean is not positive.

    Source    as there, with the linearised error of a ratio.
    Checked   growthbook's own test; golden case avi-gb-test.
    """
    if min(control.n, treatment.n) < 2:
        return NotEnoughData("too few customers in one of the groups", min(control.n, treatment.n), 2)
    if control.mean[column] <= 0:
        return NotEnoughData("an effect is a part of something only where the control's mean is above 0", 0, 1)
    error = relative_error(control, treatment, column=column)
    lift = treatment.mean[column] / control.mean[column] - 1
    return _sequence(lift, error, control.n + treatment.n, alpha, tuned_at)


def sequence_of(difference: float, error: float, n: float, *, alpha: float = 0.05, tuned_at: float) -> MeanDifference:
    """The always-valid interval and p-value of any difference with a standard error, such as a CUPED or clustered one.

    n, tuned_at  In one unit, whichever it is: customers, groups, or shares of the size planned.
    """
    return _sequence(difference, error, n, alpha, tuned_at)


def _sequence(difference: float, error: float, n: float, alpha: float, tuned_at: float) -> MeanDifference:
    if not error:
        return MeanDifference(difference, None, None, None, METHOD, 1 - alpha)
    half = error * critical_z(n, alpha=alpha, tuned_at=tuned_at)
    p_value = always_valid_p(difference / error, n, alpha=alpha, tuned_at=tuned_at)
    low, high = difference - half, difference + half
    return MeanDifference(difference, low, high, p_value, METHOD, 1 - alpha, error)


def critical_z(n: float, *, alpha: float = 0.05, tuned_at: float) -> float:
    """|z| that is enough at size n whenever one looks; smallest a little beyond `tuned_at`."""
    t = n * _mixing(alpha, tuned_at)
    return sqrt(2 * (t + 1) / t * (log1p(t) / 2 - log(alpha)))


def always_valid_p(z: float, n: float, *, alpha: float = 0.05, tuned_at: float) -> float:
    """p-value of a z at size n that holds however often one looks."""
    t = n * _mixing(alpha, tuned_at)
    return exp(min(0.0, log1p(t) / 2 - t * z * z / (2 * (t + 1))))


def _mixing(alpha: float, tuned_at: float) -> float:
    """rho^2: the spread of effects that the sequence is mixed over, so that it is shortest at `tuned_at`."""
    return (-2 * log(alpha) + log1p(-2 * log(alpha))) / tuned_at


def normal_mixture_bound(v: float, *, alpha: float, v_opt: float, alpha_opt: float, two_sided: bool = True) -> float:
    """Bound on a sum of centred, sub-Gaussian terms at intrinsic time v (their summed variance), at all times at once.

    v_opt, alpha_opt  Time and rate of errors at which the bound is tightest.

    Source    Howard, Ramdas, McAuliffe & Sekhon (2021), Annals of Statistics 49:1055-1080, propositions 3 and 6.
    Checked   confseq's own tests; golden case confseq-normal-mixture.
    """
    rho = mixture_variance(v_opt, alpha_opt=alpha_opt, two_sided=two_sided)
    if two_sided:
        return sqrt((v + rho) * (log1p(v / rho) - 2 * log(alpha)))

    def wealth(bound: float) -> float:
        half_normal = log(erfc(-bound / sqrt(2 * (v + rho))) / 2)
        return log(2) + log(rho / (v + rho)) / 2 + bound * bound / (2 * (v + rho)) + half_normal + log(alpha)

    return root(wealth, 0.0, 2 * sqrt((v + rho) * (log1p(v / rho) - 2 * log(alpha))))


def mixture_variance(v_opt: float, *, alpha_opt: float, two_sided: bool = True) -> float:
    """rho of `normal_mixture_bound`: the parameter that makes it tightest at v_opt."""
    alpha = alpha_opt if two_sided else 2 * alpha_opt
    return v_opt / (-2 * log(alpha) + log1p(-2 * log(alpha)))


def mixture_sprt(
    n: float, mean: float, *, variance: float, mixing: float, null: float = 0.0
) -> tuple[float, float] | NotEnoughData:
    """Likelihood ratio of a normal mixture of effects against `null` after n values, and the always-valid p-value.

    mean, variance  Of the values; for two groups the mean difference and the sum of the two variances, n pairs.
    mixing          Variance of the effects that are thought of.

    Source    Johari, Koomen, Pekelis & Walsh (2022), Operations Research 70:1806-1821.
    Checked   quadrature of the mixture; golden case msprt-400.
    """
    if n <= 0 or variance <= 0:
        return NotEnoughData("nothing varies in either group", int(n), 1)
    whole = variance + n * mixing
    log_ratio = log(variance / whole) / 2 + n * n * mixing * (mean - null) ** 2 / (2 * variance * whole)
    return exp(min(log_ratio, 700.0)), exp(min(0.0, -log_ratio))


def bernoulli_confidence_sequence(
    successes: int, trials: int, *, alpha: float = 0.05, tuned_at: float, alpha_opt: float | None = None
) -> Estimate | NotEnoughData:
    """A proportion with an interval that holds after every customer: exact, no normal limit needed.

    tuned_at  Customers at which it is shortest, for errors of `alpha_opt` (alpha where it is None).

    Source    Howard et al. (2021), section 3; their software confseq, whose tests give the golden cases.
    Checked   golden cases confseq-bernoulli.
    """
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} of {trials} is no proportion")
    if not trials:
        return NotEnoughData("no customers", 0, 1)
    share, opt = successes / trials, alpha if alpha_opt is None else alpha_opt
    beyond = _wealth(successes, trials, alpha, tuned_at, opt)
    least, most = 1e-12, 1 - 1e-12
    low = root(beyond, least, min(share, most)) if successes and beyond(least) > 0 else 0.0
    high = root(beyond, max(share, least), most) if successes < trials and beyond(most) > 0 else 1.0
    return Estimate(share, low, high, trials, "bernoulli confidence sequence", 1 - alpha)


def _wealth(successes: int, trials: int, alpha: float, tuned_at: float, opt: float) -> Callable[[float], float]:
    """log of what a bet against p has won, over what would rule p out; above 0 outside the interval."""
    from scipy.special import betaln

    scale = tuned_at / (-2 * log(opt) + log1p(-2 * log(opt)))

    def beyond(p: float) -> float:
        variance = p * (1 - p)
        r = max(scale * variance - variance, 1e-3 * variance)
        won = betaln(r / p + trials - successes, r / (1 - p) + successes) - betaln(r / p, r / (1 - p))
        return float(won) - successes * log(p) - (trials - successes) * log1p(-p) + log(alpha)

    return beyond
