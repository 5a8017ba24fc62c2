"""Retention over twelve months: the judge is a plain bootstrap over the customers, one by one."""

import numpy as np
import pytest

from analysis.kpis.report import kpis
from analysis.metrics.churn import retention
from analysis.results import Answer, Estimate, NotEnoughData
from analysis.statistics.ratios import RatioSums
from data.records import Scope
from tests.builders import a_company, a_subscription, an_engine, day


def known(answer: Answer) -> tuple[float, float, float]:
    assert isinstance(answer, Estimate)
    assert answer.low is not None
    assert answer.high is not None
    return answer.value, answer.low, answer.high


def test_the_interval_is_that_of_a_bootstrap_over_customers():
    random = np.random.default_rng(5)
    then = random.integers(50, 150, 1_500) * 100.0
    now = np.where(random.random(1_500) < 0.25, 0, then * random.choice([1.0, 1.3], 1_500, p=[0.8, 0.2]))
    lost, net = np.maximum(then - now, 0), then - now
    sums = [
        RatioSums(1_500, p.sum(), then.sum(), (p * p).sum(), (then * then).sum(), (p * then).sum()) for p in (lost, net)
    ]
    drawn = random.integers(0, 1_500, (4_000, 1_500))
    whole = then[drawn].sum(axis=1)
    for answer, part in zip(retention(*sums), (lost, net), strict=True):
        value, low, high = known(answer)
        least, most = np.quantile(1 - part[drawn].sum(axis=1) / whole, [0.025, 0.975])
        assert value == pytest.approx(1 - part.sum() / then.sum())
        assert (low, high) == (pytest.approx(least, abs=0.006), pytest.approx(most, abs=0.006))


def test_the_sums_of_a_report_are_those_of_the_customers():
    """By hand: of 12 customers paying 10 to 21 a month, the first leaves and the last pays 5 less."""
    rows = [a_subscription(f"c{i}", "2024-01-01", "2025-06-01" if i == 0 else None, 1_000 + 100 * i) for i in range(11)]
    rows += [a_subscription("c11", "2024-01-01", "2025-06-01", 2_100), a_subscription("c11", "2025-06-01", None, 1_600)]
    (row,) = kpis(an_engine(a_company(rows, as_of=day("2025-12-31"))), Scope(start=day("2025-12-01"))).rows
    then = np.array([1_000.0 + 100 * i for i in range(12)])
    lost = np.array([1_000.0, *[0.0] * 10, 500.0])
    expected = RatioSums(12, lost.sum(), then.sum(), (lost * lost).sum(), (then * then).sum(), (lost * then).sum())
    assert (row.grr_12m, row.nrr_12m) == retention(expected, expected)
    assert known(row.grr_12m)[0] == 1 - 1_500 / then.sum()


def test_no_interval_is_given_below_ten_customers_and_nothing_without_revenue():
    few = RatioSums(9, 100.0, 900.0, 10_000.0, 90_000.0, 10_000.0)
    gross, _net = retention(few, few)
    assert isinstance(gross, Estimate)
    assert (gross.low, gross.high) == (None, None)
    none = RatioSums(0, 0.0, 0.0, 0.0, 0.0, 0.0)
    assert all(isinstance(answer, NotEnoughData) for answer in retention(none, none))
