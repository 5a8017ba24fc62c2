"""Interviews held elsewhere, from a CSV file: every row becomes a finished interview, or is refused with its reason."""

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from analysis.feedback.interviews import owns_the_account, refuse_unfit
from analysis.feedback.losses import Feedback, Loss, Meaning
from data.database import Database
from data.database.repositories import interviews
from data.errors import DataProblem, ReviewError
from data.records_interviews import Answer, Interview, Questionnaire

NEEDED = ("customer_id", "on", "interviewer")
LONGEST_FIELD = 100_000
CHOICES: Mapping[str, tuple[str, ...]] = {
    "avoidable": ("", "yes", "no", "unclear"),
    "help_sought": ("", "yes", "no", "unclear"),
    "channel": ("", "call", "video", "visit", "mail", "other"),
}


#: Characters that each field takes, here and in the form.
LONGEST: Mapping[str, int] = {"interviewer": 100, "competitor": 200, "return_condition": 1_000}
LONGEST_ANSWER = 10_000


@dataclass(frozen=True)
class FoundInterviews:
    """What a file holds.

    ready    Interviews that can be stored. known: rows that are stored already.
    refused  (row of the file, why it cannot be stored).
    """

    ready: tuple[Interview, ...]
    known: int
    refused: tuple[tuple[int, str], ...]


#: Gives the losses of customers, of those that are lost.
LossesOf = Callable[[tuple[str, ...]], Sequence[Loss]]


def read_file(
    content: bytes, losses_of: LossesOf, feedback: Feedback, asked: Questionnaire, today: date
) -> FoundInterviews:
    """Read a CSV file with customer_id, on, interviewer, and as many of the other fields and questions as it has.

    A column called `reason` holds a code, a label or a text of the mapping; one called like the id of a question holds
    what was answered to it. DataProblem when the file is none of that.
    """
    rows = _rows(content)
    named = tuple(sorted({row["customer_id"] for row in rows}))
    lost = {loss.customer_id: loss for loss in losses_of(named)}
    stored = {(i.customer_id, i.on, i.interviewer) for i in feedback.interviews}
    ready: list[Interview] = []
    refused: list[tuple[int, str]] = []
    known, meaning = 0, Meaning(feedback)
    for number, row in enumerate(rows, start=2):
        try:
            made = _interview(row, lost, meaning, feedback, asked)
            refuse_unfit(made, today, dated=lost[made.customer_id].dated)
        except ReviewError as wrong:
            refused.append((number, str(wrong)))
            continue
        key = (made.customer_id, made.on, made.interviewer)
        known += key in stored
        ready += [] if key in stored else [made]
        stored.add(key)
    return FoundInterviews(tuple(ready), known, tuple(refused))


def store(db: Database, found: FoundInterviews, *, who: str | None = None) -> int:
    """Store every interview of a file, or none of them; returns how many."""
    with db.writing(who):
        for interview in found.ready:
            interviews.save(db, interview, who=who)
    return len(found.ready)


def _readable(found: "csv.DictReader[str]") -> list[dict[str, str]]:
    """The rows; csv.Error where one swallowed others. Python's limit is one for the process, and importers lift it."""
    rows: list[dict[str, str]] = []
    for row in found:
        if any(len(str(value)) > LONGEST_FIELD for value in row.values()):
            raise csv.Error
        rows.append(row)
    return rows


def _rows(content: bytes) -> list[dict[str, str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        raise DataProblem("The file is no text in UTF-8. Save it as “CSV UTF-8” and choose it again.") from wrong
    lines = io.StringIO(text, newline="")
    found = csv.DictReader(lines, delimiter=_delimiter(text))
    try:
        header, rows = found.fieldnames or (), _readable(found)
    except csv.Error as wrong:
        raise DataProblem(
            f"The file cannot be read after line {found.line_num}: a quote is not closed, or a field is longer than "
            f"{LONGEST_FIELD} characters. Correct it and choose the file again."
        ) from wrong
    missing = [name for name in NEEDED if name not in header]
    if missing:
        raise DataProblem(
            f"The file has no column {', '.join(missing)}. Name its columns: {', '.join(NEEDED)}, reason."
        )
    # A row may be shorter than the header (None), or longer (a list under no name).
    return [{name: (value or "").strip() for name, value in row.items() if name} for row in rows]


def _delimiter(text: str) -> str:
    """Spreadsheets of many countries write semicolons: the mark that parts the most names of the first line."""
    first = text.split("\n", 1)[0]
    return max(",;\t|", key=first.count)


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
    if value not in CHOICES[name]:
        raise ReviewError(f"{name} is {value}. Give one of: {', '.join(v for v in CHOICES[name] if v)}; or nothing.")
    return value


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as wrong:
        raise ReviewError(
            f"{text or 'Nothing'} is no day. Write it as year-month-day, for example 2026-09-30."
        ) from wrong


def _code(text: str, meaning: Meaning) -> str:
    code = meaning.code(text)
    if code is None:
        raise ReviewError(f"The reason {text} stands for no reason of the list. Map it under Reasons, Imported texts.")
    return code
