"""Losses of a window against those expected, on cases small enough to count, and against statsmodels."""

import numpy as np
import pytest

from analysis.results import NotEnoughData
from analysis.statistics.event_rates import RateRatio, rate_ratio
from analysis.statistics.time_windows import observed_and_expected, window_ratio


def even(steps: int) -> np.ndarray:
    return np.ones(steps, dtype=bool)


def test_expected_losses_are_those_of_a_loop_over_customers_and_days():
    random = np.random.default_rng(2)
    lives = [(int(s), int(s + random.integers(1, 40)), int(random.integers(0, 2))) for s in random.integers(0, 60, 80)]
    steps, edge = 70, 15
    rows = []
    for start, end, lost in lives:
        middle = min(start + edge, end)
        rows += [(0, start, 1, 0), (0, middle, -1, lost * (middle == end))]
        rows += [(1, middle, 1, 0), (1, end, -1, lost)] if middle < end else []
    lost, expected = observed_and_expected(*np.array(rows).T, steps)
    exposure, losses, seen = np.zeros((2, steps)), np.zeros(2), np.zeros(steps)
    for start, end, gone in lives:
        for on in range(start, min(end, steps)):
            exposure[int(on - start >= edge), on] += 1
        if gone and end < steps:
            losses[int(end - start > edge)] += 1
            seen[end] += 1
    assert lost == pytest.approx(seen)
    assert expected == pytest.approx((losses / exposure.sum(axis=1)) @ exposure)
    assert expected.sum() == pytest.approx(lost.sum())


def test_the_spread_of_windows_of_one_step_is_that_of_a_quasi_poisson_model():
    import statsmodels.api as sm

    random = np.random.default_rng(5)
    expected = random.uniform(28, 32, 60)
    events = random.poisson(expected * random.gamma(5, 1 / 5, 60))
    expected *= events.sum() / expected.sum()
    inside = np.arange(60) == 30
    model = sm.GLM(events, sm.add_constant(inside.astype(float)), sm.families.Poisson(), offset=np.log(expected))
    theirs = model.fit(scale="X2")
    ours = window_ratio(events, expected, 30, 31, even(60))
    assert isinstance(ours, RateRatio)
    assert np.log(ours.value) == pytest.approx(theirs.params[1])
    assert ours.low < ours.value < ours.high
    # Theirs is Wald's on the logarithm, ours a score test.
    assert ours.p_value == pytest.approx(theirs.pvalues[1], abs=0.05)


#: Eight other steps of which 10 or 20 losses are expected, and a window of 20 that has 44.
UNEQUAL = np.array([10.0, 20, 10, 20, 20, 10, 20, 10, 20])
STRONG = np.array([12, 20, 4, 12, 44, 14, 18, 2, 14])


def test_a_strong_window_is_held_against_the_level_and_the_spread_of_all_others_by_hand():
    """Others: 96 of 120, so 8 or 16 are expected; squared differences 144 / 96 = 1.5; worth 96^2 / 1280 = 7.2."""
    from scipy.stats import t as student

    df = 1.5 * 7.2 - 1
    factor = 144 / 96 * (df + 1) / df
    found = window_ratio(STRONG, UNEQUAL, 4, 5, even(9))
    assert isinstance(found, RateRatio)
    assert found.value == pytest.approx((44 / 20) / (96 / 120))
    statistic = (44 - 140 / 7) / np.sqrt(140 * (1 / 7) * (6 / 7) * factor)
    assert found.p_value == pytest.approx(2 * student.sf(statistic, df))
    middle, squared = 44 / 140, student.isf(0.025, df) ** 2 * factor
    for limit in (found.low, found.high):
        assert limit is not None
        share = limit / (limit + 6)
        assert (middle - share) ** 2 == pytest.approx(squared * share * (1 - share) / 140)


def test_limits_hold_one_exactly_when_the_p_value_is_not_below_five_percent():
    random = np.random.default_rng(1)
    seen = {True: 0, False: 0}
    for _ in range(300):
        expected, length = np.full(120, random.uniform(0.5, 6)), int(random.integers(2, 10))
        events = random.poisson(expected * random.gamma(4, 0.25, 120)).astype(float)
        events[50 : 50 + length] = random.poisson(expected[0] * random.choice([0, 0.4, 1, 1.8, 2.5]), length)
        found = window_ratio(events, expected * events.sum() / expected.sum(), 50, 50 + length, even(120))
        assert isinstance(found, RateRatio)
        out = found.low > 1 or (found.high is not None and found.high < 1)
        assert out == (found.p_value < 0.05)
        seen[out] += 1
    assert min(seen.values()) > 50


def test_of_even_losses_the_ratio_is_the_exact_one_of_two_rates():
    events, expected = np.tile([1, 0, 2, 1], 15), np.full(60, 1.0)
    events[20:24] = 3
    expected *= events.sum() / 60
    ours, exact = window_ratio(events, expected, 20, 24, even(60)), rate_ratio(12, 4, 56, 56)
    assert isinstance(ours, RateRatio)
    assert isinstance(exact, RateRatio)
    assert ours.value == pytest.approx(exact.value)
    assert ours.low <= exact.low
    assert ours.high is not None
    assert exact.high is not None
    assert ours.high > exact.high
    assert ours.p_value >= exact.p_value


def test_with_few_other_windows_nothing_is_said():
    events = np.ones(50)
    assert isinstance(window_ratio(events, events, 10, 25, even(50)), NotEnoughData)
    assert isinstance(window_ratio(events, events, 10, 15, even(50) & (np.arange(50) < 40)), RateRatio)
    assert isinstance(window_ratio(events, events, 10, 15, even(50) & (np.arange(50) < 20)), NotEnoughData)
    assert isinstance(window_ratio(np.zeros(50), np.zeros(50), 10, 15, even(50)), NotEnoughData)


def test_no_losses_in_a_window_leave_an_upper_limit():
    events, expected = np.ones(60), np.full(60, 1.0)
    events[10:15] = 0
    expected *= events.sum() / 60
    found = window_ratio(events, expected, 10, 15, even(60))
    assert isinstance(found, RateRatio)
    assert (found.value, found.low) == (0.0, 0.0)
    assert found.high is not None
