"""Exit interviews, what was answered, and the reasons given to them later."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.database.tables.base import Base


class InterviewRow(Base):
    """One interview about one loss; `taxonomy` is the version its reasons were given under."""

    __tablename__ = "interviews"
    __table_args__ = (CheckConstraint("state IN ('draft', 'done')", name="state"),)

    customer_id: Mapped[str] = mapped_column(index=True)
    lost_on: Mapped[date]
    interviewer: Mapped[str]
    on: Mapped[date | None]
    channel: Mapped[str]
    state: Mapped[str]
    taxonomy: Mapped[int]
    questionnaire: Mapped[int]
    stated: Mapped[str]
    diagnosed: Mapped[str]
    avoidable: Mapped[str]
    competitor: Mapped[str]
    return_condition: Mapped[str]
    help_sought: Mapped[str]
    own_account: Mapped[bool]
    archived_at: Mapped[datetime | None]


class InterviewAnswerRow(Base):
    """What was said to one question, in the wording it was asked."""

    __tablename__ = "interview_answers"
    __table_args__ = (UniqueConstraint("interview_id", "question"),)

    interview_id: Mapped[int] = mapped_column(ForeignKey("interviews.id"))
    question: Mapped[str]
    wording: Mapped[str]
    text: Mapped[str]


class RecodingRow(Base):
    """A reason given to an interview later, under another version of the taxonomy: added, never changed."""

    __tablename__ = "recodings"

    interview_id: Mapped[int] = mapped_column(ForeignKey("interviews.id"), index=True)
    taxonomy: Mapped[int]
    diagnosed: Mapped[str]
    who: Mapped[str]
