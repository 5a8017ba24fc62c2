"""A plan is checked before it starts, frozen then, and changed afterwards only on record and never to suit a result."""

from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any, get_args

import pytest

from analysis.experiments import plans
from analysis.experiments.checks import Known, problems
from analysis.experiments.moves import MOVES, Move, allowed, refuse_unless_allowed
from analysis.experiments.watch import reading_of
from data.database import Database, open_database
from data.database.repositories import experiments
from data.errors import Busy, ReviewError
from data.records import EVERYBODY, Condition, Segment
from data.records_experiments import Decision, Experiment, ExperimentState, LookTaken, Measure, Plan, Variant
from data.settings import settings

TODAY = date(2026, 3, 1)
PLAN = Plan("Save call", hypothesis="A call keeps some", size=800, baseline=0.6)
KNOWN = Known({"plan", "industry"}, {"plan", "industry", "status"}, {"tickets"}, {"old"}, {"other"})
LOOK = LookTaken(
    1, "planned", TODAY, 3, "offer", "retained_90", 90, 400, 0.5, 0.04, -0.01, 0.09, 1.5, 2.96, 0.13, "go on"
)


@pytest.fixture
def db() -> Database:
    return open_database(settings())


def running(db: Database, **plan: Any) -> Experiment:
    return plans.start(db, plans.create(db, replace(PLAN, **plan)), TODAY, KNOWN)


def test_every_move_that_is_not_in_the_table_is_refused_in_a_sentence():
    for state, move in product(get_args(ExperimentState), get_args(Move)):
        one = Experiment("save-call", PLAN, state=state)
        assert (move in allowed(one)) == ((state, move) in MOVES)
        if (state, move) in MOVES:
            refuse_unless_allowed(one, move)
            continue
        with pytest.raises(ReviewError, match=r"save-call .+\."):
            refuse_unless_allowed(one, move)


def test_a_good_plan_has_no_problems():
    assert problems(PLAN, TODAY, KNOWN, key="save-call") == ()
    assert problems(replace(PLAN, unit="industry", strata=("plan",), excludes=("other",)), TODAY, KNOWN) == ()


def names(*variants: tuple[str, float]) -> tuple[Variant, ...]:
    return tuple(Variant(name, share) for name, share in variants)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"name": " "}, "has no name"),
        ({"hypothesis": ""}, "What is expected, and why, is missing"),
        ({"variants": names(*((f"v{i}", 1 / 11) for i in range(11)))}, "There are 11 variants; 2 to 10"),
        ({"variants": names(("a", 0.5), (" A", 0.5))}, "the same name"),
        ({"variants": names(("a", 0.5), ("holdout", 0.5))}, "is called holdout"),
        ({"variants": names(("a", 0.5), ("b", 0.4))}, "add up to 0.9; they must add up to 1"),
        ({"variants": names(("a", -0.5), ("b", 1.5))}, "add up to 1"),
        ({"variants": names(("a", float("nan")), ("b", 1.0))}, "add up to nan"),
        ({"variants": names(("a", 0.0), ("b", 1.0))}, "All customers would get the same"),
        ({"variants": (Variant("a"), Variant("b", cost_cents=-1))}, "costs less than nothing"),
        ({"smallest_effect": 0.0}, "must be above 0"),
        ({"smallest_effect": float("nan")}, "must be above 0"),
        (
            {"baseline": 0.97},
            "An effect of 5 percentage points is impossible where the value without the offer is 97 %",
        ),
        ({"primary": Measure("outcome", 0, "refunds", lower=True), "baseline": 0.01}, "only 1 points are left"),
        ({"baseline": 60.0}, "a share lies between 0 and 1"),
        ({"spread": 0.0}, "standard deviation of the measure must be above 0"),
        ({"primary": Measure("retained", 0)}, "looks 0 days ahead; 1 to 730"),
        ({"secondary": (Measure("revenue", 731),)}, "looks 731 days ahead"),
        ({"primary": Measure("outcome", 0)}, "does not say which"),
        ({"guardrails": (Measure("retained"),)}, "stands among the others too"),
        ({"secondary": (Measure("use"),)}, "use_90 is counted from usage_daily, which the data do not hold"),
        ({"looks": 0, "stopping": "pocock"}, "0 looks are planned"),
        ({"looks": 21, "stopping": "pocock"}, "1 to 20 are possible"),
        ({"looks": 3}, "A fixed plan is looked at once"),
        ({"alpha": 0.5}, "chance of a false alarm is 0.5"),
        ({"power": 0.4}, "0.5 to 0.99 are possible"),
        ({"size": -1}, "Give 0 or more"),
        ({"size": 0}, "neither how many customers it needs nor when it ends"),
        ({"size": 0, "stopping": "pocock", "looks": 3}, "Compute how many those are first"),
        ({"ends_on": date(2026, 2, 28)}, "2026-02-28, is past. Choose 2026-03-01 or later"),
        ({"holdout": 0.6}, "0 to 0.5 are possible"),
        ({"unit": "colour"}, "no attribute colour"),
        ({"strata": ("status",)}, "no attribute status"),
        ({"eligible": Segment((Condition("colour", "in", ("red",)),))}, "no attribute colour"),
        ({"excludes": ("save-call",)}, "keeps its own customers out"),
        ({"excludes": ("gone",)}, "There is no experiment gone"),
        ({"webhook": "ftp://example.com"}, "begins with https://"),
        ({"webhook": "http://[broken"}, "begins with https://"),
        ({"webhook": "https://mia:secret@example.com"}, "no password"),
        ({"webhook": "https://example.com/a b"}, "no blank"),
        ({"webhook": "https://例子.cn/"}, "Assignments cannot be sent to"),
        ({"webhook": "https://example.com:99999/"}, "Assignments cannot be sent to"),
    ],
)
def test_what_keeps_a_plan_from_starting_is_said(changed: dict[str, Any], said: str):
    found = problems(replace(PLAN, **changed), TODAY, KNOWN, key="save-call")
    assert len(found) == 1
    assert said in found[0]


def test_several_problems_are_told_at_once():
    assert len(problems(replace(PLAN, name="", power=2.0, size=-1), TODAY)) == 3


def test_assignments_that_are_there_already_were_not_made_here():
    assert "under the key old already" in problems(PLAN, TODAY, KNOWN, key="old")[0]
    assert problems(replace(PLAN, assigned="elsewhere"), TODAY, KNOWN, key="old") == ()


def test_who_was_assigned_elsewhere_is_not_chosen_by_what_came_later():
    active = replace(PLAN, eligible=Segment((Condition("status", "in", ("active",)),)))

    assert problems(active, TODAY, KNOWN) == ()
    assert "an offer can change" in problems(replace(active, assigned="elsewhere"), TODAY, KNOWN)[0]


def test_who_was_assigned_here_counts_whatever_became_of_it():
    plan = replace(PLAN, eligible=Segment((Condition("status", "in", ("active",)),)))

    assert reading_of(Experiment("save-call", plan)).segment == EVERYBODY
    assert reading_of(Experiment("save-call", replace(plan, assigned="elsewhere"))).segment == plan.eligible


@pytest.mark.parametrize(
    ("name", "key"),
    [("Rückruf: 20 %!", "ruckruf-20"), ("挽留电话", "experiment"), ("x" * 99, "x" * 56), ("Save call", "save-call-2")],
)
def test_a_key_is_proposed_from_the_name(name: str, key: str):
    assert plans.propose_key(name, {"save-call"}) == key


def test_a_key_is_plain_unless_the_data_have_it(db: Database):
    with pytest.raises(ReviewError, match="Take free-module, for example"):
        plans.create(db, PLAN, key="Free Module")
    assert plans.create(db, PLAN, key="Free Module", in_data={"Free Module"}).key == "Free Module"
    assert [plans.create(db, PLAN).key for _ in range(2)] == ["save-call", "save-call-2"]


def test_a_plan_that_cannot_start_stays_a_draft(db: Database):
    draft = plans.create(db, replace(PLAN, power=0.0, holdout=0.9))
    with pytest.raises(ReviewError, match=r"chance of seeing the effect.*kept out of every offer"):
        plans.start(db, draft, TODAY, KNOWN)
    assert experiments.get(db, draft.id) == draft


def test_the_start_freezes_the_plan(db: Database):
    one = running(db)
    assert (one.state, one.frozen, one.started_on) == ("running", PLAN, TODAY)
    with pytest.raises(ReviewError, match="frozen since its start"):
        plans.save_draft(db, replace(one, plan=replace(PLAN, power=0.9)))


def test_an_amendment_keeps_field_by_field_what_was_and_what_is(db: Database):
    one = running(db)
    dearer = (one.plan.variants[0], replace(one.plan.variants[1], cost_cents=500))
    amended = plans.amend(db, one, replace(PLAN, size=900, variants=dearer), " slow ", TODAY, KNOWN, who="mia")

    (kept,) = amended.amendments
    assert (kept.who, kept.reason, set(kept.before)) == ("mia", "slow", {"size", "variants"})
    assert (kept.before["size"], kept.after["size"], kept.after["variants"][1]["cost_cents"]) == (800, 900, 500)
    assert (amended.plan.size, amended.frozen) == (900, PLAN)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"alpha": 0.1}, "The field alpha of a plan cannot change once it runs"),
        ({"unit": "industry"}, "The field unit"),
        ({"assigned": "elsewhere"}, "The field assigned"),
        ({"variants": names(("control", 0.5), ("call", 0.5))}, "Variants keep their names"),
        ({"variants": names(("control", 0.4), ("offer", 0.6))}, "keep their proportion"),
        ({"variants": names(("control", 0.0), ("offer", 1.0))}, "keep their proportion"),
        ({"power": 7.0}, "0.5 to 0.99 are possible"),
        ({}, "Nothing of the plan was changed"),
    ],
)
def test_an_amendment_that_would_spoil_the_experiment_is_refused(db: Database, changed: dict[str, Any], said: str):
    one = running(db)
    with pytest.raises(ReviewError, match=said):
        plans.amend(db, one, replace(PLAN, **changed), "why", TODAY, KNOWN)
    assert experiments.get(db, one.id) == one


def test_what_could_suit_a_result_cannot_change_after_a_look(db: Database):
    one = running(db, stopping="pocock", looks=3)
    earlier = plans.amend(db, one, replace(one.plan, primary=Measure("retained", 60)), "shorter", TODAY, KNOWN)
    looked = plans.record_look(db, earlier, [LOOK])
    for changed in ({"primary": Measure("retained", 30)}, {"size": 400}, {"looks": 2}, {"smallest_effect": 0.1}):
        with pytest.raises(ReviewError, match="cannot change after a look"):
            plans.amend(db, looked, replace(looked.plan, **changed), "why", TODAY, KNOWN)
    assert plans.amend(db, looked, replace(looked.plan, ends_on=TODAY), "enough", TODAY, KNOWN).plan.ends_on == TODAY


def test_a_variant_can_be_closed_but_not_opened_again(db: Database):
    one = running(db, variants=names(("none", 0.5), ("call", 0.25), ("mail", 0.25)))
    closed = replace(one.plan, variants=names(("none", 2 / 3), ("call", 1 / 3), ("mail", 0.0)))
    amended = plans.amend(db, one, closed, "mails bounce", TODAY, KNOWN)
    with pytest.raises(ReviewError, match="keep their proportion"):
        plans.amend(db, amended, one.plan, "mails work again", TODAY, KNOWN)


def test_a_plan_whose_last_day_is_past_can_still_be_amended(db: Database):
    one = running(db, ends_on=TODAY)
    assert plans.amend(db, one, replace(one.plan, size=900), "more", date(2026, 4, 1), KNOWN).plan.size == 900


def test_an_experiment_ends_is_decided_and_the_decision_is_taken_back(db: Database):
    one = plans.end(db, running(db), date(2026, 6, 1))
    with pytest.raises(ReviewError, match=r"no variant gift to ship\. Choose one of: control, offer"):
        plans.decide(db, one, Decision("ship", "gift", "it works", 3, "ship"))
    with pytest.raises(ReviewError, match="The reason is missing"):
        plans.decide(db, one, Decision("stop", "", "  ", 3, "stop"))
    decided = plans.decide(db, one, Decision("ship", "offer", "it works", 3, "ship"), who="mia")
    again = plans.withdraw(db, decided, "wrong release")

    assert (decided.state, again.state, len(again.decisions)) == ("decided", "ended", 1)
    plans.archive(db, again)
    assert experiments.all(db) == ()


def test_the_second_person_who_writes_is_told_and_sees_what_differs(db: Database):
    seen = plans.create(db, PLAN)
    theirs = plans.save_draft(db, replace(seen, plan=replace(PLAN, power=0.9)))
    mine = replace(seen, plan=replace(PLAN, size=1000))
    with pytest.raises(Busy):
        plans.save_draft(db, mine)
    assert plans.differences(theirs.plan, mine.plan) == ("power", "size")
