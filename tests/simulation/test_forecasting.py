"""Forecast intervals hold what they promise on series that follow the model."""

import numpy as np
import pytest

from analysis.statistics.forecasting import Counts, expected_rates

SERIES = 100


def test_nineteen_of_twenty_next_rates_lie_inside_the_interval():
    random = np.random.default_rng(20261122)
    inside = 0
    for _ in range(SERIES):
        level = -3 + np.cumsum(random.normal(0, 0.08, 37))
        rates = 1 / (1 + np.exp(-(level + random.normal(0, 0.1, 37))))
        counts = [Counts(int(random.binomial(3000, rate)), 3000) for rate in rates]
        (point,) = expected_rates(counts[:36], 1, None, 0.95)[1]
        inside += point.low <= counts[36].events / 3000 <= point.high
    # Parameters are estimated from 36 points, so a little under 95 % is expected; 3 standard errors of chance below 93 %.
    assert inside / SERIES > 0.93 - 3 * np.sqrt(0.93 * 0.07 / SERIES)


@pytest.mark.parametrize(("drift", "noise", "n"), [(0.08, 0.1, 3000), (0.15, 0.0, 3000), (0.0, 0.0, 500)])
def test_a_year_of_months_is_enough_for_intervals_that_hold(drift: float, noise: float, n: int):
    """Twelve periods, six ahead. The normal quantile covered 88, 87 and 91 % of such series."""
    random = np.random.default_rng(1)
    inside = []
    for _ in range(SERIES):
        level = -3 + np.cumsum(random.normal(0, drift, 18))
        rates = 1 / (1 + np.exp(-(level + random.normal(0, noise, 18))))
        counts = [Counts(int(random.binomial(n, rate)), n) for rate in rates]
        points = expected_rates(counts[:12], 6, None, 0.95)[1]
        inside += [p.low <= c.events / n <= p.high for p, c in zip(points, counts[12:], strict=True)]
    assert 0.92 <= np.mean(inside) <= 0.98
