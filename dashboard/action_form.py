"""The words of an action: what is to be done, by whom, until when, what it promises; written by two people at once."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import (
    action_draft,
    action_fields,
    action_words,
    formats,
    reason_words,
    refusals,
    who,
)
from dashboard.filters import Look
from dashboard.gateway import actions, findings, interviews, proof
from dashboard.language import N_, _
from data.records_improvement import Action

LABELS = {
    "title": N_("What is to be done"),
    "text": N_("How, and why"),
    "owner": N_("Owner"),
    "department": N_("Department"),
    "due": N_("Due"),
    "effort_days": N_("Effort, person-days"),
    "gain_cents": N_("Expected gain, MRR a month"),
    "gain_low_cents": N_("At least"),
    "gain_high_cents": N_("At most"),
    "confidence": N_("Confidence"),
    "reason": N_("Reason whose losses it is to prevent"),
    "findings": N_("Findings it rests on"),
}
_GAIN = ("gain_cents", "gain_low_cents", "gain_high_cents")


def _label(name: str) -> str:
    return _(LABELS[name])


def draw(stored: Action, look: Look) -> None:
    """The form, what others changed meanwhile, and the button that saves."""
    place = f"action.{stored.id}.words"
    draft = action_draft.held(place, stored, action_draft.WORDS)
    blocked = action_fields.draw_conflict(place, draft, stored, LABELS, lambda one, name: value(one, name, look))
    _draw_words(place, draft.mine)
    _draw_people(place, draft.mine)
    _draw_promise(place, draft.mine, look)
    action_fields.draw_save(place, draft, LABELS, save, stored.id, place, blocked=blocked)


def _draw_words(place: str, one: Action) -> None:
    st.text_input(**action_fields.looks(place, "title", one.title, _label("title"), str.strip), max_chars=200)
    st.text_area(**action_fields.looks(place, "text", one.text, _label("text"), str.strip), height=100)
    known = {each.id: each for each in findings.everything()}
    st.multiselect(
        **action_fields.looks(place, "findings", list(one.findings), _label("findings"), tuple),
        options=[*known, *(n for n in one.findings if n not in known)],
        format_func=lambda n: known[n].sentence if n in known else _("Finding {n}, archived").format(n=n),
        placeholder=_("none"),
        select_all=False,
    )


def _draw_people(place: str, one: Action) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"people-{one.id}"):
        st.text_input(
            **action_fields.looks(place, "owner", one.owner, _label("owner"), str.strip), max_chars=120, width=220
        )
        departments = [*who.DEPARTMENTS, *([one.department] if one.department not in {*who.DEPARTMENTS, ""} else [])]
        st.selectbox(
            **action_fields.looks(place, "department", one.department or None, _label("department"), _text),
            options=departments,
            index=None,
            format_func=who.department_name,
            placeholder=_("none"),
            width=200,
        )
        st.date_input(
            **action_fields.looks(place, "due", one.due, _label("due")), value=None, format="YYYY-MM-DD", width=160
        )
        taxonomy = interviews.taxonomy()
        codes = [reason.code for reason in taxonomy.choosable]
        st.selectbox(
            **action_fields.looks(place, "reason", one.reason or None, _label("reason"), _text),
            options=codes if one.reason in {*codes, ""} else [*codes, one.reason],
            index=None,
            format_func=lambda code: reason_words.reason(taxonomy, code),
            placeholder=_("none"),
            help=_("Customers lost for it come on the win-back list once the action has shipped."),
            width=260,
        )


def _text(chosen: str | None) -> str:
    return chosen or ""


def _draw_promise(place: str, one: Action, look: Look) -> None:
    units = 10 ** formats.exponent(look.currency)
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"promise-{one.id}"):
        for name in _GAIN:
            cents = getattr(one, name)
            shown = None if cents is None else cents / units
            field = action_fields.looks(
                place, name, shown, _(LABELS[name]), lambda money: None if money is None else round(money * units)
            )
            st.number_input(**field, value=None, min_value=0.0, step=100.0, format="%.0f", width=180)
        effort = action_fields.looks(place, "effort_days", one.effort_days, _label("effort_days"))
        st.number_input(**effort, value=None, min_value=0.0, step=1.0, format="%.1f", width=170)
        confidence = action_fields.looks(place, "confidence", one.confidence, _label("confidence"))
        st.selectbox(
            **confidence,
            options=list(action_words.CONFIDENCE),
            format_func=lambda code: _(action_words.CONFIDENCE[code]),
            width=150,
        )
    st.button(
        _("Propose the gain from the numbers"),
        key=f"{place}.propose",
        icon=":material/calculate:",
        type="tertiary",
        on_click=_propose,
        args=(place, one, look.release.number),
    )


def _propose(place: str, one: Action, number: int) -> None:
    """The gain that follows from the first finding that has one, else from the plan."""
    known = {each.id: each for each in findings.everything()}
    plan = one.frozen or one.draft
    sources: list[Any] = [known[n] for n in one.findings if n in known]
    sources += [plan] if plan else []
    refusals.press(_take_gain, place, sources, number)


def _take_gain(place: str, sources: Sequence[Any], number: int) -> None:
    found = next(filter(None, (proof.proposed(each, number) for each in sources)), None)
    if found is None:
        st.toast(_("From these findings and this plan no amount of money follows. Estimate it yourself."))
        return
    value, low, high = found
    action_draft.change(place, gain_cents=value, gain_low_cents=low, gain_high_cents=high)


def save(number: int, place: str) -> None:
    """Store what was written here; what somebody else stored meanwhile stays, and the page shows both."""
    stored = actions.find(number)
    action_fields.store(place, stored, lambda mine: stored and actions.change(stored, mine, who.you()))


def value(one: Action, name: str, look: Look) -> str:
    """What a field holds, in words."""
    held: Any = getattr(one, name)
    if held in (None, "", ()):
        return formats.NOTHING
    if name in _GAIN:
        return formats.money(held, look.currency)
    if name == "due":
        return formats.day(held)
    if name == "findings":
        return _numbers(held)
    if name == "department":
        return who.department_name(held)
    if name == "reason":
        return reason_words.reason(interviews.taxonomy(), held)
    return _(action_words.CONFIDENCE[held]) if name == "confidence" else str(held)


def _numbers(held: Sequence[int]) -> str:
    return ", ".join(str(number) for number in held)
