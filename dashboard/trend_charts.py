"""The sections of the trends page."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from analysis.kpis import bridges, involuntary
from analysis.kpis.report import KpiReport, KpiRow
from dashboard import (
    drill,
    figures,
    flow_charts,
    formats,
    kpi_charts,
    remarks,
    sections,
    trend_ahead,
    trend_events,
    trend_published,
    trend_split,
    url_state,
)
from dashboard.definitions import title_of
from dashboard.filters import Look
from dashboard.gateway import figures as numbers
from dashboard.language import N_, _

RATES = ("customer_churn_rate", "gross_mrr_churn_rate", "net_mrr_churn_rate", "grr_12m", "nrr_12m")
SECTIONS = {
    "course": N_("Course"),
    "flows": N_("Coming and going"),
    "split": N_("By attribute"),
    "season": N_("Season"),
    "forecast": N_("Forecast"),
}


def draw(look: Look) -> None:
    """The section the reader chose; a snapshot has no course over time, and says so."""
    if look.release.shape == "snapshot":
        for note in numbers.report(look.scope).notes:
            st.info(_(note))
        return
    section = sections.choose(SECTIONS)
    if section != "split":
        remarks.draw(look)
    if section == "course":
        draw_course(numbers.report(look.scope), look)
    elif section == "flows":
        draw_flows(numbers.report(look.scope), look)
    elif section == "split":
        trend_split.draw(look)
    elif section == "season":
        trend_ahead.draw_seasons(look)
    else:
        trend_ahead.draw_forecast(look)


def draw_course(report: KpiReport, look: Look) -> None:
    """One rate over time with what happened meanwhile; which rate is chosen above it."""
    with st.container(horizontal=True, key="course-head"):
        figure = url_state.choice(_figure_box, _("Rate"), "rate", RATES, title_of, RATES[0])
        published, drawn = trend_published.choose(figure, look.scope)
    found = trend_events.flags(report.rows, look.release.number)
    chart = kpi_charts.rate_over_time(
        figure,
        report.rows,
        look.grain,
        title=_("{figure} over time").format(figure=title_of(figure)),
        events=trend_events.marks(found, report.rows, look.grain),
        band=trend_published.band(drawn),
    )
    figures.draw(chart, key="rate")
    trend_events.draw_list(found)
    with st.container(horizontal=True, key="course-foot"):
        trend_events.draw_notes(report.rows[0].period_start, report.rows[-1].period_end)
    trend_published.draw_list(published)


def _figure_box(label: str, options: Sequence[str], **looks: Any) -> str:
    return st.selectbox(label, options, width=320, **looks)


def draw_flows(report: KpiReport, look: Look) -> None:
    """Who came and went, why they left, and what became of the money; a click leads to the customers."""
    rows, grain = report.rows, look.grain
    left, right = st.columns(2)
    with left:
        chart = flow_charts.customers(rows, grain, title=_("Who came, who went?"))
        drill.follow(figures.draw(chart, key="customers"))
    with right:
        chart = flow_charts.losses(rows, grain, title=_("Decided, or a failed payment?"))
        drill.follow(figures.draw(chart, key="causes"))
        draw_share(rows)
    chart = flow_charts.money(rows, grain, look.currency, title=_("What moved our revenue?"))
    drill.follow(figures.draw(chart, key="money"))
    draw_bridges(report, look)


def draw_share(rows: Sequence[KpiRow]) -> None:
    """How many of all losses were failed payments, as far as the causes are known."""
    found = involuntary.over(rows)
    if found.losses:
        share = kpi_charts.in_words(found.share, "rate")
        st.caption(
            _(
                "Failed payments among the losses whose cause is known: {share}. Not known: {unknown} of {losses}."
            ).format(share=share, unknown=formats.count(found.unknown), losses=formats.count(found.losses))
        )


def draw_bridges(report: KpiReport, look: Look) -> None:
    """The whole range as one bridge of money and one of customers."""
    money, customers = bridges.money(report.rows), bridges.customers(report.rows)
    span = formats.span(money.period)
    left, right = st.columns(2)
    with left:
        title = _("Revenue, {span}").format(span=span)
        figures.draw(kpi_charts.mrr_bridge(money, look.currency, title=title), key="mrr-bridge")
    with right:
        title = _("Customers, {span}").format(span=span)
        figures.draw(kpi_charts.customer_bridge(customers, title=title), key="customer-bridge")
