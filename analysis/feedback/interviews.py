"""Holding an exit interview: from the worklist over drafts to a finished one, and a reason given to it later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from analysis.feedback.taxonomy import code_under
from data.database.repositories import interviews, taxonomies
from data.errors import ReviewError
from data.records import FIRST_DAY
from data.records_interviews import Answer, Interview, Taxonomy

if TYPE_CHECKING:
    from data.database import Database

EARLIEST_DAYS = 90
"""Who asks to cancel may be interviewed before the contract ends, but hardly earlier."""


def start(db: Database, customer_id: str, lost_on: date, owner: str, *, who: str | None = None) -> Interview:
    """A new draft about a loss, with the questions that are asked now."""
    asked = taxonomies.questionnaire(db)
    answers = tuple(Answer(question.id, question.wording, "") for question in asked.asked)
    draft = Interview(customer_id, lost_on, questionnaire=asked.version, answers=answers)
    return save_draft(db, draft, owner, who=who)


def save_draft(db: Database, draft: Interview, owner: str | None, *, who: str | None = None) -> Interview:
    """Keep what was written so far; nothing is asked of a draft. Busy when somebody else changed it meanwhile.

    owner  Who looks after the customer; None = not known now, what was noted stays.
    """
    return interviews.save(db, _as_of_now(db, draft, owner), who=who)


def finish(
    db: Database, draft: Interview, owner: str | None, today: date, *, dated: bool = True, who: str | None = None
) -> Interview:
    """Store a finished interview; ReviewError says what is missing or cannot be.

    dated  The data say when customers left; a snapshot does not.
    """
    ready = _as_of_now(db, draft, owner)
    refuse_unfit(ready, today, dated=dated)
    return interviews.save(db, replace(ready, state="done"), who=who)


def earliest_day(lost_on: date, *, dated: bool) -> date:
    """The first day on which a loss can have been talked about."""
    return lost_on - timedelta(days=EARLIEST_DAYS) if dated else FIRST_DAY


def refuse_unfit(interview: Interview, today: date, *, dated: bool = True) -> None:
    """ReviewError when an interview cannot be finished as it is."""
    if not interview.interviewer:
        raise ReviewError("Who held the interview is missing. Give a name.")
    if interview.on is None:
        raise ReviewError("The day of the interview is missing. Give the day on which it was held.")
    earliest = earliest_day(interview.lost_on, dated=dated)
    if not earliest <= interview.on <= today:
        raise ReviewError(
            f"An interview on {interview.on} cannot be about a loss on {interview.lost_on}. "
            f"Give a day from {earliest} to {today}."
        )
    if not (interview.stated or interview.diagnosed or any(answer.text for answer in interview.answers)):
        raise ReviewError("Nothing was written down yet. Answer a question or choose a reason.")


def owns_the_account(interviewer: str, owner: str) -> bool:
    """Whether the interviewer is the customer's own manager: the answers are then less frank."""
    return bool(owner) and interviewer.strip().casefold() == owner.strip().casefold()


def recode(db: Database, seen: Interview, diagnosed: str, *, who: str | None = None) -> Interview:
    """Give a finished interview a reason of the newest list; the earlier one stays for reports under older lists."""
    newest = taxonomies.newest(db)
    reason = newest.find(diagnosed)
    if reason is None or reason.archived:
        raise ReviewError(
            f"There is no reason {diagnosed} in version {newest.version} of the list. Choose another one."
        )
    return interviews.recode(db, seen, diagnosed, newest.version, who=who)


def correctable(interview: Interview, newest: Taxonomy) -> bool:
    """Whether a finished interview may be changed: its reason is of the newest list, and no other one was given to it.

    Reports under older lists show the reason of then, which a change would take from them.
    """
    return interview.state == "done" and interview.taxonomy == newest.version and not interview.recodings


def reopen(db: Database, seen: Interview, *, who: str | None = None) -> Interview:
    """Make a finished interview a draft again, to be corrected; ReviewError when `correctable` says no."""
    if not correctable(seen, taxonomies.newest(db)):
        raise ReviewError(
            "Reports rest on the reasons this interview was given before: it can no longer be changed. Give it a "
            "further reason, or hold another interview; both stand beside it."
        )
    return interviews.save(db, replace(seen, state="draft"), who=who)


#: Bookkeeping, which two people who write the same draft do not argue about.
_KEPT = {"id", "version", "state", "taxonomy", "own_account", "recodings", "questionnaire"}


def differences(theirs: Interview, mine: Interview) -> tuple[str, ...]:
    """Fields, and questions as `answers.ID`, in which two versions of a draft differ."""
    plain = [f.name for f in fields(Interview) if f.name not in {*_KEPT, "answers"}]
    found = [name for name in plain if getattr(theirs, name) != getattr(mine, name)]
    said = {answer.question: answer.text for answer in theirs.answers}
    return (*found, *(f"answers.{a.question}" for a in mine.answers if said.get(a.question, "") != a.text))


def as_of_newest(history: Sequence[Taxonomy], draft: Interview) -> Interview:
    """The draft in the words of the newest list; a reason that can no longer be given has to be chosen anew."""
    codes = {name: _choosable(history, getattr(draft, name), draft.taxonomy) for name in ("stated", "diagnosed")}
    return replace(draft, **codes, taxonomy=len(history))


def _as_of_now(db: Database, draft: Interview, owner: str | None) -> Interview:
    said = {name: getattr(draft, name).strip() for name in ("interviewer", "competitor", "return_condition")}
    own = draft.own_account if owner is None else owns_the_account(said["interviewer"], owner)
    return replace(as_of_newest(taxonomies.history(db), draft), **said, own_account=own)


def _choosable(history: Sequence[Taxonomy], code: str, given: int) -> str:
    now = code_under(history, code, given, len(history)) if code else ""
    return now if now in {reason.code for reason in history[-1].choosable} else ""
