"""Forecast intervals hold what they promise on series that follow the model."""

import numpy as np

from analysis.statistics.forecasting import Counts, RateForecast, forecast_rate

SERIES = 80


def test_nineteen_of_twenty_next_rates_lie_inside_the_interval():
    random = np.random.default_rng(20261122)
    inside = 0
    for _ in range(SERIES):
        level = -3 + np.cumsum(random.normal(0, 0.08, 37))
        rates = 1 / (1 + np.exp(-(level + random.normal(0, 0.1, 37))))
        counts = [Counts(int(random.binomial(3000, rate)), 3000) for rate in rates]
        found = forecast_rate(counts[:36], 1, season=None)
        assert isinstance(found, RateForecast)
        point = found.points[0]
        inside += point.low <= counts[36].events / 3000 <= point.high
    # Parameters are estimated from 36 points, so a little under 95 % is expected; 3 standard errors of chance below 93 %.
    assert inside / SERIES > 0.93 - 3 * np.sqrt(0.93 * 0.07 / SERIES)
