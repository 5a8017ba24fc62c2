"""A review is prepared with a pack on a pinned release and an agenda; what was left open comes to the next one."""

from dataclasses import replace
from datetime import date

import pytest

from analysis.review import agenda, pack
from analysis.review.prepare import before, prepare
from data.database import Database, open_database
from data.database.repositories import actions, findings, releases, reviews
from data.engine import Engine, open_engine
from data.errors import Busy, ReviewError
from data.lake import Lake
from data.records_improvement import Action, Finding, ProofMetric, ProofPlan, Verdict
from data.records_reviews import QUESTIONS, Item, Note, Review
from data.release import publish
from data.settings import Settings
from data.staged import Progress
from tests.builders import NOW
from tests.unit.analysis.review.company import reviewed

START, END = date(2024, 10, 1), date(2025, 1, 1)
EARLIER = date(2024, 7, 1)


def the_engine(place: Settings, database: Database) -> Engine:
    release = publish(place, database, reviewed(), now=NOW).release
    return open_engine(Lake(place.lake_url), release)


def shipped(database: Database) -> Action:
    """An action that was agreed, shipped and judged on release 1."""
    plan = ProofPlan(
        ProofMetric("early-churn", days=90), baseline=0.2, check_on=date(2024, 12, 1), smallest_effect=0.05
    )
    made = actions.create(database, Action("Guided onboarding", owner="Onboarding lead", due=date(2024, 6, 1)))
    made = actions.ship(database, actions.freeze(database, made, plan), date(2024, 6, 1))
    made = actions.move(database, made, "verifying")
    found = Verdict(
        "worked", "proportions", plan.metric, 1, date(2024, 12, 31), "proof-1", effect=-0.1, low=-0.15, high=-0.05,
        said=("It worked.",), digest="d",
    )  # fmt: skip
    return actions.add_verdict(database, made, found)


def test_a_review_is_prepared_with_its_pack_its_agenda_and_its_release_kept(empty_database: Settings) -> None:
    database = open_database(empty_database)
    engine = the_engine(empty_database, database)
    shipped(database)
    actions.create(database, Action("Call who asks to cancel", owner="Support lead", due=date(2024, 11, 1)))
    findings.keep(database, Finding("Retail leaves more often.", "personas", {}, 1))

    made = prepare(engine, database, START, END, "Moderator")

    assert (made.state, made.release, made.quarter) == ("prepared", 1, "2024Q4")
    assert made.pack is not None
    assert pack.digest(made.pack) == made.digest
    assert releases.pins(database) == {1: ("review 2024Q4",)}
    kinds = [(item.kind, item.ref) for item in made.items]
    assert kinds[:6] == [("verdicts", "verdicts"), *(("question", key) for key in QUESTIONS)]
    assert [item.title for item in made.items[6:]] == [
        "Retail leaves more often.",
        "Call who asks to cancel",
        "",
    ]
    rows = made.pack["sections"][0]["tables"][0]["rows"]
    assert [(row["title"], row["verdict"], row["effect_low"]) for row in rows] == [
        ("Guided onboarding", "worked", -0.15),
        ("Call who asks to cancel", "", None),
    ]
    lacking = {row["what"]: row["count"] for row in made.pack["sections"][-1]["tables"][0]["rows"]}
    assert lacking == {"losses_without_reason": 3, "losses_undiagnosed": 12, "actions_without_plan": 1}

    again = prepare(engine, database, START, END)
    assert (again.digest, len(again.items)) == (made.digest, len(made.items))
    database.close()


def test_once_the_meeting_began_its_pack_is_frozen(empty_database: Settings) -> None:
    database = open_database(empty_database)
    engine = the_engine(empty_database, database)
    reviews.start(database, prepare(engine, database, START, END))
    with pytest.raises(ReviewError, match="has begun: its pack is frozen"):
        prepare(engine, database, START, END)
    database.close()


def test_what_was_parked_comes_to_the_next_review_and_what_was_done_with_does_not() -> None:
    done = Item("finding", "1", "Seen", state="done", id=1)
    parked = Item("free", "", "Prices by country", "Sales lead", state="parked", id=2)
    # These stand on the next agenda anyway: once is enough.
    again = (Item("question", "saves", state="parked", id=3), Item("finding", "2", "New", state="parked", id=4))
    old = Review(
        EARLIER, START, items=(done, parked, *again), notes=(Note("Prices?", kind="parking", id=5, who="Sales lead"),)
    )
    known = [Finding("Seen", "overview", {}, 1, id=1), Finding("New", "overview", {}, 1, id=2)]
    closed = Action("Old", state="closed", id=1)
    now = [closed, replace(closed, state="doing", id=2)]
    found = agenda.drafted(Review(START, END), known, now, old, agenda.discussed([old]))
    rest = [(item.kind, item.ref, item.owner) for item in found[6:]]
    assert rest == [
        ("finding", "2", ""),
        ("action", "2", ""),
        ("free", "item-2", "Sales lead"),
        ("free", "note-5", "Sales lead"),
        ("free", "next-steps", ""),
    ]
    assert [item.position for item in found] == list(range(len(found)))


def test_a_finding_that_was_done_with_two_reviews_ago_does_not_come_back(empty_database: Settings) -> None:
    database = open_database(empty_database)
    engine = the_engine(empty_database, database)
    kept = findings.keep(database, Finding("Seen long ago.", "overview", {}, 1))
    first = reviews.create(database, date(2024, 4, 1), EARLIER)
    item = reviews.add_item(database, first.id, Item("finding", str(kept.id), kept.sentence))
    reviews.save_item(database, item, replace(item, state="done"))
    reviews.create(database, EARLIER, START)

    made = prepare(engine, database, START, END)

    assert [one.ref for one in made.items if one.kind == "finding"] == []
    database.close()


def test_the_review_before_is_the_last_one_of_an_earlier_quarter(empty_database: Settings) -> None:
    database = open_database(empty_database)
    assert before(database, START) is None
    for start in (date(2024, 1, 1), EARLIER, START):
        reviews.create(database, start, END)
    found = before(database, START)
    assert found is not None
    assert found.start == EARLIER
    database.close()


def test_a_finding_comes_on_the_agenda_until_something_was_agreed_from_it() -> None:
    kept = [Finding(f"Finding {n}", "overview", {}, 1, id=n, who="local") for n in (1, 2, 3, 4)]
    kept.append(Finding("Finding 5", "overview", {}, 1, id=5, who="Sales lead"))
    known = [
        Action("Judged", state="worked", id=1, findings=(1,)),
        Action("Proposed", state="proposed", id=2, findings=(2,)),
        Action("Under way", state="doing", id=3, findings=(3,)),
    ]
    found = agenda.drafted(Review(START, END, moderator="Moderator"), kept, known, None)
    # Nobody is called "local": whoever kept a finding without a name does not own it.
    assert [(i.ref, i.owner) for i in found if i.kind == "finding"] == [("2", ""), ("4", ""), ("5", "Sales lead")]
    assert [i.title for i in found if i.kind == "action"] == ["Proposed", "Under way"]
    assert (found[-1].ref, found[-1].title, found[-1].owner) == ("next-steps", "", "Moderator")


def test_who_prepares_while_somebody_else_does_is_told_so_and_loses_nothing(empty_database: Settings) -> None:
    database = open_database(empty_database)
    engine = the_engine(empty_database, database)

    def other(step: Progress) -> None:
        if step.step == "saves":
            actions.create(database, Action("Call who asks to cancel"))
            prepare(engine, database, START, END, "Sales lead")

    with pytest.raises(Busy, match=r"Somebody else prepared the review of 2024Q4 .* on data release 1\. Theirs"):
        prepare(engine, database, START, END, "Moderator", other)
    stands = reviews.find(database, START)
    assert stands is not None
    # Prepared again, it is the pack that stands, whoever makes it once more meanwhile.
    again = prepare(engine, database, START, END, "Moderator", lambda _step: None)
    assert again.digest == stands.digest
    database.close()


def test_what_is_written_of_a_review_while_its_pack_is_made_stays(empty_database: Settings) -> None:
    database = open_database(empty_database)
    engine = the_engine(empty_database, database)
    seen = reviews.create(database, START, END)

    def titled(step: Progress) -> None:
        if step.step == "saves":
            reviews.save(database, seen, replace(seen, title="Autumn", moderator="Moderator"))

    made = prepare(engine, database, START, END, progress=titled)
    assert (made.title, made.state, made.items[-1].owner) == ("Autumn", "prepared", "Moderator")

    def begun(step: Progress) -> None:
        if step.step == "saves":
            reviews.start(database, made)

    with pytest.raises(ReviewError, match="has begun: its pack is frozen"):
        prepare(engine, database, START, END, progress=begun)
    database.close()
