"""Beside the plan: how many customers it needs, how long that takes, and what could be seen instead."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from analysis.experiments.planning import Need, Own, PowerRow, Reach
from analysis.results import NotEnoughData
from dashboard import experiment_words, figures, formats, tables
from dashboard.charts import power
from dashboard.charts.base import Chart
from dashboard.filters import Look
from dashboard.gateway import experiment_sizes
from dashboard.gateway.experiment_sizes import Sized
from dashboard.language import _, current, ngettext
from dashboard.said import in_this_language
from dashboard.tables import Column
from data.errors import ReviewError
from data.records_experiments import Plan

#: Months of assigning from which a plan is called slow.
SLOW = 12


def draw(plan: Plan, look: Look) -> None:
    """Size, duration, power, and what the population shows in a few months."""
    st.subheader(_("How many customers does it take?"), anchor=False)
    try:
        found = experiment_sizes.of(plan, look.release.number)
    except ReviewError as refused:
        st.error(formats.plain(in_this_language(str(refused))), icon=":material/error:")
        return
    _draw_there(found.known)
    if isinstance(found.need, NotEnoughData):
        st.info(formats.plain(_("No size yet: {why}.").format(why=_(found.need.reason))))
        return
    _draw_need(found.need, plan, look)
    if found.curves:
        figures.draw(chart(found, plan, look), key="power")
    _draw_reach(found, plan, look)


def _draw_there(known: Own) -> None:
    said = _("{n} customers could take part now; {more} more come in a month.")
    st.caption(formats.plain(said.format(n=formats.count(known.there), more=formats.count(known.per_month))))


def _draw_need(found: Need, plan: Plan, look: Look) -> None:
    unit = experiment_words.unit_of_plan(plan)
    with st.container(border=True, key="need", gap="small"):
        st.header(formats.plain(_("{n} customers").format(n=formats.count(found.customers))), anchor=False)
        st.markdown(formats.plain(_duration(found)))
        told = [
            _("without the offer {value}").format(value=experiment_words.amount(found.baseline, unit, look.currency))
        ]
        told += [f"{experiment_words.variant(name)} {formats.count(n)}" for name, n in found.by_variant]
        st.caption(formats.plain(" · ".join(told)))
        for note in _notes(found):
            st.caption(formats.plain(note))
    if found.months is None or found.months > SLOW:
        said = _("That is too long to learn from. Look for a larger effect, or take in more customers; see below.")
        st.warning(said, icon=":material/hourglass_top:")


def _duration(found: Need) -> str:
    if found.months is None:
        return _("So many never come at the pace of the last months.")
    wait = _("{n} months until the day that counts").format(n=experiment_words.number(round(found.wait, 1)))
    if found.months == 0:
        return _("They are there already; then {wait}.").format(wait=wait)
    months = experiment_words.number(round(found.months, 1))
    return _("{n} months until so many are assigned; then {wait}.").format(n=months, wait=wait)


def _notes(found: Need) -> list[str]:
    notes: list[str] = []
    if found.times > 1:
        more = formats.rate(found.times - 1, 0)
        notes.append(_("{more} more than for a single look at the end.").format(more=more))
    if found.comparisons > 1:
        n = formats.count(found.comparisons)
        notes.append(_("{n} variants are compared with the control, each more strictly for it.").format(n=n))
    if found.design_effect is not None:
        times = formats.ratio(found.design_effect)
        notes.append(_("{times} as many as if each customer were assigned alone.").format(times=times))
    return notes


def chart(found: Sized, plan: Plan, look: Look) -> Chart:
    """How surely effects of several sizes would be seen, by the number of customers."""
    unit = experiment_words.unit_of_plan(plan)
    factor = factor_of(unit, look.currency)
    names = [_name(months, customers) for months, customers, _rows in found.curves]
    marks = [
        _mark(row, name, factor, unit, look)
        for name, (_months, _customers, rows) in zip(names, found.curves, strict=True)
        for row in rows
    ]
    titles = {"rate": _("Effect in percentage points"), "money": _("Effect in money per customer")}
    return Chart(
        title=_("How surely would it show?"),
        spec=power.spec(
            current(), titles.get(unit, _("Effect per customer")), _("Chance of seeing it"), ".3~g", tuple(names)
        ),
        data={"curves": marks, "wanted": [{"effect": plan.smallest_effect * factor, "power": plan.power}]},
        alt=_("Chance of seeing an effect, by its size"),
        note=_("Dashed: the smallest effect worth having, and the chance asked for."),
        table=_told(found.curves, names, unit, look),
    )


def factor_of(unit: str, currency: str) -> float:
    """What values are multiplied with on an axis: points, and money in whole units."""
    return {"rate": 100.0, "money": 1 / 10 ** formats.exponent(currency)}.get(unit, 1.0)


def _name(months: int, customers: int) -> str:
    n = formats.count(customers)
    if not months:
        return _("{n} customers, as planned").format(n=n)
    return _("{n} customers, those of {months} months").format(n=n, months=months)


def _mark(row: PowerRow, name: str, factor: float, unit: str, look: Look) -> dict[str, Any]:
    shown = formats.signed(row.effect, unit, look.currency)
    return {
        "effect": row.effect * factor,
        "power": row.power,
        "kind": name,
        "shown": f"{shown}: {formats.rate(row.power, 0)}",
    }


def _told(
    curves: Sequence[tuple[int, int, Sequence[PowerRow]]], names: Sequence[str], unit: str, look: Look
) -> list[dict[str, str]]:
    """Every fourth effect, each curve in its column."""
    effects = [row.effect for row in curves[0][2]][3::4]
    told: list[dict[str, str]] = []
    for effect in effects:
        row = {_("Effect"): formats.signed(effect, unit, look.currency)}
        for name, (_months, _customers, rows) in zip(names, curves, strict=True):
            nearest = min(rows, key=lambda r: abs(r.effect - effect))
            row[name] = formats.rate(nearest.power, 0)
        told.append(row)
    return told


def _draw_reach(found: Sized, plan: Plan, look: Look) -> None:
    """What everybody who comes within some months shows."""
    st.subheader(_("What can you see with the customers you have?"), anchor=False)
    unit = experiment_words.unit_of_plan(plan)
    tables.plain_table([_reached(row, unit, look) for row in found.reach], alt=_("Smallest effect by months"))
    columns = [Column(name, name, "number") for name in ("months", "units", "effect")]
    rows = [
        {**vars(row), "effect": None if isinstance(row.effect, NotEnoughData) else row.effect} for row in found.reach
    ]
    tables.downloads(lambda: rows, columns, name="experiment-reach")


def _reached(row: Reach, unit: str, look: Look) -> dict[str, str]:
    shown = _("none") if isinstance(row.effect, NotEnoughData) else formats.signed(row.effect, unit, look.currency)
    return {
        _("Assigning for"): ngettext("{n} month", "{n} months", row.months).format(n=row.months),
        _("Customers"): formats.count(row.units),
        _("Smallest effect that shows"): shown,
    }
