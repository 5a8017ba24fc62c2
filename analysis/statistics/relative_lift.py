"""The effect as a part of what there is without it: the control's mean is estimated too, and its doubt counts."""

from math import sqrt

from analysis.results import Comparison, NotEnoughData
from analysis.statistics.means import VALUE, MeanDifference, aggregates_of, variance_of, welch_difference
from analysis.statistics.proportions import two_proportions_test
from analysis.statistics.risk_ratios import risk_ratio
from data.records_experiments import Moments

VAGUE = 5
"""Standard errors, in means of the treatment, beyond which a logarithm says nothing; or a mean that is not positive."""


def relative_lift(
    control: Moments, treatment: Moments, *, column: str = VALUE, confidence: float = 0.95, use_t: bool = True
) -> Comparison | NotEnoughData:
    """Treatment over control less 1, by the log of the ratio; by Fieller where the treatment's mean is near 0.

    use_t  Student's t for the limits; False for the normal ones of large samples.

    The p-value is that of the absolute difference: no effect and no relative effect are one hypothesis. Dividing the
    limits of the absolute effect by the control's mean would leave its doubt out (true coverage 0.83 to 0.92).

    Returns NotEnoughData where the control's mean is not positive, or where no interval exists.

    Source    Fieller (1954), JRSS B 16:175-185; Katz et al. (1978), Biometrics 34:469-474.
    Checked   tea-tasting computes the log ratio; golden area relative_lift; coverage in tests/simulation.
    """
    found = _with_a_base(control, treatment, column, confidence)
    if isinstance(found, NotEnoughData):
        return found
    if relative_error(control, treatment, column=column) >= VAGUE * (treatment.mean[column] / control.mean[column]):
        return fieller_lift(control, treatment, column=column, confidence=confidence)
    from tea_tasting.metrics import Mean

    metric = Mean(column, confidence_level=confidence, use_t=use_t)
    lift = metric.analyze_aggregates(aggregates_of(control), aggregates_of(treatment))
    low, high = float(lift.rel_effect_size_ci_lower), float(lift.rel_effect_size_ci_upper)
    return Comparison(float(lift.rel_effect_size), low, high, found.p_value, "log ratio", confidence)


def fieller_lift(
    control: Moments, treatment: Moments, *, column: str = VALUE, confidence: float = 0.95
) -> Comparison | NotEnoughData:
    """Treatment over control less 1 with Fieller's interval: every ratio that the two means do not rule out.

    Returns NotEnoughData where the control's mean is not clearly above 0: the interval then has no end.

    Source    Fieller (1954), JRSS B 16:175-185.
    Checked   every limit makes the t of treatment - ratio * control critical, tests/unit.
    """
    found = _with_a_base(control, treatment, column, confidence)
    if isinstance(found, NotEnoughData):
        return found
    from scipy.stats import t

    base, mean = control.mean[column], treatment.mean[column]
    squared = float(t.ppf(0.5 + confidence / 2, found.df)) ** 2
    of_base, of_mean = squared * variance_of(control, column) / control.n, squared * _error(treatment, column) ** 2
    a = base * base - of_base
    if a <= 0:
        return NotEnoughData("the mean of the control is not clearly above 0", control.n, control.n + 1)
    half = sqrt(max(0.0, (base * mean) ** 2 - a * (mean * mean - of_mean))) / a
    centre, lift = base * mean / a - 1, mean / base - 1
    if not half:
        # Everybody in the treatment has 0: all is lost whatever the control's mean is.
        return Comparison(lift, None, None, found.p_value, "fieller", confidence)
    return Comparison(lift, centre - half, centre + half, found.p_value, "fieller", confidence)


def delta_lift(
    control: Moments, treatment: Moments, *, column: str = VALUE, confidence: float = 0.95
) -> MeanDifference | NotEnoughData:
    """Treatment over control less 1 with the delta method and Welch's t, as growthbook shows it.

    Its p-value differs from that of the absolute effect; it is here for what builds on its standard error.

    Source    Deng, Knoblich & Lu (2018), KDD, 233-242.
    Checked   gbstats; golden areas relative_lift, sequential and bayes_ab.
    """
    found = _with_a_base(control, treatment, column, confidence)
    if isinstance(found, NotEnoughData):
        return found
    from scipy.stats import t

    base = control.mean[column]
    lift = treatment.mean[column] / base - 1
    error = relative_error(control, treatment, column=column)
    if not error:
        # Everybody in the treatment has 0: all is lost whatever the control's mean is, and nothing is left to test.
        return MeanDifference(lift, None, None, None, "delta", confidence)
    half = float(t.ppf(0.5 + confidence / 2, found.df)) * error
    p_value = 2 * float(t.sf(abs(lift) / error, found.df))
    return MeanDifference(lift, lift - half, lift + half, p_value, "delta", confidence, error, found.df)


def relative_error(control: Moments, treatment: Moments, *, column: str = VALUE) -> float:
    """Standard error of treatment over control by the delta method; the control's mean is not 0."""
    base, mean = control.mean[column], treatment.mean[column]
    of_base = (variance_of(control, column) if control.n > 1 else 0.0) / control.n
    return sqrt(_error(treatment, column) ** 2 / base**2 + of_base * mean**2 / base**4)


def relative_lift_of_proportions(
    x_control: int, n_control: int, x_treat: int, n_treat: int, *, confidence: float = 0.95
) -> Comparison | NotEnoughData:
    """Treatment's share over the control's less 1: the risk ratio less 1 with the p-value of the two shares.

    The upper limit is None where the control's share may be 0; NotEnoughData where it is 0.

    Source    see `risk_ratios.risk_ratio`.
    Checked   golden case lift-methods-binary (Katz).
    """
    found = risk_ratio(x_control, n_control, x_treat, n_treat, confidence=confidence)
    if isinstance(found, NotEnoughData):
        return found
    everybody = x_control + x_treat == n_control + n_treat
    p_value = None if everybody else two_proportions_test(x_control, n_control, x_treat, n_treat)
    low, high = (None if limit is None else limit - 1 for limit in (found.low, found.high))
    return Comparison(found.value - 1, low, high, p_value, found.method, confidence)


def _with_a_base(
    control: Moments, treatment: Moments, column: str, confidence: float
) -> MeanDifference | NotEnoughData:
    """Welch's difference where the control's mean is positive and something varies."""
    found = welch_difference(control, treatment, column=column, confidence=confidence)
    if isinstance(found, NotEnoughData):
        return found
    if control.mean[column] <= 0:
        return NotEnoughData("an effect is a part of something only where the control's mean is above 0", 0, 1)
    return found if found.error else NotEnoughData("nothing varies in either group", 0, 1)


def _error(moments: Moments, column: str) -> float:
    return sqrt(variance_of(moments, column) / moments.n)
