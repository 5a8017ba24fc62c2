"""Avoidable churn over time, and how far it could go once every loss is diagnosed."""

import streamlit as st

from analysis.kpis.report import KpiRow
from analysis.metrics.churn import avoidable_range
from analysis.results import Estimate
from dashboard import figures, formats, kpi_charts, tables
from dashboard.filters import Look
from dashboard.gateway import figures as numbers
from dashboard.gateway.reasons import Looked
from dashboard.language import _


def draw(found: Looked, look: Look) -> None:
    """The rate per period, the share not diagnosed, and the range between none and all of those avoidable."""
    rows = numbers.report(look.scope, found.feedback.version).rows
    st.markdown(f"**{formats.plain(_undiagnosed(found))}**")
    if not any(isinstance(row.avoidable_churn_rate, Estimate) for row in rows):
        st.info(_("No loss of these periods is diagnosed: hold interviews, and the avoidable churn rate appears here."))
        return
    title = _("How much of our churn could we have prevented?")
    chart = kpi_charts.rate_over_time("avoidable_churn_rate", rows, look.grain, title=title)
    figures.draw(chart, key="avoidable")
    with st.container(border=True, key="avoidable-range"):
        st.header(_("If the others were diagnosed too"), anchor=False)
        st.caption(
            _("The rate counts only losses diagnosed as avoidable. The range runs from none to all of the others.")
        )
        tables.plain_table([_told(row, look) for row in rows], alt=_("Range of the avoidable churn rate per period"))


def _undiagnosed(found: Looked) -> str:
    share = kpi_charts.in_words(found.report.undiagnosed, "rate")
    text = _("Not yet diagnosed: {share} of {n} losses")
    return text.format(share=share, n=formats.count(found.report.losses))


def _told(row: KpiRow, look: Look) -> dict[str, str]:
    return {
        _("Period"): formats.period(row.period_start, look.grain),
        _("Rate"): kpi_charts.in_words(row.avoidable_churn_rate, "rate"),
        _("Not diagnosed"): _("{n} of {all}").format(n=row.churned_undiagnosed, all=_churned(row)),
        _("Range"): _range(row),
        _("At start"): formats.count(row.customers_start),
    }


def _churned(row: KpiRow) -> int:
    return row.churned_involuntary + row.churned_voluntary + row.churned_unknown


def _range(row: KpiRow) -> str:
    rate = row.avoidable_churn_rate
    avoidable = round(rate.value * rate.n) if isinstance(rate, Estimate) else 0
    limits = avoidable_range(avoidable, row.churned_undiagnosed, row.customers_start)
    return "–" if limits is None else formats.interval(*limits, "rate")
