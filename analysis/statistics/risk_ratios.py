"""How many times as often: ratios of two proportions and of their odds, on counts alone."""

from math import exp, inf, isfinite, log, sqrt

from analysis.results import Estimate, NotEnoughData
from analysis.statistics.lifts import ratio_limits
from analysis.statistics.proportions import z_value


def risk_ratio(
    x_control: int, n_control: int, x_treat: int, n_treat: int, *, confidence: float = 0.95
) -> Estimate | NotEnoughData:
    """Proportion of the treatment over that of the control, with Katz's log interval.

    x_control, n_control  Customers counted, and customers, in the control; 0 <= x <= n.
    x_treat, n_treat      The same in the treatment.

    Where the treatment has none the ratio is 0 and its interval comes from the two Wilson intervals (MOVER-R), as it
    does where both have all; an upper limit that does not exist is None. NotEnoughData when a group is empty or the
    control has none: there is no ratio to a rate of 0.

    Assumes   no customer is in both groups.
    Source    Katz, Baptista, Azen & Pike (1978), Biometrics 34:469-474; Donner & Zou (2012), SMMR 21:347-359.
    Checked   Agresti (2002), Categorical Data Analysis, 2.2 (aspirin: 1.82, 1.43 to 2.31); golden area
              proportion_ratio_ci.
    """
    short = _nothing_to_divide(x_control, n_control, x_treat, n_treat)
    if short is not None:
        return short
    ratio, n = (x_treat / n_treat) / (x_control / n_control), n_control + n_treat
    squared = 1 / x_control - 1 / n_control + (1 / x_treat - 1 / n_treat if x_treat else 0)
    if x_treat and squared > 0:
        width = exp(z_value(confidence) * sqrt(squared))
        return Estimate(ratio, ratio / width, ratio * width, n, "katz log", confidence)
    low, high = ratio_limits(x_treat, n_treat, x_control, n_control, confidence)
    return Estimate(ratio, low, high if high < inf else None, n, "mover ratio", confidence)


def odds_ratio(
    x_control: int, n_control: int, x_treat: int, n_treat: int, *, confidence: float = 0.95
) -> Estimate | NotEnoughData:
    """Odds of the treatment over those of the control, with Woolf's log interval.

    Inputs as for `risk_ratio`. Where one of the four counts is 0 the interval is the exact conditional one, of which
    one limit may not exist (None). NotEnoughData where the odds of the control are 0 or have no end.

    Source    Woolf (1955), Annals of Human Genetics 19:251-253; Cornfield (1956) for the exact limits.
    Checked   statsmodels Table2x2, R fisher.test; golden area proportion_ratio_ci.
    """
    short = _nothing_to_divide(x_control, n_control, x_treat, n_treat)
    if short is not None:
        return short
    cells = (x_treat, n_treat - x_treat, x_control, n_control - x_control)
    if not cells[1] or not cells[3]:
        return NotEnoughData("everybody in one of the groups: its odds have no end", 0, 1)
    a, b, c, d = cells
    value, n = (a * d) / (b * c), n_control + n_treat
    if a == 0:
        exact = conditional_odds_ratio(x_control, n_control, x_treat, n_treat, confidence=confidence)
        return Estimate(value, exact.low, exact.high, n, exact.method, confidence)
    half = z_value(confidence) * sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    return Estimate(value, exp(log(value) - half), exp(log(value) + half), n, "woolf log", confidence)


def conditional_odds_ratio(
    x_control: int, n_control: int, x_treat: int, n_treat: int, *, confidence: float = 0.95
) -> Estimate:
    """Odds ratio of Fisher's exact test: the conditional maximum likelihood one with its exact interval.

    The value is infinite where the odds are; a limit that does not exist is None.

    Source    Cornfield (1956); Agresti (1992), Statistical Science 7:131-177.
    Checked   R fisher.test; golden case fisher-tea.
    """
    from scipy.stats.contingency import odds_ratio as of_table

    found = of_table([[x_treat, n_treat - x_treat], [x_control, n_control - x_control]], kind="conditional")
    limits = found.confidence_interval(confidence_level=confidence)
    high = float(limits.high)
    n = n_control + n_treat
    return Estimate(float(found.statistic), float(limits.low), high if isfinite(high) else None, n, "exact", confidence)


def _nothing_to_divide(x_control: int, n_control: int, x_treat: int, n_treat: int) -> NotEnoughData | None:
    if not (0 <= x_control <= n_control and 0 <= x_treat <= n_treat):
        raise ValueError(f"{x_control} of {n_control} or {x_treat} of {n_treat} is no proportion")
    if not n_control or not n_treat:
        return NotEnoughData("no customers in one of the groups", min(n_control, n_treat), 1)
    return NotEnoughData("there is no ratio to a rate of 0", 0, 1) if not x_control else None
