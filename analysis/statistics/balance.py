"""Were two groups alike before anything was done? By what was known of them then."""

from collections.abc import Sequence
from math import atan2, copysign, inf, pi, sqrt, tan

from analysis.results import NotEnoughData
from analysis.statistics.means import VALUE, variance_of
from analysis.statistics.proportions import two_proportions_test
from data.records_experiments import Moments

ROUNDING = 1e-9
LARGEST_P = 0.99
"""p-values count as this at most: one of exactly 1, as of equal means, would outweigh any number of small ones."""


def standardised_difference(control: Moments, treatment: Moments, *, column: str = VALUE) -> float:
    """Treatment minus control over the standard deviation of both: from 0.1 on two groups are unlike, whatever n is.

    0 where both have one and the same value, and infinite where each has another one.

    Use not   to test: it says how far apart, `balance_test` whether chance may do it.
    Source    Austin (2011), Multivariate Behavioral Research 46:399-424.
    Checked   by hand, tests/unit.
    """
    apart = treatment.mean[column] - control.mean[column]
    variances = [variance_of(side, column) if side.n > 1 else 0.0 for side in (control, treatment)]
    spread = sqrt(sum(variances) / 2)
    if spread:
        return apart / spread
    return copysign(inf, apart) if apart else 0.0


def balance_test(pairs: Sequence[tuple[Moments, Moments]], *, column: str = VALUE) -> float | NotEnoughData:
    """One p-value for all that was known before: how often chance makes groups as unlike as these.

    pairs  Moments of each column in the control and in the treatment; columns may overlap and depend on each other,
           as a plan, its price and its share of customers do.

    Shares are compared by the z test (Fisher's with few expected), other figures by Student's, with the variance of
    both groups: chance deals them from one population, and the own variance of a small group is too small whenever its
    mean of a skewed figure is. The p-values are combined by Cauchy's distribution, which holds for columns that depend
    on each other in whatever way, where a sum of chi-squares would need all their covariances.

    Returns NotEnoughData where no column can be tested. Small for data that only look like an experiment; a large
    one does not make them one.

    Source    Liu & Xie (2020), JASA 115:393-402.
    Checked   false alarms with dependent columns in tests/simulation.
    """
    found = [p for p in (_p_value(*pair, column) for pair in pairs) if p is not None]
    if not found:
        return NotEnoughData("nothing that was known before can be compared", 0, 1)
    middle = sum(tan((0.5 - min(p, LARGEST_P)) * pi) if p > 1e-15 else 1 / (max(p, 1e-300) * pi) for p in found)
    return atan2(1.0, middle / len(found)) / pi


def _p_value(control: Moments, treatment: Moments, column: str) -> float | None:
    if min(control.n, treatment.n) < 2:
        return None
    if _is_share(control, column) and _is_share(treatment, column):
        of = [round(side.n * side.mean[column]) for side in (control, treatment)]
        same = sum(of) in {0, control.n + treatment.n}
        return None if same else two_proportions_test(of[0], control.n, of[1], treatment.n)
    apart = treatment.mean[column] - control.mean[column]
    df = control.n + treatment.n - 2
    spread = sum(variance_of(side, column) * (side.n - 1) for side in (control, treatment)) / df
    if spread:
        from scipy.stats import t

        return 2 * float(t.sf(abs(apart) / sqrt(spread * (1 / control.n + 1 / treatment.n)), df))
    if not apart:
        return None
    # One value in each group, and not the same: a share of 0 against one of 1.
    return two_proportions_test(0, control.n, treatment.n, treatment.n)


def _is_share(moments: Moments, column: str) -> bool:
    """Whether all values are 0 or 1: no others have the variance of a share at this mean within these limits."""
    mean = moments.mean[column]
    expected = moments.n * mean * (1 - mean) / (moments.n - 1)
    within = moments.least >= 0 and moments.most <= 1
    return within and abs(moments.variance[column] - expected) <= ROUNDING
