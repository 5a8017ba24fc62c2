"""Findings, actions with their proof, calls to lost customers, the quarterly review and the outbox."""

from collections.abc import Iterable

import sqlalchemy as sa
from alembic import op
from sqlalchemy.schema import SchemaItem

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

APPEND_ONLY = ("action_plans", "action_amendments", "action_moves", "verdicts", "review_packs", "review_steps")
#: What stays of a row that may only be marked: withdrawn, or signed.
KEPT = {
    "review_notes": ("review_id", "item_id", "kind", "text", "who", "created_at"),
    "review_votes": ("review_id", "on", "ref", "who", "created_at"),
    "review_decisions": ("review_id", "item_id", "action_id", "text", "owner", "who", "created_at"),
    "review_minutes": ("review_id", "number", "document", "digest", "who", "created_at"),
}
ACTION_STATES = (
    "'proposed', 'agreed', 'doing', 'shipped', 'verifying', 'worked', 'did-not', 'cannot-tell', 'closed', 'reopened'"
)


def upgrade() -> None:
    """Creates the tables, and the triggers that keep what was recorded."""
    _findings_and_actions()
    _what_is_recorded_of_an_action()
    _calls()
    _reviews()
    _what_people_say_in_a_review()
    _outbox()
    for name in APPEND_ONLY:
        _refuse(name, "is append-only", "UPDATE", "")
        _refuse(name, "is append-only", "DELETE", "")
    for name, columns in KEPT.items():
        _refuse(name, "keeps what was said", "UPDATE", _differs(columns))
        _refuse(name, "keeps what was said", "DELETE", "")
    _refuse("review_minutes", "are signed", "UPDATE", "OLD.signed_at IS NOT NULL", "signed")


def _findings_and_actions() -> None:
    _table(
        "findings",
        *_texts("sentence", "page"),
        _document("params"),
        *_numbers("release"),
        *_texts("chart"),
        sa.Column("number", sa.JSON()),
        _document("segment"),
        *_days("start", "end"),
        *_texts("reason", "who"),
        _moment("archived_at"),
    )
    _table(
        "actions",
        *_texts("title", "text", "owner", "department"),
        *_days("due"),
        sa.Column("effort_days", sa.Double()),
        *(sa.Column(name, sa.BigInteger()) for name in ("gain_cents", "gain_low_cents", "gain_high_cents")),
        *_texts("confidence", "reason", "state"),
        sa.Column("draft", sa.JSON()),
        *_numbers("round"),
        *_days("shipped_on"),
        *_numbers("review"),
        *_texts("who"),
        _moment("archived_at"),
        sa.CheckConstraint(f"state IN ({ACTION_STATES})", name="state"),
        sa.CheckConstraint("confidence IN ('low', 'medium', 'high')", name="confidence"),
    )
    op.create_index("ix_actions_state", "actions", ["state"])


def _what_is_recorded_of_an_action() -> None:
    _table(
        "action_findings",
        *_numbers("action_id", "finding_id"),
        _of("action_findings", "action_id", "actions"),
        _of("action_findings", "finding_id", "findings"),
        _once("action_findings", "action_id", "finding_id"),
    )
    _part_of_action("action_plans", *_numbers("round"), _document("plan"), *_texts("who"), once=("round",))
    _part_of_action(
        "action_amendments",
        *_numbers("round"),
        *_texts("reason"),
        *map(_document, ("before", "after", "plan")),
        *_texts("who"),
    )
    _part_of_action("action_moves", *_texts("before", "after", "reason"), *_days("on"), *_texts("who"))
    _part_of_action(
        "verdicts",
        *_numbers("round", "release"),
        *_texts("code", "word", "digest"),
        _document("document"),
        *_texts("who"),
        sa.CheckConstraint("word IN ('worked', 'did-not', 'cannot-tell')", name="word"),
        once=("round", "release", "code"),
    )
    _part_of_action("action_comments", *_texts("text"), _document("mentions"), *_texts("who"))
    _part_of_action("action_links", *_texts("title", "url", "who"))


def _calls() -> None:
    _part_of_action(
        "win_back_calls",
        *_texts("customer_id"),
        sa.Column("lost_on", sa.Date(), nullable=False),
        *_texts("why", "words", "name"),
        sa.Column("mrr_cents", sa.BigInteger(), nullable=False),
        *_texts("owner", "state", "note"),
        _document("facts"),
        sa.CheckConstraint("why IN ('reason', 'condition')", name="why"),
        sa.CheckConstraint("state IN ('open', 'called', 'returned', 'declined', 'unreachable')", name="state"),
        once=("customer_id", "lost_on"),
    )
    op.create_index("ix_win_back_calls_customer_id", "win_back_calls", ["customer_id"])


def _reviews() -> None:
    _table(
        "reviews",
        *(sa.Column(name, sa.Date(), nullable=False) for name in ("start", "end")),
        *_texts("title", "state"),
        *_numbers("release"),
        *_texts("digest", "moderator"),
        _moment("archived_at"),
        sa.CheckConstraint("state IN ('draft', 'prepared', 'running', 'held', 'signed')", name="state"),
    )
    op.create_index("ix_reviews_start", "reviews", ["start"])
    _part_of_review(
        "review_packs",
        *_numbers("number", "release"),
        *_texts("digest"),
        _document("document"),
        *_texts("who"),
        once=("number",),
    )
    _part_of_review(
        "review_items",
        *_texts("kind", "ref", "title", "owner"),
        *_numbers("minutes", "position"),
        *_texts("state"),
        _moment("archived_at"),
        sa.CheckConstraint("kind IN ('verdicts', 'question', 'finding', 'action', 'free')", name="kind"),
        sa.CheckConstraint("state IN ('open', 'done', 'parked')", name="state"),
    )
    _part_of_review(
        "review_minutes",
        *_numbers("number"),
        _document("document"),
        *_texts("digest", "who", "signed_by"),
        _moment("signed_at"),
        once=("number",),
    )


def _what_people_say_in_a_review() -> None:
    _part_of_review(
        "review_notes",
        *_items("review_notes"),
        *_texts("kind", "text", "who"),
        _moment("withdrawn_at"),
        sa.CheckConstraint("kind IN ('note', 'parking')", name="kind"),
    )
    _part_of_review(
        "review_votes",
        *_texts("on"),
        *_numbers("ref"),
        *_texts("who"),
        _moment("withdrawn_at"),
        sa.CheckConstraint("\"on\" IN ('item', 'note', 'finding')", name="on"),
        once=("on", "ref", "who"),
    )
    _part_of_review(
        "review_decisions",
        *_items("review_decisions"),
        sa.Column("action_id", sa.Integer()),
        _of("review_decisions", "action_id", "actions"),
        *_texts("text", "owner", "who"),
        _moment("withdrawn_at"),
    )
    _part_of_review(
        "review_attendees",
        *_texts("name", "department"),
        sa.Column("present", sa.Boolean(), nullable=False),
        once=("name",),
    )
    _part_of_review("review_steps", *_items("review_steps"), *_texts("who"))


def _outbox() -> None:
    _table(
        "outbox",
        *_texts("channel", "to", "subject", "text", "html"),
        _document("attachments"),
        *_texts("state"),
        *_numbers("attempts"),
        *_texts("answer", "who"),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'failed')", name="state"),
    )
    op.create_index("ix_outbox_state", "outbox", ["state"])


def _refuse(name: str, why: str, change: str, when: str, kind: str = "kept") -> None:
    """Refuses a change of a row, always or when the condition holds."""
    trigger, only = f"{name}_{kind}_at_{change.lower()}", f"WHEN ({when})" if when else ""
    if op.get_bind().dialect.name != "postgresql":
        op.execute(
            f"CREATE TRIGGER {trigger} BEFORE {change} ON {name} FOR EACH ROW {only} "
            f"BEGIN SELECT RAISE(ABORT, '{name} {why}'); END"
        )
        return
    op.execute(
        f"CREATE OR REPLACE FUNCTION {trigger}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{name} {why}'; END $$"
    )
    op.execute(f"CREATE TRIGGER {trigger} BEFORE {change} ON {name} FOR EACH ROW {only} EXECUTE FUNCTION {trigger}()")
    if change == "DELETE":
        op.execute(f"CREATE TRIGGER {name}_truncate BEFORE TRUNCATE ON {name} EXECUTE FUNCTION {trigger}()")


def _differs(columns: Iterable[str]) -> str:
    postgres = op.get_bind().dialect.name == "postgresql"
    # PostgreSQL compares no documents, only their text.
    kind, differs = ("::text", "IS DISTINCT FROM") if postgres else ("", "IS NOT")
    return " OR ".join(f'OLD."{name}"{kind} {differs} NEW."{name}"{kind}' for name in columns)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.String(), nullable=False) for name in names]


def _numbers(*names: str) -> list[sa.Column[int]]:
    return [sa.Column(name, sa.Integer(), nullable=False) for name in names]


def _days(*names: str) -> list[SchemaItem]:
    return [sa.Column(name, sa.Date()) for name in names]


def _document(name: str) -> SchemaItem:
    return sa.Column(name, sa.JSON(), nullable=False)


def _moment(name: str) -> SchemaItem:
    return sa.Column(name, sa.DateTime(timezone=True))


def _items(name: str) -> list[SchemaItem]:
    return [sa.Column("item_id", sa.Integer()), _of(name, "item_id", "review_items")]


def _of(name: str, column: str, table: str) -> SchemaItem:
    return sa.ForeignKeyConstraint([column], [f"{table}.id"], name=f"fk_{name}_{column}")


def _once(name: str, *columns: str) -> SchemaItem:
    return sa.UniqueConstraint(*columns, name=f"uq_{name}_{'_'.join(columns)}")


def _part_of_action(name: str, *columns: SchemaItem, once: tuple[str, ...] = ()) -> None:
    _part(name, "action_id", "actions", columns, once)


def _part_of_review(name: str, *columns: SchemaItem, once: tuple[str, ...] = ()) -> None:
    _part(name, "review_id", "reviews", columns, once)


def _part(name: str, of: str, table: str, columns: Iterable[SchemaItem], once: tuple[str, ...]) -> None:
    """A table whose rows belong to an action or a review: found by it, through its key or an index."""
    key = [_once(name, of, *once)] if once else []
    _table(name, *_numbers(of), *columns, _of(name, of, table), *key)
    if not once:
        op.create_index(f"ix_{name}_{of}", name, [of])


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
