"""Releases, their pins, and the data version."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Creates the tables and the one row of the data version."""
    data_version = _table("data_version", sa.Column("number", sa.Integer(), nullable=False))
    op.execute(
        data_version.insert().values(id=1, created_at=sa.func.now(), updated_at=sa.func.now(), version=1, number=0)
    )
    _table(
        "releases",
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("shape", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        *(
            sa.Column(name, sa.JSON(), nullable=False)
            for name in ("options", "tables", "rows", "checks", "attributes", "sources")
        ),
        sa.Column("dropped_at", sa.DateTime(timezone=True)),
        sa.UniqueConstraint("number", name="uq_releases_number"),
    )
    _table(
        "release_pins",
        sa.Column("release_number", sa.Integer(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["release_number"], ["releases.number"], name="fk_release_pins_release_number"),
        sa.UniqueConstraint("release_number", "holder", name="uq_release_pins_release_number_holder"),
    )


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
