"""Which form of the derivation built the tables of a release: what it built need not be built again."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; releases from before it hold 0 and are built again by the next import."""
    op.add_column("releases", sa.Column("builder", sa.Integer(), nullable=False, server_default="0"))
