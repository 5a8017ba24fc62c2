"""Survival, log-rank and rates of loss on cases small enough to count, and against other programs."""

import numpy as np
import pytest

from analysis.results import Comparison, Estimate, NotEnoughData
from analysis.statistics.event_rates import AgeRisk, Peak, RateRatio, hazard_by_age, peak, poisson_rate, rate_ratio
from analysis.statistics.log_rank import LogRank, log_rank, stratified_log_rank
from analysis.statistics.retention_triangle import pooled_by_age, retention_triangle
from analysis.statistics.shifted_geometric import fit_shifted_geometric
from analysis.statistics.survival import (
    LifeCounts,
    RestrictedMean,
    SurvivalCurve,
    after_age,
    first_age_of_many,
    kaplan_meier,
    life_counts,
    median_age,
    number_at_risk,
    restricted_mean,
    restricted_mean_difference,
    survival_at,
)


def curve(lives: LifeCounts) -> SurvivalCurve:
    found = kaplan_meier(lives)
    assert isinstance(found, SurvivalCurve)
    return found


def some_lives(seed: int, n: int = 60, *, late: bool = False) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Ages, losses and ages of entry, in whole months with many ties."""
    random = np.random.default_rng(seed)
    age = np.ceil(random.exponential(9, n)) + 1
    entered = (
        np.where(random.random(n) < 0.4, np.minimum(np.floor(random.random(n) * 6), age - 1), 0) if late else 0 * age
    )
    return age, random.random(n) < 0.6, entered


@pytest.mark.parametrize("late", [False, True])
def test_survival_equals_lifelines_with_and_without_late_entry(late: bool):
    from lifelines import KaplanMeierFitter

    age, lost, entered = some_lives(3, late=late)
    ours = curve(life_counts(age, lost, entered_at=entered))
    theirs = KaplanMeierFitter().fit(age, lost, entry=entered if late else None)
    assert [survival_at(ours, a).value for a in ours.age] == pytest.approx(theirs.predict(ours.age).tolist(), abs=1e-12)


def test_rows_and_counts_give_the_same_curve():
    age, lost, _ = some_lives(5)
    by_row = curve(life_counts(age, lost))
    pairs, n = np.unique(np.column_stack([age, lost]), axis=0, return_counts=True)
    by_count = curve(life_counts(pairs[:, 0], pairs[:, 1], n))
    assert by_row.survival.tolist() == by_count.survival.tolist()
    np.testing.assert_array_equal(by_row.low, by_count.low)


def test_before_the_first_loss_the_limits_are_those_of_nobody_lost():
    """Of 20 followed none lost: lower limit 0.025 ** (1 / 20), not certainty."""
    found = survival_at(curve(life_counts([5, 9], [0, 1], [10, 10])), 5)
    assert isinstance(found, Estimate)
    assert (found.value, found.low, found.high) == (1.0, pytest.approx(0.025 ** (1 / 20)), 1.0)


def test_beyond_the_last_age_nothing_is_said_unless_nobody_is_left():
    assert isinstance(survival_at(curve(life_counts([3, 8], [1, 0])), 9), NotEnoughData)
    everybody_gone = survival_at(curve(life_counts([3, 8], [1, 1])), 9)
    assert isinstance(everybody_gone, Estimate)
    assert (everybody_gone.value, everybody_gone.low, everybody_gone.high) == (0.0, None, None)
    assert isinstance(restricted_mean(curve(life_counts([3, 8], [1, 0])), 9), NotEnoughData)
    assert isinstance(kaplan_meier(life_counts([], [])), NotEnoughData)


def test_a_median_that_is_not_reached_is_none():
    found = median_age(curve(life_counts([3, 8], [1, 0], [1, 9])))
    assert found.value is None
    assert median_age(curve(life_counts([3, 8], [1, 0], [5, 5]))).value == 3


def test_before_anybody_is_at_risk_there_is_no_interval_and_no_limit_of_the_median():
    late = curve(life_counts([40, 60, 90], [1, 1, 0], [10, 10, 40], [30, 30, 30]))
    at_30 = survival_at(late, 30)
    assert isinstance(at_30, Estimate)
    assert (at_30.value, at_30.low, at_30.high) == (1.0, None, None)
    assert median_age(late).low is None


def test_numbers_at_risk_count_who_is_censored_at_the_age():
    found = curve(life_counts([2, 4], [1, 0], [3, 7]))
    assert [number_at_risk(found, age) for age in (0, 2, 3, 4, 5)] == [10, 10, 7, 7, 0]


def test_the_restricted_mean_is_the_area_by_hand():
    """10 customers, 5 lost at age 4: 4 full units, then half for 6."""
    found = restricted_mean(curve(life_counts([4, 12], [1, 0], [5, 5])), 10)
    assert isinstance(found, RestrictedMean)
    assert found.value == pytest.approx(4 + 6 * 0.5)
    assert found.error == pytest.approx(6 * 0.5 * np.sqrt(5 / (10 * 5)))


def test_restricted_means_that_cannot_differ_have_no_p_value():
    both = curve(life_counts([12], [0], [10]))
    found = restricted_mean_difference(both, both, 10)
    assert isinstance(found, Comparison)
    assert (found.difference, found.p_value) == (0.0, None)
    assert isinstance(restricted_mean_difference(both, curve(life_counts([3], [0], [5])), 10), NotEnoughData)


def test_the_stratified_log_rank_equals_statsmodels():
    from statsmodels.duration.survfunc import survdiff

    age, lost, _ = some_lives(11, 90)
    group, stratum = np.arange(90) % 3, np.arange(90) % 2
    parts = [
        [life_counts(age[m], lost[m]) for m in ((group == g) & (stratum == s) for g in range(3))] for s in range(2)
    ]
    ours = stratified_log_rank(parts)
    chi2, p_value = survdiff(age, lost, group, strata=stratum)
    assert isinstance(ours, LogRank)
    assert (ours.chi2, ours.p_value, ours.df) == (pytest.approx(chi2), pytest.approx(p_value), 2)
    assert sum(ours.observed) == pytest.approx(sum(ours.expected))


def test_a_group_without_customers_takes_no_degree_of_freedom():
    age, lost, _ = some_lives(11, 90)
    two = [life_counts(age[m], lost[m]) for m in (np.arange(90) % 2 == g for g in range(2))]
    with_nobody, without = log_rank([*two, life_counts([], [])]), log_rank(two)
    assert isinstance(with_nobody, LogRank)
    assert isinstance(without, LogRank)
    assert (with_nobody.df, with_nobody.chi2) == (without.df, pytest.approx(without.chi2))


def test_without_losses_there_is_no_log_rank():
    assert isinstance(log_rank([life_counts([3], [0], [9]), life_counts([4], [0], [9])]), NotEnoughData)
    assert isinstance(log_rank([life_counts([3, 4], [1, 0], [9, 9])]), NotEnoughData)


def test_the_ratio_of_two_rates_has_the_exact_limits_of_a_share():
    from scipy.stats import binomtest

    found = rate_ratio(11, 800, 21, 3011)
    share = binomtest(11, 32, 800 / 3811).proportion_ci(method="exact")
    assert isinstance(found, RateRatio)
    assert found.value == pytest.approx(11 / 800 / (21 / 3011))
    assert found.low == pytest.approx(share.low / (1 - share.low) * 3011 / 800)
    assert found.high == pytest.approx(share.high / (1 - share.high) * 3011 / 800)
    turned = rate_ratio(21, 3011, 11, 800)
    assert isinstance(turned, RateRatio)
    assert turned.p_value == pytest.approx(found.p_value)


def test_a_rate_over_none_has_a_lower_limit_only():
    found = rate_ratio(4, 100, 0, 100)
    assert isinstance(found, RateRatio)
    assert (found.value, found.high) == (None, None)
    assert found.low > 0.5
    assert isinstance(rate_ratio(0, 10, 0, 10), NotEnoughData)


def test_no_losses_still_leave_an_upper_limit():
    """The rule of three, exactly: 3.69 over the time at risk at 95 % two-sided."""
    found = poisson_rate(0, 100)
    assert isinstance(found, Estimate)
    assert (found.value, found.low, found.high) == (0.0, 0.0, pytest.approx(-np.log(0.025) / 100))
    assert isinstance(poisson_rate(0, 0), NotEnoughData)


def risks(lives: LifeCounts, *edges: float) -> tuple[AgeRisk, ...]:
    return hazard_by_age(lives, edges)


def test_time_at_risk_adds_up_over_the_bands():
    age, lost, entered = some_lives(3, late=True)
    bands = risks(life_counts(age, lost, entered_at=entered), 0, 3, 7, 100)
    assert sum(band.exposure for band in bands) == pytest.approx((age - entered).sum())
    assert sum(band.lost for band in bands) == lost.sum()


def test_the_riskiest_age_is_named_only_when_it_stands_out():
    early = peak(risks(life_counts([10, 60, 90], [1, 1, 0], [40, 5, 200]), 0, 30, 60, 90))
    assert isinstance(early, Peak)
    assert (early.band.start, early.clear) == (0, True)
    even = peak(risks(life_counts([15, 45, 90], [1, 1, 0], [3, 4, 200]), 0, 30, 60, 90))
    assert isinstance(even, Peak)
    assert not even.clear


def test_an_age_that_few_reach_has_no_rate():
    bands = risks(life_counts([10, 60], [1, 0], [40, 9]), 0, 30, 60)
    assert isinstance(bands[1].rate, NotEnoughData)
    assert isinstance(peak(bands), NotEnoughData)


def test_a_triangle_keeps_levels_without_changes_and_stops_at_the_last_period():
    levels = retention_triangle([(0, 0, 10), (0, 2, -4), (1, 1, 5)], 3, 2)
    assert levels[0].tolist() == [10, 10, 6]
    assert levels[1][:2].tolist() == [5, 5]
    assert np.isnan(levels[1][2])
    assert pooled_by_age(levels, np.array([10, 5, 0])).tolist() == [1.0, 1.0, 0.6]


def test_a_cohort_without_losses_fits_no_model():
    assert isinstance(fit_shifted_geometric([100, 100, 100]), NotEnoughData)
    assert isinstance(fit_shifted_geometric([100, 90]), NotEnoughData)


def test_whoever_is_known_only_from_the_age_of_its_loss_was_never_at_risk():
    lives = life_counts([2, 2, 5], [1, 1, 0], entered_at=[2, 0, 2])
    assert (lives.lost <= lives.at_risk).all()
    assert lives.n == 2


def test_groups_that_never_meet_in_a_stratum_are_not_compared():
    """A and B in the first stratum, C and D in the second: as much as two tests of two groups, 2 degrees of freedom."""
    random = np.random.default_rng(4)
    a, b, c, d = (life_counts(random.integers(1, 20, 60), random.integers(0, 2, 60)) for _ in range(4))
    none = life_counts([], [])
    both = stratified_log_rank([[a, b, none, none], [none, none, c, d]])
    apart = [log_rank([a, b]), log_rank([c, d])]
    assert isinstance(both, LogRank)
    assert all(isinstance(one, LogRank) for one in apart)
    assert both.df == 2
    assert both.chi2 == pytest.approx(sum(one.chi2 for one in apart))


def test_a_curve_of_late_comers_begins_where_ten_are_at_risk():
    """One known from age 1 is lost at 3: survival would be 0 for ever. Twelve come under observation at 20."""
    from lifelines import KaplanMeierFitter

    age, lost = np.array([3, *range(25, 37)]), np.array([1, *([1, 0] * 6)])
    entered = np.array([1, *([20] * 12)])
    lives = life_counts(age, lost, entered_at=entered)
    assert curve(lives).survival[-1] == 0
    assert first_age_of_many(lives) == 20
    begun = curve(after_age(lives, 20))
    assert (begun.begins, begun.lives.n, begun.at_risk[:2].tolist()) == (20, 12, [0, 12])
    theirs = KaplanMeierFitter().fit(age[1:], lost[1:], entry=entered[1:])
    assert begun.survival == pytest.approx(theirs.predict(begun.age).to_numpy(), abs=1e-12)
    assert isinstance(survival_at(begun, 10), NotEnoughData)
    assert isinstance(restricted_mean(begun, 20), NotEnoughData)
    assert median_age(begun).value == 33


def test_those_who_reached_an_age_are_counted_from_there():
    """Late and early ones: at risk after age 4 are the same as before, and nobody lost earlier counts."""
    age, lost, entered = some_lives(3, 200, late=True)
    lives, later = life_counts(age, lost, entered_at=entered), after_age(life_counts(age, lost, entered_at=entered), 4)
    assert later.n == (age > 4).sum()
    assert later.at_risk[1:].tolist() == lives.at_risk[lives.age > 4].tolist()
    assert (later.age[0], later.at_risk[0]) == (4, 0)


def test_curves_of_customers_known_from_their_start_begin_there():
    lives = life_counts([1, 2, 30], [1, 1, 0], [1, 1, 3])
    assert first_age_of_many(lives) == 0
    assert after_age(lives, 0) is lives
    few = life_counts([9, 9], [1, 0], [2, 3], [4, 4])
    assert after_age(few, first_age_of_many(few)).n == 0


def test_who_comes_inside_a_band_of_age_is_counted_in_it():
    """Twelve known from age 35 on are in the band 30 to 60, though nobody was followed at 30."""
    bands = risks(life_counts([50, 90], [1, 0], [4, 8], [35, 35]), 0, 30, 60, 90)
    assert [(band.at_risk, band.lost, band.exposure) for band in bands] == [(0, 0, 0), (12, 4, 260), (8, 0, 240)]
    assert isinstance(bands[1].rate, Estimate)
