"""A wandering level: its variances against statsmodels, and its ends."""

import warnings
from typing import Any

import numpy as np
import pytest

from analysis.results import NotEnoughData
from analysis.statistics.local_level import LocalLevel, local_level


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
