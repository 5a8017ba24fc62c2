"""Lost against kept: what lost customers did before they left, beside others of the same age who stayed."""

from typing import Any

import streamlit as st
from babel import numbers

from analysis.personas.before_leaving import BeforeLeaving, BeforeRow
from analysis.results import NotEnoughData
from analysis.statistics.paired import PairedDifference
from dashboard import drill, figures, formats, kpi_charts, persona_words, tables
from dashboard.charts import differences
from dashboard.charts.base import Chart
from dashboard.filters import Look
from dashboard.gateway import personas
from dashboard.language import _, current
from dashboard.tables import Column


def draw(look: Look) -> None:
    """The strongest difference in a sentence, all of them as a chart, the means and medians as a table."""
    found = personas.before(look.scope)
    if isinstance(found, NotEnoughData):
        st.info(kpi_charts.reason(found))
        return
    figures.draw(chart(found), key="before")
    # What a customer did before leaving is no condition of a list: one link leads to the lost that were compared.
    everybody = "" if found.all_looked_at else _("See all lost customers they are drawn from")
    drill.link(found.lost + found.unmatched, "all", None, None, narrowed=found.conditions, label=everybody)
    tables.downloads(lambda: [_flat(row) for row in found.rows], _columns(), name="before-leaving")


def chart(found: BeforeLeaving) -> Chart:
    """Standardised differences with their intervals, one scale for all measures."""
    return Chart(
        title=finding(found),
        spec=differences.spec(current(), _("Lost less kept, in standard deviations"), "+.1~f", max(len(found.rows), 2)),
        data={
            "effects": [_mark(i, row) for i, row in enumerate(found.rows) if isinstance(row.found, PairedDifference)]
        },
        alt=_("Differences between lost and kept customers before leaving"),
        note=_(
            "{lost} lost customers before their first loss, each beside up to two others on the day they had the same "
            "age and who stayed at least 60 days longer ({unmatched} found none). Filled: more than chance, all judged "
            "together. Behaviour before leaving describes; it need not be the cause."
        ).format(lost=formats.count(found.lost), unmatched=formats.count(found.unmatched)),
        table=[_told(row) for row in found.rows],
        unit="number",
    )


def finding(found: BeforeLeaving) -> str:
    """The largest difference beyond chance, or that there is none."""
    sure = [(row.found, row) for row in found.rows if row.more_than_chance and isinstance(row.found, PairedDifference)]
    if not sure:
        return _("Before they left, lost customers did not differ from others of their age beyond chance.")
    most, row = max(sure, key=lambda pair: abs(pair[0].standardised))
    said = _("{measure}: {lost} before leaving, {kept} for others of the same age.")
    return said.format(
        measure=persona_words.measure(row.measure), lost=_number(most.mean_first), kept=_number(most.mean_second)
    )


def _number(value: float) -> str:
    return numbers.format_decimal(round(value, 0 if abs(value) >= 100 else 1), locale=current())


def _mark(place: int, row: BeforeRow) -> dict[str, Any]:
    found = row.found
    if not isinstance(found, PairedDifference):
        raise TypeError("only known differences are drawn")
    name, change = persona_words.measure(row.measure), found.difference
    scale = found.standardised / change.difference if change.difference else 0.0
    low, high = change.limits
    return {
        "place": f"{place:02}|{name}",
        "name": name,
        "value": found.standardised,
        "low": low * scale,
        "high": high * scale,
        "shown": _difference(found),
        "sure": row.more_than_chance,
    }


def _difference(found: PairedDifference) -> str:
    low, high = found.difference.limits
    return f"{_number(found.difference.difference)} ({_number(low)} – {_number(high)})"


def _told(row: BeforeRow) -> dict[str, str]:
    found, name = row.found, persona_words.measure(row.measure)
    if isinstance(found, NotEnoughData):
        return dict.fromkeys(_heads(), formats.NOTHING) | {_("Measure"): name, _("Difference"): _("not enough data")}
    cells = (
        name,
        formats.count(found.pairs),
        f"{_number(found.mean_first)} ({_number(found.median_first)})",
        f"{_number(found.mean_second)} ({_number(found.median_second)})",
        _difference(found),
        _number(found.standardised),
        formats.NOTHING if row.p_adjusted is None else formats.probability(row.p_adjusted),
    )
    return dict(zip(_heads(), cells, strict=True))


def _heads() -> tuple[str, ...]:
    return (
        _("Measure"),
        _("Pairs"),
        _("Lost: mean (median)"),
        _("Kept: mean (median)"),
        _("Difference"),
        _("Standardised"),
        _("Adjusted p"),
    )


def _columns() -> list[Column]:
    names = (
        "pairs",
        "mean_lost",
        "mean_kept",
        "median_lost",
        "median_kept",
        "difference",
        "low",
        "high",
        "standardised",
    )
    return [Column("measure", _("Measure")), *(Column(n, n, "number") for n in (*names, "p_adjusted"))]


def _flat(row: BeforeRow) -> dict[str, Any]:
    found = row.found
    if isinstance(found, NotEnoughData):
        return {"measure": row.measure, "pairs": found.have}
    return {
        "measure": row.measure,
        "pairs": found.pairs,
        "mean_lost": found.mean_first,
        "mean_kept": found.mean_second,
        "median_lost": found.median_first,
        "median_kept": found.median_second,
        "difference": found.difference.difference,
        "low": found.difference.low,
        "high": found.difference.high,
        "standardised": found.standardised,
        "p_adjusted": row.p_adjusted,
    }
