"""Differences of two estimates from their own intervals."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from analysis.results import Estimate
from analysis.statistics.differences import mover_difference
from analysis.statistics.proportions import newcombe_difference, wilson_interval


@given(some.integers(1, 400), some.integers(1, 400), some.data())
def test_for_two_proportions_it_is_newcombes_hybrid_interval(n_a: int, n_b: int, data: some.DataObject):
    lost_a, lost_b = data.draw(some.integers(0, n_a)), data.draw(some.integers(0, n_b))
    ours = mover_difference(wilson_interval(lost_a, n_a), wilson_interval(lost_b, n_b))
    newcombe = newcombe_difference(lost_a, n_a, lost_b, n_b)
    assert (ours.difference, ours.low, ours.high) == pytest.approx(
        (newcombe.difference, newcombe.low, newcombe.high), abs=1e-12
    )


def test_newcombes_table_ii_example_56_of_70_against_48_of_80_comes_out():
    """Newcombe (1998), Statistics in Medicine 17:873-890, Table II, method 10, contrast (a): 0.0524 to 0.3339."""
    found = mover_difference(wilson_interval(48, 80), wilson_interval(56, 70))
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)


def test_without_an_interval_on_one_side_nothing_is_said():
    assert mover_difference(Estimate(1.0, None, None, 10, "mean"), wilson_interval(1, 10)) is None
