"""The charts of the trends page."""

import streamlit as st

from analysis.kpis import bridges
from analysis.kpis.report import KpiReport
from dashboard import drill, figures, flow_charts, formats, kpi_charts, url_state
from dashboard.definitions import title_of
from dashboard.filters import Look
from dashboard.language import _

RATES = ("customer_churn_rate", "gross_mrr_churn_rate", "net_mrr_churn_rate", "grr_12m", "nrr_12m")


def draw_rates(report: KpiReport, look: Look) -> None:
    """One rate over time, which one is chosen above it."""
    figure = url_state.choice(st.segmented_control, _("Rate"), "rate", RATES, title_of, default=RATES[0])
    title = _("{figure} over time").format(figure=title_of(figure))
    figures.draw(kpi_charts.rate_over_time(figure, report.rows, look.grain, title=title), key="rate")


def draw_flows(report: KpiReport, look: Look) -> None:
    """Who came and went, why they left, and what became of the money."""
    left, right = st.columns(2)
    with left:
        drill.follow(
            figures.draw(
                flow_charts.customers(report.rows, look.grain, title=_("Who came, who went?")), key="customers"
            )
        )
    with right:
        drill.follow(
            figures.draw(
                flow_charts.losses(report.rows, look.grain, title=_("Decided, or a failed payment?")), key="causes"
            )
        )
    drill.follow(
        figures.draw(
            flow_charts.money(report.rows, look.grain, look.currency, title=_("What moved our revenue?")), key="money"
        )
    )
    draw_bridges(report, look)


def draw_bridges(report: KpiReport, look: Look) -> None:
    """The whole range as one bridge of money and one of customers."""
    money, customers = bridges.money(report.rows), bridges.customers(report.rows)
    name = formats.span(money.period)
    left, right = st.columns(2)
    with left:
        figures.draw(
            kpi_charts.mrr_bridge(money, look.currency, title=_("Revenue, {span}").format(span=name)), key="mrr-bridge"
        )
    with right:
        figures.draw(
            kpi_charts.customer_bridge(customers, title=_("Customers, {span}").format(span=name)), key="customer-bridge"
        )
