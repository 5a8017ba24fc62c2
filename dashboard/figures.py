"""Puts a chart on the page: its finding as a heading, the picture, what to know, the same numbers as a table."""

from typing import Any

import pyarrow as pa
import streamlit as st

from dashboard import keep, tables
from dashboard.charts.base import Chart
from dashboard.language import _


def draw(chart: Chart, *, key: str, keeps: bool = True) -> Any:
    """The chart with everything around it; returns its selection when it can be clicked.

    keeps  Whether what it shows can be kept as a finding: its numbers must be those of the release in the address.
    """
    with st.container(border=True, key=f"figure-{key}", gap="small"):
        st.header(chart.title, anchor=False)
        if chart.note:
            st.caption(chart.note)
        data = {name: pa.Table.from_pylist([dict(row) for row in rows]) for name, rows in chart.data.items()}
        selection = _draw_picture({**chart.spec, "datasets": data}, chart, key)
        if chart.table:
            with st.expander(_("The numbers as a table"), key=f"numbers-{key}"):
                tables.plain_table(chart.table, alt=chart.alt)
        if keeps:
            keep.offer(key, lambda: _seen(key, chart))
    return selection


def _seen(key: str, chart: Chart) -> keep.Seen:
    return keep.Seen(key, chart.title, keep.of_rows(chart.figure or key, chart.data, chart.unit), chart.only)


def _draw_picture(spec: dict[str, Any], chart: Chart, key: str) -> Any:
    if not chart.picks:
        return st.vega_lite_chart(spec=spec, alt=chart.alt, key=f"chart-{key}")
    return st.vega_lite_chart(spec=spec, alt=chart.alt, key=f"chart-{key}", on_select="rerun")
