"""Tables of counts: what has no answer says so, and few expected get an exact test."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from analysis.results import NotEnoughData
from analysis.statistics.crosstabs import ChiSquare, Independence, chi_square_test, independence_test

COUNTS = some.lists(some.lists(some.integers(0, 60), min_size=2, max_size=2), min_size=2, max_size=5)


def independence(table: list[list[int]]) -> Independence:
    found = independence_test(table)
    assert isinstance(found, Independence)
    return found


def chi(table: list[list[int]]) -> ChiSquare:
    found = chi_square_test(table)
    assert isinstance(found, ChiSquare)
    return found


@pytest.mark.parametrize("table", [[[0, 0], [3, 4]], [[5, 0], [7, 0]], [[4, 5]], [[0, 0], [0, 0]]])
def test_one_group_or_one_outcome_cannot_be_compared(table: list[list[int]]):
    assert isinstance(chi_square_test(table), NotEnoughData)
    assert isinstance(independence_test(table), NotEnoughData)


def test_a_count_below_zero_is_a_wrong_query():
    with pytest.raises(ValueError, match="below 0"):
        chi_square_test([[1, -1], [2, 3]])


@given(COUNTS)
def test_an_empty_row_changes_nothing_and_v_stays_between_0_and_1(table: list[list[int]]):
    found, with_empty = chi_square_test(table), chi_square_test([*table, [0, 0]])
    assert type(found) is type(with_empty)
    if isinstance(found, ChiSquare) and isinstance(with_empty, ChiSquare):
        assert with_empty.p_value == found.p_value
        assert 0 <= found.cramers_v_corrected <= found.cramers_v <= 1 + 1e-12


def test_enough_expected_take_chi_square():
    """Party identification by gender, Agresti (2007) p. 38."""
    table = [[762, 327, 468], [484, 239, 477]]
    assert independence(table).method == "chi-square"
    assert independence(table).p_value == chi(table).p_value


def test_few_expected_two_by_two_take_fisher():
    """R: fisher.test(matrix(c(3, 1, 1, 3), 2))$p.value is 0.4857."""
    assert independence([[3, 1], [1, 3]]).method == "Fisher exact"
    assert independence([[3, 1], [1, 3]]).p_value == pytest.approx(0.4857, abs=5e-5)


def test_few_expected_in_larger_tables_are_drawn_and_repeat():
    """R: fisher.test(Job), Agresti (2002) p. 57, gives 0.7827 by network; chi-square by drawing 0.769."""
    job = [[1, 2, 1, 0], [3, 3, 6, 1], [10, 10, 14, 9], [6, 7, 12, 11]]
    found = independence(job)
    assert found.method == "exact, by drawing tables"
    assert found.p_value == pytest.approx(0.769, abs=0.02)
    assert independence(job) == found


def test_a_table_of_one_customer_has_no_corrected_strength():
    assert chi([[1, 0], [0, 1]]).cramers_v_corrected == 0.0
