"""Every measure of every variant against the control: the primary one as a picture, all of them as a table."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from analysis.experiments.results import Effect
from analysis.results import Answer, Comparison, NotEnoughData
from dashboard import experiment_words, figures, formats, tables
from dashboard.charts import differences
from dashboard.charts.base import Chart
from dashboard.language import _, current
from dashboard.tables import Column

#: d3 pattern of an axis of differences.
_PATTERNS = {"rate": "+.2~f", "money": "+,.2~f", "number": "+.2~f"}


def draw(effects: Sequence[Effect], labels: Mapping[str, str], currency: str, corrected: str) -> None:
    """A picture per unit, since points and money have no common scale; then all their numbers as one table.

    corrected  What the adjusted p-values are adjusted for, in a sentence.
    """
    for unit in ("rate", "money", "number"):
        drawn = [e for e in effects if experiment_words.unit_of(e) == unit and limits_of(e.difference) is not None]
        if drawn:
            figures.draw(chart(drawn, unit, labels, currency), key=f"effects-{unit}")
    st.subheader(_("All measures"), anchor=False)
    st.caption(corrected)
    several = len({e.variant for e in effects}) > 1
    rows = [_told(e, labels, currency, several=several) for e in effects]
    tables.plain_table(rows, alt=_("All measures of the experiment"))
    tables.downloads(lambda: [flat(e) for e in effects], columns(), name="experiment-effects", currency=currency)


def chart(effects: Sequence[Effect], unit: str, labels: Mapping[str, str], currency: str) -> Chart:
    """Differences with their intervals; filled where the interval leaves out no difference."""
    titles = {
        "rate": _("Effect in percentage points"),
        "money": _("Effect in money per customer, net of what the offer costs"),
        "number": _("Effect per customer"),
    }
    axes = {
        "rate": _("Variant less control, percentage points"),
        "money": _("Variant less control, per customer"),
        "number": _("Variant less control"),
    }
    marks = [_mark(i, e, unit, labels, currency) for i, e in enumerate(effects)]
    kinds = frozenset(bool(mark["sure"]) for mark in marks)
    return Chart(
        title=titles[unit],
        spec=differences.spec(current(), axes[unit], _PATTERNS[unit], len(effects), kinds=kinds),
        data={"effects": marks},
        alt=_("Differences from the control with their intervals"),
        note=_("Filled: the interval leaves out no difference at all."),
        unit="points" if unit == "rate" else unit,
    )


def limits_of(found: Comparison | NotEnoughData) -> tuple[float, float] | None:
    """Both limits of a difference; None where there is no interval to draw."""
    if isinstance(found, NotEnoughData) or found.low is None or found.high is None:
        return None
    return found.low, found.high


def mark(place: int, name: str, found: Comparison | NotEnoughData, unit: str, currency: str) -> dict[str, Any]:
    """One line of an interval chart: percentage points, units of currency, or plain numbers."""
    limits = limits_of(found)
    if isinstance(found, NotEnoughData) or limits is None:
        raise TypeError("only known differences are drawn")
    factor = {"rate": 100.0, "money": 1 / 10 ** formats.exponent(currency)}.get(unit, 1.0)
    return {
        "place": f"{place:02}|{name}",
        "name": name,
        "value": found.difference * factor,
        "low": limits[0] * factor,
        "high": limits[1] * factor,
        "shown": experiment_words.difference(found, unit, currency),
        "sure": limits[0] > 0 or limits[1] < 0,
    }


def _mark(place: int, effect: Effect, unit: str, labels: Mapping[str, str], currency: str) -> dict[str, Any]:
    name = f"{experiment_words.measure(effect.measure, labels)} · {experiment_words.variant(effect.variant)}"
    return mark(place, name, effect.difference, unit, currency)


def _told(effect: Effect, labels: Mapping[str, str], currency: str, *, several: bool) -> dict[str, str]:
    """An effect as a row of few columns, which a phone can show; several: whether there is more than one variant."""
    unit, found = experiment_words.unit_of(effect), effect.difference
    name = experiment_words.measure(effect.measure, labels)
    row = {_("Measure"): f"{name} · {_(experiment_words.ROLES[effect.role])}"}
    if several:
        row[_("Variant")] = experiment_words.variant(effect.variant)
    relative = _relative(effect.relative)
    p_value = None if isinstance(found, NotEnoughData) else found.p_value
    ps = [experiment_words.probability(p) for p in (p_value, effect.p_adjusted)]
    return row | {
        _("Control value"): experiment_words.answer(effect.base, unit, currency),
        _("Variant value"): experiment_words.answer(effect.value, unit, currency),
        _("Difference"): experiment_words.difference(found, unit, currency) + (f"; {relative}" if relative else ""),
        _("p, and adjusted"): " · ".join(ps),
    }


def _relative(found: Comparison | None) -> str:
    """The difference as a share of the control's value; nothing where that says nothing."""
    if found is None:
        return ""
    return formats.effect(found.difference, found.low, found.high, "relative")


def columns() -> list[Column]:
    """Columns of the download: values in the unit of their row."""
    numbers = [
        *(f"{who}{part}" for who in ("base", "value") for part in ("", "_low", "_high", "_n")),
        *("difference", "low", "high", "p_value", "p_adjusted", "relative", "relative_low", "relative_high"),
    ]
    texts = [Column(name, name) for name in ("role", "measure", "variant", "unit", "method")]
    return [*texts, *(Column(name, name, "number") for name in numbers)]


def flat(effect: Effect) -> dict[str, Any]:
    """An effect as one row; shares 0-1, money in minor units."""
    unit = {"rate": "share", "money": "minor units"}.get(experiment_words.unit_of(effect), "number")
    row: dict[str, Any] = {"role": effect.role, "measure": effect.measure.key, "variant": effect.variant, "unit": unit}
    row |= _answer("base", effect.base) | _answer("value", effect.value)
    if not isinstance(effect.difference, NotEnoughData):
        found = effect.difference
        row |= {"difference": found.difference, "low": found.low, "high": found.high, "p_value": found.p_value}
        row |= {"method": found.method, "p_adjusted": effect.p_adjusted}
    if effect.relative is not None:
        near = effect.relative
        row |= {"relative": near.difference, "relative_low": near.low, "relative_high": near.high}
    return row


def _answer(name: str, found: Answer) -> dict[str, Any]:
    if isinstance(found, NotEnoughData):
        return {f"{name}_n": found.have}
    return {name: found.value, f"{name}_low": found.low, f"{name}_high": found.high, f"{name}_n": found.n}
