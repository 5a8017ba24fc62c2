"""Two proportions: score interval, add one of each, exact tests, ratios, and the same customers twice."""

import numpy as np
import pytest

from analysis.results import Comparison, NotEnoughData
from analysis.statistics.paired import mcnemar_test
from analysis.statistics.proportions import agresti_caffo_difference, boschloo_test, score_difference
from analysis.statistics.relative_lift import relative_lift_of_proportions
from analysis.statistics.risk_ratios import odds_ratio, risk_ratio


def test_known_contrasts_come_out_by_miettinen_and_nurminen():
    """Newcombe (1998), Table II, method 6, contrast (b); all against none of 10 each by hand: both shares are
    (1 + d) / 2 and (1 - d) / 2, so (1 - d)^2 = 1.96^2 (1 - d^2) / 19."""
    found = score_difference(3, 10, 9, 10)
    assert (round(found.low, 4), round(found.high, 4)) == (0.1700, 0.8406)
    found = score_difference(0, 10, 10, 10)
    assert (round(found.low, 4), round(found.high, 4)) == (0.6636, 1.0)


@pytest.mark.parametrize("counts", [(3, 17, 9, 23), (0, 5, 2, 900), (1, 40_000, 7, 90_000)])
def test_at_both_limits_the_score_test_is_just_critical(counts: tuple[int, int, int, int]):
    """Another way: the restricted likelihood maximised over a fine grid around its top."""
    from scipy import stats

    x0, n0, x1, n1 = counts
    found = score_difference(*counts)
    for limit in found.limits:
        if abs(limit) == 1:
            continue
        low, high = max(0, -limit), min(1, 1 - limit)
        for _ in range(12):
            shares = np.linspace(low, high, 201)[1:-1]
            likelihood = stats.binom.logpmf(x0, n0, shares) + stats.binom.logpmf(x1, n1, shares + limit)
            best, step = shares[likelihood.argmax()], shares[1] - shares[0]
            low, high = max(low, best - 2 * step), min(high, best + 2 * step)
        variance = best * (1 - best) / n0 + (best + limit) * (1 - best - limit) / n1
        variance *= (n0 + n1) / (n0 + n1 - 1)
        assert abs(found.difference - limit) / variance**0.5 == pytest.approx(stats.norm.ppf(0.975), rel=1e-4)


@pytest.mark.parametrize("n", [1, 2, 5])
@pytest.mark.parametrize("other", [1, 3, 200])
def test_tiny_and_unequal_groups_have_possible_intervals_around_the_difference(n: int, other: int):
    for lost in range(n + 1):
        for found in (score_difference(lost, n, 1, other), agresti_caffo_difference(lost, n, 0, other)):
            assert -1 <= found.low <= found.high <= 1
            assert found.method == "agresti-caffo" or found.low <= found.difference <= found.high


def test_nobody_in_both_has_an_interval_but_no_p_value():
    found = score_difference(0, 100, 0, 200)
    assert found.difference == 0
    assert found.p_value is None
    assert found.low < 0 < found.high
    assert isinstance(score_difference(0, 0, 1, 5), NotEnoughData)
    with pytest.raises(ValueError, match="no proportion"):
        score_difference(6, 5, 1, 5)


def test_boschloos_p_value_is_that_of_all_tables_as_extreme():
    """0 of 100 against 5 of 100: summed over all tables and all shares it is 0.0443."""
    assert boschloo_test(0, 100, 5, 100) == pytest.approx(0.0443130, abs=1e-5)
    assert boschloo_test(0, 100, 0, 100) is None


def test_ratios_without_events_in_one_group_say_what_can_be_said():
    none = risk_ratio(10, 100, 0, 100)
    assert none.value == none.low == 0
    assert 0 < none.high < 1
    assert isinstance(risk_ratio(0, 100, 5, 100), NotEnoughData)
    assert risk_ratio(100, 100, 50, 50).method == "mover ratio"
    odds = odds_ratio(10, 100, 0, 100)
    assert (odds.value, odds.low) == (0, 0)
    assert 0 < odds.high < 1
    assert isinstance(odds_ratio(5, 5, 3, 5), NotEnoughData)
    lift = relative_lift_of_proportions(10, 100, 0, 100)
    assert lift.difference == -1
    assert lift.low == -1
    assert relative_lift_of_proportions(5, 5, 5, 5).p_value is None


def test_with_few_who_changed_the_paired_test_is_exact():
    from scipy import stats

    found = mcnemar_test([[50, 2], [9, 39]])
    assert isinstance(found.difference, Comparison)
    assert found.difference.p_value == pytest.approx(stats.binomtest(9, 11).pvalue)
    assert found.difference.low < 0.07 < found.difference.high
    still = mcnemar_test([[5, 0], [0, 5]])
    assert (still.chi2, still.difference.p_value, still.difference.difference) == (None, None, 0)
    assert isinstance(mcnemar_test([[0, 0], [0, 0]]), NotEnoughData)
