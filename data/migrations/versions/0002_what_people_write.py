"""What people write: imports, mappings, settings, segments, annotations, users; and the log of it all."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables, the local administrator, and the triggers that keep the audit log append-only."""
    _table(
        "imports",
        *_texts("who", "mode", "outcome"),
        sa.Column("finished_at", sa.DateTime(timezone=True)),
        *_documents("files", "tables", "notes"),
        sa.Column("release_number", sa.Integer()),
        *_texts("reason", "rejects_file"),
        sa.ForeignKeyConstraint(["release_number"], ["releases.number"], name="fk_imports_release_number"),
    )
    for name in ("mappings", "settings_documents"):
        _table(
            name,
            *_texts("name"),
            sa.Column("revision", sa.Integer(), nullable=False),
            *_documents("document"),
            *_texts("who"),
            sa.UniqueConstraint("name", "revision", name=f"uq_{name}_name_revision"),
        )
    _table(
        "segments",
        *_texts("name"),
        *_documents("conditions"),
        _archived(),
        sa.UniqueConstraint("name", name="uq_segments_name"),
    )
    _table("annotations", sa.Column("on", sa.Date(), nullable=False), *_texts("kind", "title", "text"), _archived())
    op.create_index("ix_annotations_on", "annotations", ["on"])
    users = _table(
        "users",
        *_texts("login", "name", "role"),
        _archived(),
        sa.UniqueConstraint("login", name="uq_users_login"),
        sa.CheckConstraint("role IN ('viewer', 'contributor', 'manager', 'administrator')", name="role"),
    )
    _add_the_local_administrator(users)
    _table(
        "audit_log",
        *_texts("who", "action", "subject"),
        sa.Column("record_id", sa.Integer()),
        sa.Column("before", sa.JSON()),
        sa.Column("after", sa.JSON()),
    )
    op.create_index("ix_audit_log_subject_record_id", "audit_log", ["subject", "record_id"])
    _refuse_changes_of_the_audit_log()


def _add_the_local_administrator(users: sa.Table) -> None:
    now = sa.func.now()
    local = {"login": "local", "name": "Local administrator", "role": "administrator"}
    op.execute(users.insert().values(created_at=now, updated_at=now, version=1, **local))


def _refuse_changes_of_the_audit_log() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE OR REPLACE FUNCTION audit_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'audit_log is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_log_is_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log "
            "EXECUTE FUNCTION audit_log_is_append_only()"
        )
        return
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER audit_log_refuses_{change.lower()} BEFORE {change} ON audit_log "
            "BEGIN SELECT RAISE(ABORT, 'audit_log is append-only'); END"
        )


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _documents(*names: str) -> list[sa.Column[object]]:
    return [sa.Column(name, sa.JSON(), nullable=False) for name in names]


def _archived() -> sa.Column[object]:
    return sa.Column("archived_at", sa.DateTime(timezone=True))


def _table(name: str, *columns: SchemaItem) -> sa.Table:
    return op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        *columns,
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )
