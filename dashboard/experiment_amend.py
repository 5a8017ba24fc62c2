"""Changing a frozen plan: only with a reason, and on record for everybody."""

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from dashboard import experiment_plan_words, formats, session, tables
from dashboard.experiment_draft import Draft, both_changed
from dashboard.experiment_fields import Choices
from dashboard.filters import Look
from dashboard.gateway import experiments
from dashboard.language import _
from dashboard.said import in_this_language
from data.errors import ReviewError
from data.records_experiments import Experiment, Plan, Variant


def draw(stored: Experiment, look: Look, choices: Choices) -> None:
    """What may still be changed: words, size, last day, costs, and closing a variant."""
    with st.expander(_("Amend the plan"), key="experiment-amend"), st.form("amend", border=False):
        st.caption(_("What was planned stays on record beside it. What could be made to suit a result cannot change."))
        seen = _as_first_drawn(stored)
        plan, units = seen.plan, 10 ** formats.exponent(look.currency)
        hypothesis = st.text_area(_("What we expect, and why"), plan.hypothesis, key="amend.hypothesis", height=84)
        with st.container(horizontal=True, vertical_alignment="bottom", key="amend-row"):
            size = st.number_input(_("Customers needed"), 0, value=plan.size, key="amend.size", width=180)
            ends_on = st.date_input(
                _("Last day of assignment"), plan.ends_on, key="amend.ends", format="YYYY-MM-DD", width=200
            )
        variants = tuple(_draw_variant(i, one, units) for i, one in enumerate(plan.variants))
        webhook = st.text_input(_("Address assignments are sent to"), plan.webhook, key="amend.webhook")
        st.text_area(_("Why"), key="amend.reason", max_chars=2_000, height=84)
        if st.form_submit_button(_("Amend"), key="amend.submit", type="primary"):
            changed = replace(
                plan,
                hypothesis=hypothesis.strip(),
                size=int(size),
                ends_on=ends_on,
                variants=variants,
                webhook=webhook.strip(),
            )
            _amend(stored, Draft(seen, _shared(changed)))


def _as_first_drawn(stored: Experiment) -> Experiment:
    """The experiment that this tab took the form's fields from: what they hold beyond it was changed here."""
    seen: Experiment | None = session.get("amend.seen")
    if seen is None or seen.id != stored.id or session.get("amend.reason") is None:
        session.put("amend.seen", seen := stored)
    return seen


def _draw_variant(i: int, one: Variant, units: int) -> Variant:
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"amend-variant-{i}"):
        label = _("{variant}: cost each").format(variant=one.name)
        cost = st.number_input(
            formats.plain(label), 0.0, value=one.cost_cents / units, step=1.0, key=f"amend.{i}.cost", width=260
        )
        closed = i > 0 and st.checkbox(
            formats.plain(_("Close {variant}: nobody more gets it").format(variant=one.name)),
            value=one.share == 0,
            key=f"amend.{i}.closed",
        )
    return replace(one, cost_cents=round(cost * units), share=0.0 if closed else one.share)


def _amend(stored: Experiment, draft: Draft) -> None:
    """Store what was changed here and leave what somebody else amended meanwhile; where both did, it is refused."""
    base, plan = stored, replace(stored.plan, **{name: getattr(draft.mine, name) for name in draft.unsaved})
    if both_changed(stored, draft):
        base, plan = draft.seen, draft.mine
    try:
        experiments.amend(base, plan, session.get("amend.reason") or "")
    except ReviewError as refused:
        st.error(formats.plain(in_this_language(str(refused))), icon=":material/error:")
        return
    session.forget_all("amend.")
    st.rerun()


def _shared(plan: Plan) -> Plan:
    """What a closed variant had goes to the others in proportion."""
    whole = sum(variant.share for variant in plan.variants) or 1.0
    return replace(plan, variants=tuple(replace(v, share=v.share / whole) for v in plan.variants))


def draw_amendments(stored: Experiment, look: Look, labels: Mapping[str, str]) -> None:
    """Every change since the plan was frozen: what was, what is, who and why."""
    told = [
        {
            _("When"): formats.moment(one.at),
            _("Who"): one.who,
            _("Field"): _(experiment_plan_words.LABELS[name]),
            _("Before"): experiment_plan_words.value(was, name, look, labels),
            _("After"): experiment_plan_words.value(now, name, look, labels),
            _("Why"): one.reason,
        }
        for one, was, now in experiments.amendments(stored)
        for name in one.before
        if name in experiment_plan_words.LABELS
    ]
    if told:
        st.subheader(_("Amendments"), anchor=False)
        tables.plain_table(told, alt=_("Changes of the plan since it was frozen"))
