"""The model of who leaves: its fit, its average effects and how well it ranks, against other programs."""

import numpy as np
import pytest

from analysis.results import Estimate, NotEnoughData
from analysis.statistics.discrimination import area_under_curve
from analysis.statistics.proportions import two_sided_p
from analysis.statistics.ridge import Features, average_effects, brier_skill, chosen_penalty, fit

WEAK = 1e6


@pytest.fixture(scope="module")
def features() -> Features:
    """600 customers in five periods; the first column matters, the second does not, the third is yes or no and does."""
    random = np.random.default_rng(11)
    n = 3000
    matrix = np.column_stack([random.normal(5, 2, n), random.normal(0, 1, n), random.integers(0, 2, n)])
    chance = 1 / (1 + np.exp(-(-5 + 0.5 * matrix[:, 0] + 1.0 * matrix[:, 2])))
    lost = random.random(n) < chance
    return Features(matrix, lost, np.repeat(np.arange(5), 600), np.tile(np.arange(600), 5), ((0,), (1,), (2,)))


def test_with_a_weak_penalty_the_fit_is_that_of_statsmodels(features: Features):
    import statsmodels.api as sm

    theirs = sm.Logit(features.lost, sm.add_constant(features.matrix)).fit(disp=0)
    ours = fit(features.matrix, features.lost, WEAK)
    assert ours.coefficients / ours.spread == pytest.approx(theirs.params[1:], abs=2e-3)
    assert ours.chance(features.matrix) == pytest.approx(theirs.predict(), abs=1e-3)


def test_average_effects_are_those_of_statsmodels_margins(features: Features):
    """Of the column of yes and no: statsmodels get_margeff(dummy=True)."""
    import statsmodels.api as sm

    theirs = sm.Logit(features.lost, sm.add_constant(features.matrix)).fit(disp=0).get_margeff(dummy=True)
    raised, nothing, yes = average_effects(features, WEAK, seed=1)
    assert yes.value == pytest.approx(theirs.margeff[2], abs=2e-3)
    assert yes.low is not None
    assert raised.low is not None
    assert min(yes.low, raised.low) > 0
    p_value = two_sided_p(nothing)
    assert p_value is not None
    assert p_value > 0.01
    assert average_effects(features, WEAK, seed=1)[0] == raised


def test_one_of_the_penalties_is_chosen_by_later_periods(features: Features):
    assert chosen_penalty(features) in {0.001, 0.01, 0.1}


def test_the_area_is_that_of_scikit_learn_with_an_interval(features: Features):
    from sklearn.metrics import roc_auc_score

    chance = fit(features.matrix, features.lost, WEAK).chance(features.matrix)
    found = area_under_curve(chance.tolist(), features.lost.tolist())
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(roc_auc_score(features.lost, chance), abs=1e-12)
    assert found.low is not None
    assert found.high is not None
    assert 0.5 < found.low < found.value < found.high < 1


def test_a_perfect_ranking_has_no_interval_and_few_customers_no_area():
    perfect = area_under_curve([0.1] * 12 + [0.9] * 12, [False] * 12 + [True] * 12)
    assert perfect == Estimate(1.0, None, None, 24, "DeLong")
    assert isinstance(area_under_curve([0.1, 0.9], [False, True]), NotEnoughData)
    assert two_sided_p(perfect) is None


def test_the_interval_of_the_area_by_hand():
    """Hand calculation: ranks of 10 against 10 with one inversion of each kind; R pROC ci.auc(method="delong") has the
    same variance before the logit."""
    scores = [*range(10), *range(5, 15)]
    found = area_under_curve(scores, [False] * 10 + [True] * 10)
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(0.875)


def test_skill_is_1_for_a_perfect_forecast_and_0_for_the_mean():
    lost = [True, False, False, False]
    assert brier_skill([1.0, 0.0, 0.0, 0.0], lost, 0.25) == 1.0
    assert brier_skill([0.25] * 4, lost, 0.25) == pytest.approx(0.0)
