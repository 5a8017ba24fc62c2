"""Experiments: drafts, the frozen plan, and amendments, looks and decisions beside it.

Which move is allowed when, `analysis.experiments.moves` knows; here a change is only refused when somebody else made
another one first.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from math import isfinite
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.database.connection import Database
from data.database.repositories.versions import refuse_unless_seen
from data.database.tables import AmendmentRow, DecisionRow, ExperimentRow, LookRow, this_moment
from data.errors import Busy, NoData, ReviewError
from data.plan_documents import from_document, to_document
from data.records_experiments import Amendment, Decision, Experiment, LookTaken, Plan

_COUNTS = ("number", "release", "days", "customers")
_FIGURES = ("information", "difference", "low", "high", "z", "boundary", "p_value")
_DAYS = ("started_on", "ended_on")
_DECIDED = ("kind", "variant", "reason", "release", "verdict")
_WORDS = ("kind", "on", "variant", "measure", "verdict")


def save_draft(db: Database, draft: Experiment, *, who: str | None = None) -> Experiment:
    """Stores a new draft (id 0), or what changed of one; Busy when it was changed since its version was read."""
    with db.writing(who) as session:
        row = _seen(session, draft) if draft.id else _new(session, draft.key)
        if row.state != "draft":
            raise Busy(f"The experiment {row.key} was started meanwhile. Changes of its plan are amendments now.")
        _keep(row, draft.plan)
        return _one(session, row)


def start(db: Database, seen: Experiment, plan: Plan, on: date, *, who: str | None = None) -> Experiment:
    """Freezes this plan: it is what the experiment is judged by."""
    with db.writing(who) as session:
        row = _seen(session, seen)
        _keep(row, plan)
        row.state, row.frozen, row.started_on = "running", to_document(plan), on
        return _one(session, row)


def amend(
    db: Database,
    seen: Experiment,
    plan: Plan,
    reason: str,
    before: dict[str, Any],
    after: dict[str, Any],
    *,
    who: str | None = None,
) -> Experiment:
    """Puts another plan in force and says beside it what changed and why; the frozen plan stays as it was."""
    with db.writing(who) as session:
        row = _seen(session, seen)
        _keep(row, plan)
        _add(session, row, AmendmentRow(reason=reason, before=before, after=after))
        return _one(session, row)


def end(db: Database, seen: Experiment, on: date, *, who: str | None = None) -> Experiment:
    """Nobody is assigned after this day."""
    with db.writing(who) as session:
        row = _seen(session, seen)
        row.state, row.ended_on = "ended", on
        return _one(session, row)


def decide(db: Database, seen: Experiment, decision: Decision, *, who: str | None = None) -> Experiment:
    """Records what was decided; moment and person are those of this call."""
    with db.writing(who) as session:
        row = _seen(session, seen)
        row.state = "decided"
        _add(session, row, DecisionRow(**{name: getattr(decision, name) for name in _DECIDED}))
        return _one(session, row)


def withdraw(db: Database, seen: Experiment, reason: str, *, who: str | None = None) -> Experiment:
    """Takes the last decision back: it stays on record, and the withdrawal stands beside it as an amendment."""
    with db.writing(who) as session:
        row = _seen(session, seen)
        row.state = "ended"
        taken = seen.decisions[-1].kind if seen.decisions else ""
        _add(session, row, AmendmentRow(reason=reason, before={"decision": taken}, after={"decision": ""}))
        return _one(session, row)


def record_look(db: Database, seen: Experiment, looks: Iterable[LookTaken], *, who: str | None = None) -> Experiment:
    """Keeps what one look showed, a row for each variant and measure; Busy when somebody else looked meanwhile."""
    with db.writing(who) as session:
        row = _seen(session, seen)
        for look in looks:
            _add(session, row, LookRow(**_written(look)))
        return _one(session, row)


def archive(db: Database, seen: Experiment, *, who: str | None = None) -> None:
    """Takes the experiment off every list; its key stays taken, since assignments may lie under it."""
    with db.writing(who) as session:
        _seen(session, seen).archived_at = this_moment()


def get(db: Database, number: int) -> Experiment:
    """The experiment of this number; NoData when there is none."""
    with db.reading() as session:
        return _one(session, _row(session, number))


def find_key(db: Database, key: str) -> Experiment | None:
    """The experiment whose assignments lie under this key; None when there is no plan of it."""
    with db.reading() as session:
        row = session.scalar(select(ExperimentRow).where(ExperimentRow.key == key))
        return None if row is None or row.archived_at is not None else _one(session, row)


def all(db: Database, *, state: str | None = None) -> tuple[Experiment, ...]:
    """Every experiment that is not archived, the newest first."""
    wanted = select(ExperimentRow).where(ExperimentRow.archived_at.is_(None)).order_by(ExperimentRow.id.desc())
    if state is not None:
        wanted = wanted.where(ExperimentRow.state == state)
    with db.reading() as session:
        return _many(session, list(session.scalars(wanted)))


def keys(db: Database) -> frozenset[str]:
    """Every key that was ever given, those of archived experiments too."""
    with db.reading() as session:
        return frozenset(session.scalars(select(ExperimentRow.key)))


def archived(db: Database) -> frozenset[str]:
    """Keys of the experiments that were started and are archived now: they are off the lists, with their data."""
    wanted = select(ExperimentRow.key).where(ExperimentRow.archived_at.is_not(None), ExperimentRow.state != "draft")
    with db.reading() as session:
        return frozenset(session.scalars(wanted))


def _new(session: Session, key: str) -> ExperimentRow:
    if session.scalar(select(ExperimentRow.id).where(ExperimentRow.key == key)) is not None:
        raise ReviewError(f"There is an experiment with the key {key} already. Give another key.")
    row = ExperimentRow(key=key, state="draft")
    session.add(row)
    return row


def _keep(row: ExperimentRow, plan: Plan) -> None:
    row.name, row.plan = plan.name, to_document(plan)


def _row(session: Session, number: int) -> ExperimentRow:
    row = session.get(ExperimentRow, number)
    if row is None or row.archived_at is not None:
        raise NoData(f"There is no experiment {number}. It may have been archived; the list shows those there are.")
    return row


def _seen(session: Session, seen: Experiment) -> ExperimentRow:
    row = _row(session, seen.id)
    refuse_unless_seen(row, seen.version, f"The experiment {row.key}")
    return row


def _add(session: Session, row: ExperimentRow, part: AmendmentRow | LookRow | DecisionRow) -> None:
    part.experiment_id, part.who = row.id, session.info["who"]
    session.add(part)
    # What is added beside the experiment must raise its version too.
    row.updated_at = this_moment()


def _written(look: LookTaken) -> dict[str, Any]:
    """Counts and figures as plain numbers, whatever library they come from; an endless limit is none."""
    counts = {name: int(getattr(look, name)) for name in _COUNTS}
    figures = {name: _finite(getattr(look, name)) for name in _FIGURES}
    return counts | figures | {name: getattr(look, name) for name in _WORDS}


def _finite(figure: float | None) -> float | None:
    return float(figure) if figure is not None and isfinite(figure) else None


def _one(session: Session, row: ExperimentRow) -> Experiment:
    session.flush()
    return _many(session, [row])[0]


def _many(session: Session, rows: Sequence[ExperimentRow]) -> tuple[Experiment, ...]:
    ids = [row.id for row in rows]
    parts = [_parts(session, kind, ids) for kind in (AmendmentRow, LookRow, DecisionRow)]
    return tuple(_experiment(row, *(found.get(row.id, []) for found in parts)) for row in rows)


def _parts(session: Session, kind: type[Any], ids: Sequence[int]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for row in session.scalars(select(kind).where(kind.experiment_id.in_(ids)).order_by(kind.id)):
        found.setdefault(row.experiment_id, []).append(row)
    return found


def _experiment(row: ExperimentRow, amendments: list[Any], looks: list[Any], decisions: list[Any]) -> Experiment:
    held: dict[str, Any] = {name: getattr(row, name) for name in ("key", "state", "id", "version", *_DAYS)}
    return Experiment(
        **held,
        plan=from_document(row.plan),
        frozen=None if row.frozen is None else from_document(row.frozen),
        amendments=tuple(map(_amendment, amendments)),
        looks=tuple(map(_look, looks)),
        decisions=tuple(map(_decision, decisions)),
    )


def _amendment(row: AmendmentRow) -> Amendment:
    return Amendment(row.created_at, row.who, row.reason, row.before, row.after)


def _look(row: LookRow) -> LookTaken:
    held: dict[str, Any] = {name: getattr(row, name) for name in (*_COUNTS, *_FIGURES, *_WORDS)}
    return LookTaken(**held, at=row.created_at, who=row.who)


def _decision(row: DecisionRow) -> Decision:
    made: dict[str, Any] = {name: getattr(row, name) for name in _DECIDED}
    return Decision(**made, at=row.created_at, who=row.who)
