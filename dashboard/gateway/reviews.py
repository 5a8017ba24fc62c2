"""The quarterly review: its pack on a pinned release, what people say in it while it runs, its minutes."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import streamlit as st

from analysis.periods import previous
from analysis.review import minutes as writing
from analysis.review import prepare as preparing
from analysis.review.compare import Comparison, compare
from analysis.review.quarters import last_whole
from analysis.review.times import at_item, beside, moved
from dashboard.gateway import actions, engines, findings, jobs, releases
from dashboard.gateway.jobs import Job
from data.database.repositories import reviews
from data.errors import Busy, NoData
from data.records import Period
from data.records_improvement import Action, Finding
from data.records_reviews import Attendee, Item, ItemState, Message, Minutes, Note, Review, ReviewDecision, Vote
from data.staged import Progress

#: Quarters that a review can be made of, counted back from the last whole one.
QUARTERS = 8


def everything() -> tuple[Review, ...]:
    """Every review, the latest quarter first, without packs and what was said."""
    return _all(engines.home(), _version())


def running() -> Review | None:
    """The review that is being held now."""
    return next((one for one in everything() if one.state == "running"), None)


def live(number: int) -> Review | None:
    """The review with everything said in it, but without its pack; None when there is none.

    Screens that follow a meeting ask every second; the database is read anew only after somebody wrote to it.
    """
    return _live(engines.home(), _version(), number)


def pack(seen: Review) -> Mapping[str, Any]:
    """The pack of a review; empty before it is prepared."""
    return _pack(engines.home(), seen.id, seen.digest) if seen.digest else {}


def minutes(number: int) -> tuple[Minutes, ...]:
    """Every version of the minutes of a review, oldest first."""
    return _minutes(engines.home(), _version(), number)


def quarters() -> tuple[Period, ...]:
    """The whole quarters of the newest data, latest first."""
    last = last_whole(releases.chosen().as_of)
    return tuple(previous(last, "quarter", n) if n else last for n in range(QUARTERS))


def create(start: date, end: date, who: str) -> Review:
    """A new review of a quarter."""
    return reviews.create(releases.database(), start, end, who=who or None)


def prepare(seen: Review, who: str, visit: str) -> Job:
    """Start making the pack of a review on the newest release, beside the pages."""
    release, database = releases.chosen(), releases.database()
    engine = engines.engine(*engines.at(release.number))

    def work(report: Callable[[Progress], None]) -> Review:
        return preparing.prepare(engine, database, seen.start, seen.end, who, report)

    return jobs.start("pack", str(seen.id), work, visit)


def preparation(number: int, visit: str) -> Job | None:
    """The making of the pack of a review that is at work, or that this visit watched."""
    return jobs.of("pack", str(number), visit)


def begin(seen: Review, who: str) -> Review:
    """The meeting begins."""
    return reviews.start(releases.database(), seen, who=who or None)


def end(seen: Review, who: str) -> Review:
    """The meeting is over."""
    return reviews.end(releases.database(), seen, who=who or None)


def resume(seen: Review, who: str) -> Review:
    """The meeting goes on."""
    return reviews.resume(releases.database(), seen, who=who or None)


def turn(number: int, by: int, who: str) -> None:
    """The presenter goes on or back by items; the agenda is read as it stands now."""
    now = reviews.live(releases.database(), number)
    turn_to(number, beside(now.items, at_item(now), by), who)


def turn_to(number: int, item: int, who: str) -> None:
    """The presenter turns to an item; 0 is the front page."""
    reviews.step(releases.database(), number, item, who=who or None)


def attend(number: int, attendee: Attendee, who: str) -> None:
    """Somebody is at the review, or not."""
    reviews.attend(releases.database(), number, attendee, who=who or None)


def note(number: int, said: Note, who: str) -> Note:
    """Add what somebody wrote; an insert of its own, which collides with nobody's."""
    return reviews.add_note(releases.database(), number, said, who=who)


def withdraw_note(note: int, who: str) -> None:
    """Take a note back; it stays, marked."""
    reviews.withdraw_note(releases.database(), note, who=who)


def vote(number: int, given: Vote) -> None:
    """Vote, or take the vote back where it was given already."""
    reviews.turn_vote(releases.database(), number, given, who=given.who)


def decide(number: int, made: ReviewDecision, who: str) -> ReviewDecision:
    """Record a decision."""
    return reviews.add_decision(releases.database(), number, made, who=who)


def act(number: int, made: ReviewDecision, who: str) -> ReviewDecision:
    """Record a decision with the action that carries it out; both are stored, or neither."""
    with releases.database().writing(who):
        proposed = Action(made.text, owner=made.owner, review=number)
        action = actions.create(proposed, who)
        return decide(number, replace(made, action=action.id), who)


def find(number: int, sentence: str, who: str) -> Finding:
    """Keep what somebody found in the meeting, and put it on the agenda."""
    seen = reviews.live(releases.database(), number)
    found = Finding(sentence, "review", {"review": (str(number),)}, seen.release, start=seen.start, end=seen.end)
    with releases.database().writing(who):
        kept = findings.keep(found, who)
        reviews.add_item(releases.database(), number, Item("finding", str(kept.id), sentence), who=who)
    return kept


def withdraw_decision(decision: int, who: str, reason: str) -> None:
    """Take a decision back; it stays, marked, and an action that it only proposed is closed for this reason."""
    with releases.database().writing(who):
        made = reviews.withdraw_decision(releases.database(), decision, who=who)
        action = actions.find(made.action) if made.action else None
        if action is not None and action.state == "proposed" and not action.archived:
            actions.close(action, reason, who)


def add_item(number: int, item: Item, who: str) -> None:
    """Put an item at the end of the agenda."""
    reviews.add_item(releases.database(), number, item, who=who or None)


def put(number: int, seen: Item, field: str, value: object, who: str) -> None:
    """Store one field of an item over whatever else of it changed; Busy when somebody else changed that very field."""
    with releases.database().writing(who or None):
        known = reviews.live(releases.database(), number).items
        now = next((one for one in known if one.id == seen.id), seen)
        if getattr(now, field) not in (getattr(seen, field), value):
            raise Busy(f"The item {seen.title!r} was changed meanwhile.")
        reviews.save_item(releases.database(), now, replace(now, **{field: value}), who=who or None)


def mark(number: int, item: Item, state: ItemState, who: str) -> None:
    """Say that an item is done with or parked, or open again."""
    put(number, item, "state", state, who)


def remove_item(seen: Item, who: str) -> None:
    """Take an item off the agenda."""
    reviews.remove_item(releases.database(), seen, who=who or None)


def move(number: int, item: int, by: int, who: str) -> None:
    """Move an item up or down the agenda as it stands now, whoever else moved others meanwhile."""
    with releases.database().writing(who or None):
        order = moved([one.id for one in reviews.live(releases.database(), number).items], item, by)
        reviews.reorder(releases.database(), number, order, who=who or None)


def drafted_minutes(number: int) -> Mapping[str, Any]:
    """The minutes as they stand now."""
    return _drafted(engines.home(), _version(), number)


def sign_minutes(number: int, who: str, read: Mapping[str, Any]) -> Minutes:
    """Sign the minutes as they were read, and close the review; Busy when something was added meanwhile."""
    return writing.sign(releases.database(), number, who, read)


def send_minutes(document: Mapping[str, Any], subject: str, text: str, html: str, who: str) -> None:
    """Leave signed minutes in the outbox, a message for each that has an address."""
    writing.send(releases.database(), document, subject, text, html, who)


def messages(signed: Minutes) -> tuple[Message, ...]:
    """The messages that carry these minutes."""
    return _messages(engines.home(), _version(), signed.digest, signed)


def addressees(signed: Minutes) -> tuple[str, ...]:
    """The addresses that signed minutes go to; none when nobody at the review gave one."""
    return tuple(to for to in writing.addressees(signed.document["attendees"]) if to != writing.EVERYBODY_ELSE)


def before(seen: Review) -> Review | None:
    """The review of the quarter before that there is, with its pack; None for the first."""
    return _before(engines.home(), _version(), seen.start)


def compared(seen: Review, other: Review) -> Comparison:
    """A review beside the one before."""
    return compare(replace(seen, pack=pack(seen)), other, actions.ever())


def action_of(item: Item) -> Action | None:
    """The action an item of the agenda is about; None when there is none any more."""
    return next((one for one in actions.everything() if str(one.id) == item.ref), None)


def finding_of(item: Item) -> Finding | None:
    """The finding an item of the agenda is about; None when there is none any more."""
    return next((one for one in findings.everything() if str(one.id) == item.ref), None)


def _version() -> int:
    return releases.database().recent_version()


@st.cache_resource(max_entries=4, show_spinner=False)
def _all(home: str, written: int) -> tuple[Review, ...]:
    return reviews.all(releases.database())


@st.cache_resource(max_entries=8, show_spinner=False)
def _live(home: str, written: int, number: int) -> Review | None:
    try:
        return reviews.live(releases.database(), number)
    except NoData:
        return None


@st.cache_resource(max_entries=8, show_spinner=False)
def _pack(home: str, number: int, digest: str) -> Mapping[str, Any]:
    return reviews.get(releases.database(), number).pack or {}


@st.cache_resource(max_entries=8, show_spinner=False)
def _minutes(home: str, written: int, number: int) -> tuple[Minutes, ...]:
    return reviews.get(releases.database(), number).minutes


@st.cache_resource(max_entries=8, show_spinner=False)
def _drafted(home: str, written: int, number: int) -> Mapping[str, Any]:
    return writing.drafted(releases.database(), number)


@st.cache_resource(max_entries=8, show_spinner=False)
def _messages(home: str, written: int, digest: str, _signed: Minutes) -> tuple[Message, ...]:
    return writing.sent(releases.database(), _signed.document)


@st.cache_resource(max_entries=4, show_spinner=False)
def _before(home: str, written: int, start: date) -> Review | None:
    return preparing.before(releases.database(), start)
