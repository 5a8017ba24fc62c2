"""Plans of proof and verdicts: what the data of a release say of an action."""

from dataclasses import replace
from datetime import date

import streamlit as st

from analysis.improvement import actions
from analysis.proof import gain, measure, verdicts
from analysis.proof.checks import Known
from analysis.proof.gain import Gain
from dashboard.gateway import engines, releases
from dashboard.gateway.clock import today
from data.proof_documents import from_document, to_document
from data.records_improvement import Action, Finding, PlanAmendment, ProofPlan


def live(plan: ProofPlan, number: int) -> ProofPlan:
    """The plan with its baseline, the smallest effect it can show and its check date, as of today."""
    return _measured(*engines.at(number), plan, today())


def known(number: int) -> Known:
    """What a plan of proof can be about in a release, and what it is checked against."""
    return replace(_known(*engines.at(number), releases.database().recent_version()), today=today())


def missing(action: Action, plan: ProofPlan, number: int) -> tuple[str, ...]:
    """What keeps an action from being agreed on a plan."""
    return actions.missing(action, plan, known(number))


def agree(seen: Action, plan: ProofPlan, number: int, who: str) -> Action:
    """Freeze the plan as measured now."""
    return actions.agree(releases.database(), seen, live(plan, number), today(), known(number), who=who)


def amend(seen: Action, plan: ProofPlan, reason: str, number: int, who: str) -> Action:
    """Change a frozen plan on record, before it ships."""
    return actions.amend(releases.database(), seen, live(plan, number), reason, known(number), who=who)


def known_to() -> date:
    """The day the newest release reaches, the only one verdicts are recorded on."""
    return releases.chosen().as_of


def is_due(one: Action) -> bool:
    """Whether the newest release reaches the check date of an action that waits for its verdict."""
    return bool(verdicts.due([one], known_to()))


def judge(seen: Action, who: str) -> Action:
    """Put on record what the newest release says."""
    return engines.ask(_judge, releases.chosen().number, seen, who)


def proposed(of: Finding | ProofPlan, number: int) -> Gain | None:
    """What an action may keep a month, by the numbers of its finding or plan; None where none follows from them."""
    return _proposed(*engines.at(number), of)


def before_and_after(one: PlanAmendment, plan: ProofPlan) -> tuple[ProofPlan, ProofPlan]:
    """Plans that hold the fields of an amendment before and after it; the other fields are those of `plan`."""
    base = to_document(plan)
    return from_document({**base, **one.before}), from_document({**base, **one.after})


def _judge(engine: engines.Engine, seen: Action, who: str) -> Action:
    return verdicts.record(engine, releases.database(), seen, who=who)


@st.cache_resource(max_entries=64, show_spinner=False)
def _measured(place: str, number: int, plan: ProofPlan, on: date) -> ProofPlan:
    return engines.ask(measure.measured, number, plan, on)


@st.cache_resource(max_entries=8, show_spinner=False)
def _known(place: str, number: int, written: int) -> Known:
    return engines.ask(measure.known_of, number, releases.database())


def _proposed(place: str, number: int, of: Finding | ProofPlan) -> Gain | None:
    return engines.ask(gain.proposed, number, of)
