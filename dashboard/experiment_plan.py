"""The plan of an experiment: written as a draft, then frozen, changed only on record, and its customers assigned."""

from collections.abc import Mapping

import streamlit as st

from dashboard import (
    experiment_amend,
    experiment_assign,
    experiment_draft,
    experiment_form,
    experiment_plan_words,
    experiment_size,
    formats,
    tables,
)
from dashboard.experiment_draft import Draft
from dashboard.experiment_fields import Choices
from dashboard.filters import Look
from dashboard.gateway import experiments
from dashboard.language import _
from dashboard.said import in_this_language
from data.errors import ReviewError
from data.records_experiments import Experiment


def draw(stored: Experiment, look: Look) -> None:
    """The draft with its size beside it, or the frozen plan with its amendments."""
    labels = experiments.labels(look.release.number)
    if stored.state == "draft":
        _draw_draft(stored, look, labels)
        return
    _draw_unsaved(stored, look, labels)
    _draw_frozen(stored, look, labels)
    if stored.state == "running":
        experiment_amend.draw(stored, look, choices(stored, look, labels))
    experiment_assign.draw(stored, look)


def choices(stored: Experiment, look: Look, labels: Mapping[str, str]) -> Choices:
    """What the fields of this plan offer."""
    others = [key for key in experiments.keys(look.release.number) if key != stored.key]
    return Choices(experiments.outcomes(look.release.number), labels, others)


def _draw_draft(stored: Experiment, look: Look, labels: Mapping[str, str]) -> None:
    left, right = st.columns([3, 2], gap="large")
    with left, st.container(key="plan-form"):
        draft = experiment_form.draw(stored, look, choices(stored, look, labels))
    with right, st.container(key="plan-size"):
        experiment_form.draw_save(stored, draft)
        _draw_start(stored, draft, look)
        experiment_size.draw(draft.mine, look)


def _draw_start(stored: Experiment, draft: Draft, look: Look) -> None:
    """What keeps it from starting, or the button that freezes the plan."""
    wrong = experiments.problems(stored, draft.mine, look.release.number)
    for sentence in wrong:
        st.markdown(f"- {formats.plain(in_this_language(sentence))}")
    if wrong:
        st.caption(_("Nothing of this keeps you from saving the draft."))
        return
    with st.popover(_("Start it"), icon=":material/lock:", key="experiment-start", disabled=bool(draft.unsaved)):
        st.markdown(_("From now on the plan is frozen. Changes are amendments with a reason, which everybody sees."))
        st.button(_("Yes, freeze the plan"), key="experiment.start", type="primary", on_click=_start, args=(stored,))
    if draft.unsaved:
        st.caption(_("Save the draft first."))


def _start(stored: Experiment) -> None:
    try:
        experiments.start(stored)
    except ReviewError as refused:
        st.toast(formats.plain(in_this_language(str(refused))), icon=":material/error:")
        return
    experiment_draft.forget(stored.id)


def _draw_unsaved(stored: Experiment, look: Look, labels: Mapping[str, str]) -> None:
    """What this tab had written when somebody else started the experiment."""
    draft = experiment_draft.of(stored.id)
    if draft is None or not draft.unsaved:
        return
    with st.container(border=True, key="unsaved"):
        st.warning(_("Somebody started this experiment meanwhile. What you wrote is not stored; copy what you need."))
        for name in draft.unsaved:
            st.markdown(f"**{formats.plain(_(experiment_plan_words.LABELS[name]))}**")
            st.text(experiment_plan_words.value(draft.mine, name, look, labels))
        st.button(_("I have copied it"), key="unsaved.gone", on_click=experiment_draft.forget, args=(stored.id,))


def _draw_frozen(stored: Experiment, look: Look, labels: Mapping[str, str]) -> None:
    """The plan in force, and what was changed since it was frozen."""
    st.subheader(_("The plan, frozen on {day}").format(day=_day(stored)), anchor=False)
    rows = [
        {_("Field"): _(label), _("Plan"): experiment_plan_words.value(stored.plan, name, look, labels)}
        for name, label in experiment_plan_words.LABELS.items()
        if name in experiment_plan_words.ALWAYS or getattr(stored.plan, name)
    ]
    tables.plain_table(rows, alt=_("The frozen plan, field by field"))
    experiment_amend.draw_amendments(stored, look, labels)


def _day(stored: Experiment) -> str:
    return formats.day(stored.started_on) if stored.started_on else formats.NOTHING
