"""What follows from an experiment: the decision with its reason, and every one that was made or taken back."""

import streamlit as st

from analysis.experiments.last_look import last_look
from dashboard import experiment_words, formats, session, tables
from dashboard.filters import Look
from dashboard.gateway import experiments
from dashboard.language import _
from dashboard.said import in_this_language
from data.errors import ReviewError
from data.records_experiments import Decision, Experiment


def draw(stored: Experiment, look: Look) -> None:
    """The form that fits the state, and the history."""
    if stored.state == "draft":
        st.info(_("There is nothing to decide before it was started."))
    elif stored.state == "running":
        _draw_end(stored)
    elif stored.state == "ended":
        _draw_decide(stored, look)
    else:
        _draw_decided(stored)
    _draw_history(stored)
    if stored.state != "running":
        _draw_archive(stored)


def _draw_end(stored: Experiment) -> None:
    st.markdown(_("It is still running. Once it has ended nobody is assigned any more, and it can be decided."))
    with st.popover(_("End it"), icon=":material/stop_circle:", key="experiment-end"):
        st.caption(_("Those assigned are followed until the day that counts."))
        st.button(_("Yes, end it"), key="experiment.end", type="primary", on_click=_do, args=("end", stored))


def _draw_decide(stored: Experiment, look: Look) -> None:
    taken = last_look(stored)
    if not taken:
        st.warning(_("No look was taken. Whatever is decided now does not rest on this experiment."))
    for one in taken:
        word = experiment_words.outcome(one.verdict)
        said = _("{variant}: {verdict}, by the look of {day}.")
        told = said.format(variant=experiment_words.variant(one.variant), verdict=word, day=formats.day(one.on))
        st.markdown(formats.plain(told))
    names = experiment_words.DECISIONS
    with st.form("experiment-decide"):
        st.radio(_("Decision"), list(names), format_func=lambda code: _(names[code]), key="experiment.decision")
        treated = [variant.name for variant in stored.plan.variants[1:]]
        st.selectbox(
            _("Which variant"), treated, key="experiment.variant", format_func=experiment_words.variant, width=260
        )
        st.text_area(_("Why"), key="experiment.reason", max_chars=2_000, height=84)
        st.text_input(_("Who decides"), key="experiment.who", max_chars=120, width=260)
        if st.form_submit_button(_("Record the decision"), type="primary", key="experiment.decide"):
            _decide(stored, look)


def _decide(stored: Experiment, look: Look) -> None:
    taken = {one.variant: one.verdict for one in last_look(stored)}
    variant: str = session.get("experiment.variant")
    made = Decision(
        kind=session.get("experiment.decision"),
        variant=variant,
        reason=session.get("experiment.reason") or "",
        release=look.release.number,
        verdict=taken.get(variant, ""),
    )
    try:
        experiments.decide(stored, made, (session.get("experiment.who") or "").strip())
    except ReviewError as refused:
        st.error(formats.plain(in_this_language(str(refused))), icon=":material/error:")
        return
    st.rerun()


def _draw_decided(stored: Experiment) -> None:
    said = _("Take the decision back")
    with st.expander(said, key="experiment-withdraw"), st.form("experiment-take-back", border=False):
        st.text_area(_("Why"), key="experiment.withdraw.reason", max_chars=2_000, height=84)
        if st.form_submit_button(_("Take it back"), key="experiment.withdraw"):
            _withdraw(stored)


def _withdraw(stored: Experiment) -> None:
    try:
        experiments.withdraw(stored, session.get("experiment.withdraw.reason") or "")
    except ReviewError as refused:
        st.error(formats.plain(in_this_language(str(refused))), icon=":material/error:")
        return
    st.rerun()


def _draw_history(stored: Experiment) -> None:
    if not stored.decisions:
        return
    st.subheader(_("What was decided"), anchor=False)
    rows = [
        {
            _("When"): formats.moment(one.at) if one.at else formats.NOTHING,
            _("Who"): one.who or formats.NOTHING,
            _("Decision"): _(experiment_words.DECISIONS[one.kind]),
            _("Variant"): experiment_words.variant(one.variant),
            _("Why"): one.reason,
            _("Verdict then"): experiment_words.outcome(one.verdict) or formats.NOTHING,
            _("Release"): str(one.release),
        }
        for one in stored.decisions[::-1]
    ]
    tables.plain_table(rows, alt=_("Decisions, newest first"))
    for one in stored.amendments:
        if "decision" in one.before:
            said = _("{when}: {who} took the decision back. {reason}")
            told = said.format(when=formats.moment(one.at), who=one.who, reason=one.reason)
            st.caption(formats.plain(told))


def _draw_archive(stored: Experiment) -> None:
    with st.popover(_("Archive it"), type="tertiary", icon=":material/archive:", key="experiment-archive"):
        st.caption(_("It leaves every list. Its key stays taken, and its assignments stay in the data."))
        st.button(_("Yes, archive it"), key="experiment.archive", on_click=_do, args=("archive", stored))


def _do(move: str, stored: Experiment) -> None:
    try:
        {"end": experiments.end, "archive": experiments.archive}[move](stored)
    except ReviewError as refused:
        st.toast(formats.plain(in_this_language(str(refused))), icon=":material/error:")
