"""Rows of actions as frozen records, with everything that was recorded beside them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.database.tables import (
    ActionAmendmentRow,
    ActionCommentRow,
    ActionFindingRow,
    ActionLinkRow,
    ActionMoveRow,
    ActionPlanRow,
    ActionRow,
    VerdictRow,
)
from data.proof_documents import from_document, verdict_from
from data.records_improvement import ACTION_WORDS, Action, Comment, Link, Moved, PlanAmendment, ProofPlan, Verdict

AT_ONCE = 10_000
"""SQLite takes 32,766 values in one question."""
_PLAIN = (*ACTION_WORDS, "state", "round", "shipped_on", "review", "id", "version", "who")
_BESIDE = (
    ActionFindingRow, ActionPlanRow, ActionAmendmentRow, VerdictRow, ActionCommentRow, ActionLinkRow, ActionMoveRow,
)  # fmt: skip


def of(session: Session, kind: type[Any], ids: Sequence[int]) -> list[Any]:
    """Rows of one kind that belong to these actions, in the order they were written."""
    session.flush()
    found: list[Any] = []
    for first in range(0, len(ids), AT_ONCE):
        wanted = select(kind).where(kind.action_id.in_(ids[first : first + AT_ONCE])).order_by(kind.id)
        found += session.scalars(wanted)
    return found


def in_force(session: Session, row: ActionRow) -> ProofPlan | None:
    """The plan of this round: as last amended, else as frozen; None while it is not agreed."""
    for kind in (ActionAmendmentRow, ActionPlanRow):
        found = [each for each in of(session, kind, [row.id]) if each.round == row.round]
        if found:
            return from_document(found[-1].plan)
    return None


def bare(row: ActionRow) -> Action:
    """The action without what was recorded beside it: its name and where it stands."""
    state: Any = row.state
    return Action(row.title, state=state, id=row.id, archived=row.archived_at is not None)


def actions(session: Session, rows: Sequence[ActionRow]) -> tuple[Action, ...]:
    """The records of these rows; one question for each kind of part, however many actions there are."""
    ids = [row.id for row in rows]
    beside = {kind: _by_action(of(session, kind, ids)) for kind in _BESIDE}
    return tuple(_action(row, {kind: found.get(row.id, []) for kind, found in beside.items()}) for row in rows)


def _by_action(rows: Sequence[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in rows:
        found.setdefault(row.action_id, []).append(row)
    return found


def _action(row: ActionRow, beside: dict[type[Any], list[Any]]) -> Action:
    plain: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    plans = [each for kind in (ActionPlanRow, ActionAmendmentRow) for each in beside[kind] if each.round == row.round]
    return Action(
        **plain,
        findings=tuple(each.finding_id for each in beside[ActionFindingRow]),
        draft=None if row.draft is None else from_document(row.draft),
        frozen=from_document(plans[-1].plan) if plans else None,
        at=row.created_at,
        amendments=tuple(map(_amendment, beside[ActionAmendmentRow])),
        verdicts=tuple(map(_verdict, beside[VerdictRow])),
        comments=tuple(map(_comment, beside[ActionCommentRow])),
        links=tuple(Link(each.title, each.url, each.id) for each in beside[ActionLinkRow]),
        history=tuple(map(_step, beside[ActionMoveRow])),
        archived=row.archived_at is not None,
    )


def _amendment(row: ActionAmendmentRow) -> PlanAmendment:
    return PlanAmendment(row.created_at, row.who, row.reason, row.before, row.after, row.round)


def _verdict(row: VerdictRow) -> Verdict:
    recorded = {"id": row.id, "at": row.created_at, "who": row.who, "round": row.round}
    return verdict_from({**row.document, **recorded})


def _comment(row: ActionCommentRow) -> Comment:
    return Comment(row.text, tuple(row.mentions), row.id, row.created_at, row.who)


def _step(row: ActionMoveRow) -> Moved:
    return Moved(row.before, row.after, row.reason, row.created_at, row.who, row.on)  # pyright: ignore[reportArgumentType]
