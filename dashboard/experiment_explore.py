"""After the verdict: does the effect last, does it wear off, does it differ between segments? Explored, not proven."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from analysis.experiments.explore import Lasting, Novelty, SegmentEffect, Segments
from analysis.results import NotEnoughData
from dashboard import experiment_effects, experiment_words, figures, formats, lifecycle_words, tables, url_state
from dashboard.charts import differences
from dashboard.charts.base import Chart
from dashboard.filters import Look
from dashboard.gateway import experiment_readings
from dashboard.language import _, current
from dashboard.tables import Column
from data.records_experiments import Experiment

NOTHING = ""


def draw(stored: Experiment, look: Look) -> None:
    """Later days, early against late customers, and segments."""
    unit = experiment_words.unit_of_plan(stored.plan)
    _draw_lasting(stored, look, unit)
    _draw_segments(stored, look, unit)


def _draw_lasting(stored: Experiment, look: Look, unit: str) -> None:
    found = experiment_readings.lasting(stored, look.release.number)
    faded = experiment_readings.novelty(stored, look.release.number)
    if not found and not faded:
        return
    with st.expander(_("Does the effect last?"), key="lasting"):
        if found:
            st.caption(_("The same customers, followed further. Fewer of them can be followed so far."))
            rows = [_later(one, unit, look) for one in found]
            tables.plain_table(rows, alt=_("The effect at later days"))
            columns = [Column(n, n, "number") for n in ("days", "customers", "difference", "low", "high", "p_value")]
            flat = [*(Column(n, n) for n in ("variant",)), *columns]
            tables.downloads(lambda: [_flat(one) for one in found], flat, name="experiment-lasting")
        if faded:
            st.caption(_("Those assigned early against those assigned late: an effect that wears off is smaller."))
            tables.plain_table([_faded(one, unit, look) for one in faded], alt=_("Early against late customers"))


def _later(one: Lasting, unit: str, look: Look) -> dict[str, str]:
    p_value = None if isinstance(one.difference, NotEnoughData) else one.difference.p_value
    return {
        _("After days"): formats.count(one.days),
        _("Variant"): experiment_words.variant(one.variant),
        _("Customers"): formats.count(one.customers),
        _("Difference"): experiment_words.difference(one.difference, unit, look.currency),
        _("p"): experiment_words.probability(p_value),
    }


def _flat(one: Lasting | SegmentEffect) -> dict[str, Any]:
    found = one.difference
    row = {name: value for name, value in vars(one).items() if name != "difference"}
    if isinstance(found, NotEnoughData):
        return row
    return row | {"difference": found.difference, "low": found.low, "high": found.high, "p_value": found.p_value}


def _faded(one: Novelty, unit: str, look: Look) -> dict[str, str]:
    between = one.difference
    words = _("cannot be told") if between is None else experiment_words.difference(between, unit, look.currency)
    return {
        _("Variant"): experiment_words.variant(one.variant),
        _("Assigned early"): experiment_words.difference(one.first, unit, look.currency),
        _("Assigned late"): experiment_words.difference(one.second, unit, look.currency),
        _("Late less early"): words,
        _("p"): experiment_words.probability(None if between is None else between.p_value),
    }


def _draw_segments(stored: Experiment, look: Look, unit: str) -> None:
    labels = {a.key: a.label for a in look.attributes}
    if not labels:
        return
    with st.container(key="segments"):
        st.subheader(_("Does it differ between segments?"), anchor=False)
        names = {NOTHING: _("Choose an attribute …"), **labels}
        by = url_state.choice(_box, _("By"), "by", list(names), names.__getitem__, NOTHING)
        if by:
            _draw_by(experiment_readings.segments(stored, by, look.release.number), labels[by], unit, look)


def _box(label: str, options: Sequence[str], **looks: Any) -> str:
    return st.selectbox(label, options, width=260, **looks)


def _draw_by(found: Segments, name: str, unit: str, look: Look) -> None:
    drawn = [row for row in found.rows if experiment_effects.limits_of(row.difference) is not None]
    told = [_told(row, name, unit, look) for row in found.rows]
    if not drawn:
        st.info(_("In none of them are there enough customers."))
        tables.plain_table(told, alt=_("The effect within segments, with intervals"))
        return
    note = _("An exploration: q is corrected for all segments that were looked at. Decide on none of them alone.")
    if found.differ is not None:
        said = _("That the effect is the same in all: p {p} (Cochran).")
        note += " " + said.format(p=experiment_words.probability(found.differ))
    marks = [_mark(i, row, unit, look) for i, row in enumerate(drawn)]
    kinds = frozenset(bool(mark["sure"]) for mark in marks)
    chart = Chart(
        title=_("The effect by {attribute}").format(attribute=formats.plain(name)),
        spec=differences.spec(current(), _axis(unit), "+.2~f", max(len(drawn), 1), kinds=kinds),
        data={"effects": marks},
        alt=_("The effect within segments, with intervals"),
        note=formats.plain(note),
        table=told,
        unit="points" if unit == "rate" else unit,
    )
    figures.draw(chart, key="experiment-segments")
    texts = [Column(n, n) for n in ("value", "variant")]
    numbers = ("control_n", "variant_n", "difference", "low", "high", "p_value", "q_value")
    columns = [*texts, *(Column(n, n, "number") for n in numbers)]
    tables.downloads(lambda: [_flat(row) for row in found.rows], columns, name="experiment-segments")


def _axis(unit: str) -> str:
    return {
        "rate": _("Variant less control, percentage points"),
        "money": _("Variant less control, per customer"),
    }.get(unit, _("Variant less control"))


def _mark(place: int, row: SegmentEffect, unit: str, look: Look) -> dict[str, Any]:
    name = f"{lifecycle_words.group(row.value)} · {experiment_words.variant(row.variant)}"
    drawn = experiment_effects.mark(place, name, row.difference, unit, look.currency)
    # Of many segments one leaves out 0 by chance: sure is what is so among all of them.
    return {**drawn, "sure": row.q_value is not None and row.q_value < 0.05}


def _told(row: SegmentEffect, name: str, unit: str, look: Look) -> dict[str, str]:
    return {
        name: lifecycle_words.group(row.value),
        _("Variant"): experiment_words.variant(row.variant),
        _("Customers of the control"): formats.count(row.control_n),
        _("Customers of the variant"): formats.count(row.variant_n),
        _("Difference"): experiment_words.difference(row.difference, unit, look.currency),
        _("q"): experiment_words.probability(row.q_value),
    }
