"""A change of level: by hand, against statsmodels, and where nothing can be said."""

from typing import Any

import numpy as np
import pytest

from analysis.results import NotEnoughData
from analysis.statistics.interrupted_series import level_change, newey_west, poisson_change, usual_lags


def test_the_change_is_that_of_the_means_and_a_steady_series_has_no_test():
    found = level_change([2.0, 2.0, 2.0, 5.0, 5.0], 3)
    assert not isinstance(found, NotEnoughData)
    assert (found.before, found.after, found.difference, found.p_value) == (2.0, 5.0, 3.0, None)


@pytest.mark.parametrize("small_sample", [True, False])
def test_errors_are_those_of_statsmodels(small_sample: bool):
    from statsmodels.regression.linear_model import OLS

    y = np.random.default_rng(3).normal(size=30).cumsum()
    post = np.arange(30) >= 20
    theirs: Any = OLS(y, np.column_stack([np.ones(30), post])).fit(
        cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": small_sample}, use_t=True
    )
    plain: Any = OLS(y, np.column_stack([np.ones(30), post])).fit()
    found = level_change(y.tolist(), 20, lags=3, small_sample=small_sample)
    assert not isinstance(found, NotEnoughData)
    assert found.error == pytest.approx(theirs.bse[1], rel=1e-9)
    assert found.p_value == pytest.approx(theirs.pvalues[1], rel=1e-6)
    assert found.limits == pytest.approx(theirs.conf_int()[1], rel=1e-6)
    assert found.plain_error == pytest.approx(plain.bse[1], rel=1e-9)


def test_without_lags_the_error_is_whites():
    from statsmodels.regression.linear_model import OLS

    rng = np.random.default_rng(4)
    x, y = np.column_stack([np.ones(12), rng.normal(size=12)]), rng.normal(size=12)
    fit: Any = OLS(y, x).fit(cov_type="HC0")
    assert newey_west(x, fit.resid, 0, small_sample=False) == pytest.approx(fit.cov_params(), rel=1e-9)


def test_an_unspecified_lag_grows_slowly_with_the_series():
    assert [usual_lags(n) for n in (4, 15, 36, 100, 400)] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("first", [0, 1, 9, 10])
def test_one_period_on_a_side_is_no_level(first: int):
    assert isinstance(level_change([1.0, 2.0] * 5, first), NotEnoughData)
    assert isinstance(poisson_change([1.0, 2.0] * 5, [10.0] * 10, first), NotEnoughData)


def test_counts_agree_with_statsmodels_and_the_honest_interval_is_the_wider_one():
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    rng = np.random.default_rng(5)
    size = rng.uniform(800, 1_200, 24)
    events = rng.negative_binomial(20, 0.4, 24).astype(float)
    design = np.column_stack([np.ones(24), np.arange(24) >= 18, np.arange(1, 25)])
    theirs: Any = GLM(events, design, family=Poisson(), offset=np.log(size)).fit()
    found = poisson_change(events.tolist(), size.tolist(), 18)
    assert not isinstance(found, NotEnoughData)
    assert [found.change, found.slope] == pytest.approx(theirs.params[1:], rel=1e-8)
    assert found.error == pytest.approx(theirs.bse[1], rel=1e-6)
    assert found.dispersion == pytest.approx(theirs.pearson_chi2 / 21, rel=1e-8)
    assert found.honest_error == pytest.approx(found.error * found.dispersion**0.5)
    assert found.ratio.limits[0] < found.plain_limits[0] < found.ratio.value < found.plain_limits[1]


def test_counts_that_vary_less_than_by_chance_keep_poissons_error():
    found = poisson_change([100.0] * 10, [1_000.0] * 10, 6)
    assert not isinstance(found, NotEnoughData)
    assert found.honest_error == found.error
    assert found.change == pytest.approx(0, abs=1e-9)


def test_a_side_without_events_has_no_ratio():
    assert poisson_change([5.0, 4.0, 6.0, 0.0, 0.0], [10.0] * 5, 3) == NotEnoughData("no events before or after", 0, 1)
