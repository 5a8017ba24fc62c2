"""Improvement actions: their words, and beside them what is added only: plans, amendments, moves, verdicts, comments.

Refused inside the transaction, whoever calls: a move that `action_moves` does not allow, a change over an unseen one,
and any change of a plan after its action reached customers, whatever state somebody wrote into the database.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.database.connection import Database
from data.database.repositories import action_parts as parts
from data.database.repositories.action_moves import Move, refuse_unless_allowed
from data.database.repositories.versions import refuse_unless_seen
from data.database.tables import (
    ActionAmendmentRow,
    ActionCommentRow,
    ActionFindingRow,
    ActionLinkRow,
    ActionMoveRow,
    ActionPlanRow,
    ActionRow,
    VerdictRow,
    this_moment,
)
from data.errors import NoData, ReviewError
from data.proof_documents import differences, from_document, to_document, verdict_document
from data.records_improvement import ACTION_WORDS, Action, ActionState, Link, ProofPlan, Verdict

_WRITTEN = (*ACTION_WORDS, "review")
"""What people write of an action and the review it was decided in; it never freezes."""
WAITING = frozenset({"window_months", "check_on"})
"""All that may change of a plan after shipping, and only by a longer wait."""
_PLAIN_MOVES: dict[ActionState, Move] = {"doing": "begin", "verifying": "verify", "closed": "close"}


def create(db: Database, action: Action, *, who: str | None = None) -> Action:
    """Stores a new action as proposed, with its draft of a plan if there is one."""
    with db.writing(who) as session:
        row = ActionRow(state="proposed", round=1, draft=_draft(action.draft), who=session.info["who"])
        _put_words(row, action)
        session.add(row)
        session.flush()
        _put_findings(session, row, action.findings)
        _moved(session, row, "", "")
        return _one(session, row)


def save(db: Database, seen: Action, changed: Action, *, who: str | None = None) -> Action:
    """Stores the words of an action and the findings it rests on; nothing of its plan or state."""
    with db.writing(who) as session:
        row = _seen(session, seen, "change")
        _put_words(row, changed)
        _put_findings(session, row, changed.findings)
        return _one(session, row)


def draft_plan(db: Database, seen: Action, plan: ProofPlan | None, *, who: str | None = None) -> Action:
    """Stores a plan as it is being written; refused when one is frozen in this round."""
    with db.writing(who) as session:
        row = _seen(session, seen, "draft")
        _refuse_frozen(session, row)
        row.draft = _draft(plan)
        return _one(session, row)


def freeze(db: Database, seen: Action, plan: ProofPlan, *, on: date | None = None, who: str | None = None) -> Action:
    """The action is agreed on this plan, which is frozen on this day; once in each round."""
    with db.writing(who) as session:
        row = _seen(session, seen, "agree")
        _refuse_frozen(session, row)
        document = to_document(plan)
        session.add(ActionPlanRow(action_id=row.id, round=row.round, plan=document, who=session.info["who"]))
        row.draft = document
        _step(session, row, "agreed", "", on)
        return _one(session, row)


def amend(db: Database, seen: Action, plan: ProofPlan, reason: str, *, who: str | None = None) -> Action:
    """Puts another plan in force and says beside it what changed and why; refused from shipping on."""
    with db.writing(who) as session:
        row = _seen(session, seen, "amend")
        if row.shipped_on is not None:
            raise ReviewError(
                f"The action {row.title!r} reached customers on {row.shipped_on}: its plan of proof cannot change any "
                "more, whatever the numbers say."
            )
        _amended(session, row, plan, reason)
        return _one(session, row)


def wait(db: Database, seen: Action, plan: ProofPlan, reason: str, *, who: str | None = None) -> Action:
    """After "cannot tell": a longer window and a later check date, and nothing else of the plan."""
    with db.writing(who) as session:
        row = _seen(session, seen, "wait")
        _refuse_waiting(session, row, plan)
        _amended(session, row, plan, reason)
        _step(session, row, "verifying", reason)
        return _one(session, row)


def ship(db: Database, seen: Action, on: date, *, reason: str = "", who: str | None = None) -> Action:
    """The action reached customers on this day; from here on its plan cannot change."""
    with db.writing(who) as session:
        row = _seen(session, seen, "ship")
        if row.shipped_on is not None:
            raise ReviewError(f"The action {row.title!r} reached customers on {row.shipped_on} already.")
        if parts.in_force(session, row) is None:
            raise ReviewError(
                f"The action {row.title!r} has no frozen plan of proof. Agree on it before it is shipped."
            )
        row.shipped_on = on
        _step(session, row, "shipped", reason, on)
        return _one(session, row)


def move(db: Database, seen: Action, after: ActionState, *, reason: str = "", who: str | None = None) -> Action:
    """Records that the action is being done, is verified or is closed; every other state comes with what it needs."""
    if after not in _PLAIN_MOVES:
        raise ValueError(f"An action becomes {after} by freeze, ship, add_verdict or reopen.")
    with db.writing(who) as session:
        row = _seen(session, seen, _PLAIN_MOVES[after])
        _step(session, row, after, reason)
        return _one(session, row)


def reopen(db: Database, seen: Action, draft: ProofPlan | None, reason: str, *, who: str | None = None) -> Action:
    """Starts the next round with a draft of its own; plans and verdicts of the rounds before stay."""
    with db.writing(who) as session:
        row = _seen(session, seen, "reopen")
        row.round, row.shipped_on, row.draft = row.round + 1, None, _draft(draft)
        _step(session, row, "reopened", reason)
        return _one(session, row)


def add_verdict(db: Database, seen: Action, verdict: Verdict, *, who: str | None = None) -> Action:
    """Puts a verdict beside the earlier ones and the action into the state it names.

    The same release, window and code give the same verdict: one that is there already is not stored again, and another
    one is refused.
    """
    with db.writing(who) as session:
        row = _seen(session, seen, "judge")
        plan = parts.in_force(session, row)
        if row.shipped_on is None or plan is None:
            raise ReviewError(f"The action {row.title!r} has not reached customers: there is nothing to judge.")
        known = session.scalar(_verdict_of(row, verdict, plan.window_months))
        if known is None:
            document = verdict_document(verdict)
            added = {name: getattr(verdict, name) for name in ("release", "code", "word", "digest")}
            added |= {"window_months": plan.window_months, "document": document, "who": session.info["who"]}
            session.add(VerdictRow(action_id=row.id, round=row.round, **added))
        elif known.digest != verdict.digest:
            raise ReviewError(
                f"Release {verdict.release} gave another verdict of {row.title!r} before. The same release and version "
                "of the code must give the same one; run `check`."
            )
        _step(session, row, verdict.word, "")
        return _one(session, row)


def comment(db: Database, number: int, text: str, mentions: Sequence[str] = (), *, who: str | None = None) -> Action:
    """Adds a remark; it never collides with what others write."""
    with db.writing(who) as session:
        row = _row(session, number)
        session.add(ActionCommentRow(action_id=row.id, text=text, mentions=list(mentions), who=session.info["who"]))
        return _one(session, row)


def add_link(db: Database, number: int, link: Link, *, who: str | None = None) -> Action:
    """Adds an address kept elsewhere; it never collides with what others write."""
    with db.writing(who) as session:
        row = _row(session, number)
        session.add(ActionLinkRow(action_id=row.id, title=link.title, url=link.url, who=session.info["who"]))
        return _one(session, row)


def remove_link(db: Database, number: int, link: int, *, who: str | None = None) -> Action:
    """Takes a link off an action; one that is gone already is gone."""
    with db.writing(who) as session:
        row = _row(session, number)
        found = session.get(ActionLinkRow, link)
        if found is not None and found.action_id == row.id:
            session.delete(found)
        return _one(session, row)


def archive(db: Database, seen: Action, *, who: str | None = None) -> None:
    """Takes the action off every list."""
    with db.writing(who) as session:
        _seen(session, seen, "archive").archived_at = this_moment()


def get(db: Database, number: int) -> Action:
    """The action of this number, archived or not; NoData when there is none."""
    with db.reading() as session:
        return _one(session, _row(session, number))


def all(db: Database, *, archived: bool = False, state: str | None = None) -> tuple[Action, ...]:
    """The actions, the newest first; archived ones only when asked for."""
    wanted = select(ActionRow).order_by(ActionRow.id.desc())
    if not archived:
        wanted = wanted.where(ActionRow.archived_at.is_(None))
    if state is not None:
        wanted = wanted.where(ActionRow.state == state)
    with db.reading() as session:
        return parts.actions(session, list(session.scalars(wanted)))


def plans(db: Database, number: int) -> dict[int, tuple[ProofPlan, ...]]:
    """Round -> the plan as it was frozen, and every plan that was in force after it, in order."""
    with db.reading() as session:
        row = _row(session, number)
        found = {each.round: [from_document(each.plan)] for each in parts.of(session, ActionPlanRow, [row.id])}
        for each in parts.of(session, ActionAmendmentRow, [row.id]):
            found[each.round].append(from_document(each.plan))
        return {number: tuple(each) for number, each in found.items()}


def _put_words(row: ActionRow, action: Action) -> None:
    for name in _WRITTEN:
        setattr(row, name, getattr(action, name))


def _put_findings(session: Session, row: ActionRow, findings: Sequence[int]) -> None:
    held = {each.finding_id: each for each in parts.of(session, ActionFindingRow, [row.id])}
    for number in findings:
        if number not in held:
            session.add(ActionFindingRow(action_id=row.id, finding_id=number))
    for number, each in held.items():
        if number not in findings:
            session.delete(each)
    if set(held) != set(findings):
        row.updated_at = this_moment()


def _draft(plan: ProofPlan | None) -> dict[str, Any] | None:
    return None if plan is None else to_document(plan)


def _refuse_frozen(session: Session, row: ActionRow) -> None:
    if parts.in_force(session, row) is not None:
        raise ReviewError(
            f"The plan of proof of {row.title!r} is frozen since it was agreed. Change it by an amendment."
        )


def _refuse_waiting(session: Session, row: ActionRow, plan: ProofPlan) -> None:
    words = [each.word for each in parts.of(session, VerdictRow, [row.id]) if each.round == row.round]
    now = parts.in_force(session, row)
    if row.state != "cannot-tell" or words[-1:] != ["cannot-tell"] or now is None:
        raise ReviewError(f"The action {row.title!r} has no verdict that asks for more time.")
    _, changed = differences(now, plan)
    if plan.window_months <= now.window_months or not set(changed) <= WAITING:
        raise ReviewError("To wait longer makes the window longer and the check date later; nothing else can change.")


def _amended(session: Session, row: ActionRow, plan: ProofPlan, reason: str) -> None:
    now = parts.in_force(session, row)
    if now is None:
        raise ReviewError(f"The action {row.title!r} has no frozen plan of proof yet. Change its draft instead.")
    before, after = differences(now, plan)
    added = {"reason": reason, "before": before, "after": after, "plan": to_document(plan)}
    session.add(ActionAmendmentRow(action_id=row.id, round=row.round, **added, who=session.info["who"]))
    # What is added beside the action must raise its version too.
    row.updated_at = this_moment()


def _step(session: Session, row: ActionRow, after: str, reason: str, on: date | None = None) -> None:
    before, row.state = row.state, after
    _moved(session, row, before, reason, on)


def _moved(session: Session, row: ActionRow, before: str, reason: str, on: date | None = None) -> None:
    step = {"before": before, "after": row.state, "reason": reason, "on": on}
    session.add(ActionMoveRow(action_id=row.id, **step, who=session.info["who"]))


def _verdict_of(row: ActionRow, verdict: Verdict, window_months: int) -> Any:
    return select(VerdictRow).where(
        VerdictRow.action_id == row.id,
        VerdictRow.round == row.round,
        VerdictRow.release == verdict.release,
        VerdictRow.code == verdict.code,
        VerdictRow.window_months == window_months,
    )


def _row(session: Session, number: int) -> ActionRow:
    row = session.get(ActionRow, number)
    if row is None:
        raise NoData(f"There is no action {number}. The list shows those there are.")
    return row


def _seen(session: Session, seen: Action, move: Move) -> ActionRow:
    row = _row(session, seen.id)
    refuse_unless_seen(row, seen.version, f"The action {row.title!r}")
    refuse_unless_allowed(parts.bare(row), move)
    return row


def _one(session: Session, row: ActionRow) -> Action:
    session.flush()
    return parts.actions(session, [row])[0]
