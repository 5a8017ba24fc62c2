"""Findings: what somebody saw in a chart or table, kept for the review and for the actions it leads to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from data.database.repositories import findings
from data.errors import ReviewError
from data.records_improvement import Finding, ProofMetric, ProofPlan

if TYPE_CHECKING:
    from data.database import Database

LONGEST = 500


def keep(db: Database, finding: Finding, *, who: str | None = None) -> Finding:
    """Keep what was seen; ReviewError when it is not said in a sentence. Busy when somebody else reworded it."""
    sentence = " ".join(finding.sentence.split())
    if not sentence:
        raise ReviewError("The finding says nothing yet. Say in a sentence what was seen.")
    if len(sentence) > LONGEST:
        raise ReviewError(f"The finding has {len(sentence)} letters; {LONGEST} are possible. Say it shorter.")
    if finding.start is not None and finding.end is not None and finding.start >= finding.end:
        raise ReviewError("The days of the finding end before they begin. Change one of the two.")
    return findings.keep(db, replace(finding, sentence=sentence), who=who)


def archive(db: Database, seen: Finding, *, who: str | None = None) -> Finding:
    """Take a finding off the list; actions that rest on it keep it."""
    return findings.archive(db, seen, who=who)


def restore(db: Database, seen: Finding, *, who: str | None = None) -> Finding:
    """Put an archived finding back on the list."""
    return findings.restore(db, seen, who=who)


def plan_from(finding: Finding, metric: ProofMetric) -> ProofPlan:
    """The draft of a plan for what a finding showed.

    The customers it is about become the population, and its days are what the action was chosen by: their months stay
    out of the baseline, since what was picked for being extreme moves back by itself.
    """
    return ProofPlan(metric, population=finding.segment, chosen_from=finding.start, chosen_to=finding.end)
