"""Actions and their verdicts as the rows that reports print."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from analysis.proof.gain import priority
from analysis.proof.window import due_on
from analysis.results import Estimate, NotEnoughData
from data.records import Condition, Segment
from data.records_improvement import Action, Finding, ProofMetric, ProofPlan, Verdict

OPEN = frozenset({"proposed", "agreed", "doing", "reopened"})
"""States in which an action can be overdue."""


def rows(found: Iterable[Action]) -> list[dict[str, Any]]:
    """One row per action, as `report actions` prints them."""
    return [_row(action) for action in found]


def _row(action: Action) -> dict[str, Any]:
    plan = plan_of(action)
    last = last_verdict(action)
    return {
        "action": action.title,
        "owner": action.owner,
        "status": action.state,
        "metric": None if plan is None else metric_key(plan.metric),
        "baseline": None if plan is None else plan.baseline,
        "target": None if plan is None else target(plan),
        "effect": None if last is None else effect_of(last),
        "verdict": "" if last is None else last.word,
        "check_on": due_on(action),
    }


def listed(found: Iterable[Action]) -> list[dict[str, Any]]:
    """One row per action with its number, dates and what is expected of it, the most promising first."""
    ordered = sorted(found, key=lambda action: (-(priority(action) or 0.0), action.id))
    return [
        {
            "id": action.id,
            **_row(action),
            "department": action.department,
            "due": action.due,
            "shipped_on": action.shipped_on,
            "effort_days": action.effort_days,
            "gain_cents": action.gain_cents,
            "priority": priority(action),
        }
        for action in ordered
    ]


def plan_of(action: Action) -> ProofPlan | None:
    """The plan in force; the draft while there is none."""
    return action.frozen or action.draft


def last_verdict(action: Action) -> Verdict | None:
    """The newest verdict of the round that is under way."""
    found = [verdict for verdict in action.verdicts if verdict.round == action.round]
    return found[-1] if found else None


def metric_key(metric: ProofMetric) -> str:
    """The metric on one line: kind, what it is of, days it follows."""
    return "_".join([metric.kind, *([metric.of] if metric.of else []), *([str(metric.days)] if metric.days else [])])


def target(plan: ProofPlan) -> float | None:
    """The value that is to be reached: the baseline changed by the smallest effect worth having."""
    if plan.baseline is None:
        return None
    return plan.baseline + (-plan.smallest_effect if plan.metric.lower_is_better else plan.smallest_effect)


def effect_of(verdict: Verdict) -> Estimate | NotEnoughData:
    """The effect with its interval, as reports print figures."""
    if verdict.effect is None:
        return NotEnoughData(" ".join(verdict.said[:1]), verdict.n_after)
    return Estimate(verdict.effect, verdict.low, verdict.high, verdict.n_after, verdict.method, verdict.confidence)


def overdue(found: Iterable[Action], today: date) -> tuple[Action, ...]:
    """Actions that should be done by now and have not reached customers."""
    return tuple(a for a in found if a.state in OPEN and a.due is not None and a.due < today)


def action_notes(found: Iterable[Action], today: date) -> list[str]:
    """What must be known of the rows: who is late, and what the verdicts say."""
    kept = tuple(found)
    late = [f"overdue since {a.due}: {a.title} ({a.owner or 'nobody'})" for a in overdue(kept, today)]
    said = [f"{a.id} {a.title}: {v.said[0]}" for a in kept if (v := last_verdict(a)) is not None and v.said]
    numbers = ["All numbers of the verdicts: report verdicts. Months and assumptions: report proof --key NUMBER."]
    return [*late, *said, *(numbers if said else [])]


def plan_lines(action: Action) -> list[str]:
    """The plan of proof in force, a line for each field, and what was amended of it."""
    plan = plan_of(action)
    if plan is None:
        return ["There is no plan of proof yet."]
    state = "frozen" if action.frozen else "draft"
    known = {name: value for name, value in vars(plan).items() if value not in (None, "")}
    known |= {} if plan.comparison == "segment" else {"against": ""}
    fields = [f"plan ({state}) {name}: {_told(value)}" for name, value in known.items() if value != ""]
    return [*fields, *(f"amended {list(each.after)}: {each.reason} ({each.who})" for each in action.amendments)]


def _told(value: object) -> str:
    """A field of a plan on one line: a metric by its key, a segment by its conditions."""
    if isinstance(value, ProofMetric):
        return metric_key(value)
    if not isinstance(value, Segment):
        return str(value)
    kept = _conditions(value.conditions) or "everybody"
    return f"{kept}, without those of {_conditions(value.without)}" if value.without else kept


def _conditions(found: Iterable[Condition]) -> str:
    return " and ".join(f"{one.attribute} {one.operator} {'|'.join(one.values)}" for one in found)


def proof_rows(verdict: Verdict) -> list[dict[str, Any]]:
    """The months of a verdict."""
    return [vars(month) for month in verdict.months]


def proof_notes(verdict: Verdict) -> list[str]:
    """The verdict in sentences, what was checked, what it rests on, and since when it stands on record."""
    checked = {True: "ok", False: "NOT", None: "?"}
    rests = f"release {verdict.release}, data up to {verdict.as_of}, code {verdict.code}, digest {verdict.digest}"
    kept = [f"round {verdict.round}, on record since {verdict.at:%Y-%m-%d}, by {verdict.who}"] if verdict.at else []
    return [
        f"verdict: {verdict.word} ({verdict.method}, {metric_key(verdict.metric)})",
        *verdict.said,
        *(f"{checked[each.passed]}: {each.name}: {each.said}" for each in verdict.assumptions),
        rests,
        *kept,
    ]


def preview_notes(action: Action, seen: Verdict) -> list[str]:
    """What a release would say of an action that is still to be judged, every line named as such."""
    return [
        f"preview: nothing of this is on record. The action is judged from {due_on(action)} on, by `daily`; a look "
        "before that day makes chance look like success.",
        *(f"preview: {line}" for line in proof_notes(seen)),
    ]


def standing_rows(action: Action, seen: Verdict | None) -> list[dict[str, Any]]:
    """The months of the newest verdict on record, then those of a preview, as `report proof` prints them."""
    told = [("record", verdict) for verdict in action.verdicts[-1:]]
    told += [] if seen is None else [("preview", seen)]
    return [
        {"standing": standing, "round": one.round, "release": one.release, "code": one.code, **month}
        for standing, one in told
        for month in proof_rows(one)
    ]


def standing_notes(action: Action, seen: Verdict | None) -> list[str]:
    """Every verdict on record, the oldest first, and apart from them a preview."""
    recorded = [line for verdict in action.verdicts for line in proof_notes(verdict)]
    return [*(recorded or ["No verdict is on record yet."]), *([] if seen is None else preview_notes(action, seen))]


def verdict_rows(found: Iterable[Action]) -> list[dict[str, Any]]:
    """One row per verdict on record with all its numbers, as `report verdicts` prints them."""
    return [_verdict(action, verdict) for action in found for verdict in action.verdicts]


def _verdict(action: Action, verdict: Verdict) -> dict[str, Any]:
    plain = ("p_value", "n_before", "n_after", "months_more", "release", "as_of", "code", "digest", "at", "who")
    return {
        "id": action.id,
        "action": action.title,
        "round": verdict.round,
        "verdict": verdict.word,
        "method": verdict.method,
        "metric": metric_key(verdict.metric),
        "before": verdict.before,
        "after": verdict.after,
        "effect": effect_of(verdict),
        "relative": _relative(verdict),
        **{name: getattr(verdict, name) for name in plain},
    }


def _relative(verdict: Verdict) -> Estimate | NotEnoughData:
    if verdict.relative is None:
        return NotEnoughData("There is no share of what would have been.", verdict.n_after)
    ends = verdict.relative_low, verdict.relative_high
    return Estimate(verdict.relative, *ends, verdict.n_after, verdict.method, verdict.confidence)


def finding_rows(found: Iterable[Finding]) -> list[dict[str, Any]]:
    """One row per finding."""
    return [_finding(finding) for finding in found]


def _finding(finding: Finding) -> dict[str, Any]:
    number = finding.number
    figure = None
    if number is not None and number.value is not None:
        figure = Estimate(number.value, number.low, number.high, number.n or 0, number.method, number.confidence)
    elif number is not None:
        figure = NotEnoughData(number.method)
    return {
        "finding": finding.id,
        "sentence": finding.sentence,
        "metric": "" if number is None else number.metric,
        "number": figure,
        "unit": "" if number is None else number.unit,
        "page": finding.page,
        "chart": finding.chart,
        "segment": finding.segment,
        "start": finding.start,
        "end": finding.end,
        "release": finding.release,
        "reason": finding.reason,
        "who": finding.who,
        "at": finding.at,
    }
