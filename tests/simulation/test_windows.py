"""Dates at which nothing happened do not stand out, though losses have seasons, bunches, ages and a growing company."""

import numpy as np

from analysis.statistics.event_rates import RateRatio, rate_ratio
from analysis.statistics.time_windows import observed_and_expected, window_ratio

COMPANIES, WEEKS, LENGTH = 250, 130, 13
EARLY, YEAR = 0.05, 52
"""Chance to leave in a week of the first 12, five times that of later ones; yearly contracts end after 52 weeks."""


def a_company(random: np.random.Generator, *, times: float = 1.0, start: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Losses and expected losses per week: signings come in waves, a third by the year, winters are worse.

    times  Factor on the risk in the 13 weeks from `start` on.
    """
    weeks = np.arange(WEEKS)
    came = random.poisson(6 + 6 * weeks / WEEKS + 8 * (weeks % 26 < 4))
    wave = (1 + 0.4 * np.cos(2 * np.pi * (weeks + random.integers(52)) / 52)) * random.gamma(20, 1 / 20, WEEKS)
    wave[start : start + LENGTH] *= times
    monthly, yearly = random.binomial(came, 2 / 3), np.zeros(WEEKS, dtype=np.int64)
    yearly += came - monthly
    rows: list[tuple[np.ndarray, ...]] = []
    for age in range(WEEKS):
        born = np.arange(WEEKS - age)
        for kind, there in ((0, monthly), (1, yearly)):
            chance = (EARLY if age < 12 else EARLY / 5) if kind == 0 else (0.3 if age and age % YEAR == 0 else 0.0)
            gone = random.binomial(there[born], np.minimum(chance * wave[born + age], 0.9))
            cell = np.full(len(born), 2 * (age // 4) + kind)
            rows += [(cell, born + age, there[born], gone), (cell, born + age + 1, -there[born], np.zeros_like(gone))]
            there[born] -= gone
    return observed_and_expected(*(np.concatenate(column) for column in zip(*rows, strict=True)), WEEKS)


def p_of(found: object) -> float:
    assert isinstance(found, RateRatio)
    return found.p_value


def test_a_date_at_which_nothing_happened_stands_out_in_five_of_a_hundred_companies():
    """Measured 4.4 % with this seed, 3.4 % of 500 others; the exact test of even losses calls 58 % out."""
    random = np.random.default_rng(11)
    ours = naive = 0
    for _ in range(COMPANIES):
        lost, expected = a_company(random)
        start = int(random.integers(13, WEEKS - LENGTH))
        window = slice(start, start + LENGTH)
        ours += p_of(window_ratio(lost, expected, window.start, window.stop, np.ones(WEEKS, dtype=bool))) < 0.05
        inside, here = int(lost[window].sum()), float(expected[window].sum())
        naive += p_of(rate_ratio(inside, here, int(lost.sum()) - inside, float(lost.sum()) - here)) < 0.05
    assert ours / COMPANIES <= 0.05 + 2 * 0.014
    assert naive / COMPANIES > 0.4


def test_a_doubled_risk_is_found_more_often_than_not():
    """Measured 60 % with this seed, 73 % with another, of companies of 680 losses."""
    random = np.random.default_rng(12)
    found = 0
    for _ in range(60):
        start = int(random.integers(39, WEEKS - LENGTH))
        lost, expected = a_company(random, times=2.0, start=start)
        found += p_of(window_ratio(lost, expected, start, start + LENGTH, np.ones(WEEKS, dtype=bool))) < 0.05
    assert found / 60 > 0.5, found
