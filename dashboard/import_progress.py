"""How far an import is, watched without holding it up."""

import streamlit as st

from dashboard import formats
from dashboard.gateway import jobs
from dashboard.gateway.jobs import Job, Kind
from dashboard.language import N_, _

NAMES = {
    "check": N_("Checking every value …"),
    "load": N_("Loading …"),
    "demo": N_("Making the demo company …"),
}


@st.fragment(run_every=0.7)
def draw(kind: Kind, wish: str) -> None:
    """The job at work; draws the whole page anew when it is done."""
    job = jobs.of(kind, wish)
    if job is None or not job.running:
        st.rerun()
    st.subheader(_(NAMES[job.kind]), anchor=False)
    st.progress(_share(job), text=_told(job))
    with st.container(key="steps", gap=None):
        for step in job.steps[-6:]:
            st.caption(formats.plain(step))


def _share(job: Job) -> float:
    """The share that is done, as far as it is known; otherwise a bar that grows with every step."""
    progress = job.progress
    if progress is not None and progress.total:
        return min(progress.rows / progress.total, 1.0)
    return 1 - 0.85 ** len(job.steps)


def _told(job: Job) -> str:
    progress = job.progress
    if progress is None:
        return _("Starting")
    rows = _("{n} rows").format(n=formats.count(progress.rows)) if progress.rows else ""
    left = "" if progress.seconds_left is None else _("about {n} s left").format(n=formats.count(progress.seconds_left))
    return formats.plain(" · ".join(part for part in (progress.step, rows, left) if part))
