"""Assigning the customers of an experiment, or loading how they were assigned elsewhere."""

from typing import Any

import streamlit as st

from dashboard import experiment_words, formats, session, shell, tables
from dashboard.filters import Look
from dashboard.gateway import experiment_assignments, experiments
from dashboard.language import _
from dashboard.said import in_this_language
from dashboard.tables import Column
from data.errors import ReviewError
from data.records_experiments import Experiment

#: What the last assignment or delivery of this tab did, in words.
_DONE = "assign.done"


def draw(stored: Experiment, look: Look) -> None:
    """Who can be assigned, who is, how to give that to other systems, and how to load what they know."""
    st.subheader(_("Assignment"), anchor=False)
    done: str | None = session.get(_DONE)
    if done is not None:
        session.forget(_DONE)
        st.success(formats.plain(done))
    if stored.plan.assigned == "here":
        _draw_here(stored, look)
    row = experiments.in_data(look.release.number).get(stored.key)
    if row is not None:
        _draw_assigned(stored, row, look)
    _draw_how(stored)


def _draw_here(stored: Experiment, look: Look) -> None:
    """Who of the population can be assigned now, and the button that does it."""
    waiting = experiment_assignments.waiting(stored, look.release.number)
    names = {
        "inside": _("In the population"),
        "paying": _("Paying now"),
        "assigned": _("Assigned already"),
        "excluded": _("In other experiments"),
        "held_out": _("Kept out of every offer"),
        "new": _("Can be assigned"),
    }
    rows = [{name: formats.count(waiting[code]) for code, name in names.items()}]
    tables.plain_table(rows, alt=_("Who of the population can be assigned"))
    if stored.state != "running":
        return
    enough = _has_enough(stored, look)
    nobody = enough or not waiting["new"]
    if st.button(_("Assign now"), key="assign.now", type="primary", icon=":material/shuffle:", disabled=nobody):
        _assign(stored)
    if enough:
        st.caption(_("As many customers as the plan needs are assigned."))
    elif not waiting["new"]:
        st.caption(_("Nobody new can be assigned now. Load newer customers, and assign again."))


def _has_enough(stored: Experiment, look: Look) -> bool:
    """Whether a plan without a last day has its customers; of groups only the assignment itself can tell."""
    plan, row = stored.plan, experiments.in_data(look.release.number).get(stored.key)
    if row is None or plan.unit or plan.ends_on is not None or not plan.size:
        return False
    return sum(row["variants"].get(variant.name, 0) for variant in plan.variants) >= plan.size


def _assign(stored: Experiment) -> None:
    try:
        with st.spinner(_("Assigning customers, and writing them into a new release …"), show_time=True):
            made = experiment_assignments.assign(stored)
    except ReviewError as refused:
        st.error(formats.plain(in_this_language(str(refused))), icon=":material/error:")
        return
    each = " · ".join(f"{experiment_words.variant(v)} {formats.count(n)}" for v, n in made.variants.items())
    said = _("{n} customers were assigned ({each}). They are in release {release}.")
    numbers = {"n": formats.count(made.customers), "each": each, "release": made.release.number}
    session.put(_DONE, said.format(**numbers) if made.customers else _("Nobody new could be assigned."))
    st.rerun()


def _draw_assigned(stored: Experiment, row: Any, look: Look) -> None:
    """Who is in the data, as a file, and sent to where offers are made."""
    told = [
        {_("Variant"): experiment_words.variant(name), _("Customers"): formats.count(n)}
        for name, n in row["variants"].items()
    ]
    tables.plain_table(told, alt=_("Customers assigned per variant"))
    columns = [Column("customer_id", _("Id")), Column("name", _("Name")), Column("variant", _("Variant"))]
    columns += [Column("assigned_at", _("Assigned at")), Column("exposed_at", _("Exposed at"))]
    tables.downloads(lambda: experiment_assignments.rows(stored.key, look.release.number), columns, name="assignments")
    if stored.plan.webhook and stored.plan.assigned == "here":
        said = _("Send to {address}").format(address=stored.plan.webhook)
        if st.button(formats.plain(said), key="assign.send", icon=":material/send:"):
            _send(stored, look)


def _send(stored: Experiment, look: Look) -> None:
    try:
        with st.spinner(_("Sending …"), show_time=True):
            sent = experiment_assignments.send(stored, look.release.number)
    except ReviewError as refused:
        st.error(formats.plain(in_this_language(str(refused))), icon=":material/error:")
        return
    said = _("{n} customers were sent, {all} in all so far.")
    session.put(_DONE, said.format(n=formats.count(sent.customers), all=formats.count(sent.in_all)))
    st.rerun()


def _draw_how(stored: Experiment) -> None:
    """What a file of assignments, exposures or outcomes looks like."""
    with st.expander(_("Load assignments, exposures or outcomes from elsewhere"), key="assign-how"):
        st.markdown(
            _(
                "A file with one row per customer, loaded as “Experiment assignments” and added to those there: "
                "experiment_key, customer_id, variant, assigned_at, and exposed_at where it is known. Every further "
                "column of numbers or of yes and no is an outcome that can be compared."
            )
        )
        st.code(
            f"experiment_key,customer_id,variant,assigned_at,exposed_at,answered\n"
            f"{stored.key},c1,{stored.plan.control.name},2026-11-02,,no\n"
            f"{stored.key},c2,{stored.plan.variants[-1].name},2026-11-02,2026-11-03,yes",
            language=None,
        )
        st.code("python -m dashboard import --table assignments=FILE --mode merge", language=None)
        shell.link_to_data()
