"""An action is agreed on a complete plan, judged on what the data say when they say it, and every other move refused."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import product
from typing import Any, get_args

import pytest

from analysis.improvement import actions
from analysis.improvement.moves import DROPPED, FROZEN, MOVES, Move, allowed, refuse_unless_allowed
from analysis.proof.checks import Known
from analysis.proof.window import due_on
from data.database import Database, open_database
from data.database.repositories import actions as stored
from data.database.repositories import findings
from data.errors import Busy, ReviewError
from data.records_improvement import Action, ActionState, Finding, ProofMetric, ProofPlan, Verdict
from data.settings import settings

TODAY = date(2026, 2, 10)
SHIPS = date(2026, 3, 1)
PLAN = ProofPlan(ProofMetric("early-churn", days=90), smallest_effect=0.02, visible=0.03, baseline=0.1, ships_on=SHIPS)
#: June and 90 days more: the first day on which all of March to May is known.
DUE = date(2026, 8, 30)
ACTION = Action("Guided onboarding", owner="Onboarding lead", due=date(2026, 3, 1), draft=PLAN)
VERDICT = Verdict("cannot-tell", "proportions", PLAN.metric, 4, DUE, "proof-1", months_more=4, digest="a" * 64)


@pytest.fixture
def db() -> Database:
    return open_database(settings())


def proposed(db: Database, **words: Any) -> Action:
    return actions.create(db, replace(ACTION, **words), who="mia")


def agreed(db: Database) -> Action:
    return actions.agree(db, proposed(db), PLAN, TODAY, who="mia")


def shipped(db: Database) -> Action:
    return actions.ship(db, agreed(db), SHIPS)


def verifying(db: Database) -> Action:
    return actions.verify(db, shipped(db))


def judged(db: Database, word: Any = "cannot-tell") -> Action:
    return actions.judge(db, verifying(db), replace(VERDICT, word=word))


def in_state(db: Database, state: ActionState) -> Action:
    """An action that came into this state by allowed moves."""
    ways: dict[str, Callable[[], Action]] = {
        "proposed": lambda: proposed(db),
        "agreed": lambda: agreed(db),
        "doing": lambda: actions.begin(db, agreed(db)),
        "shipped": lambda: shipped(db),
        "verifying": lambda: verifying(db),
        "closed": lambda: actions.close(db, proposed(db), "no"),
        "reopened": lambda: actions.reopen(db, judged(db, "did-not"), "again"),
    }
    return ways[state]() if state in ways else judged(db, state)


DEEDS: dict[Move, Callable[[Database, Action], object]] = {
    "change": lambda db, one: actions.change(db, one, replace(one, title="Calls")),
    "draft": lambda db, one: actions.draft_plan(db, one, replace(PLAN, window_months=5)),
    "agree": lambda db, one: actions.agree(db, one, PLAN, TODAY),
    "begin": lambda db, one: actions.begin(db, one),
    "ship": lambda db, one: actions.ship(db, one, SHIPS),
    "amend": lambda db, one: actions.amend(db, one, replace(PLAN, window_months=5), "slow"),
    "verify": lambda db, one: actions.verify(db, one),
    "judge": lambda db, one: actions.judge(db, one, replace(VERDICT, word="worked")),
    "wait": lambda db, one: actions.wait(db, one),
    "close": lambda db, one: actions.close(db, one, "enough"),
    "reopen": lambda db, one: actions.reopen(db, one, "again"),
    "archive": lambda db, one: actions.archive(db, one),
}


@pytest.mark.slow
@pytest.mark.parametrize("state", get_args(ActionState))
def test_every_move_in_every_state_is_done_or_refused_as_the_table_says(db: Database, state: ActionState) -> None:
    for move in get_args(Move):
        one = in_state(db, state)
        assert (move in allowed(one)) == ((state, move) in MOVES)
        if (state, move) not in MOVES:
            with pytest.raises(ReviewError, match=r"Guided onboarding.+\."):
                DEEDS[move](db, one)
            assert stored.get(db, one.id) == one, move
            continue
        DEEDS[move](db, one)
        assert stored.get(db, one.id).state in MOVES[state, move], move


def test_every_state_has_a_sentence_for_every_move_it_refuses() -> None:
    for state, move in product(get_args(ActionState), get_args(Move)):
        one = Action("Calls", state=state)
        if (state, move) in MOVES:
            refuse_unless_allowed(one, move)
            continue
        with pytest.raises(ReviewError, match=r"'Calls'.+\.$"):
            refuse_unless_allowed(one, move)
    with pytest.raises(ReviewError, match="is archived"):
        refuse_unless_allowed(Action("Calls", archived=True), "change")
    assert allowed(Action("Calls", archived=True)) == ()


def test_no_way_leads_from_shipping_to_another_plan_but_a_new_round() -> None:
    """Every state of a frozen plan is left by a verdict, a longer wait, closing or a new round only."""
    for state, move in MOVES:
        if state in FROZEN:
            assert move in {"change", "verify", "judge", "wait", "close", "reopen"}
    assert not set(FROZEN) & set(DROPPED)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"title": " "}, "has no title"),
        ({"title": "x" * 201}, "201 letters; 200 are possible"),
        ({"effort_days": -1.0}, "person-days"),
        ({"confidence": "total"}, "one of: low, medium, high"),
        ({"gain_low_cents": 5, "gain_cents": 4}, "outside its own range"),
    ],
)
def test_an_action_that_cannot_be_is_refused(db: Database, words: dict[str, Any], said: str) -> None:
    with pytest.raises(ReviewError, match=said):
        proposed(db, **words)
    assert stored.all(db) == ()


def test_what_is_written_is_tidied(db: Database) -> None:
    ids = [findings.keep(db, Finding("seen", "overview", {}, 1)).id for _ in range(2)]
    one = proposed(db, title="  Calls ", owner=" Success ", findings=(ids[1], ids[1], ids[0]))
    assert (one.title, one.owner, set(one.findings)) == ("Calls", "Success", set(ids))


def test_everything_that_keeps_an_action_from_being_agreed_is_told_at_once(db: Database) -> None:
    one = proposed(db, owner=" ", due=None)
    with pytest.raises(ReviewError, match=r"no owner\..*no due date\..*must be above 0.*day on which.*is missing"):
        actions.agree(db, one, replace(PLAN, smallest_effect=0.0, ships_on=None), TODAY)
    with pytest.raises(ReviewError, match="which is past: a plan is made before"):
        actions.agree(db, proposed(db), PLAN, date(2026, 3, 2))
    assert stored.get(db, one.id) == one


def test_agreeing_freezes_the_plan_with_its_check_date(db: Database) -> None:
    one = agreed(db)
    assert one.frozen == replace(PLAN, check_on=DUE)
    assert (actions.agreed_on(one), due_on(one), one.state) == (TODAY, DUE, "agreed")
    assert (actions.agreed_on(proposed(db)), due_on(proposed(db))) == (None, DUE)


def test_an_amendment_is_kept_with_its_reason_and_moves_the_check_date(db: Database) -> None:
    later = replace(PLAN, ships_on=date(2026, 4, 1))
    one = actions.amend(db, agreed(db), later, " hiring ", who="noor")
    (kept,) = one.amendments
    assert (kept.reason, kept.who, set(kept.after)) == ("hiring", "noor", {"ships_on", "check_on"})
    assert one.frozen is not None
    assert one.frozen.check_on == date(2026, 9, 29)


@pytest.mark.parametrize(
    ("plan", "reason", "said"),
    [
        (replace(PLAN, window_months=5), " ", "The reason is missing"),
        (PLAN, "why", "Nothing of the plan was changed"),
        (replace(PLAN, smallest_effect=-1.0), "why", "must be above 0"),
    ],
)
def test_an_amendment_that_is_none_is_refused(db: Database, plan: ProofPlan, reason: str, said: str) -> None:
    one = agreed(db)
    with pytest.raises(ReviewError, match=said):
        actions.amend(db, one, plan, reason, Known())
    assert stored.get(db, one.id) == one


def test_what_shipped_before_its_plan_was_made_cannot_be_proved_by_it(db: Database) -> None:
    one = agreed(db)
    with pytest.raises(ReviewError, match="frozen on 2026-02-10, after 2026-02-09"):
        actions.ship(db, one, date(2026, 2, 9))
    with pytest.raises(ReviewError, match="2026-03-01 is not here yet"):
        actions.ship(db, one, SHIPS, today=date(2026, 2, 28))
    assert actions.ship(db, one, TODAY, today=TODAY).shipped_on == TODAY


def test_what_shipped_before_its_plan_was_changed_cannot_be_proved_by_it(db: Database) -> None:
    one = actions.amend(db, agreed(db), replace(PLAN, ships_on=date(2026, 4, 1)), "another number looks better")
    changed = one.amendments[-1].at.date()
    with pytest.raises(ReviewError, match=f"last amended on {changed}, after 2026-03-01"):
        actions.ship(db, one, SHIPS)
    assert actions.ship(db, one, changed).shipped_on == changed


def test_an_amendment_of_the_round_before_keeps_nobody_from_shipping(db: Database) -> None:
    one = actions.amend(db, agreed(db), replace(PLAN, ships_on=date(2026, 4, 1)), "hiring")
    one = actions.reopen(db, actions.close(db, one, "not now"), "now")
    one = actions.agree(db, one, replace(PLAN, ships_on=SHIPS), TODAY)
    assert actions.ship(db, one, SHIPS).shipped_on == SHIPS


def test_window_and_check_date_move_along_with_the_day_of_shipping(db: Database) -> None:
    one = actions.ship(db, agreed(db), date(2026, 3, 2))
    assert one.frozen == replace(PLAN, check_on=DUE)
    assert due_on(one) == date(2026, 9, 29)


def test_a_verdict_waits_for_the_check_date_and_for_the_metric_of_the_plan(db: Database) -> None:
    one = verifying(db)
    with pytest.raises(ReviewError, match="look at half a result"):
        actions.judge(db, one, replace(VERDICT, as_of=date(2026, 8, 28)))
    with pytest.raises(ReviewError, match="another metric"):
        actions.judge(db, one, replace(VERDICT, metric=ProofMetric("churn")))
    assert actions.judge(db, one, replace(VERDICT, as_of=date(2026, 8, 29))).state == "cannot-tell"


def test_waiting_makes_the_window_longer_by_what_the_verdict_asks_for(db: Database) -> None:
    one = actions.wait(db, judged(db), who="noor")
    assert (one.state, one.frozen) == ("verifying", replace(PLAN, window_months=7, check_on=date(2026, 12, 30)))
    assert set(one.amendments[0].after) == {"window_months", "check_on"}
    assert due_on(one) == date(2026, 12, 30)


def test_waiting_needs_a_number_of_months_and_has_an_end(db: Database) -> None:
    one = actions.judge(db, verifying(db), replace(VERDICT, months_more=None))
    with pytest.raises(ReviewError, match="names no number of months"):
        actions.wait(db, one)
    longest = actions.wait(db, one, 99)
    assert longest.frozen is not None
    assert longest.frozen.window_months == 24
    again = actions.judge(db, longest, replace(VERDICT, release=9, as_of=date(2029, 1, 1)))
    with pytest.raises(ReviewError, match="24 months after shipping are judged already, and 24 are the most"):
        actions.wait(db, again)


def test_dropping_needs_a_reason_and_closing_after_a_verdict_none(db: Database) -> None:
    with pytest.raises(ReviewError, match="The reason is missing"):
        actions.close(db, agreed(db))
    assert actions.close(db, judged(db, "worked")).state == "closed"


def test_another_round_starts_from_the_old_plan_without_what_was_measured(db: Database) -> None:
    one = actions.reopen(db, judged(db, "did-not"), " another script ")
    assert (one.round, one.frozen, one.shipped_on) == (2, None, None)
    assert one.draft == ProofPlan(PLAN.metric, smallest_effect=0.02)
    assert (one.history[-1].reason, [v.word for v in one.verdicts]) == ("another script", ["did-not"])
    assert actions.reopen(db, actions.close(db, proposed(db, draft=None), "no"), "yes").draft is None


def test_the_second_person_who_writes_is_told_and_remarks_never_collide(db: Database) -> None:
    seen = proposed(db)
    actions.comment(db, seen.id, "Ask @onboarding lead and @noor, not mia@example.com", who="mia")
    theirs = actions.change(db, seen, replace(seen, due=TODAY))
    with pytest.raises(Busy):
        actions.change(db, seen, replace(seen, title="Mails"))
    assert theirs.comments[0].mentions == ("Onboarding lead", "noor")
    with pytest.raises(ReviewError, match="comment is empty"):
        actions.comment(db, seen.id, " \n ")
    with pytest.raises(ReviewError, match="4,001 letters"):
        actions.comment(db, seen.id, "x" * 4001)


def test_only_addresses_are_linked_to(db: Database) -> None:
    one = proposed(db)
    linked = actions.link(db, one.id, " https://example.com/plan/ ", who="mia")
    assert [(each.title, each.url) for each in linked.links] == [("example.com/plan", "https://example.com/plan/")]
    for url in (
        "javascript:alert(1)",
        "ftp://example.com",
        "https://a b",
        "https://mia:x@example.com",
        "",
        "https://[",
    ):
        with pytest.raises(ReviewError, match="is no address to link to"):
            actions.link(db, one.id, url)
    assert actions.unlink(db, one.id, linked.links[0].id).links == ()
