"""What the engine counts for a plan: groups, units, mix and what else happened."""

from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import pytest

from analysis.proof.evidence import gather, mixed_by
from data.engine import Engine
from data.records import EVERYBODY, Condition, Segment
from data.records_improvement import ProofMetric, ProofPlan
from tests.builders import a_company, a_customer, a_subscription, an_engine, day

REGIONS, PLANS = ("north", "south", "treated"), ("Basic", "Pro")
SHIPPED = date(2024, 9, 15)


def _region(*values: str) -> Segment:
    return Segment((Condition("region", "in", values),))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Three customers of each region and plan; of the south one of each plan leaves in May, of the others nobody."""
    people = [(f"{r} {p} {n}", r, p) for r, p, n in product(REGIONS, PLANS, range(3))]
    leaves = {f"south {p} 0" for p in PLANS}
    ends = {c: "2024-05-10" if c in leaves else None for c, _r, _p in people}
    company = a_company(
        [a_subscription(c, "2023-12-01", ends[c], plan=p) for c, _r, p in people],
        customers=[a_customer(c, region=r, country="DE", grade="AB"[n % 2]) for n, (c, r, _p) in enumerate(people)],
        releases_log=[
            {"event_id": str(n), "on": day(on), "kind": "release", "title": on}
            for n, on in enumerate(("2024-07-31", "2024-08-01", "2024-12-31", "2025-01-01"))
        ],
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHURN_HOME", str(tmp_path_factory.mktemp("evidence") / "home"))
        return an_engine(company)


PLAN = ProofPlan(ProofMetric("churn"), baseline_months=8, window_months=3, ships_on=date(2024, 10, 1))


def test_months_reach_from_the_baseline_to_the_window_or_as_far_as_the_data(engine: Engine):
    found = gather(engine, PLAN, SHIPPED)
    assert [m.start for m in found.months] == [date(2024, n, 1) for n in range(1, 13)]
    assert {m.group for m in found.months} == {"treated"}
    assert [(m.n, m.total) for m in found.months if m.start.month in (5, 6)] == [(18, 2), (16, 0)]
    assert (found.as_of, found.release) == (date(2024, 12, 31), 1)


def test_before_shipping_it_is_counted_for_the_planned_day(engine: Engine):
    assert gather(engine, PLAN).months[0].start == date(2024, 2, 1)
    unplanned = ProofPlan(ProofMetric("churn"), baseline_months=8)
    assert gather(engine, unplanned).months[0].start == date(2024, 5, 1)


def test_the_other_group_is_counted_beside_it(engine: Engine):
    plan = ProofPlan(ProofMetric("churn"), _region("south"), "segment", _region("north"), baseline_months=8)
    may = {m.group: (m.n, m.total) for m in gather(engine, plan, SHIPPED).months if m.start.month == 5}
    assert may == {"treated": (6, 2), "comparison": (6, 0)}


@pytest.mark.parametrize("against", [EVERYBODY, Segment(without=_region("north").conditions)])
def test_no_customer_of_the_population_is_in_the_comparison(engine: Engine, against: Segment):
    """Were they, an effect on them would move the comparison too and pass for smaller."""
    plan = replace(PLAN, population=_region("south"), comparison="segment", against=against)
    found = gather(engine, plan, SHIPPED)
    others = 12 if against == EVERYBODY else 6
    assert {(m.n, m.total) for m in found.months if m.group == "comparison"} == {(others, 0)}
    assert [(m.n, m.total) for m in found.months if m.group == "treated" and m.start.month == 5] == [(6, 2)]
    split = [m for m in found.parts["plan"] if m.group == "comparison"]
    assert {(m.part, m.n, m.total) for m in split} == {(p, others / 2, 0) for p in PLANS}


def test_beside_everybody_stands_nobody_else(engine: Engine):
    plan = replace(PLAN, comparison="segment", against=_region("south"))
    assert {m.n for m in gather(engine, plan, SHIPPED).months if m.group == "comparison"} == {0}


def test_units_are_the_other_values_among_those_who_meet_the_rest(engine: Engine):
    pro = Segment((*_region("south").conditions, Condition("plan", "in", ("Pro",))))
    plan = ProofPlan(ProofMetric("churn"), pro, "units", units="region", baseline_months=8)
    may = {m.group: (m.n, m.total, m.part) for m in gather(engine, plan, SHIPPED).months if m.start.month == 5}
    # A region that is called as the group that is treated keeps apart from it.
    assert may == {"treated": (3, 1, ""), "north": (3, 0, ""), "treated (value)": (3, 0, "")}


def test_the_mix_is_of_attributes_with_a_few_values_that_nobody_was_chosen_by(engine: Engine):
    # Everybody is of one country, and the region is what the population is.
    assert mixed_by(engine, EVERYBODY) == ("plan", "region", "grade")
    plan = ProofPlan(ProofMetric("churn"), _region("south"), baseline_months=8)
    parts = gather(engine, plan, SHIPPED).parts
    assert list(parts) == ["plan", "grade"]
    may = {m.part: (m.n, m.total) for m in parts["plan"] if m.start.month == 5}
    assert may == {"Basic": (3, 1), "Pro": (3, 1)}


def test_what_else_happened_is_told_from_the_month_before_shipping_to_the_end_of_the_window(engine: Engine):
    assert [title for _on, title in gather(engine, PLAN, SHIPPED).events] == ["2024-08-01", "2024-12-31"]


def test_nothing_after_the_release_is_counted(tmp_path: Path):
    early = an_engine(a_company([a_subscription("c1", "2023-01-01")], as_of=date(2024, 10, 30)))
    assert gather(early, PLAN, SHIPPED).months[-1].start == date(2024, 9, 1)
