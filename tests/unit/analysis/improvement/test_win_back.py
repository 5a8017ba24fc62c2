"""Who left for what an action mends is called once: by reason, by diagnosis, or by a condition that names it."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from analysis.feedback import taxonomy
from analysis.feedback.losses import Feedback
from analysis.improvement import actions, win_back
from data.database import Database, open_database
from data.database.repositories import actions as stored_actions
from data.database.repositories import win_back as stored
from data.engine import Engine
from data.errors import Busy, ReviewError
from data.reasons import FIRST_TAXONOMY
from data.records_improvement import Action, Call, ProofMetric, ProofPlan
from data.records_interviews import Interview, ReasonMapping
from data.settings import settings
from tests.builders import a_company, a_customer, a_subscription, an_engine

SHIPPED = date(2024, 6, 1)
MENDED = Action("Guided onboarding", reason="onboarding", state="verifying", shipped_on=SHIPPED, id=1)
LOST = {
    "c1": ("2024-03-10", "onboarding"),
    "c2": ("2024-03-10", "price"),
    "c3": ("2024-03-10", "competitor"),
    "c4": ("2024-07-10", "onboarding"),
    "c5": ("2024-03-10", "onboarding"),
    "c6": ("2024-05-31", "price"),
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Six customers that left and two that stay; c6 came back in September."""
    lost = [
        a_subscription(c, starts="2022-01-01", ends=end, mrr=1000 * int(c[1]), cancel_reason=reason)
        for c, (end, reason) in LOST.items()
    ]
    again = [a_subscription("c6", starts="2024-09-01", mrr=700)]
    stays = [a_subscription(f"stays{n}", starts="2022-01-01") for n in range(2)]
    people = [a_customer(c, csm_id="mia") for c in (*LOST, "stays0", "stays1")]
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHURN_HOME", str(Path(tmp_path_factory.mktemp("win-back")) / "home"))
        return an_engine(a_company([*lost, *again, *stays], customers=people))


def talk(customer: str, **said: str) -> Interview:
    on = date.fromisoformat(LOST[customer][0])
    return Interview(customer, on, state="done", on=date(2024, 8, 1), **said)  # pyright: ignore[reportArgumentType]


def feedback(*held: Interview) -> Feedback:
    return Feedback((FIRST_TAXONOMY,), 1, ReasonMapping(1, 1, ()), held)


def in_place(db: Database, reason: str = "onboarding") -> Action:
    plan = ProofPlan(ProofMetric("churn"), smallest_effect=0.02, ships_on=SHIPPED)
    action = Action("Guided onboarding", owner="Onboarding lead", due=SHIPPED, reason=reason)
    agreed = actions.agree(db, actions.create(db, action), plan, SHIPPED)
    return actions.verify(db, actions.ship(db, agreed, SHIPPED))


def test_who_left_for_the_reason_before_it_was_mended_is_called_the_largest_first(engine: Engine) -> None:
    calls = win_back.worth_calling(engine, MENDED, feedback())
    assert [(c.customer_id, c.why, c.words, c.mrr_cents, c.owner, c.name) for c in calls] == [
        ("c5", "reason", "onboarding", 5000, "mia", "C5"),
        ("c1", "reason", "onboarding", 1000, "mia", "C1"),
    ]


@pytest.mark.parametrize(
    ("why", "words", "told"),
    [
        ("reason", "onboarding", ("onboarding", "")),
        ("reason", "Too_expensive", ("price", "")),
        ("reason", "Weak engagement or communication", ("weak_engagement", "")),
        ("reason", "Nobody showed us how", ("onboarding", "Nobody showed us how")),
        ("reason", "The boss wanted it", ("", "The boss wanted it")),
        ("reason", "", ("", "")),
        ("condition", "Better onboarding", ("", "Better onboarding")),
        ("condition", "Price", ("", "Price")),
    ],
)
def test_the_name_of_a_reason_is_told_from_the_words_of_a_customer(why: Any, words: str, told: tuple[str, str]) -> None:
    own = ReasonMapping(1, 1, (("nobody showed us how", "onboarding"),))
    known = replace(feedback(), mapping=own)
    assert win_back.meant(Call(1, "c1", SHIPPED, why, words), known) == told


def test_an_interview_goes_before_what_was_said_when_cancelling(engine: Engine) -> None:
    held = (talk("c1", diagnosed="price"), talk("c2", diagnosed="onboarding"))
    calls = win_back.worth_calling(engine, MENDED, feedback(*held))
    assert [c.customer_id for c in calls] == ["c5", "c2"]


def test_a_condition_that_names_the_reason_is_a_call_in_the_words_of_the_customer(engine: Engine) -> None:
    held = (
        talk("c3", diagnosed="competitor", return_condition="If your ONBOARDING took a day, not a month"),
        talk("c2", diagnosed="price", return_condition="If it were cheaper"),
        talk("c4", diagnosed="price", return_condition="better onboarding"),
    )
    calls = win_back.worth_calling(engine, MENDED, feedback(*held))
    assert [(c.customer_id, c.why) for c in calls] == [("c5", "reason"), ("c3", "condition"), ("c1", "reason")]
    assert calls[1].words == "If your ONBOARDING took a day, not a month"


@pytest.mark.parametrize(
    ("text", "code", "named"),
    [
        ("a call by support", "support", True),
        ("the price", "price", True),
        ("too expensive", "price", True),
        ("weak engagement or poor communication", "weak_engagement", True),
        ("more engagement", "weak_engagement", False),
        ("", "price", False),
        ("price", "gone", False),
    ],
)
def test_a_text_names_a_reason_by_its_label_its_code_or_what_it_stands_for(text: str, code: str, named: bool) -> None:
    assert win_back.names(text, code, feedback()) is named


def test_a_reason_that_was_merged_is_found_under_its_new_name() -> None:
    merged = taxonomy.merge(FIRST_TAXONOMY, ["onboarding"], "support")
    both = Feedback((FIRST_TAXONOMY, merged), 2, ReasonMapping(1, 1, ()))
    assert win_back.code_now("onboarding", both) == "support"
    assert win_back.code_now("support", both) == "support"
    assert win_back.code_now("unheard", both) == "unheard"


def test_the_list_is_filled_once_and_grows_by_what_is_new(engine: Engine, churn_home: Path) -> None:
    db = open_database(settings())
    one = in_place(db)
    assert win_back.fill(engine, db, one, feedback(), who="daily") == 2
    assert win_back.fill(engine, db, one, feedback()) == 0
    assert win_back.fill(engine, db, one, feedback(talk("c2", diagnosed="onboarding"))) == 1
    assert [call.customer_id for call in stored.all(db, action=one.id)] == ["c5", "c2", "c1"]


def test_nobody_is_called_for_what_is_not_in_place_or_did_not_work(engine: Engine, churn_home: Path) -> None:
    db = open_database(settings())
    one = in_place(db)
    for changed in ({"state": "did-not"}, {"state": "doing", "shipped_on": None}, {"reason": ""}, {"reason": "gone"}):
        assert win_back.fill(engine, db, replace(one, **changed), feedback()) == 0
    assert stored.all(db) == ()


def test_an_outcome_is_kept_by_whoever_was_first(engine: Engine, churn_home: Path) -> None:
    db = open_database(settings())
    win_back.fill(engine, db, in_place(db), feedback())
    seen = stored.all(db)[0]
    called = win_back.record_outcome(db, seen, "called", " rings in May ", " Sales ", who="mia")
    assert (called.state, called.note, called.owner) == ("called", "rings in May", "Sales")
    assert win_back.record_outcome(db, called, "declined").owner == "Sales"
    with pytest.raises(Busy):
        win_back.record_outcome(db, seen, "unreachable")
    with pytest.raises(ReviewError, match="one of: open, called"):
        win_back.record_outcome(db, called, "gone")  # pyright: ignore[reportArgumentType]


def test_who_pays_again_is_marked_with_what_they_pay(engine: Engine, churn_home: Path) -> None:
    db = open_database(settings())
    one = in_place(db, reason="price")
    held = feedback(talk("c6", diagnosed="price"))
    # Of somebody who came back the loss is no loss any more; the call was listed while it was one.
    stored.add(db, [Call(one.id, "c6", date(2024, 5, 31), "reason", mrr_cents=6000)])
    win_back.fill(engine, db, one, held)
    taken = next(call for call in stored.all(db) if call.customer_id == "c6")
    found = win_back.came_back(engine, db)
    win_back.record_outcome(db, taken, "called", "rings back")
    assert win_back.keep_returned(db, found) == 0
    assert stored.get(db, taken.id).note == "rings back"
    assert win_back.mark_returned(engine, db) == 1
    (back,) = stored.all(db, state="returned")
    assert (back.customer_id, back.facts["returned_mrr_cents"], back.facts["release"]) == ("c6", 700, 1)
    assert win_back.mark_returned(engine, db) == 0
    assert stored_actions.get(db, one.id).state == "verifying"
