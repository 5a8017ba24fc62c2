"""The smallest visible effect: more customers and months show smaller ones, and what cannot be planned says so."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from analysis.proof.visible import months_needed, smallest_visible
from analysis.results import Estimate, NotEnoughData
from data.records_improvement import ProofMetric, ProofPlan
from tests.proof_series import churn, counted, drawn, month


def _value(plan: ProofPlan, n: int, months: int = 12) -> float:
    found = smallest_visible(plan, drawn(np.random.default_rng(1), [0.04] * months, n))
    assert isinstance(found, Estimate)
    assert (found.low, found.high) == (None, None)
    return found.value


def test_more_customers_show_smaller_effects_and_so_does_a_longer_window():
    assert _value(churn(), 4_000) < _value(churn(), 1_000) < _value(churn(), 300)
    assert _value(churn(window_months=6), 1_000) < _value(churn(), 1_000)


def test_it_is_never_less_than_chance_alone_allows():
    for n in (300, 1_000, 4_000):
        chance = (0.04 * 0.96 * (1 / (3 * n) + 1 / (12 * n))) ** 0.5
        assert 2.8 * chance < _value(churn(), n) < 6 * chance


def test_months_are_those_with_which_the_effect_is_visible():
    plan, months = churn(), drawn(np.random.default_rng(1), [0.04] * 12, 1_000)
    found = months_needed(plan, months, 0.018)
    assert isinstance(found, int)
    seen = [smallest_visible(replace(plan, window_months=k), months) for k in (found - 1, found)]
    values = [one.value for one in seen if isinstance(one, Estimate)]
    assert values[1] <= 0.018
    assert found == 3 or values[0] > 0.018
    assert months_needed(plan, months, 0.5) == 3
    assert isinstance(months_needed(plan, months, 0.0001), NotEnoughData)


def test_before_it_ships_the_months_there_are_stand_for_those_to_come():
    months = drawn(np.random.default_rng(1), [0.04] * 12, 1_000)
    later = churn(14, ships_on=month(14), baseline_months=12)
    assert smallest_visible(later, months) == smallest_visible(churn(), months)
    assert isinstance(smallest_visible(replace(later, ships_on=None), months), Estimate)
    mid = replace(later, ships_on=month(8) + timedelta(days=3), baseline_months=8)
    assert isinstance(smallest_visible(mid, months), Estimate)


def test_too_few_months_say_so():
    found = smallest_visible(churn(), counted([40, 41, 39], 1_000))
    assert found == NotEnoughData("fewer months before shipping than a verdict needs", 3, 8)
    assert months_needed(churn(), [], 0.1) == NotEnoughData("fewer months before shipping than a verdict needs", 0, 8)


@pytest.mark.parametrize("baseline", [3, 12])
def test_months_of_signing_and_comparisons_have_a_visible_effect_too(baseline: int):
    plan = replace(churn(baseline), metric=ProofMetric("early-churn", days=30))
    months = drawn(np.random.default_rng(1), [0.2] * baseline, 200)
    assert isinstance(smallest_visible(plan, months), Estimate)
    both = [*months, *drawn(np.random.default_rng(2), [0.2] * baseline, 200, "comparison")]
    wide = smallest_visible(replace(plan, comparison="segment"), both)
    assert isinstance(wide, Estimate)


def test_other_groups_have_a_visible_effect():
    rng = np.random.default_rng(4)
    names = ["treated", *(f"group {i}" for i in range(12))]
    months = [row for name in names for row in drawn(rng, [0.05] * 12, 1_500, name)]
    plan = churn(comparison="units", units="country")
    found, longer = smallest_visible(plan, months), smallest_visible(replace(plan, window_months=12), months)
    assert isinstance(found, Estimate)
    assert isinstance(longer, Estimate)
    assert found.method == "synthetic"
    assert longer.value < found.value
    same = [replace(row, total=50.0, squares=50.0) for row in months]
    assert isinstance(smallest_visible(plan, same), NotEnoughData)
