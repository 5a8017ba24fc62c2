"""Minutes hold what was recorded and what was not withdrawn; signed ones are final and wait in the outbox."""

from datetime import date

import pytest

from analysis.review import minutes
from analysis.review.compare import compare
from analysis.review.pack import digest
from data.database import Database
from data.database.repositories import actions, findings, outbox, releases, reviews
from data.errors import Busy, ReviewError
from data.records import MetricOptions, Release
from data.records_improvement import Action, Finding, Number, ProofMetric, ProofPlan
from data.records_reviews import Attendee, Item, Note, Review, ReviewDecision, Vote
from tests.builders import NOW

START, END = date(2024, 10, 1), date(2025, 1, 1)


def figure(name: str, value: float) -> dict[str, object]:
    return {"name": name, "unit": "rate", "value": value}


def packed(value: float) -> dict[str, object]:
    return {"sections": [{"key": "who-left", "figures": [figure("customer_churn_rate", value)]}]}


def held(db: Database) -> Review:
    """A review in which two spoke, one decision stands, one was withdrawn, and one note was parked."""
    releases.record(db, Release(0, NOW, date(2024, 12, 31), MetricOptions(), {}, {}))
    found = findings.keep(
        db, Finding("Retail leaves.", "personas", {}, 1, number=Number("rate", "rate", 0.6, 0.4, 0.8))
    )
    made = reviews.create(db, START, END, moderator="Moderator")
    items = [Item("question", "reasons"), Item("finding", str(found.id), found.sentence)]
    made = reviews.start(db, reviews.prepare(db, made, 1, packed(0.1), "digest", items))
    first = made.items[0]
    plan = ProofPlan(ProofMetric("early-churn", days=90), check_on=date(2025, 6, 1))
    draft = Action("Guide the first week", owner="Onboarding lead", due=date(2025, 2, 1), review=made.id, draft=plan)
    action = actions.create(db, draft)
    reviews.add_decision(db, made.id, ReviewDecision("We guide the first week.", first.id, action.id))
    wrong = reviews.add_decision(db, made.id, ReviewDecision("We do nothing.", first.id))
    reviews.withdraw_decision(db, wrong.id)
    reviews.add_note(db, made.id, Note("价格不是问题 <b>", first.id), who="Sales lead")
    reviews.add_note(db, made.id, Note("Prices of 2026", kind="parking"), who="Product lead")
    reviews.vote(db, made.id, Vote("item", first.id, "Sales lead"), who="Sales lead")
    reviews.attend(db, made.id, Attendee("Sales lead <sales@example.com>", "Sales"))
    reviews.attend(db, made.id, Attendee("Product lead", "Product", present=False))
    return reviews.end(db, reviews.get(db, made.id))


def test_minutes_hold_decisions_actions_and_numbers_with_their_release(database: Database) -> None:
    written = minutes.drafted(database, held(database).id)

    assert [(d["text"], d["owner"], d["due"], d["ref"]) for d in written["decisions"]] == [
        ("We guide the first week.", "Onboarding lead", "2025-02-01", "reasons")
    ]
    (action,) = written["actions"]
    assert (action["title"], action["metric"], action["check_on"]) == (
        "Guide the first week",
        {"kind": "early-churn", "of": "", "days": 90},
        "2025-06-01",
    )
    assert written["items"][0]["notes"] == [{"text": "价格不是问题 <b>", "who": "Sales lead"}]
    assert (written["items"][0]["votes"], written["parking"][0]["text"]) == (1, "Prices of 2026")
    assert (written["findings"][0]["value"], written["findings"][0]["release"]) == (0.6, 1)
    assert written["departments"] == [
        {"department": "Product", "present": 0, "of": 1},
        {"department": "Sales", "present": 1, "of": 1},
    ]


def test_signed_minutes_are_final_and_wait_in_the_outbox(database: Database) -> None:
    review = held(database)
    signed = minutes.sign(database, review.id, "Moderator")

    assert signed.signed_by == "Moderator"
    assert digest(signed.document) == signed.digest
    assert reviews.get(database, review.id).state == "signed"
    with pytest.raises(ReviewError, match="signed"):
        reviews.add_note(database, review.id, Note("Too late."))
    sent = minutes.send(database, signed.document, "Minutes", "text", "<p>html</p>", "Moderator")
    assert [(m.to, m.state) for m in sent] == [("sales@example.com", "waiting")]
    assert outbox.all(database, state="waiting") == sent
    # Somebody else, in another language, leaves no second copy.
    assert minutes.send(database, signed.document, "会议纪要", "text", "<p>html</p>", "Sales lead") == sent
    assert outbox.all(database) == sent == minutes.sent(database, signed.document)


def test_what_was_said_of_the_whole_review_is_in_its_minutes(database: Database) -> None:
    review = held(database)
    reviews.add_note(database, review.id, Note("We should meet more often."), who="Sales lead")
    taken_back = reviews.add_note(database, review.id, Note("Never mind."), who="Sales lead")
    reviews.withdraw_note(database, taken_back.id)
    written = minutes.drafted(database, review.id)
    assert written["notes"] == [{"text": "We should meet more often.", "who": "Sales lead"}]


def test_an_action_goes_with_the_decision_that_proposed_it(database: Database) -> None:
    """One that was closed with its decision is not in the minutes; one that somebody works on is."""
    review = held(database)
    made = [actions.create(database, Action(title, review=review.id)) for title in ("Mistaken", "Begun")]
    for action in made:
        wrong = reviews.add_decision(database, review.id, ReviewDecision(action.title, action=action.id))
        reviews.withdraw_decision(database, wrong.id)
    actions.move(database, made[0], "closed", reason="Taken back.")
    titles = [one["title"] for one in minutes.drafted(database, review.id)["actions"]]
    assert titles == ["Guide the first week", "Begun"]


def test_what_is_archived_stays_in_the_minutes_and_is_not_open_any_more(database: Database) -> None:
    review = held(database)
    (action,), (found,) = actions.all(database), findings.all(database)
    actions.archive(database, actions.move(database, action, "closed", reason="Not now."))
    findings.archive(database, found)
    written = minutes.drafted(database, review.id)
    assert [one["action"] for one in written["decisions"]] == ["Guide the first week"]
    assert [one["sentence"] for one in written["findings"]] == ["Retail leaves."]
    now = Review(END, date(2025, 4, 1), release=2, pack=packed(0.07))
    (kept,) = compare(now, reviews.get(database, review.id), actions.all(database, archived=True)).decisions
    assert (kept.state, kept.open) == ("closed", False)


def test_minutes_that_changed_since_they_were_read_are_not_signed(database: Database) -> None:
    review = held(database)
    read = minutes.drafted(database, review.id)
    reviews.add_note(database, review.id, Note("One thing more.", review.items[0].id), who="Sales lead")

    with pytest.raises(Busy, match="changed since they were read"):
        minutes.sign(database, review.id, "Moderator", read)
    assert (reviews.get(database, review.id).state, reviews.get(database, review.id).minutes) == ("held", ())

    signed = minutes.sign(database, review.id, "Moderator", minutes.drafted(database, review.id))
    assert signed.document["items"][0]["notes"][-1]["text"] == "One thing more."


def test_without_an_address_the_minutes_go_to_the_whole_review() -> None:
    assert minutes.addressees([{"name": "Sales lead"}]) == ("review",)


def test_a_review_is_compared_with_the_one_before(database: Database) -> None:
    before = held(database)
    now = Review(END, date(2025, 4, 1), release=2, pack=packed(0.07))
    found = compare(now, reviews.get(database, before.id), actions.all(database))

    assert [(f.section, f.name, f.before, f.now) for f in found.figures] == [
        ("who-left", "customer_churn_rate", 0.1, 0.07)
    ]
    assert [(d.text, d.state, d.open) for d in found.decisions] == [("We guide the first week.", "proposed", True)]
    assert not found.same_release
