"""What is missing for the questions to be answered well: reasons, plans, verdicts, fresh data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from analysis.proof.report import overdue
from analysis.proof.verdicts import due
from analysis.review.parts import Asked, Column, Document, Section, figure, table
from analysis.review.past import before
from analysis.review.reasons import parts_in
from analysis.review.verdicts import is_open, reviewed
from data.database.repositories import actions
from data.records_improvement import Action

STALE_AFTER = 31
"""Days a source may end before the data do."""
_LACKING = (Column("what", "missing"), Column("count", "count"), Column("mrr_cents", "money"))
_OVERDUE = (Column("title"), Column("owner"), Column("due", "day"), Column("state", "state"))
_STALE = (Column("source", "source"), Column("newest", "day"), Column("days", "count"))
_CHECKS = (Column("name"), Column("detail"))


def section(asked: Asked) -> Section:
    """Losses without reasons, actions overdue or without a plan, sources that ended long before the data."""
    lacking = [row for row in (*_losses(asked), *_actions(asked), *_decisions(asked)) if row["count"]]
    late = overdue(reviewed(asked), asked.release.as_of)
    stale = _stale(asked)
    failed = [{"name": c.name, "detail": c.detail} for c in asked.release.checks if not c.passed]
    found = len(lacking) + len(late) + len(stale) + len(failed)
    return Section(
        figures=[figure("missing_inputs", "count", found)],
        tables=[
            table("missing", _LACKING, lacking),
            table("overdue", _OVERDUE, [{**vars_of(action), "due": action.due} for action in late]),
            table("stale", _STALE, stale),
            table("failed_checks", _CHECKS, failed),
        ],
        notes=[] if found else ["Nothing is missing that the program knows of."],
    )


def vars_of(action: Action) -> Document:
    """What names an action in a list."""
    return {name: getattr(action, name) for name in ("title", "owner", "state")}


def _losses(asked: Asked) -> list[Document]:
    parts = parts_in(asked, asked.quarter)
    unsaid = [part for part in parts if not part.of.stated]
    undiagnosed = [part for part in parts if not part.of.diagnosed]
    unmapped = [part for part in parts if part.of.unmapped]
    kinds = {"losses_without_reason": unsaid, "losses_undiagnosed": undiagnosed, "losses_unmapped": unmapped}
    return [
        {"what": what, "count": sum(p.customers for p in found), "mrr_cents": sum(p.mrr_cents for p in found)}
        for what, found in kinds.items()
    ]


def _actions(asked: Asked) -> list[Document]:
    open_ones = [action for action in reviewed(asked) if is_open(action)]
    as_of = asked.release.as_of
    kinds = {
        "actions_without_owner": [a for a in open_ones if not a.owner],
        "actions_without_plan": [a for a in open_ones if a.frozen is None and a.draft is None],
        "verdicts_due": due(open_ones, as_of),
    }
    return [{"what": what, "count": len(found), "mrr_cents": None} for what, found in kinds.items()]


def _decisions(asked: Asked) -> list[Document]:
    """What the review before decided and nobody owns, neither the decision nor the action that carries it out."""
    last = before(asked.database, asked.quarter.start)
    owned = {action.id for action in actions.all(asked.database) if action.owner}
    made = () if last is None else last.decisions
    orphans = [one for one in made if not (one.withdrawn or one.owner or one.action in owned)]
    return [{"what": "decisions_without_owner", "count": len(orphans), "mrr_cents": None}]


def _stale(asked: Asked) -> Sequence[Document]:
    """Sources whose newest day lies long before the as-of date."""
    found: list[Document] = []
    for source, about in sorted(asked.release.sources.items()):
        newest = _day(about.get("newest"))
        days = 0 if newest is None else (asked.release.as_of - newest).days
        if newest is not None and days > STALE_AFTER:
            found.append({"source": source, "newest": newest, "days": days})
    return found


def _day(found: object) -> date | None:
    if isinstance(found, date):
        return found
    return date.fromisoformat(found[:10]) if isinstance(found, str) and found else None
