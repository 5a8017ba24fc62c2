"""Experiments read from a company's data: nothing before a look is due, all of it afterwards, and refusals that last."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from analysis.experiments import plans
from analysis.experiments.explore import cochran_q, lasting, novelty, segments
from analysis.experiments.judge import in_full, judge
from analysis.experiments.last_look import before_last_look, last_look, may_be_explored
from analysis.experiments.look import take
from analysis.experiments.report import (
    effect_rows,
    find,
    in_words,
    measured_by,
    notes,
    overview,
    report,
    rows,
    watch_notes,
    watch_rows,
)
from analysis.experiments.results import Judgement
from analysis.experiments.staying import staying
from analysis.experiments.watch import splits_by, watch
from analysis.results import Comparison, NotEnoughData
from data.database import Database, open_database
from data.engine import Engine
from data.errors import NoData, ReviewError
from data.records_experiments import Amendment, Decision, Experiment, Measure, Plan, Variant
from data.settings import settings
from tests.builders import a_company, a_customer, a_subscription, an_engine

DAY = date(2024, 6, 1)
TODAY = date(2024, 6, 1)
PLAN = Plan(
    "Call",
    hypothesis="A call keeps some",
    variants=(Variant("control"), Variant("offer", cost_cents=100)),
    size=200,
    baseline=0.5,
    assigned="elsewhere",
)
AT_LOOKS = replace(PLAN, size=400, stopping="obrien-fleming", looks=2)


def assigned(key: str, n: int, on: date | None, **more: Any) -> dict[str, Any]:
    """Customer n of an experiment, even ones in the control; every fourth is known to have seen the offer."""
    at = on and datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    seen = at if n % 4 == 1 else None
    variant = "offer" if n % 2 else "control"
    row = {"experiment_key": key, "customer_id": f"c{n}", "variant": variant, "assigned_at": at, "exposed_at": seen}
    return row | more


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """200 customers: of the control every second leaves after 30 days, of the offer every fifth."""
    n, leaves = 200, timedelta(days=30)
    subscriptions = [
        a_subscription(f"c{i}", ends=str(DAY + leaves) if i % 4 == 0 or i % 10 == 1 else None) for i in range(n)
    ]
    company = a_company(
        subscriptions,
        customers=[a_customer(f"c{i}", a_region=("north", "south")[i % 3 == 0], a_team=f"t{i // 8}") for i in range(n)],
        attributes={"a_region": "Region", "a_team": "Team"},
        outcomes={"o_score": "Score", "o_early": "Early"},
        assignments=[
            *(assigned("call", i, DAY + timedelta(days=i // 20)) for i in range(n)),
            *(assigned("late", i, DAY if i % 2 == 0 else date(2024, 12, 30)) for i in range(100)),
            *(assigned("file", i, None, o_score=2_000.0 if i == 7 else i % 9, o_early=i % 9 - i % 2) for i in range(n)),
            *(assigned("lone", i, DAY, variant="only") for i in range(30)),
            *(assigned("unlike", i, DAY, variant=("north", "south")[i % 3 == 0]) for i in range(n)),
        ],
        tickets=[
            {"ticket_id": str(i), "customer_id": f"c{i}", "opened_at": datetime(2024, 5 + i // 2 % 4, 9, tzinfo=UTC)}
            for i in range(60)
        ],
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHURN_HOME", str(tmp_path_factory.mktemp("reading") / "home"))
        return an_engine(company)


@pytest.fixture
def db() -> Database:
    return open_database(settings())


def running(db: Database, plan: Plan = PLAN, key: str = "call") -> Experiment:
    return plans.start(db, plans.create(db, plan, key=key, in_data={key}), TODAY)


def effect(said: Judgement) -> Comparison:
    found = said.effects[0].difference
    assert isinstance(found, Comparison)
    return found


def test_a_look_is_taken_once_and_what_it_showed_stays(engine: Engine, db: Database):
    started = running(db)
    due = judge(engine, started)
    assert (due.allowed.look, may_be_explored(due)) == (1, False)
    looked = take(engine, db, started, TODAY)
    (row,) = last_look(looked)
    assert (row.kind, row.customers, row.verdict) == ("final", 200, "ship")
    assert (row.difference, row.z is not None) == (effect(due).difference, True)
    with pytest.raises(ReviewError, match="was taken"):
        take(engine, db, looked, TODAY)
    said = in_full(engine, looked)
    assert may_be_explored(said)
    assert said.times[0].p_log_rank is not None
    assert any("looks: fixed, 1 planned, 1 taken" in note for note in notes(said))


def test_between_two_looks_only_progress_is_shown_and_the_last_one_again_as_it_was(engine: Engine, db: Database):
    started = running(db, AT_LOOKS)
    first = judge(engine, started)
    assert (first.allowed.look, first.allowed.kind) == (1, "planned")
    looked = take(engine, db, started, TODAY)
    waiting = in_full(engine, looked)
    assert (waiting.effects, waiting.verdicts[0].outcome, waiting.allowed.needed) == ((), "too-early", 400)
    assert {row["verdict"] for row in rows(waiting)} == {"", "too-early"}
    assert not may_be_explored(waiting)
    assert before_last_look(started) == started
    again = judge(engine, before_last_look(looked))
    assert effect(again) == effect(first)
    second = judge(engine, plans.end(db, looked, TODAY))
    assert (second.allowed.look, len(second.effects) > 0) == (2, True)
    assert not may_be_explored(second), "segments would tell the second look before it is taken"


def test_a_look_at_what_cannot_be_read_uses_up_none(engine: Engine, db: Database):
    shares = (Variant("control", 0.9), Variant("offer", 0.1))
    broken = running(db, replace(PLAN, variants=shares))
    with pytest.raises(ReviewError, match="do not have the customers they should"):
        take(engine, db, broken, TODAY)
    with pytest.raises(ReviewError, match="has no plan yet"):
        take(engine, db, replace(broken, id=0), TODAY)
    with pytest.raises(ReviewError, match="Look 1 of 1 waits for 900"):
        take(engine, db, replace(broken, plan=replace(PLAN, size=900)), TODAY)
    assert find(db, engine, "call").looks == ()
    assert any("broken: nothing is read" in note for note in notes(judge(engine, broken)))


def test_looks_at_an_always_valid_plan_are_counted_on(engine: Engine, db: Database):
    three = (Variant("control", 0.5), Variant("offer", 0.5), Variant("closed", 0.0))
    looked = running(db, replace(PLAN, variants=three, stopping="always-valid"))
    for number in (1, 2):
        looked = take(engine, db, looked, TODAY)
        assert {look.number for look in last_look(looked)} == {number}
    said = judge(engine, looked)
    assert (effect(said).method, may_be_explored(said)) == ("confidence sequence", True)


@pytest.mark.parametrize(
    ("plan", "why"),
    [
        ({"assigned": "not-by-chance"}, "not assigned by chance"),
        ({"variants": (Variant("nobody"), Variant("no one"))}, "Nobody is assigned"),
    ],
)
def test_what_is_no_experiment_is_refused(engine: Engine, plan: dict[str, Any], why: str):
    said = judge(engine, Experiment("call", replace(PLAN, **plan)))
    assert said.effects == ()
    assert {(v.outcome, why in v.because[0]) for v in said.verdicts} == {("refused", True)}


def test_variants_that_were_not_alike_before_are_no_experiment(engine: Engine):
    shares = (Variant("north", 2 / 3), Variant("south", 1 / 3))
    said = judge(engine, Experiment("unlike", replace(PLAN, variants=shares)))
    assert "not alike before" in said.verdicts[0].because[0]
    assert said.balance.rows[0].what.startswith("region=")
    assert any(one.holds is False and "more than chance explains" in one.said for one in said.checked)


def test_one_variant_alone_is_compared_with_nothing(engine: Engine, db: Database):
    said = report(engine, db, "lone")
    assert said.effects == ()
    assert "There is one variant alone: nothing to compare it with." in said.notes


def test_what_is_assumed_is_checked(engine: Engine):
    uneven = (Variant("control", 0.6), Variant("offer", 0.4))
    changed = Amendment(datetime(2024, 6, 2, tzinfo=UTC), "Noor", "Slow.", {"size": 100}, {"size": 200})
    plan = replace(PLAN, variants=uneven, assigned="here", primary=Measure("revenue"), secondary=())
    said = in_full(engine, Experiment("call", plan, "running", frozen=plan, amendments=(changed,)))
    told = " ".join(one.said for one in said.checked)
    assert said.split.state == "warning"
    assert "The split is odd" in told
    assert "amended 1 times" in told
    assert "Means of only 100 customers" in told
    assert "assigned by chance, from the key" in told
    assert "of 200 assignments follow from the key" in told
    assert said.second[0].prior == "every difference equally likely beforehand"


def test_of_a_measure_of_which_less_is_better_less_is_better(engine: Engine):
    plan = replace(PLAN, primary=Measure("complaints", 60), guardrails=())
    said = in_full(engine, Experiment("call", plan), early=True)
    higher = effect(said).difference > 0
    assert (said.second[0].better < 0.5) == higher
    missing = in_full(engine, Experiment("call", replace(PLAN, primary=Measure("use"))), early=True)
    assert (missing.effects[0].role, missing.verdicts[0].outcome) == ("secondary", "cannot-tell")
    assert "use_90" in missing.notes[0]
    assert rows(missing)[1]["difference"] is not None


def test_those_still_there_fall_as_customers_leave(engine: Engine):
    found = staying(engine, Experiment("call", PLAN))
    control = [point for point in found if point.variant == "control"]
    assert (control[0].at_risk, control[-1].share) == (100, 0.5)
    assert staying(engine, Experiment("file", replace(PLAN, primary=Measure("outcome", 0, "score")))) == ()
    assert staying(engine, Experiment("nobody", PLAN)) == ()


def test_a_variant_of_which_nobody_can_be_judged_yet_is_not_enough_data(engine: Engine):
    said = in_full(engine, Experiment("late", replace(PLAN, unit="team")), early=True)
    assert isinstance(said.effects[0].difference, NotEnoughData)
    assert [arm.eligible > 0 for arm in said.arms] == [True, False]
    assert said.verdicts[0].outcome == "cannot-tell"


def test_groups_are_judged_as_groups(engine: Engine):
    experiment = Experiment("call", replace(PLAN, unit="team"))
    said = in_full(engine, experiment, early=True)
    assert [arm.eligible for arm in said.arms] == [25, 25]
    assert any("50 groups" in checked.said for checked in said.checked)
    assert effect(said).method == "delta"
    assert watch(engine, experiment).days == ()


def test_an_effect_is_followed_further_and_compared_between_segments(engine: Engine):
    experiment = Experiment("call", PLAN)
    found = {row.days: row for row in lasting(engine, experiment)}
    assert list(found) == [30, 60, 90, 180, 365]
    assert (found[180].customers, found[365].customers) == (200, 0)
    assert isinstance(found[365].difference, NotEnoughData)
    (halves,) = novelty(engine, experiment)
    assert halves.difference is not None
    assert halves.difference.low is not None
    by_region = segments(engine, experiment, "region")
    assert [row.value for row in by_region.rows] == ["north", "south"]
    assert by_region.differ is not None
    by_team = segments(engine, experiment, "team")
    assert {type(row.difference) for row in by_team.rows} == {NotEnoughData}
    assert (by_team.differ, cochran_q([])) == (None, None)


def test_early_and_late_customers_that_cannot_be_compared_have_no_difference(engine: Engine):
    (halves,) = novelty(engine, Experiment("late", PLAN))
    assert halves.difference is None
    assert lasting(engine, Experiment("file", replace(PLAN, primary=Measure("outcome", 0, "score")))) == ()


def test_an_experiment_without_a_plan_is_read_by_the_outcomes_of_its_file(engine: Engine, db: Database):
    said = report(engine, db, "file", "outcome_score")
    assert said.planned is False
    assert any("without customer c7 of offer, who has 2,000" in other.what for other in said.sensitivity)
    assert any("No plan was frozen" in note for note in notes(said))
    assert {row["measure"] for row in effect_rows(said)} == {"outcome_score", "outcome_early"}
    with pytest.raises(NoData, match=r"has no measure uptake\. It has: outcome_"):
        report(engine, db, "file", "uptake")
    with pytest.raises(NoData, match=r"There is no experiment none\. There are: call, file, late, lone, unlike"):
        report(engine, db, "none")


def test_a_plan_names_its_own_measure(db: Database):
    started = running(db)
    assert measured_by(started, "retained_90") == started
    with pytest.raises(NoData, match="names retained_90 as its measure"):
        measured_by(started, "revenue_90")


def test_every_experiment_is_listed_once_and_one_that_was_archived_no_more(engine: Engine, db: Database):
    ended = plans.end(db, take(engine, db, running(db), TODAY), TODAY)
    plans.decide(db, ended, Decision("ship", "offer", "It works.", 1, "ship"))
    listed = {row["key"]: row for row in overview(engine, db)}
    assert (listed["call"]["state"], listed["call"]["decision"], listed["call"]["seen"]) == ("decided", "ship", "ship")
    assert {listed[key]["state"] for key in ("file", "late", "lone", "unlike")} == {"unplanned"}
    plans.archive(db, find(db, engine, "call"))
    assert "call" not in {row["key"] for row in overview(engine, db)}
    with pytest.raises(NoData, match="archived"):
        find(db, engine, "call")


def test_progress_names_what_the_measures_lack_and_when_the_next_look_comes(engine: Engine):
    experiment = Experiment("late", replace(PLAN, size=90, guardrails=(Measure("use"),)))
    found = watch(engine, experiment)
    assert (found.missing, found.allowed.look) == (("use_90",), None)
    assert found.next_on == date(2024, 12, 30) + timedelta(days=90)
    assert [row["ready"] for row in watch_rows(found)] == [50, 0]
    said = watch_notes(found)
    assert any("use_90" in note for note in said)
    assert any(note.startswith("2024-12-30: (0, 50), p over all days") for note in said)
    assert any("is expected on 2025-03-30" in note for note in said)
    slow = watch(engine, replace(experiment, plan=replace(experiment.plan, size=900)))
    assert slow.next_on is not None
    assert slow.next_on > date(2025, 3, 30)
    assert watch(engine, Experiment("call", replace(PLAN, size=900))).next_on is None


def test_the_split_is_checked_within_segments(engine: Engine):
    found = splits_by(engine, Experiment("call", PLAN), "region")
    assert {split.what: sum(split.observed) for split in found} == {"north": 133, "south": 67}


def test_a_difference_is_said_on_one_line():
    assert in_words(NotEnoughData("nobody")) == "not enough data (nobody)"
    assert in_words(Comparison(1.0, None, None, None, "none", 0.95)) == "+1 (none, 0.95)"


def test_a_plan_frozen_after_its_results_could_be_seen_is_none(engine: Engine, db: Database) -> None:
    stored = running(db)
    assert judge(engine, replace(stored, started_on=DAY + timedelta(days=90))).planned
    assert not judge(engine, replace(stored, started_on=DAY + timedelta(days=91))).planned
