"""The life of an improvement action: proposed, agreed on a frozen plan of proof, shipped, judged, closed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, timedelta
from typing import TYPE_CHECKING, get_args
from urllib.parse import urlsplit

from analysis.improvement import comments
from analysis.improvement.moves import DROPPED, refuse_unless_allowed
from analysis.proof.checks import MOST_WINDOW, Known, problems
from analysis.proof.window import check_on, due_on
from data.database.repositories import actions
from data.errors import ReviewError
from data.proof_documents import differences
from data.records_improvement import Action, Confidence, Link, ProofPlan, Verdict

if TYPE_CHECKING:
    from data.database import Database

LONGEST_TITLE = 200
MEASURED = {"visible": None, "baseline": None, "ships_on": None, "check_on": None}
"""What a plan owes to the day it was made on: a copy for the next round starts without."""


def create(db: Database, action: Action, *, who: str | None = None) -> Action:
    """Propose an action; nothing but a title is asked of it."""
    return actions.create(db, _tidy(action), who=who)


def change(db: Database, seen: Action, changed: Action, *, who: str | None = None) -> Action:
    """Reword an action, its owner, dates and expectations; its plan and its state are none of these."""
    return actions.save(db, seen, _tidy(changed), who=who)


def draft_plan(db: Database, seen: Action, plan: ProofPlan | None, *, who: str | None = None) -> Action:
    """Keep a plan as it is being written; nothing is asked of a draft."""
    return actions.draft_plan(db, seen, plan, who=who)


def missing(action: Action, plan: ProofPlan, known: Known | None = None) -> tuple[str, ...]:
    """Everything that keeps an action from being agreed on this plan, in plain sentences; () when nothing does."""
    found: list[str] = []
    if not action.owner.strip():
        found.append("The action has no owner. Name who sees to it.")
    if action.due is None:
        found.append("The action has no due date. Say until when it is done.")
    return (*found, *problems(plan, known))


def agree(
    db: Database, seen: Action, measured: ProofPlan, today: date, known: Known | None = None, *, who: str | None = None
) -> Action:
    """Agree on an action and freeze its plan as measured on the data; ReviewError tells everything that is missing."""
    refuse_unless_allowed(seen, "agree")
    if found := missing(seen, measured, replace(known or Known(), today=today)):
        raise ReviewError(" ".join(found))
    return actions.freeze(db, seen, _with_check_day(measured), on=today, who=who)


def begin(db: Database, seen: Action, *, who: str | None = None) -> Action:
    """Work on the action has begun."""
    return actions.move(db, seen, "doing", who=who)


def amend(
    db: Database, seen: Action, plan: ProofPlan, reason: str, known: Known | None = None, *, who: str | None = None
) -> Action:
    """Change a frozen plan before it ships, and keep on record what was, what is and why."""
    refuse_unless_allowed(seen, "amend")
    _refuse_without(reason)
    now, plan = _in_force(seen), _with_check_day(plan)
    _, changed = differences(now, plan)
    if not changed:
        raise ReviewError("Nothing of the plan was changed. Change a field, or leave it as it is.")
    before = problems(now, known)
    worse = [said for said in problems(plan, known) if said not in before]
    if worse:
        raise ReviewError(" ".join(worse))
    return actions.amend(db, seen, plan, reason.strip(), who=who)


def ship(db: Database, seen: Action, on: date, today: date | None = None, *, who: str | None = None) -> Action:
    """The action reached customers on a day since its plan was frozen; from here on the plan cannot change."""
    refuse_unless_allowed(seen, "ship")
    _refuse_later_plan(seen, on)
    if today is not None and on > today:
        raise ReviewError(f"{on} is not here yet. Say that it shipped when it has.")
    return actions.ship(db, seen, on, who=who)


def verify(db: Database, seen: Action, *, who: str | None = None) -> Action:
    """The data are being waited for from here on."""
    return actions.move(db, seen, "verifying", who=who)


def judge(db: Database, seen: Action, verdict: Verdict, *, who: str | None = None) -> Action:
    """Record what the data say, once they reach the check date; a verdict stays for good."""
    refuse_unless_allowed(seen, "judge")
    plan = _in_force(seen)
    if verdict.metric != plan.metric:
        raise ReviewError("The verdict is about another metric than the plan of proof.")
    due = due_on(seen)
    # The data of a release reach the day before: by then the last day of the window is in them.
    if plan.metric.kind != "experiment" and due is not None and verdict.as_of < due - timedelta(days=1):
        raise ReviewError(
            f"The data end on {verdict.as_of}, before the window of the plan does. The check date is {due}: a verdict "
            "before it would be a look at half a result."
        )
    return actions.add_verdict(db, seen, verdict, who=who)


def wait(db: Database, seen: Action, months: int | None = None, *, who: str | None = None) -> Action:
    """After "cannot tell": wait as many more months as the verdict says, or as somebody says where it cannot."""
    refuse_unless_allowed(seen, "wait")
    more = months or (seen.verdicts[-1].months_more if seen.verdicts else None)
    if more is None or more < 1:
        raise ReviewError("The verdict names no number of months that would do. Say how many more to wait.")
    plan, shipped = _in_force(seen), seen.shipped_on
    longer = replace(plan, window_months=min(plan.window_months + more, MOST_WINDOW))
    if longer.window_months <= plan.window_months or shipped is None:
        raise ReviewError(
            f"{plan.window_months} months after shipping are judged already, and {MOST_WINDOW} are the most. Close the "
            "action, or reopen it with another plan."
        )
    longer = replace(longer, check_on=check_on(longer, shipped))
    return actions.wait(db, seen, longer, f"{more} more months", who=who)


def close(db: Database, seen: Action, reason: str = "", *, who: str | None = None) -> Action:
    """Close an action: after its verdict, or before it ships, which needs a reason."""
    refuse_unless_allowed(seen, "close")
    if seen.state in DROPPED:
        _refuse_without(reason)
    return actions.move(db, seen, "closed", reason=reason.strip(), who=who)


def reopen(db: Database, seen: Action, reason: str, *, who: str | None = None) -> Action:
    """Start another round with a copy of the plan as its draft; plan and verdicts of the round before stay."""
    refuse_unless_allowed(seen, "reopen")
    _refuse_without(reason)
    plan = seen.frozen or seen.draft
    draft = None if plan is None else replace(plan, **MEASURED)
    return actions.reopen(db, seen, draft, reason.strip(), who=who)


def archive(db: Database, seen: Action, *, who: str | None = None) -> None:
    """Take an action off every list."""
    actions.archive(db, seen, who=who)


def comment(db: Database, number: int, text: str, *, who: str | None = None) -> Action:
    """Add a remark; names written with @ are kept as mentioned."""
    text = comments.tidy(text)
    known = comments.people(actions.all(db))
    return actions.comment(db, number, text, comments.mentions(text, known), who=who)


def link(db: Database, number: int, url: str, title: str = "", *, who: str | None = None) -> Action:
    """Attach something kept elsewhere; without a title it is called by where it lies."""
    url = url.strip()
    parts = _parts(url)
    return actions.add_link(db, number, Link(title.strip() or parts, url), who=who)


def unlink(db: Database, number: int, link: int, *, who: str | None = None) -> Action:
    """Take a link off again."""
    return actions.remove_link(db, number, link, who=who)


def agreed_on(action: Action) -> date | None:
    """The day its plan was frozen in this round; None before that."""
    days = [step.on for step in action.history if step.after == "agreed"]
    return days[-1] if days and action.frozen is not None else None


def _in_force(action: Action) -> ProofPlan:
    if action.frozen is None:
        raise ReviewError(f"The action {action.title!r} has no frozen plan of proof yet. Change its draft instead.")
    return action.frozen


def _refuse_later_plan(action: Action, on: date) -> None:
    """A plan, or a change of it, that is later than the day of shipping was made with the outcome in sight."""
    agreed, amended = agreed_on(action), _amended_on(action)
    if agreed is not None and on < agreed:
        raise ReviewError(
            f"The plan of proof was frozen on {agreed}, after {on}. A plan made after an action reached customers "
            "proves nothing: give the day it reached them, or drop this action."
        )
    if amended is not None and on < amended:
        raise ReviewError(
            f"The plan of proof was last amended on {amended}, after {on}. A plan changed after an action reached "
            "customers proves nothing: give the day it reached them, or drop this action."
        )


def _amended_on(action: Action) -> date | None:
    """The day (UTC) of the last change of its plan in this round; None without one."""
    days = [each.at.astimezone(UTC).date() for each in action.amendments if each.round == action.round]
    return max(days, default=None)


def _with_check_day(plan: ProofPlan) -> ProofPlan:
    return plan if plan.ships_on is None else replace(plan, check_on=check_on(plan, plan.ships_on))


def _parts(url: str) -> str:
    try:
        address = urlsplit(url)
    except ValueError:
        address = urlsplit("")
    plain = address.scheme in {"http", "https"} and address.hostname and not any(map(str.isspace, url))
    if not plain or "@" in address.netloc:
        raise ReviewError(
            f"{url} is no address to link to. It begins with https:// and holds no blank and no password."
        )
    return f"{address.hostname}{address.path.rstrip('/')}"


def _tidy(action: Action) -> Action:
    said = {name: getattr(action, name).strip() for name in ("title", "text", "owner", "department", "reason")}
    if not said["title"]:
        raise ReviewError("The action has no title. Say in a few words what is to be done.")
    if len(said["title"]) > LONGEST_TITLE:
        raise ReviewError(f"The title has {len(said['title'])} letters; {LONGEST_TITLE} are possible.")
    _refuse_impossible(action)
    return replace(action, **said, findings=tuple(dict.fromkeys(action.findings)))


def _refuse_impossible(action: Action) -> None:
    if action.effort_days is not None and not 0 <= action.effort_days <= 10_000:
        raise ReviewError("The effort is given in person-days, from 0 to 10,000.")
    if action.confidence not in get_args(Confidence):
        raise ReviewError(f"The confidence is one of: {', '.join(get_args(Confidence))}.")
    gains = [g for g in (action.gain_low_cents, action.gain_cents, action.gain_high_cents) if g is not None]
    if gains != sorted(gains):
        raise ReviewError("The expected gain lies outside its own range. Give the lower limit first.")


def _refuse_without(reason: str) -> None:
    if not reason.strip():
        raise ReviewError("The reason is missing. Say in a sentence why, for those who read it later.")
