"""The plan of proof as it is written: what must move, of whom, against what, and how long before and after."""

from dataclasses import replace
from typing import Any

import streamlit as st

from analysis.proof.checks import Known
from dashboard import action_draft, action_fields, action_words, proof_words, segment_form, who
from dashboard.filters import Look
from dashboard.gateway import actions
from dashboard.language import _
from data.records import Segment
from data.records_improvement import Action, ProofMetric, ProofPlan

#: Days customers are followed, by the kind of number, when it is chosen.
USUAL_DAYS = {"early-churn": 90, "first-use": 30, "save-rate": 90}
#: Smallest effect worth having that a new plan begins with.
USUAL_EFFECT = 0.02
_ANY = ""


def empty() -> ProofPlan:
    """The plan of an action that nobody wrote one for."""
    return ProofPlan(ProofMetric("churn"), smallest_effect=USUAL_EFFECT)


def place_of(stored: Action) -> str:
    """Where this tab keeps the plan it writes."""
    return f"action.{stored.id}.plan"


def draw(place: str, base: ProofPlan, known: Known, look: Look) -> action_draft.Draft:
    """The fields of a plan that is stored as `base`; returns the draft as it is after what the reader just did."""
    draft = action_draft.held(place, base, proof_words.WRITTEN)
    plan: ProofPlan = draft.mine
    st.subheader(_("Which number must it move?"), anchor=False)
    _draw_metric(place, plan, known)
    st.subheader(_("Of whom?"), anchor=False)
    _draw_segment(place, "population", look)
    st.subheader(_("Compared with whom?"), anchor=False)
    _draw_comparison(place, plan, look)
    st.subheader(_("How long before, how long after?"), anchor=False)
    _draw_times(place, plan)
    return draft


def _draw_metric(place: str, plan: ProofPlan, known: Known) -> None:
    metric = plan.metric
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"metric-{place}"):
        st.selectbox(
            **action_fields.looks(place, "metric", metric.kind, _("Number"), lambda kind: _of_kind(kind, metric)),
            options=list(action_words.KIND_NAMES),
            format_func=lambda kind: _(action_words.KIND_NAMES[kind]),
            width=280,
        )
        _draw_of(place, metric, known)
        if metric.kind in {*USUAL_DAYS, "tickets"}:
            days = action_fields.looks(
                place, "metric.days", metric.days, _("Followed for days"), lambda n: replace(metric, days=int(n or 0))
            )
            st.number_input(**_taking_metric(days), min_value=0, max_value=365, step=30, width=170)
    effect = metric.unit == "rate"
    factor = 100.0 if effect else 1.0
    label = _("Smallest effect worth having, in points") if effect else _("Smallest effect worth having, per customer")
    st.number_input(
        **action_fields.looks(
            place,
            "smallest_effect",
            round(plan.smallest_effect * factor, 6),
            label,
            lambda amount: (amount or 0.0) / factor,
        ),
        min_value=0.0,
        step=0.5 if effect else 0.1,
        format="%.2f",
        width=300,
    )


def _of_kind(kind: Any, before: ProofMetric) -> ProofMetric:
    return before if kind == before.kind else ProofMetric(kind, days=USUAL_DAYS.get(kind, 0))


def _draw_of(place: str, metric: ProofMetric, known: Known) -> None:
    """What the number is of: a feature, a category of tickets, an experiment."""
    offered = {"feature": known.features, "tickets": known.categories, "experiment": known.experiments}.get(metric.kind)
    if offered is None:
        return
    names = sorted({*offered, *([metric.of] if metric.of else [])})
    options = [_ANY, *names] if metric.kind == "tickets" else names
    field = action_fields.looks(
        place,
        "metric.of",
        metric.of if metric.of in options else None,
        _("Of"),
        lambda of: replace(metric, of=of or ""),
    )
    st.selectbox(
        **_taking_metric(field),
        options=options,
        index=None,
        format_func=lambda code: code or _("all tickets"),
        placeholder=_("Choose one …"),
        width=240,
    )


def _taking_metric(field: dict[str, Any]) -> dict[str, Any]:
    """The same field, whose change is one of the metric as a whole."""
    place, _name, key, read = field["args"]
    return {**field, "args": (place, "metric", key, read)}


def _draw_segment(place: str, name: str, look: Look) -> None:
    segment_form.draw(_held(place, name), look.attributes)


def _held(place: str, name: str) -> segment_form.Held:
    def read() -> Segment:
        return getattr(action_draft.mine(place).mine, name)

    return segment_form.Held(f"{place}.{name}", read, lambda found: action_draft.change(place, **{name: found}))


def _draw_comparison(place: str, plan: ProofPlan, look: Look) -> None:
    st.radio(
        **action_fields.looks(place, "comparison", plan.comparison, _("Compared with")),
        options=list(action_words.COMPARISONS),
        format_func=lambda code: _(action_words.COMPARISONS[code]),
        label_visibility="collapsed",
    )
    if plan.comparison == "segment":
        _draw_segment(place, "against", look)
    if plan.comparison == "units":
        names = {a.key: a.label for a in look.attributes}
        st.selectbox(
            **action_fields.looks(
                place, "units", plan.units or None, proof_words.label("units"), lambda key: key or ""
            ),
            options=[*names, *([plan.units] if plan.units not in {*names, ""} else [])],
            index=None,
            format_func=lambda key: str(names.get(key, key)),
            placeholder=_("Choose an attribute …"),
            width=320,
        )
        st.caption(_("The group above must be one value of it; ten others or more make a synthetic comparison."))


def _draw_times(place: str, plan: ProofPlan) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"times-{place}"):
        for name in ("ships_on", "chosen_from", "chosen_to"):
            label = _(proof_words.LABELS[name])
            st.date_input(
                **action_fields.looks(place, name, getattr(plan, name), label),
                value=None,
                format="YYYY-MM-DD",
                width=200,
            )
        for name, most in (("baseline_months", 60), ("window_months", 24)):
            label = _(proof_words.LABELS[name])
            field = action_fields.looks(place, name, getattr(plan, name), label, lambda n: int(n or 1))
            st.number_input(**field, min_value=1, max_value=most, step=1, width=150)
    st.caption(
        _(
            "What was chosen because its figures were extreme moves back by itself: the months whose figures made you "
            "choose are left out of the months before."
        )
    )


def save(number: int, place: str) -> None:
    """Store the draft of this tab; what somebody else stored meanwhile stays, and the page shows both."""
    stored = actions.find(number)
    base = (stored.draft or empty()) if stored else None
    action_fields.store(place, base, lambda plan: stored and actions.draft_plan(stored, plan, who.you()))
