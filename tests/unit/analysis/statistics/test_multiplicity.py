"""Comparisons judged together: what one cannot test is no part of the family."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from analysis.statistics.multiplicity import benjamini_hochberg, bonferroni, holm


@given(some.lists(some.floats(0, 1), min_size=1, max_size=30))
def test_q_values_equal_statsmodels(p_values: list[float]):
    """Independent implementation: statsmodels multipletests."""
    from statsmodels.stats.multitest import multipletests

    assert benjamini_hochberg(p_values) == pytest.approx(multipletests(p_values, method="fdr_bh")[1], abs=1e-12)


def test_a_test_that_cannot_be_made_is_no_part_of_the_family():
    """Hand calculation: two tests remain, so 0.02 x 2 / 1 and 0.9 x 2 / 2."""
    assert benjamini_hochberg([None, 0.02, None, 0.9]) == (None, pytest.approx(0.04), None, pytest.approx(0.9))
    assert benjamini_hochberg([None]) == (None,)
    assert benjamini_hochberg([]) == ()


def test_nine_looks_at_five_percent_are_no_longer_findings():
    """Hand calculation: 0.04 among nine, the rest unremarkable, is 0.04 x 9 = 0.36."""
    assert benjamini_hochberg([0.04, *[0.5] * 8])[0] == pytest.approx(0.36)


# statsmodels collects all garbage at each Holm, which takes long beside everything the tests have loaded.
@settings(max_examples=5)
@given(some.lists(some.floats(0, 1), min_size=2, max_size=60))
def test_holm_and_bonferroni_equal_statsmodels(p_values: list[float]):
    """Independent implementation: statsmodels multipletests."""
    from statsmodels.stats.multitest import multipletests

    for way, name in ((holm, "holm"), (bonferroni, "bonferroni")):
        assert way(p_values) == pytest.approx(multipletests(p_values, method=name)[1], abs=1e-12)


@pytest.mark.parametrize("way", [benjamini_hochberg, bonferroni, holm])
def test_not_a_number_is_no_part_of_the_family(way):
    """statsmodels returns NaN for all of them."""
    assert way([float("nan"), 0.02, None, 0.9]) == (None, pytest.approx(0.04), None, pytest.approx(0.9, abs=1))
    assert way([]) == ()
