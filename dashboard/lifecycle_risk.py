"""Risk by age on the page: the rate of loss in each band of age, its peak named in the headline."""

from math import isinf
from typing import Any

import streamlit as st

from analysis.lifecycle.risk import RiskByAge, per_month, rows_of
from analysis.results import Estimate, NotEnoughData
from analysis.statistics.event_rates import AgeRisk
from dashboard import drill, figures, formats, kpi_charts, lifecycle_words, tables
from dashboard.charts import ages
from dashboard.charts.base import Chart
from dashboard.filters import Look
from dashboard.gateway import lifecycle
from dashboard.language import _, current
from dashboard.tables import Column
from data.records import Scope

#: The last band ends where nobody is, far beyond any age.
_FAR = {"day": 36_500, "month": 1_200}


def draw(look: Look, scope: Scope) -> None:
    """When in their life customers are lost most."""
    found = lifecycle.at_risk(scope)
    if isinstance(found, NotEnoughData):
        st.info(kpi_charts.reason(found))
        return
    drill.follow(figures.draw(chart(found, look), key="ages"))
    tables.downloads(lambda: [vars(row) for row in rows_of(found)], columns(found.unit), name="risk")


def columns(unit: str) -> list[Column]:
    """Of a download of bands of age."""
    age = lifecycle_words.age_title(unit)
    return [
        Column("age_from", _("{what}, from").format(what=age), "number"),
        Column("age_to", _("{what}, to").format(what=age), "number"),
        Column("at_risk", _("Customers that reached this age"), "count"),
        Column("lost", _("Lost"), "count"),
        Column("rate_per_month", _("Lost per month"), "rate"),
        Column("low", _("Lower limit"), "rate"),
        Column("high", _("Upper limit"), "rate"),
    ]


def chart(found: RiskByAge, look: Look) -> Chart:
    """A bar per band of age, its interval, and the peak where it is one."""
    bands = [band for band in found.bands if isinstance(band.rate, Estimate)]
    return Chart(
        title=title(found),
        spec=ages.spec(current(), lifecycle_words.age_title(found.unit), _("Lost per month")),
        data={"bands": [_mark(i, band, found, look) for i, band in enumerate(bands)]},
        alt=_("Rate of loss by age, with intervals"),
        table=[_told(band, found) for band in found.bands],
        note=_(
            "Losses divided by the time customers spent at that age, as a rate per month; up to the first loss of "
            "each. Click a bar to see who was lost at that age."
        ),
        picks=("who", "start", "end", "narrowed"),
    )


def title(found: RiskByAge) -> str:
    """The age with the highest risk, when it stands out by more than chance."""
    top = found.peak
    if isinstance(top, NotEnoughData) or not isinstance(top.band.rate, Estimate):
        return _("At which age do customers leave?")
    if not top.clear:
        return _("No age stands out: the risk to leave differs by no more than chance")
    rate = formats.rate(per_month(top.band.rate.value, found.unit))
    said = _("Customers leave most in {ages} of their life: {rate} a month")
    return said.format(ages=ages_in_words(top.band, found), rate=rate)


def band_name(band: AgeRisk, found: RiskByAge) -> str:
    """0–30, 31–60, over 365."""
    start = round(band.start)
    if isinf(band.end) or band.end >= _FAR[found.unit]:
        return _("over {age}").format(age=formats.count(start))
    first = formats.count(start + 1 if start else 0)
    last = formats.count(band.end)
    return first if first == last else f"{first}–{last}"


def ages_in_words(band: AgeRisk, found: RiskByAge) -> str:
    """A band of age inside a sentence: days 31–60, the time after day 365."""
    if isinf(band.end):
        after = {"day": _("the time after day {age}"), "month": _("the time after month {age}")}
        return after[found.unit].format(age=formats.count(band.start))
    ages_of = {"day": _("days {ages}"), "month": _("months {ages}")}
    return ages_of[found.unit].format(ages=band_name(band, found))


def rate_in_words(band: AgeRisk, found: RiskByAge) -> str:
    """The rate per month with its interval."""
    if isinstance(band.rate, NotEnoughData):
        return _("not enough data")
    value, low, high = (per_month(x or 0.0, found.unit) for x in (band.rate.value, band.rate.low, band.rate.high))
    return f"{formats.rate(value)} ({formats.interval(low, high, 'rate')})"


def _mark(i: int, band: AgeRisk, found: RiskByAge, look: Look) -> dict[str, Any]:
    rate = band.rate
    values = (rate.value, rate.low, rate.high) if isinstance(rate, Estimate) else (0.0, None, None)
    value, low, high = (None if x is None else per_month(x, found.unit) for x in values)
    name = band_name(band, found)
    peak = not isinstance(found.peak, NotEnoughData) and found.peak.clear and found.peak.band == band
    shown = _("{rate} a month; {lost} lost, {n} customers reached this age")
    return {
        "place": f"{i:02}|{name}",
        "name": lifecycle_words.age_title(found.unit) + ": " + name,
        "value": value,
        "low": low,
        "high": high,
        "shown": shown.format(
            rate=rate_in_words(band, found), lost=formats.count(band.lost), n=formats.count(band.at_risk)
        ),
        "peak": peak,
        **leads(band, found, look),
    }


def leads(band: AgeRisk, found: RiskByAge, look: Look) -> dict[str, str]:
    """The way to those lost in a band of age."""
    as_of = look.release.as_of
    conditions = [lifecycle_words.lost_by(band.start, found.unit, as_of, later=True)]
    if not isinf(band.end):
        conditions.append(lifecycle_words.lost_by(band.end, found.unit, as_of))
    return lifecycle_words.leads_to("all", conditions, as_of, as_of)


def _told(band: AgeRisk, found: RiskByAge) -> dict[str, str]:
    return {
        lifecycle_words.age_title(found.unit): band_name(band, found),
        _("Lost per month"): rate_in_words(band, found),
        _("Lost"): formats.count(band.lost),
        _("Customers that reached this age"): formats.count(band.at_risk),
    }
