"""Actions come back as they were written; a plan is frozen when agreed and unchangeable by any path once it shipped."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import product
from math import inf, nan
from typing import get_args

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from data.database import Database
from data.database.repositories import actions, findings
from data.errors import Busy, DataProblem, NoData, ReviewError
from data.proof_documents import differences, from_document, to_document, verdict_document, verdict_from
from data.records import Condition, Segment
from data.records_improvement import (
    Action,
    ActionState,
    Assumption,
    Expected,
    Finding,
    Link,
    ProofMetric,
    ProofPlan,
    Verdict,
)

PLAN = ProofPlan(
    ProofMetric("early-churn", days=90),
    population=Segment((Condition("plan", "in", ("Team",)),)),
    comparison="units",
    against=Segment((), (Condition("plan", "in", ("Team",)),)),
    units="country",
    baseline_months=18,
    chosen_from=date(2025, 10, 1),
    chosen_to=date(2026, 1, 1),
    window_months=4,
    smallest_effect=0.1 + 0.2,
    visible=1 / 3,
    baseline=0.08,
    ships_on=date(2026, 3, 1),
    check_on=date(2026, 9, 29),
)
ACTION = Action(
    "Guided onboarding 引导",
    text="A call in the <b>first</b> week",
    owner="Onboarding lead",
    department="Success",
    due=date(2026, 3, 1),
    effort_days=12.5,
    gain_cents=3_000_000_000,
    gain_low_cents=-5,
    gain_high_cents=6_000_000_000,
    confidence="high",
    reason="onboarding",
    draft=PLAN,
    review=4,
)
VERDICT = Verdict(
    "cannot-tell",
    "interrupted-series",
    PLAN.metric,
    3,
    date(2026, 10, 1),
    "proof-1",
    before=0.08,
    after=0.04,
    effect=-0.04,
    low=-0.09,
    high=0.01,
    p_value=0.11,
    n_before=900,
    n_after=200,
    months_more=4,
    assumptions=(Assumption("seasonality", None, "Less than 24 months"), Assumption("placebo", True, "No jump")),
    months=(Expected(date(2026, 2, 1), 0.08, 0.08, n=50), Expected(date(2026, 3, 1), 0.04, None, phase="window")),
    said=("It cannot be told.", "4 more months would do."),
    digest="a" * 64,
)
ON = date(2026, 3, 1)


def agreed(database: Database) -> Action:
    return actions.freeze(database, actions.create(database, ACTION, who="mia"), PLAN, who="noor")


def shipped(database: Database) -> Action:
    return actions.ship(database, agreed(database), ON)


def verifying(database: Database) -> Action:
    return actions.move(database, shipped(database), "verifying")


def undecided(database: Database) -> Action:
    return actions.add_verdict(database, verifying(database), VERDICT)


def longer(database: Database, one: Action, months: int = 9) -> Action:
    return actions.wait(database, one, replace(PLAN, window_months=months), "more months")


def test_an_action_comes_back_as_it_was_written(database: Database) -> None:
    kept = actions.create(database, ACTION, who="mia")

    assert replace(kept, id=0, version=0, at=None, who="", history=()) == ACTION
    assert [(step.before, step.after, step.who) for step in kept.history] == [("", "proposed", "mia")]
    assert actions.get(database, kept.id) == kept
    assert actions.all(database) == actions.all(database, state="proposed") == (kept,)
    assert actions.all(database, state="agreed") == ()
    with pytest.raises(NoData, match="There is no action 9"):
        actions.get(database, 9)


def test_words_and_findings_change_and_nothing_else_with_them(database: Database) -> None:
    ids = [findings.keep(database, Finding(f"seen {n}", "overview", {}, 1)).id for n in range(3)]
    seen = actions.create(database, replace(ACTION, findings=tuple(ids[:2])))
    changed = replace(seen, title="Calls", due=None, findings=(ids[2],), state="closed", draft=None, round=9)
    saved = actions.save(database, seen, changed)

    assert (saved.title, saved.due, saved.findings) == ("Calls", None, (ids[2],))
    assert (saved.state, saved.draft, saved.round) == ("proposed", PLAN, 1)
    with pytest.raises(Busy, match="The action 'Calls' was changed by somebody else"):
        actions.save(database, seen, replace(seen, title="Mails"))


def test_an_action_keeps_everything_from_its_plan_to_its_verdicts(database: Database) -> None:
    doing = actions.move(database, agreed(database), "doing")
    later = replace(PLAN, ships_on=date(2026, 4, 1), check_on=date(2026, 10, 29))
    amended = actions.amend(database, doing, later, "hiring took longer", who="noor")
    out = actions.ship(database, amended, date(2026, 4, 1), who="mia")
    judged = actions.add_verdict(database, actions.move(database, out, "verifying"), VERDICT, who="job")
    waiting = actions.wait(database, judged, replace(later, window_months=8, check_on=date(2027, 2, 28)), "more")
    worked = actions.add_verdict(
        database, waiting, replace(VERDICT, word="worked", release=4, digest="b" * 64), who="job"
    )
    closed = actions.move(database, worked, "closed", reason="done")

    assert [step.after for step in closed.history] == [
        "proposed", "agreed", "doing", "shipped", "verifying", "cannot-tell", "verifying", "worked", "closed",
    ]  # fmt: skip
    assert (closed.history[3].on, closed.history[3].who, closed.history[-1].reason) == (date(2026, 4, 1), "mia", "done")
    assert [(each.reason, each.round) for each in closed.amendments] == [("hiring took longer", 1), ("more", 1)]
    assert (closed.amendments[0].before, closed.amendments[0].after["ships_on"]) == (
        {"ships_on": ON, "check_on": date(2026, 9, 29)},
        date(2026, 4, 1),
    )
    assert set(closed.amendments[1].after) == {"window_months", "check_on"}
    assert closed.frozen == replace(later, window_months=8, check_on=date(2027, 2, 28))
    assert [(v.word, v.release, v.who) for v in closed.verdicts] == [("cannot-tell", 3, "job"), ("worked", 4, "job")]
    assert replace(closed.verdicts[0], id=0, at=None, who="") == VERDICT
    assert actions.plans(database, closed.id) == {1: (PLAN, later, closed.frozen)}


def test_a_frozen_plan_is_no_draft_any_more(database: Database) -> None:
    one = agreed(database)
    for refused in (
        lambda: actions.draft_plan(database, one, None),
        lambda: actions.freeze(database, one, replace(PLAN, window_months=1)),
    ):
        with pytest.raises(ReviewError, match="is frozen since it was agreed"):
            refused()
    assert actions.get(database, one.id) == one


Change = Callable[[Database, Action], object]
CHANGES: dict[str, Change] = {
    "amended": lambda db, one: actions.amend(db, one, replace(PLAN, window_months=9), "better"),
    "written as a draft": lambda db, one: actions.draft_plan(db, one, replace(PLAN, window_months=9)),
    "frozen again": lambda db, one: actions.freeze(db, one, replace(PLAN, window_months=9)),
    "waited for without a verdict": lambda db, one: actions.wait(db, one, replace(PLAN, window_months=9), "more"),
    "amended in another state": lambda db, one: actions.amend(
        db, replace(one, state="agreed", shipped_on=None), replace(PLAN, window_months=9), "better"
    ),
    "shipped again": lambda db, one: actions.ship(db, one, date(2026, 5, 1)),
}


@pytest.mark.parametrize("state", ["shipped", "verifying", "closed"])
def test_from_shipping_on_nothing_of_the_plan_can_be_changed(database: Database, state: str) -> None:
    ways = {"shipped": shipped, "verifying": verifying, "closed": lambda db: actions.move(db, undecided(db), "closed")}
    one = ways[state](database)
    assert {how for how, change in CHANGES.items() if refused(partial(change, database, one))} == set(CHANGES)

    # Words may change until it is closed, and take nothing of the plan with them.
    words = replace(one, title="Calls", frozen=None, draft=None, shipped_on=None, round=2)
    assert refused(lambda: actions.save(database, one, words)) == (state == "closed")

    after = actions.get(database, one.id)
    assert (after.frozen, after.draft, after.shipped_on, after.round) == (PLAN, PLAN, ON, 1)


@pytest.mark.parametrize("state", ["proposed", "agreed", "cannot-tell"])
def test_a_state_that_was_set_back_by_hand_opens_no_plan(database: Database, state: str) -> None:
    one = shipped(database)
    with database.writing() as session:
        session.execute(text(f"UPDATE actions SET state = '{state}'"))
    for change in CHANGES.values():
        assert refused(partial(change, database, one))
    after = actions.get(database, one.id)
    assert (after.frozen, after.shipped_on, after.amendments) == (PLAN, ON, ())


def test_a_state_set_by_hand_stands_in_for_nothing_that_comes_before_it(database: Database) -> None:
    one = actions.create(database, ACTION)
    changes: dict[str, tuple[Callable[[], object], ...]] = {
        "agreed": (lambda: actions.ship(database, one, ON), lambda: actions.amend(database, one, PLAN, "better")),
        "verifying": (lambda: actions.add_verdict(database, one, VERDICT),),
        "cannot-tell": (lambda: actions.wait(database, one, PLAN, "more"),),
    }
    for state, tried in changes.items():
        with database.writing() as session:
            session.execute(text(f"UPDATE actions SET state = '{state}'"))
        assert all(map(refused, tried)), state
    after = actions.get(database, one.id)
    assert (after.history, after.frozen, after.shipped_on, after.verdicts) == (one.history, None, None, ())


def test_what_the_table_of_moves_does_not_allow_is_refused_by_the_database(database: Database) -> None:
    """Past the use cases, and whatever state the caller claims to have seen."""
    one = actions.create(database, ACTION)
    for state, move in product(get_args(ActionState), ("doing", "verifying")):
        with pytest.raises(ReviewError, match=r"Guided onboarding"):
            actions.move(database, replace(one, state=state), move)
    for change in (
        lambda: actions.add_verdict(database, replace(one, state="verifying", shipped_on=ON), VERDICT),
        lambda: actions.reopen(database, replace(one, state="worked"), PLAN, "again"),
        lambda: actions.wait(database, replace(one, state="cannot-tell"), PLAN, "more"),
        lambda: actions.archive(database, shipped(database)),
    ):
        with pytest.raises(ReviewError):
            change()
    assert actions.get(database, one.id) == one
    actions.archive(database, one)
    with pytest.raises(ReviewError, match="is archived"):
        actions.freeze(database, actions.get(database, one.id), PLAN)


def refused(change: Callable[[], object]) -> bool:
    """Whether the change is refused with a sentence."""
    try:
        change()
    except ReviewError:
        return True
    return False


def test_waiting_longer_is_all_that_waiting_can_do(database: Database) -> None:
    one = undecided(database)
    for plan in (
        replace(PLAN, smallest_effect=0.01),
        replace(PLAN, window_months=3),
        replace(PLAN, check_on=date(2027, 1, 1)),
        replace(PLAN, window_months=9, baseline_months=6),
    ):
        with pytest.raises(ReviewError, match="nothing else can change"):
            actions.wait(database, one, plan, "more")
    assert actions.get(database, one.id) == one


def test_what_was_recorded_cannot_be_changed_in_the_database_either(database: Database) -> None:
    longer(database, undecided(database))
    columns = {"action_plans": "plan", "action_amendments": "plan", "action_moves": "reason", "verdicts": "document"}
    for table, column in columns.items():
        changes = [f"UPDATE {table} SET {column} = '{{}}'", f"DELETE FROM {table}"]
        if database.engine.dialect.name == "postgresql":
            changes.append(f"TRUNCATE {table}")
        for change in changes:
            with pytest.raises(DatabaseError, match=f"{table} is append-only"), database.writing() as session:
                session.execute(text(change))


def test_a_state_that_needs_more_is_not_reached_by_a_plain_move(database: Database) -> None:
    one = shipped(database)
    for after in ("proposed", "agreed", "shipped", "worked", "did-not", "cannot-tell", "reopened"):
        with pytest.raises(ValueError, match=f"becomes {after} by"):
            actions.move(database, one, after)


def test_what_has_no_plan_cannot_ship_and_what_has_not_shipped_cannot_be_judged(database: Database) -> None:
    one = actions.create(database, ACTION)
    with pytest.raises(ReviewError, match="freeze its plan of proof before it ships"):
        actions.ship(database, one, ON)
    with pytest.raises(ReviewError, match="no frozen plan of proof yet"):
        actions.amend(database, one, PLAN, "why")
    with pytest.raises(ReviewError, match="nothing to judge"):
        actions.add_verdict(database, one, VERDICT)


def test_the_same_release_and_window_give_the_same_verdict_or_none(database: Database) -> None:
    one = undecided(database)
    with database.writing() as session:
        session.execute(text("UPDATE actions SET state = 'verifying'"))
    again = actions.add_verdict(database, replace(one, state="verifying"), VERDICT)
    assert (again.verdicts, again.state) == (one.verdicts, "cannot-tell")
    with database.writing() as session:
        session.execute(text("UPDATE actions SET state = 'verifying'"))
    with pytest.raises(ReviewError, match="Release 3 gave another verdict"):
        actions.add_verdict(database, again, replace(VERDICT, word="worked", digest="c" * 64))
    other_code = actions.add_verdict(database, again, replace(VERDICT, code="proof-2", digest="c" * 64))
    assert [v.code for v in other_code.verdicts] == ["proof-1", "proof-2"]


def test_after_a_longer_wait_the_same_release_may_say_more(database: Database) -> None:
    waits = longer(database, undecided(database))
    worked = actions.add_verdict(database, waits, replace(VERDICT, word="worked", digest="c" * 64))
    assert [(v.word, v.release, v.code) for v in worked.verdicts] == [
        ("cannot-tell", 3, "proof-1"),
        ("worked", 3, "proof-1"),
    ]


def test_reopening_starts_a_round_and_keeps_the_one_before(database: Database) -> None:
    again = actions.reopen(database, undecided(database), replace(PLAN, ships_on=None), "try another call", who="noor")

    assert (again.state, again.round, again.frozen, again.shipped_on) == ("reopened", 2, None, None)
    assert again.draft == replace(PLAN, ships_on=None)
    second = actions.freeze(database, again, replace(PLAN, window_months=6))
    assert second.frozen == replace(PLAN, window_months=6)
    out = actions.move(database, actions.ship(database, second, date(2026, 12, 1)), "verifying")
    judged = actions.add_verdict(database, out, VERDICT)
    assert [(v.round, v.release) for v in judged.verdicts] == [(1, 3), (2, 3)]
    assert actions.plans(database, judged.id) == {1: (PLAN,), 2: (replace(PLAN, window_months=6),)}


def test_what_people_add_at_the_same_time_never_collides(database: Database) -> None:
    seen = actions.create(database, ACTION)
    actions.comment(database, seen.id, "first, @noor", ["noor"], who="mia")
    actions.comment(database, seen.id, "second", who="noor")
    linked = actions.add_link(database, seen.id, Link("Script", "https://example.com/a"), who="mia")
    saved = actions.save(database, seen, replace(seen, title="Calls"))

    assert [(each.text, each.mentions, each.who) for each in saved.comments] == [
        ("first, @noor", ("noor",), "mia"), ("second", (), "noor"),
    ]  # fmt: skip
    assert [each.url for each in saved.links] == ["https://example.com/a"]
    assert actions.remove_link(database, seen.id, linked.links[0].id).links == ()
    assert actions.remove_link(database, seen.id, linked.links[0].id).links == ()


def test_an_archived_action_is_off_the_list(database: Database) -> None:
    seen = actions.create(database, ACTION)
    actions.archive(database, seen)
    assert actions.all(database) == ()
    assert [each.archived for each in actions.all(database, archived=True)] == [True]


def test_documents_keep_plans_and_verdicts_and_no_endless_limits() -> None:
    assert from_document(to_document(PLAN)) == PLAN
    assert verdict_from(verdict_document(VERDICT)) == VERDICT
    assert verdict_document(replace(VERDICT, id=7, who="mia", round=2)) == verdict_document(VERDICT)
    assert verdict_from(verdict_document(replace(VERDICT, low=-inf, p_value=nan))).low is None
    assert differences(PLAN, PLAN) == ({}, {})


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"metric": {"kind": "joy"}}, "has the kind 'joy'"),
        ({"metric": {"kind": "churn"}, "comparison": "magic"}, "has the comparison 'magic'"),
        ({"metric": {"kind": "churn"}, "colour": "red"}, "has the field 'colour'"),
        ({"window_months": 3}, "lacks metric"),
    ],
)
def test_a_plan_of_a_newer_program_is_refused_rather_than_cut(document: dict[str, object], said: str) -> None:
    with pytest.raises(DataProblem, match=said):
        from_document(document)
    with pytest.raises(DataProblem, match="has the verdict 'perhaps'"):
        verdict_from({**verdict_document(VERDICT), "word": "perhaps"})
