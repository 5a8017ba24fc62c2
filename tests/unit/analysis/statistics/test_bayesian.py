"""The second opinion, by hand and by drawing."""

from math import inf

import numpy as np
import pytest

from analysis.results import NotEnoughData
from analysis.statistics.bayesian import beta_binomial, gaussian_effect
from analysis.statistics.proportions import pooled_z_statistic


def test_without_data_it_is_the_prior():
    found = beta_binomial(0, 0, 0, 0)
    assert (found.better, found.difference) == (pytest.approx(0.5), 0)
    assert found.loss_if_treatment == pytest.approx(1 / 6)


@pytest.mark.parametrize("counts", [(0, 5_000_000, 3, 50), (0, 100, 5, 100), (3, 3, 0, 2)])
def test_unequal_and_empty_arms_are_as_drawn(counts: tuple[int, int, int, int]):
    random = np.random.default_rng(3)
    control, treat = (random.beta(x + 1, n - x + 1, 200_000) for x, n in (counts[:2], counts[2:]))
    apart = treat - control
    found = beta_binomial(*counts)
    assert found.better == pytest.approx((apart > 0).mean(), abs=0.004)
    assert (found.low, found.high) == pytest.approx(tuple(np.quantile(apart, [0.025, 0.975])), abs=0.004)
    assert found.loss_if_control == pytest.approx(np.maximum(apart, 0).mean(), abs=0.002)
    assert found.loss_if_control - found.loss_if_treatment == pytest.approx(found.difference, abs=1e-9)


def test_with_an_even_prior_it_is_no_more_than_one_less_the_one_sided_p():
    found = gaussian_effect(0.03, 0.0142)
    assert found.better == pytest.approx(0.98269, abs=1e-5)
    counts = (1_000, 20_000, 1_090, 20_000)
    z = pooled_z_statistic(*counts)
    assert beta_binomial(*counts).better == pytest.approx(gaussian_effect(z, 1).better, abs=2e-3)


def test_a_prior_shrinks_and_no_error_is_no_evidence():
    assert gaussian_effect(1.0, 1.0, prior=(0.0, 1.0)).difference == 0.5
    assert gaussian_effect(1.0, 1.0, prior=(0.0, inf)).difference == 1
    assert isinstance(gaussian_effect(1.0, 0.0), NotEnoughData)
    assert gaussian_effect(50.0, 1.0).loss_if_treatment >= 0
    with pytest.raises(ValueError, match="prior"):
        beta_binomial(1, 2, 1, 2, prior=(0, 1))
    with pytest.raises(ValueError, match="no proportion"):
        beta_binomial(3, 2, 1, 2)
