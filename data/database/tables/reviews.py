"""The quarterly review: its frozen packs, and one row for everything somebody says, so that no two people collide."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.database.tables.base import Base


class ReviewRow(Base):
    """The review of one quarter; release and digest are those of its last pack."""

    __tablename__ = "reviews"
    __table_args__ = (CheckConstraint("state IN ('draft', 'prepared', 'running', 'held', 'signed')", name="state"),)

    start: Mapped[date] = mapped_column(index=True)
    end: Mapped[date]
    title: Mapped[str]
    state: Mapped[str]
    release: Mapped[int]
    digest: Mapped[str]
    moderator: Mapped[str]
    archived_at: Mapped[datetime | None]


class ReviewPackRow(Base):
    """One pack of a review, frozen on a release."""

    __tablename__ = "review_packs"
    __table_args__ = (UniqueConstraint("review_id", "number"),)

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    number: Mapped[int]
    release: Mapped[int]
    digest: Mapped[str]
    document: Mapped[dict[str, Any]]
    who: Mapped[str]


class ReviewItemRow(Base):
    """One item of the agenda."""

    __tablename__ = "review_items"
    __table_args__ = (
        CheckConstraint("kind IN ('verdicts', 'question', 'finding', 'action', 'free')", name="kind"),
        CheckConstraint("state IN ('open', 'done', 'parked')", name="state"),
    )

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"), index=True)
    kind: Mapped[str]
    ref: Mapped[str]
    title: Mapped[str]
    owner: Mapped[str]
    minutes: Mapped[int]
    position: Mapped[int]
    state: Mapped[str]
    archived_at: Mapped[datetime | None]


class ReviewNoteRow(Base):
    """What somebody wrote during a review; it may be withdrawn, and stays."""

    __tablename__ = "review_notes"
    __table_args__ = (CheckConstraint("kind IN ('note', 'parking')", name="kind"),)

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("review_items.id"))
    kind: Mapped[str]
    text: Mapped[str]
    who: Mapped[str]
    withdrawn_at: Mapped[datetime | None]


class ReviewVoteRow(Base):
    """One person's vote for an item, a note or a finding; it may be withdrawn and given again."""

    __tablename__ = "review_votes"
    __table_args__ = (
        UniqueConstraint("review_id", "on", "ref", "who"),
        CheckConstraint("\"on\" IN ('item', 'note', 'finding')", name="on"),
    )

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    on: Mapped[str]
    ref: Mapped[int]
    who: Mapped[str]
    withdrawn_at: Mapped[datetime | None]


class ReviewDecisionRow(Base):
    """What was decided on an item; it may be withdrawn, and stays."""

    __tablename__ = "review_decisions"

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("review_items.id"))
    action_id: Mapped[int | None] = mapped_column(ForeignKey("actions.id"))
    text: Mapped[str]
    owner: Mapped[str]
    who: Mapped[str]
    withdrawn_at: Mapped[datetime | None]


class ReviewAttendeeRow(Base):
    """Somebody at the review, under a name that is there once."""

    __tablename__ = "review_attendees"
    __table_args__ = (UniqueConstraint("review_id", "name"),)

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    name: Mapped[str]
    department: Mapped[str]
    present: Mapped[bool]


class ReviewStepRow(Base):
    """The presenter turned to this item; none is the front page of the pack."""

    __tablename__ = "review_steps"

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("review_items.id"))
    who: Mapped[str]


class ReviewMinutesRow(Base):
    """One version of the minutes; the database refuses to change a signed one."""

    __tablename__ = "review_minutes"
    __table_args__ = (UniqueConstraint("review_id", "number"),)

    review_id: Mapped[int] = mapped_column(ForeignKey("reviews.id"))
    number: Mapped[int]
    document: Mapped[dict[str, Any]]
    digest: Mapped[str]
    who: Mapped[str]
    signed_by: Mapped[str]
    signed_at: Mapped[datetime | None]
