"""How long customers of each variant stay: curves, and their difference within the horizon."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from analysis.experiments.results import Judgement
from analysis.experiments.staying import StillThere
from dashboard import drill, experiment_words, figures, formats, tables
from dashboard.charts import curves
from dashboard.charts.base import Chart
from dashboard.gateway import experiment_readings
from dashboard.language import _, current, ngettext
from dashboard.tables import Column

#: Days of the table beside the curves.
ROUND = (7, 14, 30, 60, 90, 180, 365, 730)


def draw(found: Judgement) -> None:
    """Curves and differences, behind a click."""
    if not found.times:
        return
    with st.expander(_("How long do customers stay?"), key="times"):
        points = experiment_readings.staying(found)
        if points:
            figures.draw(chart(points, found.experiment.plan.primary.days), key="staying")
            columns = [Column("variant", _("Variant")), Column("day", _("Days since the assignment"), "count")]
            columns += [Column("at_risk", _("At risk"), "count"), *tables.limited("share", _("Still there"), "rate")]
            tables.downloads(lambda: [_flat(point) for point in points], columns, name="experiment-staying")
        rows = [
            {
                _("Variant"): experiment_words.variant(one.variant),
                _("Days longer within the horizon"): experiment_words.difference(one.difference, "number"),
                _("Log-rank p"): experiment_words.probability(one.p_log_rank),
            }
            for one in found.times
        ]
        tables.plain_table(rows, alt=_("Time until customers leave, against the control"))


def chart(points: Sequence[StillThere], horizon: int) -> Chart:
    """The share of each variant still there, day by day."""
    names = tuple(dict.fromkeys(experiment_words.variant(point.variant) for point in points))
    return Chart(
        title=_("Who stays how long?"),
        spec=curves.survival(current(), _("Days since the assignment"), _("Share still there"), names),
        data={"curves": [mark for name in _variants(points) for mark in _marks(name, points)]},
        alt=_("Share of each variant still there, by day, with intervals"),
        note=_("Customers who cannot be followed to the end yet count until the last day that is known of them."),
        table=[row for name in _variants(points) for row in _told(name, points, horizon)],
    )


def _variants(points: Sequence[StillThere]) -> list[str]:
    return list(dict.fromkeys(point.variant for point in points))


def _marks(variant: str, points: Sequence[StillThere]) -> list[dict[str, Any]]:
    mine = [point for point in points if point.variant == variant]
    begin = StillThere(variant, 0, mine[0].at_risk, 1.0, 1.0, 1.0)
    return [_mark(point) for point in [*([begin] if mine[0].day > 0 else []), *mine]]


def _mark(point: StillThere) -> dict[str, Any]:
    return {
        "group": experiment_words.variant(point.variant),
        "name": _day(point.day),
        "age": point.day,
        "value": point.share,
        "low": point.low,
        "high": point.high,
        "shown": _shown(point),
        **drill.NOWHERE,
    }


def _day(day: int) -> str:
    return ngettext("{n} day", "{n} days", day).format(n=formats.count(day))


def _shown(point: StillThere) -> str:
    share = formats.rate(point.share)
    if point.low is not None and point.high is not None:
        share += f" ({formats.interval(point.low, point.high, 'rate')})"
    return _("{share} still there, {n} at risk").format(share=share, n=formats.count(point.at_risk))


def _told(variant: str, points: Sequence[StillThere], horizon: int) -> list[dict[str, str]]:
    """What is left at round days: what the last day before on which anything happened left."""
    mine = [point for point in points if point.variant == variant]
    at = {day: [p for p in mine if p.day <= day] for day in sorted({*ROUND, horizon}) if day <= horizon}
    return [
        {
            _("Variant"): experiment_words.variant(variant),
            _("Days since the assignment"): formats.count(day),
            _("Still there"): _shown(before[-1]),
        }
        for day, before in at.items()
        if before
    ]


def _flat(point: StillThere) -> dict[str, Any]:
    return {**vars(point), "share_low": point.low, "share_high": point.high}
