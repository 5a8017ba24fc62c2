"""The search for groups that leave more often: counts by brute force, what was planted, and nothing from nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from analysis.statistics.conjunctions import Cells, candidates, confirmed, incidence, values_to_conditions
from analysis.statistics.proportions import higher_proportion_test

CONDITIONS = tuple(incidence(values_to_conditions(n, bands), n + 1) for n, bands in ((3, False), (4, True), (2, False)))


def customers(seed: int, *, planted: float = 0.2, size: int = 3000) -> Cells:
    """One cell per customer: 20 % leave, `planted` of those with the values 1, 0 or 1, and 1."""
    random = np.random.default_rng(seed)
    codes = np.column_stack([random.integers(0, n, size) for n in (3, 4, 2)])
    group = (codes[:, 0] == 1) & (codes[:, 1] <= 1) & (codes[:, 2] == 1)
    lost = random.random(size) < np.where(group, planted, 0.2)
    return Cells(codes, np.ones(size, dtype=int), lost.astype(int), CONDITIONS)


def test_the_planted_group_is_found_and_confirmed_with_all_its_conditions():
    found = candidates(customers(4, planted=0.6))
    rule = ((0, 1), (1, 4), (2, 1))
    assert values_to_conditions(4, bands=True)[4] == (0, 1)
    assert found[0].rule == rule
    assert [one.rule for one in confirmed(found, customers(24, planted=0.6), level=0.02)] == [rule]


def test_what_was_chance_in_the_search_is_not_confirmed():
    found = candidates(customers(1, planted=0.6))
    assert confirmed(found, customers(3), level=0.02) == ()


def test_a_condition_that_was_chance_falls_away():
    """Searched where the last condition matters, confirmed where it does not."""
    cells = customers(5, planted=0.6)
    everywhere = Cells(cells.codes, cells.n, cells.lost, cells.conditions)
    group = (cells.codes[:, 0] == 1) & (cells.codes[:, 1] <= 1)
    random = np.random.default_rng(6)
    lost = (random.random(len(group)) < np.where(group, 0.6, 0.2)).astype(int)
    other = Cells(everywhere.codes, everywhere.n, lost, CONDITIONS)
    assert [one.rule for one in confirmed(candidates(cells), other, level=0.02)] == [((0, 1), (1, 4))]


def test_without_losses_or_without_stayers_there_is_nothing_to_search():
    cells = customers(1)
    assert candidates(Cells(cells.codes, cells.n, cells.lost * 0, CONDITIONS)) == ()
    assert candidates(Cells(cells.codes, cells.n, cells.n, CONDITIONS)) == ()


def test_small_groups_are_neither_candidates_nor_confirmed():
    cells = customers(1, planted=0.9)
    assert all(one.n >= 150 for one in candidates(cells, least=150))
    few = Cells(cells.codes[:60], cells.n[:60], cells.lost[:60], CONDITIONS)
    assert confirmed(candidates(cells), few, level=0.02) == ()


@settings(max_examples=20)
@given(some.integers(0, 10_000), some.integers(0, 5))
def test_counts_are_those_of_brute_force(seed: int, weight: int):
    random = np.random.default_rng(seed)
    cells = customers(seed, planted=0.5, size=400)
    n = random.integers(1, weight + 2, 400)
    weighted = Cells(cells.codes, n, np.minimum(n, cells.lost * n), CONDITIONS)
    for one in candidates(weighted):
        inside = np.ones(400, dtype=bool)
        for column, place in one.rule:
            inside &= np.isin(cells.codes[:, column], np.flatnonzero(CONDITIONS[column][place]))
        assert (one.n, one.lost) == (n[inside].sum(), weighted.lost[inside].sum())
        assert one.n >= 20


@pytest.mark.parametrize("counts", [(9, 20, 30, 200), (3, 12, 4, 90), (40, 100, 120, 500), (0, 10, 5, 20)])
def test_the_one_sided_test_equals_scipy_and_statsmodels(counts: tuple[int, int, int, int]):
    from scipy.stats import fisher_exact
    from statsmodels.stats.proportion import proportions_ztest

    lost_a, n_a, lost_b, n_b = counts
    few = min(n_a, n_b) * (lost_a + lost_b) / (n_a + n_b) < 5
    exact = fisher_exact([[lost_a, n_a - lost_a], [lost_b, n_b - lost_b]], alternative="greater")
    expected = exact.pvalue if few else proportions_ztest([lost_a, lost_b], [n_a, n_b], alternative="larger")[1]
    assert higher_proportion_test(*counts) == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize("counts", [(0, 10, 0, 20), (10, 10, 20, 20), (0, 0, 3, 20), (3, 20, 0, 0)])
def test_without_a_difference_to_see_nothing_is_higher(counts: tuple[int, int, int, int]):
    assert higher_proportion_test(*counts) == 1.0
