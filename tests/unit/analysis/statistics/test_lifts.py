"""Lift: the rate of a part over the rate of all, the part being in the whole."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from analysis.results import Estimate, NotEnoughData
from analysis.statistics.lifts import lift

SIZES = some.integers(1, 200)


def an_estimate(lost: int, n: int, lost_all: int, n_all: int) -> Estimate:
    found = lift(lost, n, lost_all, n_all)
    assert isinstance(found, Estimate)
    return found


@given(some.data(), SIZES, SIZES)
def test_a_lift_lies_in_its_interval_and_within_what_is_possible(data: some.DataObject, n: int, rest: int):
    lost, lost_rest = data.draw(some.integers(0, n)), data.draw(some.integers(0, rest))
    if lost + lost_rest:
        found = an_estimate(lost, n, lost + lost_rest, n + rest)
        assert found.low is not None
        assert found.high is not None
        assert 0 <= found.low <= found.value + 1e-12
        assert found.value <= found.high + 1e-12
        assert found.high <= (n + rest) / n + 1e-9


def test_thirty_of_a_hundred_against_thirteen_in_a_hundred():
    """Hand calculation: 0.30 / 0.13. Koopman's score interval of the ratio to the rest, 1.8786 to 3.7826 (statsmodels
    0.15 confint_proportions_2indep(30, 100, 100, 900, compare="ratio", method="score")), is 1.727 to 2.959 as a lift."""
    found = an_estimate(30, 100, 130, 1000)
    assert found.value == pytest.approx(30 / 13)
    assert found.low == pytest.approx(1.727, abs=0.005)
    assert found.high == pytest.approx(2.959, abs=0.005)


def test_a_part_nobody_left_still_has_an_upper_limit():
    found = an_estimate(0, 20, 50, 1000)
    assert (found.value, found.low) == (0.0, 0.0)
    assert found.high == pytest.approx(3.1, abs=0.1)


def test_a_rest_nobody_left_allows_no_more_than_the_share_does():
    assert an_estimate(10, 20, 10, 1000).high == 50


@pytest.mark.parametrize("counts", [(0, 5, 0, 20), (0, 0, 3, 20), (3, 20, 3, 20)])
def test_no_lift_without_a_rate_or_without_others(counts: tuple[int, int, int, int]):
    assert isinstance(lift(*counts), NotEnoughData)


def test_a_part_larger_than_the_whole_is_a_wrong_query():
    with pytest.raises(ValueError, match="no part"):
        lift(5, 10, 4, 100)
