"""The metric dictionary as a page: every figure with definition, formula, interval and what to mind."""

import streamlit as st

from analysis.metrics.catalogue import METRICS, Family, Metric
from dashboard.definitions import definition_of
from dashboard.language import N_, _

FAMILIES: dict[Family, str] = {
    "churn": N_("Churn"),
    "retention": N_("Retention"),
    "value": N_("Value"),
    "rollforward": N_("Customers coming and going"),
    "definitions": N_("Other bases"),
    "lifecycle": N_("Lifecycle"),
    "personas": N_("Personas"),
    "experiments": N_("Experiments"),
}
_GOOD = {"up": N_("higher is better"), "down": N_("lower is better"), "neither": N_("neither is better")}
_UNITS = {"rate": N_("share"), "money": N_("money"), "count": N_("number"), "ratio": N_("ratio")}


def find() -> list[Metric]:
    """Every figure, or those whose name or definition holds what the reader searches for."""
    text = st.text_input(_("Search"), placeholder=_("Name or word"), icon=":material/search:", key="dictionary.find")
    return [metric for metric in METRICS.values() if _fits(metric, (text or "").casefold())]


def _fits(metric: Metric, text: str) -> bool:
    return text in f"{_(metric.title)} {metric.key} {_(metric.definition)}".casefold()


def draw(metrics: list[Metric]) -> None:
    """The figures, by family."""
    for family, name in FAMILIES.items():
        chosen = [metric for metric in metrics if metric.family == family]
        if chosen:
            st.header(_(name), anchor=False)
            with st.grid(columns="auto", min_column_width=380, key=f"family-{family}"):
                for metric in chosen:
                    _draw_metric(metric)
    if not metrics:
        st.info(_("No figure is called so. Try another word."))


def _draw_metric(metric: Metric) -> None:
    with st.container(border=True, key=f"metric-{metric.key}", gap="xsmall", height="stretch"):
        st.subheader(_(metric.title), anchor=False)
        st.caption(f"`{metric.key}` · {_(_UNITS[metric.unit])} · {_(_GOOD[metric.good])}")
        st.markdown(definition_of(metric.key))
