"""Findings, actions and the calls to lost customers; plans, amendments, moves and verdicts are added, never changed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.database.tables.base import Base


class FindingRow(Base):
    """Something seen in a chart or table, kept for the review."""

    __tablename__ = "findings"

    sentence: Mapped[str]
    page: Mapped[str]
    params: Mapped[dict[str, Any]]
    release: Mapped[int]
    chart: Mapped[str]
    number: Mapped[dict[str, Any] | None]
    segment: Mapped[dict[str, Any]]
    start: Mapped[date | None]
    end: Mapped[date | None]
    reason: Mapped[str]
    who: Mapped[str]
    archived_at: Mapped[datetime | None]


class ActionRow(Base):
    """One improvement action; `draft` is the plan as it is being written, never the frozen one."""

    __tablename__ = "actions"
    __table_args__ = (
        CheckConstraint(
            "state IN ('proposed', 'agreed', 'doing', 'shipped', 'verifying', 'worked', 'did-not', 'cannot-tell', "
            "'closed', 'reopened')",
            name="state",
        ),
        CheckConstraint("confidence IN ('low', 'medium', 'high')", name="confidence"),
    )

    title: Mapped[str]
    text: Mapped[str]
    owner: Mapped[str]
    department: Mapped[str]
    due: Mapped[date | None]
    effort_days: Mapped[float | None]
    gain_cents: Mapped[int | None] = mapped_column(BigInteger)
    gain_low_cents: Mapped[int | None] = mapped_column(BigInteger)
    gain_high_cents: Mapped[int | None] = mapped_column(BigInteger)
    confidence: Mapped[str]
    reason: Mapped[str]
    state: Mapped[str] = mapped_column(index=True)
    draft: Mapped[dict[str, Any] | None]
    round: Mapped[int]
    shipped_on: Mapped[date | None]
    review: Mapped[int]
    who: Mapped[str]
    archived_at: Mapped[datetime | None]


class ActionFindingRow(Base):
    """An action rests on a finding."""

    __tablename__ = "action_findings"
    __table_args__ = (UniqueConstraint("action_id", "finding_id"),)

    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"))
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id"))


class ActionPlanRow(Base):
    """The plan of proof an action was agreed on, one for each round."""

    __tablename__ = "action_plans"
    __table_args__ = (UniqueConstraint("action_id", "round"),)

    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"))
    round: Mapped[int]
    plan: Mapped[dict[str, Any]]
    who: Mapped[str]


class ActionAmendmentRow(Base):
    """A change of a frozen plan: the fields before and after, why, and the plan in force from then on."""

    __tablename__ = "action_amendments"

    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), index=True)
    round: Mapped[int]
    reason: Mapped[str]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    plan: Mapped[dict[str, Any]]
    who: Mapped[str]


class ActionMoveRow(Base):
    """One step in the life of an action; `on`: the day its plan was frozen, or it reached customers."""

    __tablename__ = "action_moves"

    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), index=True)
    before: Mapped[str]
    after: Mapped[str]
    reason: Mapped[str]
    on: Mapped[date | None]
    who: Mapped[str]


class VerdictRow(Base):
    """What the data of one release said of an action, judged over so many months, by one version of the code."""

    __tablename__ = "verdicts"
    __table_args__ = (
        UniqueConstraint("action_id", "round", "release", "code", "window_months", name="uq_verdicts_once"),
        CheckConstraint("word IN ('worked', 'did-not', 'cannot-tell')", name="word"),
    )

    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"))
    round: Mapped[int]
    release: Mapped[int]
    code: Mapped[str]
    word: Mapped[str]
    digest: Mapped[str]
    document: Mapped[dict[str, Any]]
    who: Mapped[str]
    window_months: Mapped[int] = mapped_column(server_default="0")


class ActionCommentRow(Base):
    """A remark on an action, and whom it mentions."""

    __tablename__ = "action_comments"

    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), index=True)
    text: Mapped[str]
    mentions: Mapped[list[Any]]
    who: Mapped[str]


class ActionLinkRow(Base):
    """Something kept elsewhere that belongs to an action."""

    __tablename__ = "action_links"

    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"), index=True)
    title: Mapped[str]
    url: Mapped[str]
    who: Mapped[str]


class CallRow(Base):
    """One lost customer worth calling because what it left for was mended."""

    __tablename__ = "win_back_calls"
    __table_args__ = (
        UniqueConstraint("action_id", "customer_id", "lost_on"),
        CheckConstraint("why IN ('reason', 'condition')", name="why"),
        CheckConstraint("state IN ('open', 'called', 'returned', 'declined', 'unreachable')", name="state"),
    )

    action_id: Mapped[int] = mapped_column(ForeignKey("actions.id"))
    customer_id: Mapped[str] = mapped_column(index=True)
    lost_on: Mapped[date]
    why: Mapped[str]
    words: Mapped[str]
    name: Mapped[str]
    mrr_cents: Mapped[int] = mapped_column(BigInteger)
    owner: Mapped[str]
    state: Mapped[str]
    note: Mapped[str]
    facts: Mapped[dict[str, Any]]
