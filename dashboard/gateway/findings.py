"""Findings: what somebody saw in a chart or table and kept for the review."""

import streamlit as st

from analysis.improvement import findings
from dashboard.gateway import engines, releases
from data.database.repositories import findings as stored
from data.records_improvement import Finding

LONGEST = findings.LONGEST


def keep(finding: Finding, who: str) -> Finding:
    """Store a new finding, or other words of one that was read."""
    return findings.keep(releases.database(), finding, who=who)


def everything(*, archived: bool = False) -> tuple[Finding, ...]:
    """The findings, the newest first."""
    return _all(engines.home(), releases.database().recent_version(), archived)


def archive(seen: Finding, who: str) -> Finding:
    """Take a finding off the list; actions that rest on it keep it."""
    return findings.archive(releases.database(), seen, who=who)


def restore(seen: Finding, who: str) -> Finding:
    """Put a finding back on the list."""
    return findings.restore(releases.database(), seen, who=who)


@st.cache_resource(max_entries=4, show_spinner=False)
def _all(home: str, written: int, archived: bool) -> tuple[Finding, ...]:
    return stored.all(releases.database(), archived=archived)
