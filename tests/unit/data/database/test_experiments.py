"""Experiments come back as they were written, only over what was seen, and what was recorded of them stays."""

from dataclasses import replace
from datetime import date
from math import inf

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from data.database import Database
from data.database.repositories import audit, experiments
from data.errors import Busy, DataProblem, NoData, ReviewError
from data.plan_documents import from_document, to_document
from data.records import Condition, Segment
from data.records_experiments import Decision, Experiment, LookTaken, Measure, Plan, Variant

PLAN = Plan(
    "Rückruf 回访",
    hypothesis="A call keeps <b>customers</b>",
    variants=(Variant("no call", 0.25), Variant("call", 0.5, 1250, "a specialist calls"), Variant("mail", 0.25)),
    eligible=Segment((Condition("plan", "in", ("Team", "Business")),), (Condition("industry", "in", ("retail",)),)),
    segment="teams",
    unit="country",
    strata=("plan",),
    primary=Measure("outcome", 0, "nps", "answers", "nps_before", True),
    secondary=(Measure("retained", 30), Measure("revenue")),
    smallest_effect=0.1 + 0.2,
    baseline=1 / 3,
    spread=2.5,
    size=840,
    stopping="obrien-fleming",
    looks=4,
    ends_on=date(2026, 12, 31),
    excludes=("other",),
    holdout=0.1,
    webhook="https://example.com/hook",
)
DRAFT = Experiment("save-call", PLAN)
LOOK = LookTaken(
    1, "planned", date(2026, 6, 1), 3, "call", "retained_90", 90, 400, 0.5, 0.04, -0.01, 0.09, 1.5, 2.96, 0.13, "go on"
)
ON = date(2026, 3, 1)


def started(database: Database) -> Experiment:
    return experiments.start(database, experiments.save_draft(database, DRAFT), PLAN, ON, who="mia")


def test_a_plan_comes_back_as_it_was_written(database: Database) -> None:
    stored = experiments.save_draft(database, DRAFT, who="mia")

    assert replace(stored, id=0, version=0) == DRAFT
    assert experiments.get(database, stored.id) == experiments.find_key(database, "save-call") == stored
    assert experiments.all(database, state="draft") == (stored,)
    assert experiments.all(database, state="running") == ()
    assert experiments.find_key(database, "other") is None


def test_an_experiment_keeps_everything_from_its_start_to_its_decision(database: Database) -> None:
    running = started(database)
    assert (running.state, running.started_on, running.frozen) == ("running", ON, PLAN)

    more = replace(PLAN, size=900)
    amended = experiments.amend(database, running, more, "slow months", {"size": 840}, {"size": 900}, who="noor")
    looked = experiments.record_look(database, amended, [LOOK, replace(LOOK, variant="mail", boundary=inf)], who="noor")
    ended = experiments.end(database, looked, date(2026, 7, 1))
    decided = experiments.decide(database, ended, Decision("ship", "call", "it pays", 4, "ship"), who="mia")

    assert (decided.plan, decided.frozen, decided.ended_on) == (more, PLAN, date(2026, 7, 1))
    (amendment,) = decided.amendments
    assert (amendment.who, amendment.reason, amendment.before, amendment.after) == (
        "noor", "slow months", {"size": 840}, {"size": 900},
    )  # fmt: skip
    assert [replace(look, at=None, who="") for look in decided.looks] == [
        LOOK,
        replace(LOOK, variant="mail", boundary=None),
    ]
    assert [(d.kind, d.variant, d.who) for d in decided.decisions] == [("ship", "call", "mia")]
    assert experiments.get(database, decided.id) == decided


def test_a_withdrawn_decision_stays_on_record(database: Database) -> None:
    ended = experiments.end(database, started(database), ON)
    decided = experiments.decide(database, ended, Decision("stop", "", "no effect", 4, "stop"))
    again = experiments.withdraw(database, decided, "wrong release", who="noor")

    assert (again.state, len(again.decisions)) == ("ended", 1)
    assert (again.amendments[-1].reason, again.amendments[-1].before) == ("wrong release", {"decision": "stop"})


def test_a_change_is_refused_when_somebody_else_made_one_first(database: Database) -> None:
    seen = experiments.save_draft(database, DRAFT)
    mine, theirs = replace(seen, plan=replace(PLAN, power=0.9)), replace(seen, plan=replace(PLAN, looks=5))
    experiments.save_draft(database, theirs)
    for refused in (
        lambda: experiments.save_draft(database, mine),
        lambda: experiments.start(database, seen, PLAN, ON),
        lambda: experiments.archive(database, seen),
    ):
        with pytest.raises(Busy, match="experiment save-call was changed by somebody else"):
            refused()
    assert experiments.get(database, seen.id).plan.looks == 5


def test_two_people_cannot_take_the_same_look(database: Database) -> None:
    running = started(database)
    experiments.record_look(database, running, [LOOK])
    with pytest.raises(Busy):
        experiments.record_look(database, running, [replace(LOOK, difference=0.2)])
    assert len(experiments.get(database, running.id).looks) == 1


def test_a_started_experiment_is_no_draft_any_more(database: Database) -> None:
    with pytest.raises(Busy, match="was started meanwhile"):
        experiments.save_draft(database, started(database))


def test_a_key_is_given_once_even_after_archiving(database: Database) -> None:
    experiments.archive(database, experiments.save_draft(database, DRAFT))

    assert experiments.all(database) == ()
    assert experiments.find_key(database, "save-call") is None
    assert experiments.keys(database) == {"save-call"}
    with pytest.raises(ReviewError, match="Give another key"):
        experiments.save_draft(database, DRAFT)
    with pytest.raises(NoData, match="There is no experiment"):
        experiments.get(database, 1)


def test_what_was_recorded_cannot_be_changed(database: Database) -> None:
    amended = experiments.amend(database, started(database), PLAN, "why", {"size": 1}, {"size": 2})
    looked = experiments.record_look(database, amended, [LOOK])
    experiments.decide(database, looked, Decision("stop", "", "why", 1, "stop"))
    for table in ("experiment_amendments", "experiment_looks", "experiment_decisions"):
        for change in (f"UPDATE {table} SET version = 9", f"DELETE FROM {table}"):
            with pytest.raises(DatabaseError, match="append-only"), database.writing() as session:
                session.execute(text(change))


def test_who_did_what_is_in_the_audit_log(database: Database) -> None:
    running = started(database)
    found = audit.entries(database, subject="experiments", record=running.id)

    assert [(each.who, each.action) for each in found] == [("mia", "changed"), ("local", "created")]
    assert found[0].after is not None
    assert from_document(found[0].after["frozen"]) == PLAN


def test_a_field_that_an_older_program_did_not_write_has_its_default() -> None:
    old = {name: value for name, value in to_document(PLAN).items() if name not in {"webhook", "holdout"}}
    assert from_document(old) == replace(PLAN, webhook="", holdout=0.0)


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"name": "x", "colour": "red"}, "has the field 'colour', which this program does not know"),
        ({"name": "x", "primary": {"kind": "joy"}}, "has the kind 'joy'"),
        ({"name": "x", "stopping": "whenever"}, "has the stopping 'whenever'"),
        ({"hypothesis": "x"}, "lacks name"),
        ({"name": "x", "variants": [{"share": 0.5}]}, "lacks name"),
    ],
)
def test_a_plan_of_a_newer_program_is_refused_rather_than_cut(document: dict[str, object], said: str) -> None:
    with pytest.raises(DataProblem, match=said):
        from_document(document)


def test_what_was_started_and_archived_is_known_by_its_key(database: Database) -> None:
    experiments.archive(database, experiments.save_draft(database, DRAFT))
    draft = experiments.save_draft(database, Experiment("mail", PLAN))
    experiments.archive(database, experiments.start(database, draft, PLAN, date(2026, 1, 2)))

    assert experiments.archived(database) == {"mail"}
