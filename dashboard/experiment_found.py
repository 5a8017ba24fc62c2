"""An experiment that the data know and nobody planned here: read as it is, or given a plan."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import experiment_list, experiment_result, experiment_verdicts, experiment_words, formats, url_state
from dashboard.filters import Look
from dashboard.gateway import experiment_readings, experiments
from dashboard.language import _
from dashboard.said import in_this_language
from data.errors import ReviewError


def draw(key: str, look: Look) -> None:
    """What the data know of it, the offer to write its plan, and a reading by one of its measures."""
    row = experiments.in_data(look.release.number)[key]
    st.header(formats.plain(key), anchor=False)
    st.caption(formats.plain(experiment_list.found_words(row)))
    st.info(
        _(
            "No plan was written here before these data came in. Read it as a question for the next experiment; what "
            "was not fixed beforehand proves little."
        )
    )
    st.button(
        _("Write down its plan"),
        key="experiment.adopt",
        icon=":material/edit_note:",
        on_click=_adopt,
        args=(key, look.release.number),
    )
    measures = experiment_readings.measures_of(key, look.release.number)
    labels = experiments.labels(look.release.number)
    if not measures:
        st.info(_("The data hold nothing that could be compared: neither days of assignment nor outcomes."))
        return
    names = {one.key: experiment_words.measure(one, labels) for one in measures}
    chosen = url_state.choice(_box, _("What decides"), "measure", list(names), names.__getitem__, next(iter(names)))
    found = experiment_readings.read_as_it_is(key, chosen, look.release.number)
    if experiment_result.is_refused(found):
        experiment_result.draw_refusal(found, look)
    else:
        experiment_verdicts.draw_split(found.split, [variant.name for variant in found.experiment.plan.variants])
        experiment_result.draw_reading(found, look)


def _adopt(key: str, number: int) -> None:
    try:
        experiments.adopt(key, number)
    except ReviewError as refused:
        st.toast(formats.plain(in_this_language(str(refused))), icon=":material/error:")


def _box(label: str, options: Sequence[str], **looks: Any) -> str:
    return st.selectbox(label, options, width=320, **looks)
