"""Reviews keep their frozen packs and everything said; nobody's words collide, and nothing changes once signed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from functools import partial

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from data.database import Database
from data.database.repositories import actions, releases, reviews
from data.errors import Busy, NoData, ReviewError
from data.records_improvement import Action
from data.records_reviews import Attendee, Item, Note, Review, ReviewDecision, Vote
from tests.unit.data.database.test_releases import a_release

START, END = date(2026, 7, 1), date(2026, 10, 1)
PACK = {"schema": 1, "quarter": "2026Q3", "sections": [{"key": "who-left", "figures": [{"value": 1 / 3}]}]}
AGENDA = (Item("verdicts", "verdicts", minutes=15), Item("question", "who-left"), Item("free", "", "Tea 茶"))


def created(database: Database) -> Review:
    for _ in range(2):
        releases.record(database, a_release())
    return reviews.create(database, START, END, "Q3 <b>评审</b>", moderator="Success lead", who="mia")


def prepared(database: Database) -> Review:
    return reviews.prepare(database, created(database), 1, PACK, "a" * 64, AGENDA, who="mia")


def running(database: Database) -> Review:
    return reviews.start(database, prepared(database), who="mia")


def signed(database: Database) -> Review:
    held = reviews.end(database, running(database))
    reviews.add_minutes(database, held.id, {"decisions": []}, "b" * 64)
    reviews.sign_minutes(database, held.id, 1, who="mia")
    return reviews.sign(database, held)


def test_a_review_comes_back_as_it_was_written(database: Database) -> None:
    one = created(database)
    assert (one.quarter, one.state, one.title, one.pack, one.release) == ("2026Q3", "draft", "Q3 <b>评审</b>", None, 0)
    assert reviews.get(database, one.id) == one
    assert reviews.all(database) == (one,)
    assert reviews.find(database, START) == one
    assert reviews.find(database, END) is None
    with pytest.raises(ReviewError, match="There is a review of 2026Q3 already"):
        reviews.create(database, START, END)
    with pytest.raises(NoData, match="There is no review 9"):
        reviews.get(database, 9)


def test_a_pack_is_frozen_with_its_release(database: Database) -> None:
    one = prepared(database)

    assert (one.state, one.release, one.digest, one.pack) == ("prepared", 1, "a" * 64, PACK)
    assert [(item.kind, item.ref, item.title, item.position) for item in one.items] == [
        ("verdicts", "verdicts", "", 0), ("question", "who-left", "", 1), ("free", "", "Tea 茶", 2),
    ]  # fmt: skip
    assert releases.pins(database) == {1: ("review 2026Q3",)}
    assert reviews.live(database, one.id) == replace(one, pack=None)


def test_preparing_again_keeps_the_agenda_people_made(database: Database) -> None:
    one = prepared(database)
    reviews.save_item(database, one.items[0], replace(one.items[0], owner="Product", minutes=30))
    reviews.remove_item(database, one.items[1])
    again = reviews.prepare(database, one, 2, {"schema": 1}, "c" * 64, (*AGENDA, Item("action", "7")))

    assert (again.release, again.pack, again.digest) == (2, {"schema": 1}, "c" * 64)
    assert [(item.kind, item.owner, item.minutes) for item in again.items] == [
        ("verdicts", "Product", 30), ("free", "", 10), ("action", "", 10),
    ]  # fmt: skip
    assert releases.pins(database) == {2: ("review 2026Q3",)}
    with database.reading() as session:
        assert session.execute(text("SELECT number, release FROM review_packs ORDER BY id")).all() == [(1, 1), (2, 2)]


def test_a_pack_needs_a_release_that_is_there(database: Database) -> None:
    one = created(database)
    with pytest.raises(NoData, match="Release 7 does not exist"):
        reviews.prepare(database, one, 7, PACK, "a" * 64)
    assert reviews.get(database, one.id) == one


def test_once_the_meeting_began_the_pack_stays(database: Database) -> None:
    one = running(database)
    with pytest.raises(ReviewError, match="has begun: its pack is frozen"):
        reviews.prepare(database, one, 2, {"schema": 1}, "c" * 64)
    assert reviews.get(database, one.id).pack == PACK


def test_a_review_goes_from_its_start_to_its_signature(database: Database) -> None:
    one = running(database)
    assert (one.state, one.moderator, [step.item for step in one.steps]) == ("running", "Success lead", [0])
    found = reviews.running(database)
    assert found is not None
    assert found.id == one.id
    held = reviews.end(database, reviews.resume(database, reviews.end(database, one)))
    assert reviews.running(database) is None
    with pytest.raises(ReviewError, match="are not signed yet"):
        reviews.sign(database, held)
    with pytest.raises(ReviewError, match="no version 1 of the minutes"):
        reviews.sign_minutes(database, held.id, 1)
    reviews.add_minutes(database, held.id, {"decisions": []}, "b" * 64)
    second = reviews.add_minutes(database, held.id, {"decisions": ["call"]}, "d" * 64, who="mia")
    assert (second.number, second.signed_by, second.signed_at) == (2, "", None)
    kept = reviews.sign_minutes(database, held.id, 2, who="noor")
    assert (kept.signed_by, kept.signed_at is not None) == ("noor", True)
    with pytest.raises(ReviewError, match="signed already, by noor"):
        reviews.sign_minutes(database, held.id, 2)
    final = reviews.sign(database, held)
    assert (final.state, [m.signed_by for m in final.minutes]) == ("signed", ["", "noor"])


Say = Callable[[Database, Review], object]
SAYINGS: dict[str, Say] = {
    "a note": lambda db, one: reviews.add_note(db, one.id, Note("late")),
    "a note taken back": lambda db, one: reviews.withdraw_note(db, one.notes[0].id),
    "a vote": lambda db, one: reviews.vote(db, one.id, Vote("item", 1, "mia")),
    "a vote taken back": lambda db, one: reviews.unvote(db, one.id, Vote("item", 1, "mia")),
    "a vote turned round": lambda db, one: reviews.turn_vote(db, one.id, Vote("item", 1, "mia")),
    "a decision": lambda db, one: reviews.add_decision(db, one.id, ReviewDecision("late")),
    "a decision taken back": lambda db, one: reviews.withdraw_decision(db, one.decisions[0].id),
    "an attendee": lambda db, one: reviews.attend(db, one.id, Attendee("Noor")),
    "an item": lambda db, one: reviews.add_item(db, one.id, Item("free", title="late")),
    "a changed item": lambda db, one: reviews.save_item(db, one.items[0], replace(one.items[0], owner="x")),
    "a removed item": lambda db, one: reviews.remove_item(db, one.items[0]),
    "an order": lambda db, one: reviews.reorder(db, one.id, [3, 2, 1]),
    "a step": lambda db, one: reviews.step(db, one.id, one.items[0].id),
    "minutes": lambda db, one: reviews.add_minutes(db, one.id, {}, ""),
    "another signature": lambda db, one: reviews.sign_minutes(db, one.id, 1),
    "a resumption": lambda db, one: reviews.resume(db, one),
    "a pack": lambda db, one: reviews.prepare(db, one, 2, {}, ""),
    "a title": lambda db, one: reviews.save(db, one, replace(one, title="x")),
}


def refused(change: Callable[[], object], error: type[Exception], said: str) -> bool:
    """Whether the change is refused with this error."""
    try:
        change()
    except error as found:
        return said in str(found)
    return False


def test_a_signed_review_takes_nothing_more(database: Database) -> None:
    one = running(database)
    reviews.add_note(database, one.id, Note("said"))
    reviews.add_decision(database, one.id, ReviewDecision("decided"))
    held = reviews.end(database, one)
    reviews.add_minutes(database, held.id, {}, "b" * 64)
    reviews.sign_minutes(database, held.id, 1)
    final = reviews.sign(database, held)
    signed = "is signed: nothing can be added"
    kept = {what for what, say in SAYINGS.items() if refused(partial(say, database, final), ReviewError, signed)}
    assert kept == set(SAYINGS)
    assert reviews.get(database, final.id) == final


def test_everything_said_comes_back_and_raises_no_version(database: Database) -> None:
    one = running(database)
    action = actions.create(database, Action("calls")).id
    first = reviews.add_note(database, one.id, Note("说 <i>x</i>", one.items[1].id), who="mia")
    parked = reviews.add_note(database, one.id, Note("prices", kind="parking"), who="noor")
    reviews.withdraw_note(database, parked.id)
    decided = reviews.add_decision(
        database, one.id, ReviewDecision("We call", one.items[1].id, action, "Success"), who="noor"
    )
    reviews.step(database, one.id, one.items[1].id, who="mia")
    after = reviews.live(database, one.id)

    assert [(n.text, n.item, n.kind, n.who, n.withdrawn) for n in after.notes] == [
        ("说 <i>x</i>", one.items[1].id, "note", "mia", False), ("prices", 0, "parking", "noor", True),
    ]  # fmt: skip
    assert after.decisions == (decided,)
    assert (decided.text, decided.item, decided.action, decided.owner, decided.who) == (
        "We call", one.items[1].id, action, "Success", "noor",
    )  # fmt: skip
    assert [step.item for step in after.steps] == [0, one.items[1].id]
    assert after.version == one.version
    assert first in after.notes
    reviews.withdraw_decision(database, decided.id)
    assert [d.withdrawn for d in reviews.live(database, one.id).decisions] == [True]


def test_a_vote_counts_once_and_can_be_taken_back(database: Database) -> None:
    one = running(database)
    vote = Vote("item", one.items[0].id, "mia")
    for _ in range(2):
        reviews.vote(database, one.id, vote)
    reviews.vote(database, one.id, replace(vote, who="noor"))
    reviews.unvote(database, one.id, replace(vote, on="note"))
    assert reviews.live(database, one.id).votes == (vote, replace(vote, who="noor"))
    reviews.unvote(database, one.id, vote)
    assert reviews.live(database, one.id).votes == (replace(vote, who="noor"),)
    reviews.vote(database, one.id, vote)
    assert len(reviews.live(database, one.id).votes) == 2


def test_a_vote_that_is_turned_round_looks_and_writes_in_one_step(database: Database) -> None:
    one = running(database)
    vote = Vote("item", one.items[0].id, "mia")
    for given in ((vote,), (), (vote,)):
        reviews.turn_vote(database, one.id, vote)
        assert reviews.live(database, one.id).votes == given


def test_attendance_is_by_name(database: Database) -> None:
    one = running(database)
    reviews.attend(database, one.id, Attendee("Mia", "Success"))
    reviews.attend(database, one.id, Attendee("Noor", "Product"))
    reviews.attend(database, one.id, Attendee("Mia", "Sales", present=False))
    assert [(a.name, a.department, a.present) for a in reviews.live(database, one.id).attendees] == [
        ("Mia", "Sales", False), ("Noor", "Product", True),
    ]  # fmt: skip


def test_an_item_of_which_something_was_said_stays_on_the_agenda(database: Database) -> None:
    one = running(database)
    first, second, third = one.items
    said = reviews.add_note(database, one.id, Note("Prices", first.id))
    made = reviews.add_decision(database, one.id, ReviewDecision("We lower them.", second.id))
    for item in (first, second):
        with pytest.raises(ReviewError, match="stays in the minutes"):
            reviews.remove_item(database, item)
    reviews.withdraw_note(database, said.id)
    assert reviews.withdraw_decision(database, made.id).withdrawn
    for item in one.items:
        reviews.remove_item(database, item)
    # Said by somebody who had not seen yet that it was taken off: kept, of the whole review.
    late = reviews.add_note(database, one.id, Note("Tea is out", third.id))
    assert (late.item, reviews.live(database, one.id).items) == (0, ())


def test_a_meeting_is_at_its_front_page_while_it_is_over(database: Database) -> None:
    one = running(database)
    reviews.step(database, one.id, one.items[1].id)
    ended = reviews.end(database, reviews.get(database, one.id))
    assert [step.item for step in ended.steps] == [0, one.items[1].id, 0]
    resumed = reviews.resume(database, ended)
    assert [step.item for step in resumed.steps][2:] == [0, one.items[1].id]
    assert resumed.state == "running"


def test_items_are_ordered_changed_and_taken_off(database: Database) -> None:
    one = prepared(database)
    first, second, third = one.items
    moved = reviews.reorder(database, one.id, [third.id, first.id])
    assert [item.id for item in moved] == [third.id, first.id, second.id]
    changed = reviews.save_item(database, moved[0], replace(moved[0], state="parked", minutes=5))
    assert (changed.state, changed.minutes) == ("parked", 5)
    with pytest.raises(Busy, match="The item 'Tea 茶' was changed by somebody else"):
        reviews.save_item(database, third, replace(third, minutes=6))
    reviews.remove_item(database, changed)
    with pytest.raises(NoData, match="no longer on the agenda"):
        reviews.save_item(database, changed, changed)
    added = reviews.add_item(database, one.id, Item("finding", "3"))
    assert [item.id for item in reviews.live(database, one.id).items] == [first.id, second.id, added.id]


def test_an_item_of_another_review_is_not_on_this_agenda(database: Database) -> None:
    one = prepared(database)
    other = reviews.create(database, END, date(2027, 1, 1))
    with pytest.raises(NoData, match="no item 1 on the agenda of this review"):
        reviews.add_note(database, other.id, Note("x", one.items[0].id))


def test_a_change_of_the_review_itself_is_refused_over_an_unseen_one(database: Database) -> None:
    seen = created(database)
    reviews.save(database, seen, replace(seen, title="Third quarter"))
    for refused in (
        lambda: reviews.save(database, seen, replace(seen, title="x")),
        lambda: reviews.prepare(database, seen, 1, PACK, "a" * 64),
        lambda: reviews.archive(database, seen),
    ):
        with pytest.raises(Busy, match="The review of 2026Q3 was changed by somebody else"):
            refused()
    assert reviews.get(database, seen.id).title == "Third quarter"
    assert releases.pins(database) == {}


def test_notes_of_many_at_once_are_all_kept(database: Database) -> None:
    one = running(database)

    def write(n: int) -> None:
        reviews.add_note(database, one.id, Note(f"note {n}"), who=f"p{n % 5}")
        reviews.vote(database, one.id, Vote("item", one.items[0].id, f"p{n % 5}"))

    with ThreadPoolExecutor(5) as people:
        list(people.map(write, range(20)))
    after = reviews.live(database, one.id)
    assert sorted(note.text for note in after.notes) == sorted(f"note {n}" for n in range(20))
    assert len(after.votes) == 5


CHANGES = {
    "UPDATE review_packs SET digest = 'x'": "append-only",
    "DELETE FROM review_packs": "append-only",
    "DELETE FROM review_steps": "append-only",
    "UPDATE review_notes SET text = 'x'": "keeps what was said",
    "DELETE FROM review_notes": "keeps what was said",
    "UPDATE review_votes SET who = 'x'": "keeps what was said",
    "DELETE FROM review_votes": "keeps what was said",
    "UPDATE review_decisions SET text = 'x'": "keeps what was said",
    "DELETE FROM review_decisions": "keeps what was said",
    "UPDATE review_minutes SET document = '{}' WHERE number = 2": "keeps what was said",
    "UPDATE review_minutes SET signed_by = 'x' WHERE number = 1": "are signed",
    "DELETE FROM review_minutes WHERE number = 2": "keeps what was said",
}


def test_the_database_itself_keeps_what_was_said(database: Database) -> None:
    one = running(database)
    reviews.add_note(database, one.id, Note("said"))
    reviews.vote(database, one.id, Vote("item", 1, "mia"))
    reviews.add_decision(database, one.id, ReviewDecision("decided"))
    for number in (1, 2):
        reviews.add_minutes(database, one.id, {"number": number}, "b" * 64)
    reviews.sign_minutes(database, one.id, 1)

    def run(change: str) -> None:
        with database.writing() as session:
            session.execute(text(change))

    kept = {change for change, said in CHANGES.items() if refused(partial(run, change), DatabaseError, said)}
    assert kept == set(CHANGES)
    assert reviews.live(database, one.id).notes[0].text == "said"


def test_an_archived_review_makes_room_for_another_and_lets_go_of_its_release(database: Database) -> None:
    one = prepared(database)
    reviews.archive(database, one)
    assert reviews.all(database) == ()
    assert releases.pins(database) == {}
    assert reviews.create(database, START, END).id != one.id


def test_of_a_signed_review_pack_and_minutes_are_there(database: Database) -> None:
    one = signed(database)
    assert reviews.get(database, one.id) == one
    assert (one.pack, one.minutes[0].document) == (PACK, {"decisions": []})
