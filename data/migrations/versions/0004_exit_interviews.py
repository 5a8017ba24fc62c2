"""Exit interviews with their answers, and reasons given to them under later versions of the taxonomy."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the three tables; taxonomy and questionnaire are settings documents and need none."""
    _table(
        "interviews",
        *_texts("customer_id"),
        sa.Column("lost_on", sa.Date(), nullable=False),
        *_texts("interviewer"),
        sa.Column("on", sa.Date()),
        *_texts("channel", "state"),
        *_numbers("taxonomy", "questionnaire"),
        *_texts("stated", "diagnosed", "avoidable", "competitor", "return_condition", "help_sought"),
        sa.Column("own_account", sa.Boolean(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.CheckConstraint("state IN ('draft', 'done')", name="state"),
    )
    op.create_index("ix_interviews_customer_id", "interviews", ["customer_id"])
    _table(
        "interview_answers",
        *_numbers("interview_id"),
        *_texts("question", "wording", "text"),
        sa.ForeignKeyConstraint(["interview_id"], ["interviews.id"], name="fk_interview_answers_interview_id"),
        sa.UniqueConstraint("interview_id", "question", name="uq_interview_answers_interview_id_question"),
    )
    _table(
        "recodings",
        *_numbers("interview_id", "taxonomy"),
        *_texts("diagnosed", "who"),
        sa.ForeignKeyConstraint(["interview_id"], ["interviews.id"], name="fk_recodings_interview_id"),
    )
    op.create_index("ix_recodings_interview_id", "recodings", ["interview_id"])


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _table(name: str, *columns: SchemaItem) -> None:
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )
