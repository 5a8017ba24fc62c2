"""Interviews held elsewhere, from a file: every row becomes a finished interview, or is refused with its reason."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import zip_longest
from typing import Any

from analysis.feedback.interviews import owns_the_account, refuse_unfit
from analysis.feedback.losses import Feedback, Loss, Meaning
from data.database import Database
from data.database.repositories import interviews
from data.errors import DataProblem, ReviewError
from data.importers import small_file
from data.importers.date_shapes import FRACTION, MONTHS, ZONE, shape_of
from data.records_interviews import Answer, Interview, Questionnaire

NEEDED = ("customer_id", "on", "interviewer")
CHOICES: Mapping[str, tuple[str, ...]] = {
    "avoidable": ("", "yes", "no", "unclear"),
    "help_sought": ("", "yes", "no", "unclear"),
    "channel": ("", "call", "video", "visit", "mail", "other"),
}


#: Words of the screen, and of Chinese files, for those choices.
WORDS: Mapping[str, Mapping[str, str]] = {
    "avoidable": {"avoidable": "yes", "unavoidable": "no", "可避免": "yes", "不可避免": "no", "不明确": "unclear"},
    "help_sought": {"是": "yes", "否": "no", "不明确": "unclear"},
    "channel": {"in writing": "mail", "video call": "video", "电话": "call", "视频通话": "video", "拜访": "visit"}
    | {"书面": "mail", "其他": "other"},
}

#: Characters that each field takes, here and in the form.
LONGEST: Mapping[str, int] = {"interviewer": 100, "competitor": 200, "return_condition": 1_000}
LONGEST_ANSWER = 10_000


@dataclass(frozen=True)
class FoundInterviews:
    """What a file holds.

    ready    Interviews that can be stored. known: rows that are stored already.
    refused  (row of the file, why it cannot be stored).
    codec    The encoding it is written in; "" in a workbook.
    """

    ready: tuple[Interview, ...]
    known: int
    refused: tuple[tuple[int, str], ...]
    codec: str = ""


#: Gives the losses of customers, of those that are lost.
LossesOf = Callable[[tuple[str, ...]], Sequence[Loss]]


def read_file(
    content: bytes, losses_of: LossesOf, feedback: Feedback, asked: Questionnaire, today: date
) -> FoundInterviews:
    """Read a file with customer_id, on, interviewer, and as many of the other fields and questions as it has.

    A column called `reason` holds a code, a label or a text of the mapping; one called like the id of a question holds
    what was answered to it. DataProblem when the file is none of that.
    """
    rows, codec = _rows(content)
    named = tuple(sorted({row["customer_id"] for _number, row in rows}))
    lost = {loss.customer_id: loss for loss in losses_of(named)}
    stored = {_key(interview) for interview in feedback.interviews}
    ready: list[Interview] = []
    refused: list[tuple[int, str]] = []
    known, meaning = 0, Meaning(feedback)
    for number, row in rows:
        try:
            made = _interview(row, lost, meaning, feedback, asked)
            refuse_unfit(made, today, dated=lost[made.customer_id].dated)
        except ReviewError as wrong:
            refused.append((number, str(wrong)))
            continue
        known += _key(made) in stored
        ready += [] if _key(made) in stored else [made]
        stored.add(_key(made))
    return FoundInterviews(tuple(ready), known, tuple(refused), codec)


def store(db: Database, found: FoundInterviews, *, who: str | None = None) -> int:
    """Store every interview of a file, or none of them; returns how many.

    The file may have been read in another tab too, and stored there meanwhile: what is known by now is left out.
    """
    with db.writing(who):
        # Drafts too: one may have been stored from this file before, and be corrected now.
        stored = {_key(interview) for interview in interviews.all(db)}
        new = [interview for interview in found.ready if _key(interview) not in stored]
        for interview in new:
            interviews.save(db, interview, who=who)
    return len(new)


def _key(interview: Interview) -> tuple[str, date | None, str]:
    """What tells the interviews of a file apart."""
    return interview.customer_id, interview.on, interview.interviewer


def _rows(content: bytes) -> tuple[list[tuple[int, dict[str, str]]], str]:
    """Rows that hold something, with their numbers in the file, and the encoding."""
    file = small_file.read(content)
    header = [name.strip() for name in file.rows[0]] if file.rows else []
    missing = [name for name in NEEDED if name not in header]
    if missing:
        raise DataProblem(
            f"The file has no column {', '.join(missing)}. Name its columns: {', '.join(NEEDED)}, reason."
        )
    # A row may be shorter than the header, or longer.
    filled = [(n, row) for n, row in enumerate(file.rows[1:], start=2) if any(row)]
    return [
        (n, {h: v.strip() for h, v in zip_longest(header, row, fillvalue="") if h}) for n, row in filled
    ], file.codec


def _refuse_long(row: Mapping[str, str], asked: Questionnaire) -> None:
    for name, most in {**LONGEST, **dict.fromkeys((q.id for q in asked.asked), LONGEST_ANSWER)}.items():
        if len(row.get(name, "")) > most:
            raise ReviewError(f"{name} has {len(row[name])} characters. Shorten it to {most}.")


def _interview(
    row: Mapping[str, str], lost: Mapping[str, Loss], meaning: Meaning, feedback: Feedback, asked: Questionnaire
) -> Interview:
    loss = lost.get(row["customer_id"])
    if loss is None:
        customer = row["customer_id"] or "Nobody"
        raise ReviewError(f"{customer} is no lost customer of the newest data. Correct the id or leave it out.")
    _refuse_long(row, asked)
    choices = {name: _choice(name, row.get(name, "").lower()) for name in CHOICES}
    answers = tuple(Answer(q.id, q.wording, row.get(q.id, "")) for q in asked.asked)
    made = Interview(
        loss.customer_id,
        loss.lost_on,
        interviewer=row["interviewer"],
        on=_day(row["on"]),
        state="done",
        taxonomy=feedback.version,
        questionnaire=asked.version,
        diagnosed=_code(row.get("reason", ""), meaning),
        own_account=owns_the_account(row["interviewer"], loss.owner),
        competitor=row.get("competitor", ""),
        return_condition=row.get("return_condition", ""),
        answers=answers,
    )
    said: dict[str, Any] = {name: value for name, value in choices.items() if value}
    return replace(made, **said)


def _choice(name: str, value: str) -> str:
    value = WORDS[name].get(value, value)
    if value not in CHOICES[name]:
        raise ReviewError(f"{name} is {value}. Give one of: {', '.join(v for v in CHOICES[name] if v)}; or nothing.")
    return value


def _day(text: str) -> date:
    """A day in whatever shape leaves no choice: 3/4/2026 is two days, and of one row nothing says which."""
    days = sorted(set(_days(text)))
    if not days:
        raise ReviewError(f"{text or 'Nothing'} is no day. Write it as year-month-day, for example 2026-09-30.")
    if len(days) > 1:
        raise ReviewError(f"{text} may be {days[0]} or {days[1]}. Write it as year-month-day.")
    return days[0]


def _days(text: str) -> Iterator[date]:
    """The days a text may mean; between points the month never comes first."""
    bare = re.sub(ZONE, r"\1", re.sub(FRACTION, r"\1", text))
    shape = shape_of(re.sub("[0-9]", "9", re.sub(MONTHS, "b", bare)), excel=False)
    if shape is None or shape.month_only:
        return
    orders = shape.formats.keys() - ({"mdy"} if shape.open and "." in bare else set())
    for form in (shape.formats[order] for order in orders):
        for spelled in {form, form.replace("%b", "%B")}:
            with suppress(ValueError):
                yield datetime.strptime(bare, spelled).date()


def _code(text: str, meaning: Meaning) -> str:
    code = meaning.code(text)
    if code is None:
        raise ReviewError(f"The reason {text} stands for no reason of the list. Write a code or a name of the list.")
    return code
