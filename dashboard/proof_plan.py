"""The plan of proof of an action: written, measured by your own numbers, frozen, and changed on record only."""

from dataclasses import replace
from datetime import date

import streamlit as st

from analysis.improvement.moves import allowed
from dashboard import action_fields, action_words, formats, proof_form, proof_words, refusals, session, tables, who
from dashboard.action_draft import Draft
from dashboard.filters import Look
from dashboard.gateway import proof
from dashboard.language import _
from dashboard.said import in_this_language
from data.errors import ReviewError
from data.records_improvement import Action, ProofPlan


def draw(stored: Action, look: Look) -> None:
    """The form with what the numbers can show beside it, or the frozen plan with its amendments."""
    if "draft" in allowed(stored):
        _draw_draft(stored, look)
        return
    if stored.frozen is None:
        st.info(_("It was closed before a plan of proof was agreed."))
        return
    _draw_frozen(stored, stored.frozen, look)


def _draw_draft(stored: Action, look: Look) -> None:
    place, number = proof_form.place_of(stored), look.release.number
    left, right = st.columns([3, 2], gap="large")
    with left, st.container(key="proof-form"):
        draft = proof_form.draw(stored, proof.known(number), look)
    with right, st.container(key="proof-live"):
        base = stored.draft or proof_form.empty()
        blocked = action_fields.draw_conflict(
            place, draft, base, proof_words.LABELS, lambda plan, name: proof_words.value(plan, name, look)
        )
        action_fields.draw_save(place, draft, proof_words.LABELS, proof_form.save, stored.id, place, blocked=blocked)
        _draw_live(draft.mine, number)
        _draw_agree(stored, draft, number)


def _draw_live(plan: ProofPlan, number: int) -> None:
    """What these numbers can show, and until when one must wait for it."""
    try:
        found = proof.live(plan, number)
    except ReviewError as refused:
        st.info(formats.plain(in_this_language(str(refused))))
        return
    with st.container(border=True, key="visible", gap="xsmall"):
        if plan.metric.kind == "experiment":
            st.markdown(_("The experiment says what it can show: see its plan."))
        elif found.visible is None:
            st.markdown(_("How small an effect these numbers can show is not known: there are too few months."))
        else:
            _draw_visible(found, found.visible)
        if found.baseline is not None:
            st.caption(
                formats.plain(_("Before: {value}.").format(value=action_words.value(found.baseline, plan.metric)))
            )
        if found.check_on is not None:
            st.caption(formats.plain(_("Judged from {day}.").format(day=formats.day(found.check_on))))


def _draw_visible(found: ProofPlan, visible: float) -> None:
    said = _("With your numbers you can see {effect}.").format(effect=action_words.size(visible, found.metric))
    st.markdown(f"**{formats.plain(said)}**")
    if found.smallest_effect < visible:
        said = _(
            "You want to see {wanted}. An effect of that size will most likely end as “cannot tell”: wait for more "
            "months, choose more customers, or a number that moves more."
        )
        st.warning(formats.plain(said.format(wanted=action_words.size(found.smallest_effect, found.metric))))


def _draw_agree(stored: Action, draft: Draft, number: int) -> None:
    """What keeps the action from being agreed, or the button that freezes its plan."""
    wrong = proof.missing(stored, draft.mine, number)
    for sentence in wrong:
        st.markdown(f"- {formats.plain(in_this_language(sentence))}")
    if wrong:
        st.caption(_("Nothing of this keeps you from saving the draft."))
        return
    unsaved = bool(draft.unsaved) or stored.draft is None
    with st.popover(_("Agree"), icon=":material/lock:", key="proof-agree", disabled=unsaved):
        st.markdown(_("The plan is frozen as it is. Until it ships it changes on record only, and then never."))
        st.button(_("Yes, freeze the plan"), key="proof.agree", type="primary", on_click=_agree, args=(stored, number))
    if unsaved:
        st.caption(_("Save the draft first."))


def _agree(stored: Action, number: int) -> None:
    refusals.press(proof.agree, stored, stored.draft or proof_form.empty(), number, who.you())


def _draw_frozen(stored: Action, plan: ProofPlan, look: Look) -> None:
    st.subheader(_("The plan in force, round {n}").format(n=stored.round), anchor=False)
    rows = [
        {_("Field"): _(proof_words.LABELS[name]), _("Plan"): proof_words.value(plan, name, look)}
        for name in proof_words.shown(plan)
    ]
    tables.plain_table(rows, alt=_("The frozen plan, field by field"))
    if "amend" in allowed(stored):
        _draw_amend(stored, plan, look)
    elif stored.shipped_on is not None:
        said = _("It reached customers on {day}: nothing of this plan can change any more.")
        st.caption(formats.plain(said.format(day=formats.day(stored.shipped_on))))
    draw_amendments(stored, plan, look)


def _draw_amend(stored: Action, plan: ProofPlan, look: Look) -> None:
    with st.expander(_("Amend the plan"), key="proof-amend"), st.form("proof-amend-form", border=False):
        st.caption(_("What was planned stays on record beside it, with your reason."))
        factor = 100.0 if plan.metric.unit == "rate" else 1.0
        with st.container(horizontal=True, vertical_alignment="bottom", key="proof-amend-row"):
            ships_on = st.date_input(
                proof_words.label("ships_on"),
                plan.ships_on,
                key="proof.amend.ships",
                format="YYYY-MM-DD",
                width=190,
            )
            before = st.number_input(
                proof_words.label("baseline_months"),
                1,
                60,
                plan.baseline_months,
                key="proof.amend.before",
                width=150,
            )
            after = st.number_input(
                proof_words.label("window_months"), 1, 24, plan.window_months, key="proof.amend.after", width=150
            )
            effect = st.number_input(
                _("Smallest effect worth having, in points")
                if factor > 1
                else _("Smallest effect worth having, per customer"),
                0.0,
                value=round(plan.smallest_effect * factor, 6),
                key="proof.amend.effect",
                width=300,
            )
        st.text_area(_("Why"), key="proof.amend.reason", max_chars=2_000, height=84)
        if st.form_submit_button(_("Amend"), key="proof.amend", type="primary"):
            _amend(stored, _amended(plan, ships_on, int(before), int(after), effect / factor), look.release.number)


def _amended(plan: ProofPlan, ships_on: date | None, before: int, after: int, effect: float) -> ProofPlan:
    """The plan with what the form holds; an effect that was not touched stays as exact as it was."""
    kept = plan.smallest_effect if abs(effect - plan.smallest_effect) < 1e-7 else effect
    return replace(plan, ships_on=ships_on, baseline_months=before, window_months=after, smallest_effect=kept)


def _amend(stored: Action, plan: ProofPlan, number: int) -> None:
    try:
        proof.amend(stored, plan, session.get("proof.amend.reason") or "", number, who.you())
    except ReviewError as refused:
        st.error(formats.plain(in_this_language(str(refused))), icon=":material/error:")
        return
    session.forget_all("proof.amend")
    st.rerun()


def draw_amendments(stored: Action, plan: ProofPlan, look: Look) -> None:
    """Every change since a plan was frozen: what was, what is, who and why."""
    told = [
        {
            _("When"): formats.moment(one.at),
            _("Who"): one.who or formats.NOTHING,
            _("Round"): str(one.round),
            _("Field"): _(proof_words.LABELS[name]),
            _("Before"): proof_words.value(was, name, look),
            _("After"): proof_words.value(now, name, look),
            _("Why"): in_this_language(one.reason),
        }
        for one in stored.amendments
        for was, now in [proof.before_and_after(one, plan)]
        for name in one.after
        if name in proof_words.LABELS
    ]
    if told:
        st.subheader(_("Amendments"), anchor=False)
        tables.plain_table(told, alt=_("Changes of the plan since it was frozen"))
