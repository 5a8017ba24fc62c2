"""Cox regression against statsmodels, on rows and on counts, and where it has no answer."""

import numpy as np
import pytest

from analysis.results import NotEnoughData
from analysis.statistics.cox import CoxFit, CoxRows, Ties, concordance, cox_regression, cox_rows


def some_rows(n: int = 80) -> CoxRows:
    """Ties, late entry and two strata."""
    random = np.random.default_rng(4)
    x = np.column_stack([random.integers(0, 2, n), random.normal(0, 1, n).round(1)])
    stop = np.ceil(random.exponential(8, n)) + 2
    start = np.where(random.random(n) < 0.3, 1.0, 0.0)
    return cox_rows(stop, random.random(n) < 0.7, x, start=start, stratum=np.arange(n) % 2)


def fit(rows: CoxRows, ties: Ties = "efron") -> CoxFit:
    found = cox_regression(rows, ties=ties)
    assert isinstance(found, CoxFit)
    return found


@pytest.mark.parametrize("ties", ["efron", "breslow"])
def test_strata_and_late_entry_equal_statsmodels(ties: Ties):
    from statsmodels.duration.hazard_regression import PHReg

    rows = some_rows()
    model = PHReg(rows.stop, rows.x, rows.lost.astype(int), entry=rows.start, strata=rows.stratum, ties=ties)
    theirs, ours = model.fit(), fit(rows, ties)
    assert ours.coefficients == pytest.approx(theirs.params, abs=1e-5)
    assert ours.errors == pytest.approx(theirs.bse, rel=1e-4)


@pytest.mark.parametrize("ties", ["efron", "breslow", "exact"])
def test_customers_counted_together_are_the_same_as_one_by_one(ties: Ties):
    random = np.random.default_rng(8)
    stop, lost, x = random.integers(1, 6, 60), random.random(60) < 0.6, random.integers(0, 2, 60)
    alike, n = np.unique(np.column_stack([stop, lost, x]), axis=0, return_counts=True)
    one_by_one = fit(cox_rows(stop, lost, x), ties)
    counted = fit(cox_rows(alike[:, 0], alike[:, 1], alike[:, 2], customers=n), ties)
    assert counted.coefficients == pytest.approx(one_by_one.coefficients, abs=1e-6)
    assert counted.errors == pytest.approx(one_by_one.errors, rel=1e-4)
    assert counted.p_value(0) == pytest.approx(one_by_one.p_value(0), rel=1e-3)


def test_without_losses_or_differences_there_is_no_ratio():
    ages = np.array([3.0, 5.0, 8.0])
    assert isinstance(cox_regression(cox_rows(ages, np.zeros(3), np.array([0, 1, 0]))), NotEnoughData)
    assert isinstance(cox_regression(cox_rows(ages, np.ones(3), np.ones(3))), NotEnoughData)


def test_losses_on_one_side_only_have_no_ratio():
    x = np.repeat([0, 1], 10)
    found = cox_regression(cox_rows(np.arange(1, 21), x == 0, x))
    assert isinstance(found, NotEnoughData)


def test_pairs_without_an_order_have_no_concordance():
    assert isinstance(concordance(np.array([1.0, 2.0]), np.array([3.0, 4.0]), np.array([False, False])), NotEnoughData)
    assert concordance(np.array([2.0, 1.0]), np.array([3.0, 4.0]), np.array([True, False])) == 1.0


def test_a_small_group_that_nobody_left_has_no_ratio_rather_than_a_wild_one():
    random = np.random.default_rng(1)
    age, lost = random.integers(1, 400, 5_000), random.random(5_000) < 0.5
    x = np.zeros(5_000)
    x[:12], lost[:12] = 1.0, False
    assert isinstance(cox_regression(cox_rows(age, lost, x)), NotEnoughData)
