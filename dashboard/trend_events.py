"""Events on the charts over time: numbered where they fall, told below, and noted by people."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import streamlit as st

from analysis.kpis.report import KpiRow
from analysis.trends.events import Event
from dashboard import formats
from dashboard.charts import base
from dashboard.gateway import trends
from dashboard.language import N_, _
from dashboard.said import in_this_language
from data.errors import Busy
from data.records import Annotation, Grain

KINDS = {
    "release": N_("release"),
    "price_change": N_("price change"),
    "campaign": N_("campaign"),
    "incident": N_("incident"),
    "note": N_("note"),
}


@dataclass(frozen=True)
class Flag:
    """One event with its number on the chart."""

    number: int
    event: Event


def flags(rows: Sequence[KpiRow], release: int) -> list[Flag]:
    """The events inside the periods of a chart, numbered in order of day."""
    found = trends.happened(rows[0].period_start, rows[-1].period_end, release)
    return [Flag(i, event) for i, event in enumerate(found, start=1)]


def marks(found: Sequence[Flag], rows: Sequence[KpiRow], grain: Grain) -> list[dict[str, Any]]:
    """One mark per period with events: its place, the numbers and the titles."""
    made: list[dict[str, Any]] = []
    for i, row in enumerate(rows):
        here = [flag for flag in found if row.period_start <= flag.event.on < row.period_end]
        if here:
            at = base.tick(row.period_start, grain, first=i == 0)
            numbers = " ".join(str(flag.number) for flag in here)
            made.append({"at": at, "number": numbers, "title": " · ".join(flag.event.title for flag in here)})
    return made


def draw_list(found: Sequence[Flag]) -> None:
    """What the numbers on the chart stand for."""
    if not found:
        return
    with st.expander(_("{n} events on the chart").format(n=len(found)), key="events"):
        for flag in found:
            kind = _(KINDS.get(flag.event.kind, flag.event.kind))
            day = formats.day(flag.event.on)
            st.markdown(f"**{flag.number}** {day} · {formats.plain(flag.event.title)} ({formats.plain(kind)})")


def draw_notes(start: date, end: date) -> None:
    """Let people say what happened from `start` to the day before `end`, and take it back."""
    with st.popover(_("Add a note"), icon=":material/add_comment:", key="notes"):
        with st.form("note", clear_on_submit=True, border=False):
            last = end - timedelta(days=1)
            on = st.date_input(
                _("Day"), value=None, key="note.on", format="YYYY-MM-DD", min_value=start, max_value=last
            )
            title = st.text_input(_("What happened?"), key="note.title", max_chars=200)
            if st.form_submit_button(_("Save")):
                _save(on, title)
        for seen in trends.notes(start, end):
            _draw_note(seen)


def _save(on: date | None, title: str) -> None:
    if on is None or not title.strip():
        st.warning(_("A note needs a day and a few words."))
        return
    trends.note(on, title.strip())
    st.rerun()


def _draw_note(seen: Annotation) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"note-{seen.id}"):
        st.markdown(f"{formats.day(seen.on)} · {formats.plain(seen.title)}")
        st.button(_("Remove"), key=f"note.{seen.id}.remove", type="tertiary", on_click=_remove, args=(seen,))


def _remove(seen: Annotation) -> None:
    """Take a note back, or say why not: somebody else changed or took it back meanwhile, or is writing just now."""
    try:
        trends.withdraw(seen)
    except Busy as busy:
        st.toast(formats.plain(in_this_language(str(busy))), icon=":material/error:")
