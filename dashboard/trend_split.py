"""The churn rate split by an attribute: one small chart per value, all on one scale."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil
from typing import Any

import streamlit as st

from analysis.kpis.report import KpiRow
from analysis.results import NotEnoughData
from analysis.trends.split import OTHERS, SplitRow, condition_of, values_of
from dashboard import figures, formats, kpi_charts, remarks, url_state
from dashboard.charts import base, panels
from dashboard.charts.base import Chart
from dashboard.filters import Look
from dashboard.gateway import figures as numbers
from dashboard.gateway import trends
from dashboard.language import _, current


def draw(look: Look) -> None:
    """Let the reader choose an attribute, and show every value of it against the whole."""
    labels = {attribute.key: attribute.label for attribute in look.attributes}
    if not labels:
        st.info(_("These customers have no attribute to split by."))
        return
    usual = next((key for key in ("plan", "industry") if key in labels), next(iter(labels)))
    attribute = url_state.choice(_attribute_box, _("Split by"), "by", list(labels), labels.__getitem__, usual)
    remarks.draw(look, [attribute])
    rows = trends.by_attribute(look.scope, attribute)
    whole = numbers.report(look.scope).rows
    st.caption(_("The band is the 95% interval, the thin line all customers chosen. All charts have the same scale."))
    values = values_of(rows)
    with st.grid(columns="auto", min_column_width=330, key="panels"):
        for i, value in enumerate(values):
            only = condition_of(attribute, value, values)
            with st.container():
                figures.draw(replace(_panel(value, rows, whole, look), only=(only,)), key=f"panel-{i}")


def _attribute_box(label: str, options: Sequence[str], **looks: Any) -> str:
    return st.selectbox(label, options, width=260, **looks)


def _panel(value: str, rows: Sequence[SplitRow], whole: Sequence[KpiRow], look: Look) -> Chart:
    mine = [row for row in rows if row.value == value]
    points = [_point(row, look, first=i == 0) for i, row in enumerate(mine)]
    return Chart(
        title=_name(value),
        spec=panels.spec(current(), _("Lost"), base.value_format("rate"), _top(rows)),
        data={"rates": [p for p in points if p is not None], "whole": _whole(whole, look)},
        alt=_("Churn rate of {value} over time").format(value=_name(value)),
        table=[_told(row, look) for row in mine],
        figure="customer_churn_rate",
    )


def _name(value: str) -> str:
    return {OTHERS: _("All others"), "": _("(none)")}.get(value, value)


def _point(row: SplitRow, look: Look, *, first: bool) -> dict[str, Any] | None:
    rate = row.customer_churn_rate
    if isinstance(rate, NotEnoughData):
        return None
    return {
        "at": base.tick(row.period_start, look.grain, first=first),
        "name": formats.period(row.period_start, look.grain),
        "value": rate.value,
        "low": rate.low,
        "high": rate.high,
        "shown": kpi_charts.in_words(rate, "rate"),
    }


def _whole(rows: Sequence[KpiRow], look: Look) -> list[dict[str, Any]]:
    return [
        {"at": base.tick(row.period_start, look.grain, first=i == 0), "value": row.customer_churn_rate.value}
        for i, row in enumerate(rows)
        if not isinstance(row.customer_churn_rate, NotEnoughData)
    ]


def _top(rows: Sequence[SplitRow]) -> float:
    """The upper end of the common scale, in steps so that few specifications are built; wide intervals are cut."""
    known = [row.customer_churn_rate.value for row in rows if not isinstance(row.customer_churn_rate, NotEnoughData)]
    return max(ceil(max(known, default=0.0) * 1.15 * 20) / 20, 0.05)


def _told(row: SplitRow, look: Look) -> dict[str, str]:
    return {
        _("Period"): formats.period(row.period_start, look.grain),
        _("Rate"): kpi_charts.in_words(row.customer_churn_rate, "rate"),
        _("Lost"): formats.count(row.customers_churned),
        _("At start"): formats.count(row.customers_start),
    }
