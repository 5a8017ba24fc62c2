"""A wandering level: its variances against statsmodels, and its ends."""

import warnings
from typing import Any

import numpy as np
import pytest

from analysis.results import NotEnoughData
from analysis.statistics.local_level import Foresight, LocalLevel, foresee, local_level


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_variances_are_those_of_statsmodels(seed: int):
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    rng = np.random.default_rng(seed)
    y = rng.normal(0, 0.5, 80).cumsum() + rng.normal(0, 1, 80)
    model = UnobservedComponents(y, irregular=True, level=True, stochastic_level=True, use_exact_diffuse=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs: Any = model.fit(disp=False, maxiter=1_000)
    found = local_level(y.tolist())
    assert isinstance(found, LocalLevel)
    ours = model.loglike(np.array([found.irregular, found.level]))
    assert ours >= theirs.llf - 1e-6


def test_missing_periods_count_as_steps_of_the_level():
    rng = np.random.default_rng(9)
    y = rng.normal(0, 1, 60).cumsum() + rng.normal(0, 0.2, 60)
    kept = [place for place in range(60) if place % 5]
    whole, holes = local_level(y.tolist()), local_level(y[kept].tolist(), kept)
    assert isinstance(whole, LocalLevel)
    assert isinstance(holes, LocalLevel)
    assert holes.level == pytest.approx(whole.level, rel=0.3)


def test_noise_has_a_level_that_stays():
    y = [1.0, -1.0] * 20
    found = local_level(y)
    assert isinstance(found, LocalLevel)
    assert found.level == 0.0
    assert found.irregular == pytest.approx(40 / 39)


def test_few_periods_and_a_constant_say_so():
    assert local_level([1.0, 2.0, 3.0]) == NotEnoughData("fewer periods than a level and its steps need", 3, 4)
    assert isinstance(local_level([2.0] * 10), NotEnoughData)


def test_of_a_level_that_stays_it_is_the_mean_and_its_prediction():
    """Without steps and with one scale per way the answer is Student's t about the mean."""
    y = np.random.default_rng(1).normal(5, 1, 12)
    found = foresee(y, range(12), [12, 13, 14], wanders=(0.0,))
    assert isinstance(found, Foresight)
    error = float(y.std(ddof=1)) * (1 / 3 + 1 / 12) ** 0.5
    assert found.value == pytest.approx(y.mean())
    assert found.half() == pytest.approx(2.201 * error, rel=0.02)
    assert found.p_value(found.value + found.half()) == pytest.approx(0.05)
    assert found.noise == pytest.approx(12 / 15)
    assert found.fitted == pytest.approx([y.mean()] * 12)
    value, half = found.period(0)
    assert (value, half) == (pytest.approx(y.mean()), pytest.approx(2.201 * y.std(ddof=1) * (13 / 12) ** 0.5, rel=0.02))


def test_a_wandering_level_is_carried_on_from_its_end_and_gets_less_sure():
    y = np.random.default_rng(2).normal(0, 1, 24).cumsum()
    near, far = foresee(y, range(24), [24]), foresee(y, range(24), [36])
    assert isinstance(near, Foresight)
    assert isinstance(far, Foresight)
    assert abs(near.value - y[-1]) < abs(near.value - y.mean())
    assert far.half() > 1.5 * near.half()


def test_a_line_and_a_wave_go_on():
    times = np.arange(36)
    line = foresee(2 + 0.5 * times + 0.01 * (-1.0) ** times, times, [38], drift=True)
    assert isinstance(line, Foresight)
    assert line.value == pytest.approx(21, abs=0.1)
    season = np.cos(2 * np.pi * times / 12) + 0.01 * (-1.0) ** times
    wave = foresee(season, times, [42], wave=True)
    assert isinstance(wave, Foresight)
    assert wave.value == pytest.approx(-1, abs=0.05)


def test_no_period_varies_less_than_chance_where_that_is_said():
    y = [1.0, 1.001] * 6
    free = foresee(y, range(12), [12, 13], chance=[0.01] * 12, chance_ahead=[0.01] * 2)
    held = foresee(y, range(12), [12, 13], chance=[0.01] * 12, chance_ahead=[0.01] * 2, at_least_chance=True)
    assert isinstance(free, Foresight)
    assert isinstance(held, Foresight)
    assert free.half() < 0.01
    assert held.half() > 1.96 * (0.01 * (1 / 2 + 1 / 12)) ** 0.5


def test_periods_of_many_customers_count_for_more():
    y = [1.0] * 6 + [2.0] * 6
    found = foresee(
        y, range(12), [12, 13], chance=[0.01] * 6 + [1.0] * 6, chance_ahead=[0.01, 1.0], share=[3, 1], wanders=(0,)
    )
    assert isinstance(found, Foresight)
    assert found.value < 1.5


def test_what_cannot_be_foreseen_says_so():
    assert isinstance(foresee([1.0, 2.0, 3.0], range(3), [3]), NotEnoughData)
    assert foresee([2.0] * 9, range(9), [9]) == NotEnoughData("the series does not vary", 1, 2)
    assert foresee([1.0, 2.0, 1.0, 2.0, 1.0], range(5), [5], wave=True) == NotEnoughData(
        "fewer periods than a level and its steps need", 5, 6
    )
