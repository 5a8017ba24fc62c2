"""Forecast of a rate: what it needs, what it finds, and how honestly it reports its past."""

import math

import numpy as np
import pytest

from analysis.results import NotEnoughData
from analysis.statistics.forecasting import Accuracy, Counts, RateForecast, forecast_rate, past_accuracy


def a_history(periods: int, *, swing: float = 0.0, seed: int = 1, n: int = 2000) -> list[Counts]:
    random = np.random.default_rng(seed)
    log_odds = [-3.2 + swing * math.sin(2 * math.pi * i / 12) for i in range(periods)]
    return [Counts(int(random.binomial(n, 1 / (1 + math.exp(-x)))), n) for x in log_odds]


def empirical_logit(rate: float, n: int = 2000) -> float:
    return math.log((rate * n + 0.5) / (n - rate * n + 0.5))


def the_forecast(history: list[Counts], steps: int = 6) -> RateForecast:
    found = forecast_rate(history, steps, season=12)
    assert isinstance(found, RateForecast)
    return found


def test_eleven_periods_carry_no_forecast():
    assert isinstance(forecast_rate(a_history(11), 6, season=12), NotEnoughData)


def test_a_steady_rate_is_forecast_as_it_was():
    for point in the_forecast(a_history(30)).points:
        assert point.value == pytest.approx(1 / (1 + math.exp(3.2)), rel=0.1)
        assert point.low < point.value < point.high


def test_a_yearly_swing_is_found_and_continued():
    found = the_forecast(a_history(36, swing=0.6), steps=12)
    assert found.model == "local level and yearly cycle"
    values = [point.value for point in found.points]
    assert values.index(max(values)) in {2, 3, 4}
    assert values.index(min(values)) in {8, 9, 10}


def test_the_forecast_equals_statsmodels_on_the_empirical_logit():
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    history = a_history(20)
    series = np.array([math.log((c.events + 0.5) / (c.n - c.events + 0.5)) for c in history])
    expected = UnobservedComponents(series, "local level").fit(disp=False, maxiter=200).get_forecast(2)
    found = the_forecast(history, steps=2)
    assert [empirical_logit(p.value) for p in found.points] == pytest.approx(expected.predicted_mean, rel=1e-9)


def test_past_accuracy_counts_every_forecast_it_made():
    found = past_accuracy(a_history(20), 3, season=None)
    assert isinstance(found, Accuracy)
    assert (found.origins, found.forecasts) == (8, 8 * 3 - 3)
    assert 0 <= found.inside <= found.forecasts
    assert isinstance(past_accuracy(a_history(12), 3, season=None), NotEnoughData)


def test_no_losses_at_all_still_give_a_forecast_with_an_interval():
    found = the_forecast([Counts(0, 500)] * 15, steps=1)
    assert found.points[0].value == pytest.approx(0, abs=1e-6)
    assert found.points[0].low == 0


def test_no_forecast_is_surer_than_the_chance_of_the_coming_period():
    """Hand calculation for 5 of 100 in every period: share 5.5 / 101, z 1.959964 / sqrt(100 x share x (1 - share))."""
    (point,) = the_forecast([Counts(5, 100)] * 15, steps=1).points
    share = 5.5 / 101
    half = 1.959964 / math.sqrt(100 * share * (1 - share))
    odds = math.log(share / (1 - share)) + half
    assert point.value == pytest.approx(0.05, abs=1e-4)
    assert point.high == pytest.approx((101 / (1 + math.exp(-odds)) - 0.5) / 100, abs=1e-3)


def test_the_interval_is_students_with_the_standard_error_of_a_regression():
    """Hand calculation on the fit of statsmodels: t(0.975, 12 - 2) = 2.228139, raised by sqrt(12 / 10)."""
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    history = a_history(12)
    series = np.array([math.log((c.events + 0.5) / (c.n - c.events + 0.5)) for c in history])
    fit = UnobservedComponents(series, "local level").fit(disp=False, maxiter=200).get_forecast(1)
    half = 2.228139 * math.sqrt(12 / 10) * math.sqrt(fit.var_pred_mean[0])
    (point,) = the_forecast(history, steps=1).points
    assert empirical_logit(point.high) == pytest.approx(fit.predicted_mean[0] + half, abs=1e-6)
    assert empirical_logit(point.low) == pytest.approx(fit.predicted_mean[0] - half, abs=1e-6)


def test_a_period_without_customers_is_refused_as_a_hole():
    with pytest.raises(ValueError, match="hole"):
        forecast_rate([*a_history(12), Counts(0, 0), *a_history(12)], 2, season=None)
