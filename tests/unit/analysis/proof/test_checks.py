"""What keeps a plan of proof from being frozen."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from analysis.proof.checks import Known, problems, unit_value
from data.records import EVERYBODY, Condition, Segment
from data.records_improvement import ProofMetric, ProofPlan

SOUTH = Segment((Condition("region", "in", ("south",)),))
GOOD = ProofPlan(ProofMetric("churn"), smallest_effect=0.01, ships_on=date(2025, 5, 1))


def _but(**changed: Any) -> ProofPlan:
    return replace(GOOD, **changed)


def test_a_good_plan_has_no_problem():
    known = Known(date(2025, 4, 1), ("region",), ("movements",), (), (), ())
    assert problems(GOOD, known) == ()
    assert problems(_but(comparison="segment", population=SOUTH), known) == ()
    assert problems(_but(comparison="units", population=SOUTH, units="region"), known) == ()
    assert problems(_but(metric=ProofMetric("early-churn", days=90), baseline_months=3)) == ()


BAD = [
    (_but(metric=ProofMetric("feature")), "the use of which feature"),
    (_but(metric=ProofMetric("early-churn")), "followed for 0 days; 1 to 365"),
    (_but(metric=ProofMetric("save-rate", days=400)), "followed for 400 days"),
    (_but(metric=ProofMetric("tickets", days=-1)), "followed for -1 days; 0 to 365"),
    (_but(comparison="segment"), "the population itself"),
    (_but(comparison="units"), "by which attribute"),
    (_but(comparison="units", units="region"), "one value of region"),
    (_but(baseline_months=7), "7 months before shipping are compared with; 8 to 60"),
    (_but(baseline_months=61), "8 to 60 are possible"),
    (_but(chosen_from=date(2025, 1, 1), chosen_to=date(2025, 4, 1), baseline_months=10), "7 months before shipping"),
    (_but(window_months=2), "2 months after shipping are judged; 3 to 24"),
    (_but(window_months=25), "3 to 24"),
    (_but(smallest_effect=0.0), "above 0"),
    (_but(smallest_effect=float("nan")), "above 0"),
    (_but(smallest_effect=1.0), "100 percentage points"),
    (_but(chosen_from=date(2025, 1, 1)), "only one end"),
    (_but(chosen_from=date(2025, 1, 1), chosen_to=date(2025, 1, 1)), "end before they begin"),
    (_but(ships_on=None), "is missing"),
    (_but(population=Segment((Condition("status", "in", ("lost",)),))), "depends on status"),
    (
        _but(population=Segment(without=(Condition("tickets_in_last_60_days", "in", ("0",)),))),
        "depends on tickets_in_last",
    ),
    (_but(metric=ProofMetric("experiment")), "which experiment decides"),
]


@pytest.mark.parametrize(("plan", "said"), BAD, ids=lambda value: value if isinstance(value, str) else "")
def test_each_problem_is_said(plan: ProofPlan, said: str):
    found = problems(plan)
    assert len(found) == 1, found
    assert said in found[0]


@pytest.mark.parametrize(
    ("plan", "known", "said"),
    [
        (GOOD, Known(tables=("usage_daily",)), "counted from movements"),
        (_but(metric=ProofMetric("feature", "x")), Known(features=("a",)), "Nothing called x"),
        (_but(metric=ProofMetric("tickets", "x")), Known(categories=("a",)), "Nothing called x"),
        (_but(population=SOUTH), Known(attributes=("plan",)), "no attribute region"),
        (_but(comparison="segment", against=SOUTH), Known(attributes=("plan",)), "no attribute region"),
        (GOOD, Known(today=date(2025, 5, 2)), "2025-05-01, which is past"),
        (_but(metric=ProofMetric("experiment", "x")), Known(experiments=("a",)), "no experiment x"),
    ],
)
def test_what_is_known_of_the_data_is_checked_against(plan: ProofPlan, known: Known, said: str):
    assert problems(plan) == ()
    found = problems(plan, known)
    assert len(found) == 1
    assert said in found[0]


def test_everything_that_is_wrong_is_said_at_once():
    assert len(problems(_but(window_months=1, baseline_months=1, smallest_effect=0.0, ships_on=None))) == 4


def test_tickets_of_all_categories_need_no_name():
    assert problems(_but(metric=ProofMetric("tickets")), Known(categories=("a",))) == ()


def test_only_one_value_makes_a_unit():
    two = Segment((Condition("region", "in", ("south", "north")),))
    not_south = Segment((Condition("region", "not in", ("south",)),))
    plan = _but(comparison="units", units="region")
    assert unit_value(replace(plan, population=SOUTH)) == "south"
    assert [unit_value(replace(plan, population=p)) for p in (two, not_south, EVERYBODY)] == [None, None, None]
    assert unit_value(replace(plan, population=replace(SOUTH, without=not_south.conditions))) is None
