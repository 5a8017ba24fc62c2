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
    assert [math.log(p.value / (1 - p.value)) for p in found.points] == pytest.approx(expected.predicted_mean, rel=1e-9)


def test_past_accuracy_counts_every_forecast_it_made():
    found = past_accuracy(a_history(20), 3, season=None)
    assert isinstance(found, Accuracy)
    assert (found.origins, found.forecasts) == (8, 8 * 3 - 3)
    assert 0 <= found.inside <= found.forecasts
    assert isinstance(past_accuracy(a_history(12), 3, season=None), NotEnoughData)


def test_no_losses_at_all_still_give_a_forecast_with_an_interval():
    found = the_forecast([Counts(0, 500)] * 15, steps=1)
    assert 0 < found.points[0].value < 0.01
