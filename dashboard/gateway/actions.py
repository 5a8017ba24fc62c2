"""Improvement actions: what people write of them, and the steps of their lives."""

from datetime import date

import streamlit as st

from analysis.improvement import actions
from analysis.improvement import findings as of_findings
from analysis.improvement.comments import people as people_of
from analysis.proof import window
from analysis.proof.report import overdue
from dashboard.gateway import engines, releases
from dashboard.gateway.clock import today
from data.database.repositories import actions as stored
from data.errors import NoData
from data.records_improvement import Action, Finding, ProofMetric, ProofPlan


def everything() -> tuple[Action, ...]:
    """Every action that is not archived, the newest first."""
    return _all(engines.home(), releases.database().recent_version())


def ever() -> tuple[Action, ...]:
    """Every action there ever was, archived ones too."""
    return stored.all(releases.database(), archived=True)


def find(number: int) -> Action | None:
    """The action of a number as it stands in the database now; None when there is none."""
    try:
        return stored.get(releases.database(), number)
    except NoData:
        return None


def people() -> tuple[str, ...]:
    """Names that actions know already."""
    return people_of(everything())


def create(action: Action, who: str) -> Action:
    """Propose an action."""
    return actions.create(releases.database(), action, who=who)


def drafted(finding: Finding) -> ProofPlan:
    """The plan an action begins with that rests on a finding."""
    return of_findings.plan_from(finding, ProofMetric("churn"))


def change(seen: Action, changed: Action, who: str) -> Action:
    """Store other words of an action; Busy when somebody else changed it meanwhile."""
    return actions.change(releases.database(), seen, changed, who=who)


def draft_plan(seen: Action, plan: ProofPlan, who: str) -> Action:
    """Store a plan as it is being written; Busy when somebody else changed the action meanwhile."""
    return actions.draft_plan(releases.database(), seen, plan, who=who)


def begin(seen: Action, who: str) -> Action:
    """Work on it has begun."""
    return actions.begin(releases.database(), seen, who=who)


def ship(seen: Action, on: date, who: str) -> Action:
    """It reached customers on this day."""
    return actions.ship(releases.database(), seen, on, today(), who=who)


def verify(seen: Action, who: str) -> Action:
    """The data are waited for."""
    return actions.verify(releases.database(), seen, who=who)


def wait(seen: Action, months: int, who: str) -> Action:
    """Judge it again so many months later."""
    return actions.wait(releases.database(), seen, months, who=who)


def close(seen: Action, reason: str, who: str) -> Action:
    """Close it, or drop it with a reason."""
    return actions.close(releases.database(), seen, reason, who=who)


def reopen(seen: Action, reason: str, who: str) -> Action:
    """Begin its next round."""
    return actions.reopen(releases.database(), seen, reason, who=who)


def archive(seen: Action, who: str) -> None:
    """Take it off every list."""
    actions.archive(releases.database(), seen, who=who)


def comment(number: int, text: str, who: str) -> Action:
    """Add a remark."""
    return actions.comment(releases.database(), number, text, who=who)


def link(number: int, url: str, title: str, who: str) -> Action:
    """Attach an address."""
    return actions.link(releases.database(), number, url, title, who=who)


def unlink(number: int, link: int, who: str) -> Action:
    """Take an address off."""
    return actions.unlink(releases.database(), number, link, who=who)


def due_on(action: Action) -> date | None:
    """The first day on which it can be judged; None while no plan says so."""
    return window.due_on(action)


def is_late(action: Action) -> bool:
    """Whether it should have reached customers by now and has not."""
    return bool(overdue([action], today()))


@st.cache_resource(max_entries=4, show_spinner=False)
def _all(home: str, written: int) -> tuple[Action, ...]:
    return stored.all(releases.database())
