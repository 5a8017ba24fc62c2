"""Experiments with what was recorded of them: amendments, looks and decisions are added, never changed."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.database.tables.base import Base


class ExperimentRow(Base):
    """One experiment; `plan` is the one in force, `frozen` that of its start."""

    __tablename__ = "experiments"
    __table_args__ = (CheckConstraint("state IN ('draft', 'running', 'ended', 'decided')", name="state"),)

    key: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    state: Mapped[str]
    plan: Mapped[dict[str, Any]]
    frozen: Mapped[dict[str, Any] | None]
    started_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    archived_at: Mapped[datetime | None]


class AmendmentRow(Base):
    """A change of a started experiment: the fields before and after, and why."""

    __tablename__ = "experiment_amendments"

    experiment_id: Mapped[int] = mapped_column(ForeignKey("experiments.id"), index=True)
    reason: Mapped[str]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    who: Mapped[str]


class LookRow(Base):
    """What one look at the result showed of one variant and measure, as it was then."""

    __tablename__ = "experiment_looks"
    __table_args__ = (UniqueConstraint("experiment_id", "kind", "number", "days", "variant", "measure", name="look"),)

    experiment_id: Mapped[int] = mapped_column(ForeignKey("experiments.id"))
    number: Mapped[int]
    kind: Mapped[str]
    on: Mapped[date]
    release: Mapped[int]
    variant: Mapped[str]
    measure: Mapped[str]
    days: Mapped[int]
    customers: Mapped[int]
    information: Mapped[float]
    difference: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    z: Mapped[float | None]
    boundary: Mapped[float | None]
    p_value: Mapped[float | None]
    verdict: Mapped[str]
    who: Mapped[str]


class DecisionRow(Base):
    """What was decided, on which release; a withdrawn one stays, its withdrawal is an amendment."""

    __tablename__ = "experiment_decisions"

    experiment_id: Mapped[int] = mapped_column(ForeignKey("experiments.id"), index=True)
    kind: Mapped[str]
    variant: Mapped[str]
    reason: Mapped[str]
    release: Mapped[int]
    verdict: Mapped[str]
    who: Mapped[str]


class DeliveryRow(Base):
    """One batch of assignments on its way to a webhook: those after the batch before, up to one customer.

    through_at, through  Moment of assignment and customer the batch ends with; they tell where the next one begins.
    """

    __tablename__ = "experiment_deliveries"
    __table_args__ = (CheckConstraint("state IN ('begun', 'sent')", name="state"),)

    experiment_id: Mapped[int] = mapped_column(ForeignKey("experiments.id"), index=True)
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    address: Mapped[str]
    state: Mapped[str]
    customers: Mapped[int]
    through_at: Mapped[datetime]
    through: Mapped[str]
    attempts: Mapped[int]
    answer: Mapped[str]
