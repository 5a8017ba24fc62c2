"""Exit interviews: drafts and finished ones, with their answers and the reasons given to them later."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.database.connection import Database
from data.database.repositories import taxonomies
from data.database.repositories.versions import refuse_unless_seen
from data.database.tables import Base, InterviewAnswerRow, InterviewRow, RecodingRow, this_moment
from data.errors import NoData
from data.records_interviews import Answer, Interview, Recoding

#: SQLite takes 32,766 values in one question.
AT_ONCE = 10_000
#: What somebody writes; everything else of a row is kept by the database or added on its own.
WRITTEN = (
    "interviewer",
    "on",
    "channel",
    "state",
    "taxonomy",
    "questionnaire",
    "stated",
    "diagnosed",
    "avoidable",
    "competitor",
    "return_condition",
    "help_sought",
    "own_account",
)


def save(db: Database, interview: Interview, *, who: str | None = None) -> Interview:
    """Stores a new interview (id 0), or what changed of one; Busy when it was changed since its version was read."""
    with db.writing(who) as session:
        taxonomies.keep_first(db, who=who)
        row = _seen(session, interview) if interview.id else _new(session, interview)
        for name in WRITTEN:
            setattr(row, name, getattr(interview, name))
        # A change of an answer alone must raise the version of the interview too.
        row.updated_at = this_moment()
        session.flush()
        _store_answers(session, row.id, interview.answers)
        session.flush()
        return _one(session, row)


def recode(db: Database, seen: Interview, diagnosed: str, taxonomy: int, *, who: str | None = None) -> Interview:
    """Gives the interview another reason under a version of the taxonomy, beside the earlier ones."""
    with db.writing(who) as session:
        row = _seen(session, seen)
        row.updated_at = this_moment()
        added = RecodingRow(interview_id=row.id, taxonomy=taxonomy, diagnosed=diagnosed, who=session.info["who"])
        session.add(added)
        session.flush()
        return _one(session, row)


def archive(db: Database, seen: Interview, *, who: str | None = None) -> None:
    """Takes the interview out of every list; Busy when it is no longer the one that was seen."""
    with db.writing(who) as session:
        _seen(session, seen).archived_at = this_moment()


def get(db: Database, number: int) -> Interview:
    """The interview of this number; NoData when there is none."""
    with db.reading() as session:
        return _one(session, _row(session, number))


def all(db: Database, *, state: str | None = None, customer_id: str | None = None) -> tuple[Interview, ...]:
    """Every interview that is not archived, in order of its number."""
    wanted = select(InterviewRow).where(InterviewRow.archived_at.is_(None)).order_by(InterviewRow.id)
    if state is not None:
        wanted = wanted.where(InterviewRow.state == state)
    if customer_id is not None:
        wanted = wanted.where(InterviewRow.customer_id == customer_id)
    with db.reading() as session:
        return _many(session, list(session.scalars(wanted)))


def _new(session: Session, interview: Interview) -> InterviewRow:
    row = InterviewRow(customer_id=interview.customer_id, lost_on=interview.lost_on)
    session.add(row)
    return row


def _row(session: Session, number: int) -> InterviewRow:
    row = session.get(InterviewRow, number)
    if row is None or row.archived_at is not None:
        raise NoData(f"There is no interview {number}. It may have been removed; the list shows those there are.")
    return row


def _seen(session: Session, seen: Interview) -> InterviewRow:
    row = _row(session, seen.id)
    refuse_unless_seen(row, seen.version, f"The interview with {seen.customer_id}")
    return row


def _store_answers(session: Session, number: int, answers: Iterable[Answer]) -> None:
    """Answers are added or reworded; one to a question that is asked no more stays."""
    stored = {row.question: row for row in session.scalars(_of(InterviewAnswerRow, [number]))}
    for answer in answers:
        row = stored.get(answer.question)
        if row is None:
            row = InterviewAnswerRow(interview_id=number, question=answer.question)
            session.add(row)
        row.wording, row.text = answer.wording, answer.text


def _one(session: Session, row: InterviewRow) -> Interview:
    return _many(session, [row])[0]


def _many(session: Session, rows: list[InterviewRow]) -> tuple[Interview, ...]:
    answers: dict[int, list[Answer]] = {}
    recodings: dict[int, list[Recoding]] = {}
    for first in range(0, len(rows), AT_ONCE):
        numbers = [row.id for row in rows[first : first + AT_ONCE]]
        for a in session.scalars(_of(InterviewAnswerRow, numbers)):
            answers.setdefault(a.interview_id, []).append(Answer(a.question, a.wording, a.text))
        for r in session.scalars(_of(RecodingRow, numbers)):
            found = Recoding(r.diagnosed, r.taxonomy, r.who, r.created_at)
            recodings.setdefault(r.interview_id, []).append(found)
    return tuple(_interview(row, answers.get(row.id, ()), recodings.get(row.id, ())) for row in rows)


def _of(table: type[Base], numbers: list[int]) -> Any:
    of: Any = table
    return select(table).where(of.interview_id.in_(numbers)).order_by(table.id)


def _interview(row: InterviewRow, answers: Iterable[Answer], recodings: Iterable[Recoding]) -> Interview:
    written: dict[str, Any] = {name: getattr(row, name) for name in WRITTEN}
    return Interview(
        customer_id=row.customer_id,
        lost_on=row.lost_on,
        id=row.id,
        answers=tuple(answers),
        recodings=tuple(recodings),
        version=row.version,
        **written,
    )
