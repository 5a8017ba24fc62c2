"""Stages and journey on the page: losses by stage of life, and around the moments that customers pass."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import streamlit as st

from analysis.lifecycle.journey import WINDOWS, Moment
from analysis.lifecycle.risk import RiskByAge, Stage, rows_of
from analysis.results import NotEnoughData
from analysis.statistics.event_rates import RateRatio
from dashboard import drill, figures, formats, kpi_charts, lifecycle_risk, lifecycle_words, tables, url_state
from dashboard.charts import ages, multiples
from dashboard.charts.base import Chart
from dashboard.filters import Look
from dashboard.gateway import lifecycle
from dashboard.language import N_, _, current
from dashboard.tables import Column
from dashboard.trend_events import KINDS
from data.records import Scope

OWN = {
    "trial_end": N_("After the end of the trial"),
    "first_training": N_("After the first training"),
    "renewal": N_("After a yearly renewal falls due"),
}
#: Moments drawn; more would be a list, not a picture.
_SHOWN = 16


def draw(look: Look, scope: Scope) -> None:
    """The stages, then the moments."""
    found = lifecycle.at_risk(scope)
    if isinstance(found, NotEnoughData):
        st.info(kpi_charts.reason(found))
        return
    drill.follow(figures.draw(stages(found, look), key="stages"))
    told = [vars(row) for row in rows_of(found) if row.stage]
    tables.downloads(lambda: told, lifecycle_risk.columns(found.unit), name="stages")
    _draw_moments(look, scope)


def _draw_moments(look: Look, scope: Scope) -> None:
    known = lifecycle.around(scope, WINDOWS[-1])
    if isinstance(known, NotEnoughData):
        st.info(kpi_charts.reason(known))
        return
    names = {str(days): lifecycle_words.age(days, "day") for days in WINDOWS}
    days = url_state.choice(lifecycle_words.box, _("Within"), "within-days", list(names), names.__getitem__, "90")
    found = lifecycle.around(scope, int(days))
    moments = known if isinstance(found, NotEnoughData) else found
    drill.follow(figures.draw(journey(moments[:_SHOWN], names[days]), key="journey"))
    tables.downloads(lambda: [_flat(moment) for moment in moments], _columns(), name="journey")


def _flat(moment: Moment) -> dict[str, Any]:
    ratio = moment.ratio if isinstance(moment.ratio, RateRatio) else None
    limits = {name: getattr(ratio, name) if ratio else None for name in ("value", "low", "high")}
    return {**vars(moment), **limits, "name": _name(moment)}


def _columns() -> list[Column]:
    return [
        Column("code", _("Kind")),
        Column("name", _("Moment")),
        Column("on", _("Day"), "day"),
        Column("days", _("Within"), "count"),
        Column("lost", _("Lost after it"), "count"),
        Column("expected", _("Expected by age and contract"), "number"),
        Column("customer_days", _("Customer-days after it"), "count"),
        Column("lost_elsewhere", _("Lost at other times"), "count"),
        Column("days_elsewhere", _("Customer-days at other times"), "count"),
        Column("value", _("Against other times"), "ratio"),
        Column("low", _("Lower limit"), "ratio"),
        Column("high", _("Upper limit"), "ratio"),
        Column("q_value", _("Judged together"), "number"),
    ]


def stages(found: RiskByAge, look: Look) -> Chart:
    """Losses of the first three months, of the rest of the first year, and of later."""
    top = max(found.stages, key=lambda stage: stage.risk.lost)
    return Chart(
        title=_stage_title(top, found),
        spec=ages.spec(current(), lifecycle_words.age_title(found.unit), _("Share of all losses")),
        data={"bands": [_stage_mark(i, stage, found, look) for i, stage in enumerate(found.stages)]},
        alt=_("Losses by stage of life"),
        table=[_stage_told(stage, found) for stage in found.stages],
        note=_(
            "The share says where most losses come from, the rate beside it in the table where a customer is at most "
            "risk. Click a bar to see who was lost in that stage."
        ),
        picks=("who", "start", "end", "narrowed"),
    )


def _stage_title(top: Stage, found: RiskByAge) -> str:
    if not found.lost:
        return _("Nobody has been lost so far")
    share = kpi_charts.in_words(top.share, "rate").split(" (")[0]
    return _("{share} of losses come in {ages} of a customer's life").format(
        share=share, ages=lifecycle_risk.ages_in_words(top.risk, found)
    )


def _stage_mark(i: int, stage: Stage, found: RiskByAge, look: Look) -> dict[str, Any]:
    share = stage.share
    known = not isinstance(share, NotEnoughData)
    name = lifecycle_risk.band_name(stage.risk, found)
    return {
        "place": f"{i}|{name}",
        "name": name,
        "value": share.value if known else 0.0,
        "low": share.low if known else None,
        "high": share.high if known else None,
        "shown": _("{share}, {lost} customers").format(
            share=kpi_charts.in_words(share, "rate"), lost=formats.count(stage.risk.lost)
        ),
        "peak": True,
        **lifecycle_risk.leads(stage.risk, found, look),
    }


def _stage_told(stage: Stage, found: RiskByAge) -> dict[str, str]:
    return {
        lifecycle_words.age_title(found.unit): lifecycle_risk.band_name(stage.risk, found),
        _("Lost"): formats.count(stage.risk.lost),
        _("Share of all losses"): kpi_charts.in_words(stage.share, "rate"),
        _("Lost per month"): lifecycle_risk.rate_in_words(stage.risk, found),
    }


def journey(moments: Sequence[Moment], days: str) -> Chart:
    """Rates of loss in the days after each moment as multiples of the rate at other times."""
    marks = [_mark(i, moment) for i, moment in enumerate(moments)]
    drawn = [mark for mark in marks if mark["value"] and mark["low"] and mark["high"]]
    return Chart(
        title=_("Around which moments do customers leave?"),
        spec=multiples.spec(current(), _("Multiple of the rate at other times"), len(drawn)),
        data={"ratios": drawn},
        alt=_("Rate of loss after each moment against other times, with intervals"),
        table=[_told(moment) for moment in moments],
        unit="number",
        note=_(
            "Losses within {days} after a moment against those at all other times, per customer and day. An event is "
            "held against what customers of the same age and contract lose at other dates, and against how much such "
            "windows differ by season, trend and chance. An association, not an effect: whatever else happened in "
            "those days is in it. Pale points differ by no more than other times do."
        ).format(days=days)
        + " "
        + _(
            "A moment of a customer's own life is held against the later days of the same customers, and early days "
            "lose more anyway: a trial's end or a first training may stand out for that alone."
        )
        + " "
        + _("Click an event to see who was lost in those days, each customer once."),
        picks=("who", "start", "end"),
    )


def _name(moment: Moment) -> str:
    if moment.on is None:
        return _(OWN[moment.code])
    return f"{moment.title} ({formats.day(moment.on)})"


def _mark(i: int, moment: Moment) -> dict[str, Any]:
    ratio = moment.ratio if isinstance(moment.ratio, RateRatio) else None
    return {
        "place": f"{i:02}|{_name(moment)}",
        "name": _name(moment),
        "value": ratio.value if ratio else None,
        "low": ratio.low if ratio else None,
        "high": ratio.high if ratio else None,
        "shown": _in_words(moment),
        "clear": moment.q_value is not None and moment.q_value < 0.05,
        **_leads(moment),
    }


def _leads(moment: Moment) -> dict[str, str]:
    """The way to those lost after an event; moments of a customer's own life have another day for each customer."""
    if moment.on is None:
        return drill.NOWHERE
    return lifecycle_words.leads_to("churn", (), moment.on, moment.on + timedelta(days=moment.days))


def _in_words(moment: Moment) -> str:
    ratio = moment.ratio
    if isinstance(ratio, NotEnoughData) or ratio.value is None:
        return _("not enough data")
    limits = "" if ratio.high is None else f" ({formats.ratio(ratio.low)} – {formats.ratio(ratio.high)})"
    return formats.ratio(ratio.value) + limits


def _expected(moment: Moment) -> str:
    return formats.NOTHING if moment.expected is None else formats.count(round(moment.expected))


def _told(moment: Moment) -> dict[str, str]:
    kind = _("in a customer's life") if moment.on is None else _(KINDS.get(moment.code, moment.code))
    return {
        _("Moment"): _name(moment),
        _("Kind"): kind,
        _("Against other times"): _in_words(moment),
        _("Lost after it"): formats.count(moment.lost),
        _("Expected by age and contract"): _expected(moment),
        _("Lost at other times"): formats.count(moment.lost_elsewhere),
        _("Judged together"): formats.NOTHING if moment.q_value is None else f"q {formats.probability(moment.q_value)}",
    }
