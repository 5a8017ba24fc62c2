"""Experiments with their amendments, looks and decisions, which are append-only, and what was sent to webhooks."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

APPEND_ONLY = ("experiment_amendments", "experiment_looks", "experiment_decisions")


def upgrade() -> None:
    """Creates the five tables and the triggers that keep what was recorded."""
    _table(
        "experiments",
        *_texts("key", "name", "state"),
        sa.Column("plan", sa.JSON(), nullable=False),
        sa.Column("frozen", sa.JSON()),
        sa.Column("started_on", sa.Date()),
        sa.Column("ended_on", sa.Date()),
        sa.Column("archived_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("key", name="uq_experiments_key"),
        sa.CheckConstraint("state IN ('draft', 'running', 'ended', 'decided')", name="state"),
    )
    _part(
        "experiment_amendments",
        *_texts("reason"),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        *_texts("who"),
    )
    _part(
        "experiment_looks",
        *_numbers("number"),
        *_texts("kind"),
        sa.Column("on", sa.Date(), nullable=False),
        *_numbers("release"),
        *_texts("variant", "measure"),
        *_numbers("days", "customers"),
        sa.Column("information", sa.Double(), nullable=False),
        *(sa.Column(name, sa.Double()) for name in ("difference", "low", "high", "z", "boundary", "p_value")),
        *_texts("verdict", "who"),
        sa.UniqueConstraint("experiment_id", "kind", "number", "days", "variant", "measure", name="look"),
        indexed=False,
    )
    _part(
        "experiment_decisions",
        *_texts("kind", "variant", "reason"),
        *_numbers("release"),
        *_texts("verdict", "who"),
    )
    _part(
        "experiment_deliveries",
        *_texts("idempotency_key", "address", "state"),
        *_numbers("customers"),
        sa.Column("through_at", sa.DateTime(timezone=True), nullable=False),
        *_texts("through"),
        *_numbers("attempts"),
        *_texts("answer"),
        sa.UniqueConstraint("idempotency_key", name="uq_experiment_deliveries_idempotency_key"),
        sa.CheckConstraint("state IN ('begun', 'sent')", name="state"),
    )
    for name in APPEND_ONLY:
        _refuse_changes(name)


def _refuse_changes(name: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {name}_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {name} "
            "EXECUTE FUNCTION is_append_only()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {name}_refuses_{change.lower()} BEFORE {change} ON {name} "
            f"BEGIN SELECT RAISE(ABORT, '{name} is append-only'); END"
        )


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _part(name: str, *columns: SchemaItem, indexed: bool = True) -> None:
    of = sa.ForeignKeyConstraint(["experiment_id"], ["experiments.id"], name=f"fk_{name}_experiment_id")
    _table(name, *_numbers("experiment_id"), *columns, of)
    if indexed:
        op.create_index(f"ix_{name}_experiment_id", name, ["experiment_id"])


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
