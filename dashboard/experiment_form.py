"""The form of a draft: in the words of a product manager, stored when asked to, and over nobody else's words."""

from dataclasses import replace

import streamlit as st

from dashboard import experiment_draft, experiment_fields, experiment_plan_words, formats, tables
from dashboard.experiment_draft import Draft
from dashboard.experiment_fields import Choices
from dashboard.filters import Look
from dashboard.gateway import experiments
from dashboard.language import _
from dashboard.said import in_this_language
from data.errors import Busy, ReviewError
from data.records_experiments import Experiment


def draw(stored: Experiment, look: Look, choices: Choices) -> Draft:
    """The draft as this tab works on it; returns it as it is after what the reader just did."""
    draft = experiment_draft.held(stored)
    if draft.seen.version != stored.version:
        _draw_conflict(stored, draft, look, choices)
    number, plan = stored.id, draft.mine
    st.subheader(_("What do we want to know?"), anchor=False)
    experiment_fields.draw_question(number, plan)
    st.subheader(_("Who gets what?"), anchor=False)
    experiment_fields.draw_variants(number, plan, look)
    st.subheader(_("Who may take part?"), anchor=False)
    experiment_fields.draw_population(number, plan, look, choices)
    st.subheader(_("What decides?"), anchor=False)
    experiment_fields.draw_measures(number, plan, choices)
    st.subheader(_("How large an effect is worth having?"), anchor=False)
    experiment_fields.draw_size(number, plan, look)
    st.subheader(_("When do we look, and who assigns?"), anchor=False)
    experiment_fields.draw_looks(number, plan)
    return draft


def draw_save(stored: Experiment, draft: Draft) -> None:
    """What is not stored yet, and the button that stores it."""
    names = [_(experiment_plan_words.LABELS[name]) for name in draft.unsaved]
    with st.container(horizontal=True, vertical_alignment="center", key="plan-save"):
        st.button(
            _("Save the draft"),
            key="plan.save",
            type="primary" if names else "secondary",
            icon=":material/save:",
            disabled=not names or draft.seen.version != stored.version,
            on_click=save,
            args=(stored.id,),
        )
        said = _("Not saved yet: {fields}").format(fields=", ".join(names)) if names else _("Everything is saved.")
        st.caption(formats.plain(said))


def save(number: int) -> None:
    """Store the draft of this tab; what somebody else stored meanwhile stays, and the page shows both."""
    draft = experiment_draft.mine(number)
    try:
        experiment_draft.take(experiments.save(replace(draft.seen, plan=draft.mine)))
    except Busy:
        st.toast(_("Somebody else changed this draft. Nothing was written over; see below."), icon=":material/warning:")
    except ReviewError as refused:
        st.toast(formats.plain(in_this_language(str(refused))), icon=":material/error:")


def _draw_conflict(theirs: Experiment, draft: Draft, look: Look, choices: Choices) -> None:
    """What somebody else stored meanwhile, beside what is written here."""
    both = experiment_draft.both_changed(theirs, draft)
    with st.container(border=True, key="conflict"):
        st.warning(_("Somebody else changed this draft meanwhile. Nothing of yours is stored until you choose."))
        names = [*both, *experiment_draft.others_changed(theirs, draft)]
        rows = [
            {
                _("Field"): _(experiment_plan_words.LABELS[name]),
                _("Theirs"): experiment_plan_words.value(theirs.plan, name, look, choices.labels),
                _("Yours"): experiment_plan_words.value(draft.mine, name, look, choices.labels)
                if name in both
                else _("unchanged: theirs is taken"),
            }
            for name in names
        ]
        if rows:
            tables.plain_table(rows, alt=_("What both changed"))
        st.caption(_("Either way, what you wrote in other fields stays here; save it then."))
        with st.container(horizontal=True):
            st.button(_("Take theirs"), key="conflict.theirs", on_click=_merge, args=(theirs, False))
            st.button(_("Keep mine"), key="conflict.mine", on_click=_merge, args=(theirs, True))


def _merge(theirs: Experiment, prefer_mine: bool) -> None:
    experiment_draft.merge(theirs, prefer_mine=prefer_mine)
