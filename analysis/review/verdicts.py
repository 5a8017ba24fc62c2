"""What became of what was decided: every action that is open, or was judged lately, with its verdict."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analysis.proof.window import due_on
from analysis.review.parts import Asked, Column, Document, Section, chart, day, figure, table
from data.database.repositories import actions
from data.records_improvement import Action, Expected, ProofMetric, ProofPlan, Verdict

_ROWS = (
    Column("title"),
    Column("verdict", "verdict"),
    Column("effect", "measured"),
    Column("relative", "rate"),
    Column("metric", "metric"),
    Column("baseline", "amount"),
    Column("state", "state"),
    Column("owner"),
    Column("department"),
    Column("due", "day"),
    Column("shipped_on", "day"),
    Column("check_on", "day"),
    Column("release", "count"),
    Column("said", "said"),
)
_WORDS = ("worked", "did-not", "cannot-tell")
#: Verdicts first, then what is under way, then what is only planned.
_ORDER = (*_WORDS, "verifying", "shipped", "doing", "agreed", "reopened", "proposed", "closed")


def section(asked: Asked) -> Section:
    """One row per action, the judged ones first, each with its chart of before and after."""
    shown = reviewed(asked)
    if not shown:
        return Section(unknown="No action has been recorded yet: there is nothing to say of what was decided.")
    judged = [(action, latest) for action in shown if (latest := verdict_of(action)) is not None]
    counts = {word: sum(v.word == word for _a, v in judged) for word in _WORDS}
    names = {"worked": "actions_worked", "did-not": "actions_did_not", "cannot-tell": "actions_cannot_tell"}
    return Section(
        figures=[
            figure("actions_open", "count", sum(map(is_open, shown))),
            *(figure(names[word], "count", counts[word]) for word in _WORDS),
        ],
        tables=[table("actions", _ROWS, map(_row, shown))],
        charts=[_chart(action, found) for action, found in judged if found.months],
        notes=["A verdict stands for its data release; the same release gives the same one."] if judged else [],
    )


def reviewed(asked: Asked) -> tuple[Action, ...]:
    """The actions a review speaks of; a closed one only when it was judged on data of the quarter or later."""
    known = [action for action in actions.all(asked.database) if action.state != "closed" or _lately(action, asked)]
    return tuple(sorted(known, key=lambda a: (_ORDER.index(a.state), a.due or asked.quarter.end, a.title)))


def is_open(action: Action) -> bool:
    """Whether there is still something to do or to learn of it."""
    return action.state not in {"worked", "did-not", "closed"}


def _lately(action: Action, asked: Asked) -> bool:
    found = verdict_of(action)
    return found is not None and found.as_of >= asked.quarter.start


def verdict_of(action: Action) -> Verdict | None:
    """The last verdict of the round an action is in; None before there is one."""
    mine = [verdict for verdict in action.verdicts if verdict.round == action.round]
    return mine[-1] if mine else None


def _row(action: Action) -> Document:
    plan, found = action.frozen or action.draft, verdict_of(action)
    return {
        **{name: getattr(action, name) for name in ("title", "owner", "department", "state")},
        **{name: day(getattr(action, name)) for name in ("due", "shipped_on")},
        **_planned(plan),
        "check_on": day(due_on(action)),
        **_found(found),
    }


def _planned(plan: ProofPlan | None) -> Document:
    if plan is None:
        return {"metric": None, "baseline": None, "unit": ""}
    return {"metric": metric(plan.metric), "baseline": plan.baseline, "unit": plan.metric.unit}


def metric(found: ProofMetric) -> Document:
    """The number an action must move, in codes."""
    return {"kind": found.kind, "of": found.of, "days": found.days}


def _found(found: Verdict | None) -> dict[str, Any]:
    names = {"effect": "effect", "effect_low": "low", "effect_high": "high"}
    names |= {name: name for name in ("relative", "relative_low", "relative_high", "release", "months_more")}
    if found is None:
        return {"verdict": "", "said": "", **dict.fromkeys(names)}
    said = found.said[0] if found.said else ""
    return {"verdict": found.word, "said": said, **{name: getattr(found, of) for name, of in names.items()}}


def _chart(action: Action, found: Verdict) -> Document:
    shipped = day(action.shipped_on)
    rows: Sequence[Document] = [_month(month) for month in found.months]
    also = {"title": action.title, "unit": found.metric.unit, "metric": metric(found.metric), "shipped_on": shipped}
    return chart("before-after", "before_after", rows, **also, verdict=found.word)


def _month(month: Expected) -> Document:
    fields = ("start", "seen", "without", "low", "high", "comparison", "n", "phase")
    return {name: getattr(month, name) for name in fields}
