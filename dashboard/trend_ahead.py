"""The same season of earlier years, and the forecast of the next two quarters."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st
from babel import dates

from analysis.results import Estimate, NotEnoughData
from analysis.trends.forecast import ChurnForecast
from analysis.trends.seasons import SeasonRow
from dashboard import figures, formats, kpi_charts
from dashboard.charts import base, rates, seasons
from dashboard.charts.base import Chart
from dashboard.filters import Look
from dashboard.gateway import figures as numbers
from dashboard.gateway import trends
from dashboard.language import N_, _, current

#: Years drawn over each other; more are a tangle.
YEARS = 3
_MODELS = {"local level": N_("local level"), "local level and yearly cycle": N_("local level and yearly cycle")}


def draw_seasons(look: Look) -> None:
    """This year's months over those of earlier years."""
    found = trends.by_season(look.scope)
    if isinstance(found, NotEnoughData):
        st.info(kpi_charts.reason(found))
        return
    figures.draw(seasons_chart(found, look), key="seasons")


def seasons_chart(found: Sequence[SeasonRow], look: Look) -> Chart:
    """Lines of the latest years over the months or quarters of a year."""
    years = sorted({row.year for row in found}, reverse=True)[:YEARS]
    names = tuple(str(year) for year in years)
    points = [_season_point(row, look) for row in found if row.year in years]
    return Chart(
        title=_("Is this the season, or is it us?"),
        spec=seasons.spec(current(), base.unit_title("rate"), base.value_format("rate"), names),
        data={"seasons": [point for point in points if point is not None]},
        alt=_("Churn rate by month of the year, one line per year"),
        table=[_season_told(row, look) for row in found if row.year in years],
    )


def _season_name(season: int, look: Look) -> str:
    if look.grain == "quarter":
        return str(dates.get_quarter_names("abbreviated", locale=current())[season])
    return str(dates.get_month_names("abbreviated", locale=current())[season])


def _season_point(row: SeasonRow, look: Look) -> dict[str, Any] | None:
    if isinstance(row.customer_churn_rate, NotEnoughData):
        return None
    return {
        "month": _season_name(row.season, look),
        "order": row.season,
        "year": str(row.year),
        "value": row.customer_churn_rate.value,
        "shown": kpi_charts.in_words(row.customer_churn_rate, "rate"),
    }


def _season_told(row: SeasonRow, look: Look) -> dict[str, str]:
    return {
        _("Year"): str(row.year),
        _("Season"): _season_name(row.season, look),
        _("Rate"): kpi_charts.in_words(row.customer_churn_rate, "rate"),
        _("Lost"): formats.count(row.customers_churned),
        _("At start"): formats.count(row.customers_start),
    }


def draw_forecast(look: Look) -> None:
    """The rate of the coming two quarters, and how far such forecasts were off in the past."""
    with st.spinner(_("Fitting the forecast and trying it on the past …")):
        found = trends.ahead(look.scope)
    if isinstance(found, NotEnoughData):
        st.info(kpi_charts.reason(found))
        return
    st.markdown(formats.plain(accuracy(found)))
    if found.since is not None:
        st.caption(_left_out(found.since))
    figures.draw(forecast_chart(found, look), key="forecast")


def _left_out(since: date) -> str:
    return _(
        "The forecast rests on the periods from {day} on: before it one had fewer than 10 customers, or no rate at all."
    ).format(day=formats.day(since))


def accuracy(found: ChurnForecast) -> str:
    """What became of earlier forecasts of the same kind."""
    past = found.accuracy
    if isinstance(past, NotEnoughData):
        return _("How good such a forecast is cannot be said yet: {reason}.").format(reason=_(past.reason))
    said = _(
        "Tried on the past, such forecasts were off by {error} points on average (repeating the season before: {naive})"
        ", and {inside} of {all} true rates lay inside the interval."
    )
    return said.format(
        error=formats.plain_points(past.mean_error),
        naive=formats.plain_points(past.naive_error),
        inside=past.inside,
        all=past.forecasts,
    )


def forecast_chart(found: ChurnForecast, look: Look) -> Chart:
    """What was, then dashed what is expected."""
    past = [row for row in numbers.report(look.scope).rows if row.complete]
    points = [kpi_charts.point("customer_churn_rate", row, look.grain, first=i == 0) for i, row in enumerate(past)]
    coming = [_coming(row.period_start, row.customer_churn_rate, look) for row in found.rows]
    join = [{**point, "state": "forecast"} for point in points[-1:] if point["value"] is not None]
    return Chart(
        title=_("Where is churn going if nothing changes?"),
        spec=rates.spec(current(), base.unit_title("rate"), base.value_format("rate")),
        data={"rates": [*(p for p in points if p["value"] is not None), *join, *coming], "band": [], "events": []},
        alt=_("Churn rate so far and forecast with interval"),
        note=_(
            "Dashed: forecast with 95% interval for the rate to come. Model: {model}. It knows of no change ahead."
        ).format(model=_(_MODELS.get(found.model, found.model))),
        table=[{_("Period"): p["name"], _("Rate"): p["shown"]} for p in (*points, *coming)],
    )


def _coming(start: date, rate: Estimate, look: Look) -> dict[str, Any]:
    return {
        "at": base.tick(start, look.grain, first=False),
        "name": formats.period(start, look.grain),
        "value": rate.value,
        "low": rate.low,
        "high": rate.high,
        "shown": kpi_charts.in_words(rate, "rate"),
        "state": "forecast",
        "series": "",
    }
