"""One experiment: its plan, how far it is, what it says, and what was decided."""

from collections.abc import Callable

import streamlit as st

from dashboard import (
    experiment_decide,
    experiment_found,
    experiment_plan,
    experiment_result,
    experiment_watch,
    experiment_words,
    formats,
    navigation,
    sections,
    url_state,
)
from dashboard.filters import Look
from dashboard.gateway import experiments
from dashboard.language import N_, _
from data.records_experiments import Experiment

SECTIONS = {"plan": N_("Plan"), "watch": N_("Watch"), "result": N_("Result"), "decide": N_("Decide")}


def draw(look: Look) -> None:
    """The experiment that the address names, at the section the reader chose."""
    st.page_link(navigation.page("experiments"), label=_("All experiments"), icon=":material/arrow_back:")
    key = url_state.page_value("key")
    stored = experiments.of_key(key) if key else None
    if stored is not None:
        _draw_head(stored)
        _DRAWN[sections.choose(SECTIONS)](stored, look)
    elif key in {row["key"] for row in experiments.without_plan(look.release.number)}:
        experiment_found.draw(key, look)
    else:
        st.info(_("There is no such experiment any more. The list shows those there are.") if key else _("Choose one."))


def _draw_head(stored: Experiment) -> None:
    with st.container(key="experiment-head", gap=None):
        st.header(formats.plain(stored.plan.name or stored.key), anchor=False)
        told = [formats.plain(stored.key), formats.plain(_(experiment_words.STATES[stored.state]))]
        if stored.started_on:
            told.append(formats.plain(_("since {day}").format(day=formats.day(stored.started_on))))
        if stored.ended_on:
            told.append(formats.plain(_("until {day}").format(day=formats.day(stored.ended_on))))
        st.caption(" · ".join(told))


_DRAWN: dict[str, Callable[[Experiment, Look], None]] = {
    "plan": experiment_plan.draw,
    "watch": experiment_watch.draw,
    "result": experiment_result.draw,
    "decide": experiment_decide.draw,
}
