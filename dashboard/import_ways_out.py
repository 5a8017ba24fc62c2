"""What the reader can do when an import was refused: fetch the rejected rows, accept more, and check again."""

from math import ceil

import streamlit as st

from dashboard import import_choices, import_outcome
from dashboard.gateway.jobs import Job
from dashboard.language import _
from data.errors import LargeFall, TooManyRejects


def draw(job: Job) -> None:
    """The controls that lead on; none for what only another file can mend."""
    problem = job.problem
    if isinstance(problem, TooManyRejects):
        import_outcome.draw_rejects(str(problem.rejects_file or ""), "refused")
        _draw_accept("max_reject_share", _("Accept up to {percent} % rejected rows"), problem.share)
    elif isinstance(problem, LargeFall):
        _draw_accept("max_total_change", _("Accept a fall of up to {percent} %"), problem.share)


def _draw_accept(name: str, label: str, share: float) -> None:
    enough = min(ceil(round(share * 100, 6)), 100)
    st.button(
        label.format(percent=enough),
        key=f"import.accept.{name}",
        icon=":material/rule:",
        on_click=import_choices.accept,
        args=(name, enough / 100),
    )
