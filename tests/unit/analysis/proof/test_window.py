"""Which months are compared, and from which day on a verdict is due."""

from dataclasses import replace
from datetime import date

import pytest

from analysis.proof.window import baseline_months, check_on, due_on, months_later, window_months
from data.records_improvement import Action, ProofMetric, ProofPlan

PLAN = ProofPlan(ProofMetric("churn"), baseline_months=8, window_months=3)


@pytest.mark.parametrize(
    ("shipped_on", "window", "due"),
    [
        (date(2025, 5, 1), (5, 6, 7), date(2025, 8, 1)),
        (date(2025, 5, 2), (6, 7, 8), date(2025, 9, 1)),
        (date(2025, 11, 30), (12, 1, 2), date(2026, 3, 1)),
    ],
)
def test_the_month_of_shipping_is_judged_only_when_it_is_whole(shipped_on: date, window: tuple[int, ...], due: date):
    assert tuple(month.month for month in window_months(PLAN, shipped_on)) == window
    assert check_on(PLAN, shipped_on) == due


def test_a_verdict_is_due_by_the_day_it_shipped_before_that_by_the_planned_one():
    planned = replace(PLAN, ships_on=date(2025, 5, 1), check_on=date(2025, 8, 1))
    assert due_on(Action("Talks")) is None
    assert due_on(Action("Talks", draft=PLAN)) is None
    assert due_on(Action("Talks", draft=planned)) == date(2025, 8, 1)
    assert due_on(Action("Talks", frozen=planned, shipped_on=date(2025, 7, 1))) == date(2025, 10, 1)


def test_the_baseline_ends_before_the_month_of_shipping_whenever_in_it_that_is():
    for on in (date(2025, 5, 1), date(2025, 5, 31)):
        found = baseline_months(PLAN, on)
        assert (found[0], found[-1], len(found)) == (date(2024, 9, 1), date(2025, 4, 1), 8)


def test_months_that_made_one_choose_are_left_out_as_soon_as_a_day_of_them_counts():
    chosen = ProofPlan(
        ProofMetric("churn"), baseline_months=8, chosen_from=date(2025, 1, 31), chosen_to=date(2025, 3, 1)
    )
    assert [month.month for month in baseline_months(chosen, date(2025, 5, 1))] == [9, 10, 11, 12, 3, 4]


@pytest.mark.parametrize(
    ("metric", "due"),
    [
        (ProofMetric("early-churn", days=90), date(2025, 10, 30)),
        (ProofMetric("first-use", days=30), date(2025, 8, 31)),
        (ProofMetric("tickets", "onboarding", days=30), date(2025, 8, 31)),
        (ProofMetric("tickets", "onboarding"), date(2025, 8, 1)),
        (ProofMetric("save-rate", days=90), date(2025, 10, 30)),
        (ProofMetric("feature", "reports", days=90), date(2025, 8, 1)),
    ],
)
def test_who_is_followed_is_waited_for(metric: ProofMetric, due: date):
    assert check_on(ProofPlan(metric), date(2025, 5, 1)) == due


def test_months_are_counted_over_the_turn_of_the_year():
    assert months_later(date(2025, 1, 31), -1) == date(2024, 12, 1)
    assert months_later(date(2024, 12, 31), 2) == date(2025, 2, 1)
    assert months_later(date(2025, 6, 15), -12) == date(2024, 6, 1)
