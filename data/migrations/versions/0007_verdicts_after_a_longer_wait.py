"""A release may judge an action again once it is waited for longer."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ONCE = ["action_id", "round", "release", "code"]


def upgrade() -> None:
    """Adds the length of the window; of verdicts from before it nobody knows it: they hold 0."""
    words = sa.CheckConstraint("word IN ('worked', 'did-not', 'cannot-tell')", name="word")
    with op.batch_alter_table("verdicts", table_args=(words,)) as verdicts:
        verdicts.add_column(sa.Column("window_months", sa.Integer(), nullable=False, server_default="0"))
        verdicts.drop_constraint(f"uq_verdicts_{'_'.join(ONCE)}", type_="unique")
        verdicts.create_unique_constraint("uq_verdicts_once", [*ONCE, "window_months"])
    if op.get_bind().dialect.name != "postgresql":
        _refuse_changes_again()


def _refuse_changes_again() -> None:
    """SQLite changes a constraint by writing the table anew, which loses its triggers."""
    for change in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER verdicts_kept_at_{change.lower()} BEFORE {change} ON verdicts FOR EACH ROW "
            "BEGIN SELECT RAISE(ABORT, 'verdicts is append-only'); END"
        )
