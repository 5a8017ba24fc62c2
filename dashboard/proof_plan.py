"""The plan of proof of an action: written, measured by your own numbers, frozen, and changed on record only."""

import streamlit as st

from analysis.improvement.moves import allowed
from dashboard import (
    action_draft,
    action_fields,
    action_words,
    formats,
    proof_form,
    proof_words,
    refusals,
    session,
    tables,
    who,
)
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
    base = stored.draft or proof_form.empty()
    with left, st.container(key="proof-form"):
        draft = proof_form.draw(place, base, proof.known(number), look)
    with right, st.container(key="proof-live"):
        blocked = _draw_conflict(place, draft, base, look)
        action_fields.draw_save(place, draft, proof_words.LABELS, proof_form.save, stored.id, place, blocked=blocked)
        _draw_live(draft.mine, number)
        _draw_agree(stored, draft, number)


def _draw_conflict(place: str, draft: Draft, base: ProofPlan, look: Look) -> bool:
    return action_fields.draw_conflict(
        place, draft, base, proof_words.LABELS, lambda plan, name: proof_words.value(plan, name, look)
    )


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
    _draw_unsaved(stored, look)
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


def _draw_unsaved(stored: Action, look: Look) -> None:
    """What this tab wrote into a draft that somebody else froze meanwhile."""
    place = proof_form.place_of(stored)
    draft = action_draft.left(place)
    if draft is None or not draft.unsaved:
        return
    with st.container(border=True, key="proof-unsaved", gap="small"):
        st.warning(_("The plan was frozen before you saved what you wrote. It stays here for you to copy."))
        rows = [
            {_("Field"): _(proof_words.LABELS[name]), _("Yours"): proof_words.value(draft.mine, name, look)}
            for name in draft.unsaved
        ]
        tables.plain_table(rows, alt=_("What you wrote and did not save"))
        st.button(_("Forget it"), key="proof.forget", on_click=action_draft.forget, args=(place,))


def _draw_amend(stored: Action, plan: ProofPlan, look: Look) -> None:
    """Every field of the plan, until it ships; what is written here is stored with its reason or not at all."""
    place, number = f"action.{stored.id}.amend", look.release.number
    with st.expander(_("Amend the plan"), key="proof-amend"):
        st.caption(_("What was planned stays on record beside it, with your reason."))
        draft = proof_form.draw(place, plan, proof.known(number), look)
        blocked = _draw_conflict(place, draft, plan, look)
        if draft.unsaved:
            _draw_live(draft.mine, number)
        st.text_area(_("Why"), key="proof.amend.reason", max_chars=2_000, height=84)
        if st.button(_("Amend"), key="proof.amend", type="primary", disabled=blocked):
            _amend(stored, draft.mine, place, number)


def _amend(stored: Action, plan: ProofPlan, place: str, number: int) -> None:
    try:
        proof.amend(stored, plan, session.get("proof.amend.reason") or "", number, who.you())
    except ReviewError as refused:
        st.error(formats.plain(in_this_language(str(refused))), icon=":material/error:")
        return
    session.forget_all("proof.amend")
    action_draft.forget(place)
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
