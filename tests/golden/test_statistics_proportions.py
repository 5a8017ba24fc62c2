"""Shares and their differences against the public golden cases: Newcombe's tables, R and statsmodels."""

from typing import Any

import pytest

from analysis.metrics.churn import customer_churn_rate
from analysis.results import Comparison, Estimate
from analysis.statistics.differences import mover_difference
from analysis.statistics.proportions import newcombe_difference, wilson_interval


def close(expected: Any) -> Any:
    """The tolerance of the cases."""
    return pytest.approx(expected, rel=1e-6, abs=1e-9)


def a_share(successes: int, n: int) -> Estimate:
    found = wilson_interval(successes, n)
    assert isinstance(found, Estimate)
    return found


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        pytest.param(0, 20, 0.0, 0.1611251580528194, id="prop1-ci-0-20"),
        pytest.param(81, 263, 0.2552885198782742, 0.36620957698280004, id="prop1-ci-81-263"),
    ],
)
def test_wilson_intervals_equal_newcombe_1998a(successes: int, n: int, low: float, high: float):
    found = a_share(successes, n)
    assert (found.low, found.high) == close((low, high))


DIFFERENCES = [
    pytest.param(56, 70, 48, 80, 0.2, 0.05243147240236498, 0.33387265403690614, id="propdiff-newcombe-a"),
    pytest.param(5, 56, 0, 29, 5 / 56, -0.038137147903536936, 0.19256001385511165, id="propdiff-newcombe-d"),
    pytest.param(0, 10, 0, 20, 0.0, -0.1611251580528194, 0.27753279986288926, id="propdiff-newcombe-e"),
    pytest.param(10, 10, 0, 20, 1.0, 0.6790860371419145, 1.0, id="propdiff-newcombe-g"),
    pytest.param(5, 100, 0, 100, 0.05, 0.0033279408461571527, 0.11175046923191914, id="propdiff-nc-zero"),
]


@pytest.mark.parametrize(("x1", "n1", "x2", "n2", "difference", "low", "high"), DIFFERENCES)
def test_differences_equal_newcombe_1998b(
    x1: int, n1: int, x2: int, n2: int, difference: float, low: float, high: float
):
    """The cases state p1 - p2; ours is B minus A."""
    direct = newcombe_difference(x2, n2, x1, n1)
    recovered = mover_difference(a_share(x2, n2), a_share(x1, n1))
    for found in (direct, recovered):
        assert isinstance(found, Comparison)
        assert (found.difference, found.low, found.high) == close((difference, low, high))


def test_churn_is_lost_starters_over_starters_and_joiners_are_in_neither_count():
    """Case churn-midperiod: 400 at start of whom 18 left, 60 joined of whom 5 left: 4.5 %, never 23 / 400."""
    found = customer_churn_rate(18, 400)
    assert isinstance(found, Estimate)
    assert found.value == close(0.045)
