"""How far an import or a pack of a review is, watched without holding it up."""

import streamlit as st

from dashboard import formats, import_words, pack_words
from dashboard.gateway import jobs
from dashboard.gateway.jobs import Job, Kind
from dashboard.language import N_, _
from dashboard.said import in_this_language

NAMES = {
    "check": N_("Checking every value …"),
    "load": N_("Loading …"),
    "demo": N_("Making the demo company …"),
    "pack": N_("Answering the questions of the quarter …"),
}
_PUBLISHED = N_(
    "Something went wrong on our side. See under Releases whether one was published, then try again. Please report "
    "reference {reference}."
)
_CRASHES = {
    "check": N_("Something went wrong on our side. Nothing was changed. Please report reference {reference}."),
    "load": _PUBLISHED,
    "demo": _PUBLISHED,
    "pack": N_("Something went wrong on our side. Nothing was changed. Please report reference {reference}."),
}


def draw_running(job: Job | None, wish: str, visit: str) -> bool:
    """How far a job is while it is at work; says whether it is."""
    if job is None or not job.running:
        return False
    _watch(job.kind, wish, visit)
    return True


@st.fragment(run_every=0.7)
def _watch(kind: Kind, wish: str, visit: str) -> None:
    """The job at work; draws the whole page anew when it is done."""
    job = jobs.of(kind, wish, visit)
    if job is None or not job.running:
        st.rerun()
    st.subheader(_(NAMES[job.kind]), anchor=False)
    st.progress(_share(job), text=_told(job))
    with st.container(key="steps", gap=None):
        for step in job.steps[-6:]:
            st.caption(formats.plain(_step(job, step)))


def draw_problem(job: Job) -> None:
    """Why it was refused, or the reference number of the bug that ended it; nothing when all went well."""
    if job.refused:
        st.error(formats.plain(import_words.for_page(job.refused)), icon=":material/block:")
    if job.crash:
        st.error(_(_CRASHES[job.kind]).format(reference=job.crash), icon=":material/bug_report:")


def _share(job: Job) -> float:
    """The share that is done, as far as it is known; otherwise a bar that grows with every step."""
    progress = job.progress
    if progress is not None and progress.total:
        return min(progress.rows / progress.total, 1.0)
    return 1 - 0.85 ** len(job.steps)


def _step(job: Job, step: str) -> str:
    return pack_words.section(step) if job.kind == "pack" else in_this_language(step)


def _told(job: Job) -> str:
    progress = job.progress
    if progress is None:
        return _("Starting")
    if job.kind == "pack":
        return formats.plain(pack_words.section(progress.step))
    rows = _("{n} rows").format(n=formats.count(progress.rows)) if progress.rows else ""
    left = "" if progress.seconds_left is None else _("about {n} s left").format(n=formats.count(progress.seconds_left))
    return formats.plain(" · ".join(part for part in (in_this_language(progress.step), rows, left) if part))
