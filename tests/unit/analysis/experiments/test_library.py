"""Past experiments are found by what people remember of them."""

from dataclasses import replace
from datetime import date

import pytest

from analysis.experiments.library import Search, choices, search, standing
from data.records import Condition, Segment
from data.records_experiments import Amendment, Decision, Experiment, LookTaken, Measure, Plan, Variant
from tests.builders import NOW

SHIPPED = Decision("ship", "call", "Pays for itself in two months", 3, "ship")
LOOK = LookTaken(
    1, "planned", date(2026, 4, 1), 3, "call", "retained_90", 90, 400, 0.5, 0.04, 0, 0.1, 1.5, 3.0, 0.1, "go on"
)
CALL = Experiment(
    "save-call",
    Plan(
        "Rückruf 回访电话",
        hypothesis="Problems can be solved",
        variants=(Variant("none"), Variant("call", offer="A specialist calls")),
        eligible=Segment((Condition("industry", "in", ("retail", "hotel")),)),
    ),
    "decided",
    id=1,
    started_on=date(2026, 1, 1),
    looks=(LOOK, replace(LOOK, number=2), replace(LOOK, number=2, measure="revenue_90"), replace(LOOK, kind="later")),
    decisions=(SHIPPED,),
)
PRICE = Experiment(
    "discount-20",
    Plan("Discount", primary=Measure("renewed", 60), segment="Annual", variants=(Variant("list"), Variant("20 %"))),
    "running",
    id=2,
    started_on=date(2026, 3, 1),
    amendments=(Amendment(NOW, "mia", "slow months", {}, {}),),
)
DRAFT = Experiment("idea", Plan("Idea"), id=3)
ALL = (CALL, PRICE, DRAFT)


@pytest.mark.parametrize(
    ("asked", "keys"),
    [
        (Search(), ["idea", "discount-20", "save-call"]),
        (Search(text="RÜCKRUF"), ["save-call"]),
        (Search(text="电话"), ["save-call"]),
        (Search(text="two itself"), ["save-call"]),
        (Search(text="slow"), ["discount-20"]),
        (Search(text="slow call"), []),
        (Search(measure="renewed"), ["discount-20"]),
        (Search(measure="retained_90"), ["idea", "save-call"]),
        (Search(segment="annual"), ["discount-20"]),
        (Search(segment="hotel"), ["save-call"]),
        (Search(offer="specialist"), ["save-call"]),
        (Search(offer="20"), ["discount-20"]),
        (Search(state="decided"), ["save-call"]),
        (Search(state="decided", offer="20"), []),
    ],
)
def test_an_experiment_is_found_by_what_was_written_tried_and_measured(asked: Search, keys: list[str]):
    assert [found.experiment.key for found in search(ALL, asked)] == keys


def test_an_entry_shows_the_last_look_of_the_plan_and_the_decision_that_stands():
    (found,) = search([CALL])
    assert [(look.number, look.measure, look.kind) for look in found.looks] == [(2, "retained_90", "planned")]
    assert (found.decision, found.offers, found.segment) == (
        SHIPPED,
        ("A specialist calls",),
        "industry in retail|hotel",
    )
    assert standing(replace(CALL, state="ended")) is None


def test_the_choices_are_those_that_find_something():
    found = choices(ALL)
    for search_by in (
        *(Search(measure=m) for m in found.measures),
        *(Search(segment=s) for s in found.segments),
        *(Search(offer=o) for o in found.offers),
    ):
        assert search(ALL, search_by)
    assert found.segments == ("Annual", "industry in retail|hotel")
