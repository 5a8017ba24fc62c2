"""What an experiment says: only when its plan allows it, and only what its data can carry."""

import streamlit as st

from analysis.experiments.last_look import last_look, may_be_explored
from analysis.experiments.results import Judgement
from dashboard import (
    experiment_checks,
    experiment_effects,
    experiment_explore,
    experiment_verdicts,
    experiment_watch,
    experiment_words,
    formats,
    tables,
)
from dashboard.filters import Look
from dashboard.gateway import experiment_readings, experiments
from dashboard.language import _
from dashboard.said import in_this_language
from data.errors import ReviewError
from data.records_experiments import Experiment


def draw(stored: Experiment, look: Look) -> None:
    """The refusal, the progress towards the next look, or the reading."""
    if stored.state == "draft":
        st.info(_("Start it first: a plan that can still change proves nothing."))
        return
    found = experiment_readings.judged(stored, look.release.number)
    if is_refused(found):
        draw_refusal(found, look)
        return
    experiment_verdicts.draw_split(found.split, [v.name for v in stored.plan.variants])
    if stored.plan.stopping == "always-valid":
        _draw_take(found, _("Put this look on record"))
        draw_reading(experiment_readings.read_now(stored, look.release.number), look)
    elif found.allowed.look is not None:
        st.info(_("A look is due. What it shows is put on record, and counts as one of the planned looks."))
        _draw_take(found, _("Take this look"))
    elif not found.effects:
        st.info(formats.plain(in_this_language(found.allowed.why)), icon=":material/hourglass_top:")
    if stored.plan.stopping != "always-valid":
        _draw_last(stored, look)
    experiment_watch.draw_looks(stored, look)
    if may_be_explored(found):
        experiment_explore.draw(stored, look)


def is_refused(found: Judgement) -> bool:
    """Whether nothing may be read of any variant."""
    return bool(found.verdicts) and all(verdict.outcome == "refused" for verdict in found.verdicts)


def draw_refusal(found: Judgement, look: Look) -> None:
    """Why nothing is read, the balance table that shows it, and what to do instead."""
    experiment_verdicts.draw_split(found.split, [arm.variant for arm in found.arms])
    experiment_verdicts.draw(found.verdicts)
    if found.balance.rows:
        st.subheader(_("Were the variants alike before?"), anchor=False)
        experiment_checks.draw_balance(found.balance, experiments.labels(look.release.number), look.currency)
    experiment_checks.draw_checked(found.checked)


def _draw_take(found: Judgement, label: str) -> None:
    st.button(
        label,
        key="experiment.look",
        type="primary",
        icon=":material/visibility:",
        on_click=_take,
        args=(found,),
        disabled=found.experiment.frozen is None,
    )


def _take(found: Judgement) -> None:
    try:
        experiment_readings.take_look(found)
    except ReviewError as refused:
        st.toast(formats.plain(in_this_language(str(refused))), icon=":material/error:")


def _draw_last(stored: Experiment, look: Look) -> None:
    """The reading of the look that was taken last, on the release it was taken on."""
    taken = last_look(stored)
    if not taken:
        return
    found = experiment_readings.read_again(stored)
    said = _("What the look of {day} showed, on release {release}").format(
        day=formats.day(taken[0].on), release=taken[0].release
    )
    st.header(formats.plain(said), anchor=False)
    if found is None:
        st.caption(_("That release is no longer kept: what was put on record is in the table of looks."))
    else:
        draw_reading(found, look)


def draw_reading(found: Judgement, look: Look) -> None:
    """Verdicts first, then effects, then everything behind them."""
    labels = experiments.labels(look.release.number)
    experiment_verdicts.draw(found.verdicts)
    _draw_arms(found, look)
    corrected = _(
        "Adjusted p: for as many comparisons as stand beside it; Holm over the variants of the primary measure, "
        "Benjamini-Hochberg over all others. n is the number of customers judged."
    )
    experiment_effects.draw(found.effects, labels, look.currency, corrected)
    experiment_checks.draw(found, labels, look.currency)


def _draw_arms(found: Judgement, look: Look) -> None:
    unit = experiment_words.unit_of_plan(found.experiment.plan)
    primary = next((e for e in found.effects if e.role == "primary"), None)
    unit = unit if primary is None else experiment_words.unit_of(primary)
    rows = [
        {
            _("Variant"): experiment_words.variant(arm.variant),
            _("Assigned"): formats.count(arm.assigned),
            _("Exposed"): formats.NOTHING if arm.exposed is None else formats.count(arm.exposed),
            _("Judged"): formats.count(arm.eligible),
            _("What decides"): experiment_words.answer(arm.rate, unit, look.currency),
        }
        for arm in found.arms
    ]
    tables.plain_table(rows, alt=_("Variants and what decides"))
