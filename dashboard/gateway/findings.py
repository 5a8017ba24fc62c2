"""Findings: what somebody saw in a chart or table and kept for the review."""

from analysis.improvement import findings
from dashboard.gateway import releases
from data.database.repositories import findings as stored
from data.records_improvement import Finding

LONGEST = findings.LONGEST


def keep(finding: Finding, who: str) -> Finding:
    """Store a new finding, or other words of one that was read."""
    return findings.keep(releases.database(), finding, who=who)


def everything(*, archived: bool = False) -> tuple[Finding, ...]:
    """The findings, the newest first."""
    return stored.all(releases.database(), archived=archived)


def archive(seen: Finding, who: str) -> Finding:
    """Take a finding off the list; actions that rest on it keep it."""
    return findings.archive(releases.database(), seen, who=who)


def restore(seen: Finding, who: str) -> Finding:
    """Put a finding back on the list."""
    return findings.restore(releases.database(), seen, who=who)
