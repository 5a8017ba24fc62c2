"""Losses against those expected at equal ages: by hand, against the log-rank test, SciPy and lifelines."""

import numpy as np
import pytest

from analysis.results import Estimate, NotEnoughData
from analysis.statistics.crosstabs import Independence
from analysis.statistics.expected_losses import (
    all_as_expected,
    differs_from_expected,
    expected_losses,
    lift_at_age,
    more_than_expected,
)
from analysis.statistics.log_rank import LogRank, log_rank
from analysis.statistics.survival import life_counts


def some_rows(seed: int, n: int = 400) -> tuple[np.ndarray, ...]:
    """Ages, losses, customers and ages of entry; some rows were never under observation."""
    random = np.random.default_rng(seed)
    age = np.ceil(random.exponential(20, n)).astype(int)
    entered = np.where(random.random(n) < 0.3, random.integers(1, 12, n), 0)
    return age, random.integers(0, 2, n), random.integers(1, 3, n), entered


def test_expected_losses_are_those_of_the_log_rank_test():
    age, lost, customers, entered = some_rows(1)
    group = np.arange(400) % 3
    seen, expected = expected_losses(age, lost, customers, entered)
    lives = [life_counts(*(c[group == g] for c in (age, lost, customers, entered))) for g in range(3)]
    test = log_rank(lives)
    assert isinstance(test, LogRank)
    assert [seen[group == g].sum() for g in range(3)] == list(test.observed)
    assert [expected[group == g].sum() for g in range(3)] == pytest.approx(test.expected)
    assert seen.sum() == pytest.approx(expected.sum())


def test_the_hazard_is_nelson_and_aalen_s():
    from lifelines import NelsonAalenFitter

    age, lost, customers, entered = some_rows(2)
    kept = (entered == 0) | (entered < age)
    theirs = NelsonAalenFitter(nelson_aalen_smoothing=False).fit(
        age[kept], lost[kept], entry=entered[kept], weights=customers[kept]
    )
    from_start = entered == 0
    expected = expected_losses(age, lost, customers, entered)[1] / customers
    assert expected[from_start] == pytest.approx(theirs.predict(age[from_start]).to_numpy(), rel=1e-9)
    assert (expected[~kept] == 0).all()


def test_the_one_sided_test_is_a_binomial_one():
    from scipy.stats import binomtest

    assert more_than_expected(12, 7.0, 30, 35.0) == pytest.approx(
        binomtest(12, 42, 7 / 42, alternative="greater").pvalue
    )
    assert more_than_expected(0, 7.0, 30, 35.0) == 1.0
    assert more_than_expected(3, 0.0, 30, 35.0) == 1.0
    assert differs_from_expected(0, 1.0, 0, 1.0) is None


def test_p_values_are_near_those_of_the_log_rank_test():
    age, lost, customers, entered = some_rows(5, 600)
    group = np.arange(600) % 4 == 0
    lost = np.where(group & (np.arange(600) % 5 == 0), 1, lost)
    seen, expected = expected_losses(age, lost, customers, entered)
    lives = [life_counts(*(c[mine] for c in (age, lost, customers, entered))) for mine in (group, ~group)]
    test = log_rank(lives)
    assert isinstance(test, LogRank)
    p = differs_from_expected(
        int(seen[group].sum()), expected[group].sum(), int(seen[~group].sum()), expected[~group].sum()
    )
    assert p == pytest.approx(test.p_value, rel=0.35)


def test_over_all_groups_the_test_is_near_the_log_rank_test_and_not_below_it():
    age, lost, customers, entered = some_rows(7, 900)
    group = np.arange(900) % 5
    lost = np.where((group == 0) & (np.arange(900) % 4 == 0), 1, lost)
    seen, expected = expected_losses(age, lost, customers, entered)
    test = log_rank([life_counts(*(c[group == g] for c in (age, lost, customers, entered))) for g in range(5)])
    found = all_as_expected(
        [int(seen[group == g].sum()) for g in range(5)], [expected[group == g].sum() for g in range(5)]
    )
    assert isinstance(test, LogRank)
    assert isinstance(found, Independence)
    assert test.p_value <= found.p_value < 2 * test.p_value
    assert found.cramers_v is None


def test_over_all_groups_the_p_value_is_scipy_s_and_by_drawing_where_little_is_expected():
    from scipy.stats import binomtest, chisquare

    large = all_as_expected([30, 50, 20, 0], [40.0, 35.0, 25.0, 0.0])
    assert isinstance(large, Independence)
    assert large.p_value == pytest.approx(chisquare([30, 50, 20], [40.0, 35.0, 25.0]).pvalue, rel=1e-12)
    small = all_as_expected([9, 3], [4.0, 8.0])
    assert isinstance(small, Independence)
    assert small.method == "by drawing losses"
    assert small.p_value == pytest.approx(binomtest(9, 12, 1 / 3).pvalue, abs=0.003)
    assert isinstance(all_as_expected([3], [2.0]), NotEnoughData)
    assert isinstance(all_as_expected([0, 0], [2.0, 1.0]), NotEnoughData)


def test_a_lift_at_equal_ages_by_hand():
    """20 lost of 10 expected, 40 of 60 everybody: twice as many as everybody, three times as many as the rest."""
    found = lift_at_age(20, 10.0, 40, 40.0)
    assert isinstance(found, Estimate)
    assert (found.value, found.n) == (2.0, 20)
    assert found.low is not None
    assert found.high is not None
    assert 1.3 < found.low < 2 < found.high < 2.8
    assert isinstance(lift_at_age(0, 0.0, 40, 40.0), NotEnoughData)
    only = lift_at_age(40, 10.0, 40, 40.0)
    assert isinstance(only, Estimate)
    assert (only.value, only.high) == (4.0, 4.0)
