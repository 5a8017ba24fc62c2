"""Rates of one period from its counts, by hand."""

import pytest

from analysis.metrics.churn import customer_churn_rate, net_mrr_churn_rate, renewal_churn_rate
from analysis.results import Answer, Estimate, NotEnoughData
from analysis.statistics.proportions import score_limits
from analysis.statistics.ratios import Cell, RatioSums


def test_more_lost_than_there_were_is_no_rate():
    reason = "more customers were lost than were there at the start of the period"
    assert customer_churn_rate(11, 10) == NotEnoughData(reason, 10)
    assert customer_churn_rate(0, 0) == NotEnoughData("no customers at the start of the period", 0, 1)


def an_estimate(value: float, low: float | None, high: float | None) -> Estimate:
    return Estimate(value, low, high, 100, "bootstrap")


@pytest.mark.parametrize(
    ("net", "gross", "low", "high"),
    [
        # The gross rate is 3 points above and 4 below its limits: so is the net rate at least.
        (an_estimate(-0.02, -0.03, -0.01), an_estimate(0.05, 0.02, 0.09), -0.05, 0.02),
        # Spread of gains beyond that of losses stays.
        (an_estimate(-0.02, -0.20, 0.06), an_estimate(0.05, 0.02, 0.09), -0.20, 0.06),
        # One side each.
        (an_estimate(-0.02, -0.20, -0.01), an_estimate(0.05, 0.02, 0.09), -0.20, 0.02),
    ],
)
def test_the_net_rate_is_no_surer_than_the_gross_rate(net: Estimate, gross: Estimate, low: float, high: float):
    found = net_mrr_churn_rate(net, gross)
    assert isinstance(found, Estimate)
    assert found.value == net.value
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))


@pytest.mark.parametrize(
    ("net", "gross"),
    [
        (NotEnoughData("none"), an_estimate(0.05, 0.02, 0.09)),
        (an_estimate(-0.02, -0.03, -0.01), NotEnoughData("none")),
        (an_estimate(-0.02, None, None), an_estimate(0.05, 0.02, 0.09)),
    ],
)
def test_an_interval_that_is_not_there_widens_nothing(net: Answer, gross: Answer):
    assert net_mrr_churn_rate(net, gross) == net


def test_very_many_renewals_take_the_delta_method_with_the_same_floor():
    # 5,000 customers of 1 and one of 5,000, who stayed: 2,000 of the small ones left.
    sums = RatioSums(5_001, 2_000, 10_000, 2_000, 5_000 + 5_000**2, 2_000)
    found = renewal_churn_rate(sums, [Cell(1.0, 1.0, 2_000)], seed=1)
    assert isinstance(found, Estimate)
    assert found.method == "delta"
    low, high = score_limits(0.2, 10_000**2 / (5_000 + 5_000**2))
    assert (found.low or 0) <= low < 0.2 < high <= (found.high or 0)
