"""Change between months of customers, by hand."""

import pytest

from analysis.results import NotEnoughData
from analysis.statistics.cohort_change import CohortChange, cohort_change


def test_months_that_lie_close_together_keep_the_error_of_chance():
    found = cohort_change([100] * 3, [20, 20, 20], [100] * 3, [10, 10, 10], 90)
    assert isinstance(found, CohortChange)
    assert (found.change, found.df, found.dispersion, found.after_part) == (pytest.approx(-0.1), 4, 0.0, 0.5)
    assert found.error == pytest.approx((0.15 * 0.85 * 2 / 300) ** 0.5)
    assert found.half() == pytest.approx(1.96 * found.error, rel=1e-3)
    assert found.p_value == pytest.approx(0.0006, abs=1e-4)


def test_months_that_differ_by_more_raise_it():
    """Squares about the means of the sides, weighted by 100: 100 x 2 x 0.1^2 on each side, over 4 and the variance."""
    found = cohort_change([100] * 3, [10, 20, 30], [100] * 3, [10, 20, 33], 123)
    assert isinstance(found, CohortChange)
    assert found.dispersion > 6
    assert found.error == pytest.approx(found.dispersion**0.5 * found.chance)
    assert found.half() == pytest.approx(2.776 * found.spread, rel=1e-3)
    assert 0.8 < (found.p_value or 0) < 1


def test_the_change_of_others_is_taken_off():
    mine, theirs = (
        cohort_change([100] * 3, [20, 22, 18], [100] * 3, after, 90) for after in ([10, 11, 9], [20, 19, 21])
    )
    assert isinstance(mine, CohortChange)
    assert isinstance(theirs, CohortChange)
    both = mine.less(theirs)
    assert both.change == pytest.approx(-0.1)
    assert both.chance == pytest.approx((mine.chance**2 + theirs.chance**2) ** 0.5)
    assert both.after_part < 0.5
    nothing = cohort_change([10, 10], [0, 0], [10, 10], [0, 0], 0)
    assert isinstance(nothing, CohortChange)
    assert nothing.less(nothing).after_part == 0.5


def test_nothing_that_varies_and_too_few_months():
    found = cohort_change([10, 10], [0, 0], [10, 10], [0, 0], 0)
    assert isinstance(found, CohortChange)
    assert (found.error, found.p_value, found.half()) == (0.0, None, 0.0)
    assert cohort_change([10], [1], [10, 10], [1, 1], 3) == NotEnoughData(
        "fewer than two months of customers before or after", 1, 2
    )
