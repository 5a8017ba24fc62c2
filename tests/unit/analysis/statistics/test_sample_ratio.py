"""Sizes of variants against the shares planned."""

import numpy as np
import pytest

from analysis.results import NotEnoughData
from analysis.statistics.sample_ratio import chi_square_p, exact_p, sample_ratio_test


def test_cookie_cats_warns_at_one_per_cent_and_not_at_one_in_a_thousand():
    found = sample_ratio_test([44_700, 45_489], [0.5, 0.5])
    assert found.p_value == pytest.approx(0.008608, abs=5e-7)
    assert found.method == "chi-square"


def test_an_arm_without_a_share_is_no_part_of_the_question():
    found = sample_ratio_test([1000, 1010, 0], [0.5, 0.5, 0])
    assert found.p_value == pytest.approx(0.823, abs=5e-4)
    assert (found.df, found.expected) == (1, (1005, 1005, 0))
    assert sample_ratio_test([1000, 1010, 7], [2, 2, 0]).p_value == found.p_value


def test_few_customers_are_judged_exactly():
    from scipy import stats

    found = sample_ratio_test([3, 9], [1, 1])
    assert (found.p_value, found.method) == (pytest.approx(stats.binomtest(3, 12).pvalue), "exact")
    assert sample_ratio_test([0, 1], [0.5, 0.5]).p_value == 1


def test_three_small_arms_are_judged_by_all_splits():
    from scipy import stats

    found = sample_ratio_test([6, 1, 2], [0.2, 0.3, 0.5])
    table = stats.multinomial(9, [0.2, 0.3, 0.5])
    splits = [(a, b, 9 - a - b) for a in range(10) for b in range(10 - a)]
    seen = table.pmf([6, 1, 2])
    expected = sum(p for p in map(table.pmf, splits) if p <= seen * (1 + 1e-7))
    assert (found.p_value, found.method) == (pytest.approx(expected), "exact")


def test_a_rare_arm_among_many_customers_is_drawn_with_a_fixed_seed():
    observed, shares = [5_000, 5_050, 1], [0.4998, 0.4998, 0.0004]
    found = sample_ratio_test(observed, shares)
    assert found.method == "simulated"
    assert found.p_value == sample_ratio_test(observed, shares).p_value
    assert found.p_value == pytest.approx(chi_square_p(observed, shares), abs=0.05)


def test_nothing_to_compare_is_said():
    assert isinstance(sample_ratio_test([0, 0], [0.5, 0.5]), NotEnoughData)
    assert isinstance(sample_ratio_test([9, 0], [1, 0]), NotEnoughData)
    assert exact_p([0, 0], [1, 1]) is None
    assert chi_square_p([0, 0], [1, 1]) is None
    with pytest.raises(ValueError, match="share per variant"):
        sample_ratio_test([1, 2], [1])


def test_false_alarms_are_as_rare_as_promised():
    random = np.random.default_rng(7)
    draws = random.binomial(2_000, 0.5, 2_000)
    alarms = np.mean([chi_square_p([k, 2_000 - k], [1, 1]) < 0.01 for k in draws])
    assert alarms <= 0.01 + 3 * np.sqrt(0.01 * 0.99 / 2_000)
