"""The population of a plan as a saved segment: taken from those there are, or kept under a name for the next plan."""

import streamlit as st

from dashboard import experiment_draft, formats, session
from dashboard.gateway import segments
from dashboard.language import _
from dashboard.said import in_this_language
from data.errors import ReviewError
from data.records_experiments import Plan


def draw_saved(number: int, plan: Plan) -> None:
    """A list of saved segments; nothing where there are none."""
    known = {saved.name: saved.segment for saved in segments.saved()}
    if not known:
        return
    key, shown = f"plan.{number}.segment", plan.segment if plan.segment in known else ""
    if session.get(key) != shown:
        session.put(key, shown)
    st.selectbox(
        _("Saved segment"),
        ["", *known],
        key=key,
        format_func=lambda name: name or _("none"),
        on_change=_take,
        args=(number, key),
        width=320,
    )


def _take(number: int, key: str) -> None:
    name: str = session.get(key)
    found = next((saved.segment for saved in segments.saved() if saved.name == name), None)
    if found is None:
        experiment_draft.change(number, segment="")
    else:
        experiment_draft.change(number, segment=name, eligible=found)


def draw_save(number: int, plan: Plan) -> None:
    """Keep conditions that have no name yet."""
    if not plan.eligible.conditions or plan.segment:
        return
    with st.popover(_("Save as a segment"), type="tertiary", icon=":material/bookmark_add:", key=f"segment-{number}"):
        st.text_input(_("Name"), key="segment.name", max_chars=80)
        st.button(_("Save"), key="segment.save", on_click=_save, args=(number,))


def _save(number: int) -> None:
    name = (session.get("segment.name") or "").strip()
    if not name:
        return
    try:
        segments.save(name, experiment_draft.mine(number).mine.eligible)
    except ReviewError as refused:
        st.toast(formats.plain(in_this_language(str(refused))), icon=":material/error:")
        return
    experiment_draft.change(number, segment=name)
    session.forget("segment.name")
