"""The typical lost customer: groups that leave most often, each with its customers behind a click."""

from typing import Any

import streamlit as st

from analysis.personas.behaviour import asked_of, notes_on_behaviour
from analysis.personas.search import Persona, Personas
from analysis.results import Estimate, NotEnoughData
from dashboard import drill, formats, kpi_charts, persona_words, remarks, tables
from dashboard.filters import Look
from dashboard.gateway import personas
from dashboard.language import _
from dashboard.tables import Column


def draw(look: Look) -> None:
    """Each confirmed group in a box, or that there is none."""
    found = personas.typical(look.scope)
    if isinstance(found, NotEnoughData):
        st.info(kpi_charts.reason(found))
        return
    st.header(formats.plain(_headline(found, look)), anchor=False)
    st.caption(_how(found))
    for note in notes_on_behaviour(asked_of(look.scope.segment, found.attributes), found.period):
        st.caption(_(note))
    remarks.draw(look, found.attributes)
    for i, one in enumerate(found.found):
        with st.container(border=True, key=f"persona-{i}", gap="small"):
            _draw_one(one, found, look)
    if found.found:
        tables.downloads(lambda: [_flat(one, look) for one in found.found], _columns(), name="typical")


def _columns() -> list[Column]:
    return [
        Column("group", _("Group")),
        Column("customers", _("Customers"), "count"),
        Column("churned", _("Lost"), "count"),
        Column("rate", _("Rate"), "rate"),
        *(Column(name, name, "ratio") for name in ("lift", "lift_confirmed")),
        Column("p_adjusted", _("Adjusted p"), "number"),
    ]


def _flat(one: Persona, look: Look) -> dict[str, Any]:
    answers = {"rate": one.rate, "lift": one.lift, "lift_confirmed": one.lift_confirmed}
    known = {name: answer.value if isinstance(answer, Estimate) else None for name, answer in answers.items()}
    return {**vars(one), "group": _name(one, look), **known}


def _headline(found: Personas, look: Look) -> str:
    if not found.found:
        return _("No group leaves more often than the others beyond chance.")
    first = found.found[0]
    lift = first.lift_confirmed if first.lift_at_age is None else first.lift_at_age
    if not isinstance(lift, Estimate):
        raise TypeError("a confirmed group has a lift")
    said = _("{group}: lost {lift} as often as everybody.")
    if first.lift_at_age is not None:
        said = _("{group}: lost {lift} as often as everybody of the same age.")
    return said.format(group=_name(first, look), lift=formats.ratio(lift.value))


def _name(one: Persona, look: Look) -> str:
    return persona_words.group(one.conditions, look, persona_words.names(look, ()))


def _how(found: Personas) -> str:
    return _(
        "All groups of up to three conditions were looked at among {searched} customers; {tried} were tried on the "
        "other {confirming}, who had no part in the search, and {n} were confirmed there."
    ).format(
        searched=formats.count(found.searched),
        tried=formats.count(found.tried),
        confirming=formats.count(found.confirming),
        n=formats.count(len(found.found)),
    )


def _draw_one(one: Persona, found: Personas, look: Look) -> None:
    st.subheader(formats.plain(_name(one, look)), anchor=False)
    st.write(
        _("{lost} of {n} lost: {rate}. That is {lift} the rate of everybody.").format(
            lost=formats.count(one.churned),
            n=formats.customers(one.customers),
            rate=kpi_charts.in_words(one.rate, "rate"),
            lift=kpi_charts.in_words(one.lift, "ratio"),
        )
    )
    st.caption(
        _("Among the customers that had no part in the search: {lift}, adjusted p {p}. Plan with this figure.").format(
            lift=kpi_charts.in_words(one.lift_confirmed, "ratio"), p=formats.probability(one.p_adjusted)
        )
    )
    if one.lift_at_age is not None:
        said = _("Among customers of the same ages there: {lift}. This is what was confirmed.")
        st.caption(said.format(lift=kpi_charts.in_words(one.lift_at_age, "ratio")))
    period = found.period
    who, start, end = ("definition", period.start, period.end) if period else ("lost", None, None)
    drill.link(one.churned, who, start, end, narrowed=one.conditions, under="start-base")
