"""Titles and definitions of figures in the reader's language, from the metric dictionary."""

from analysis.metrics.catalogue import METRICS, Metric
from dashboard.language import _


def title_of(figure: str) -> str:
    """The name of a figure."""
    return _(METRICS[figure].title)


def unit_of(figure: str) -> str:
    """The unit of a figure."""
    return METRICS[figure].unit


def definition_of(figure: str) -> str:
    """The definition of a figure as Markdown: sentence, formula, interval and what to mind."""
    metric = METRICS[figure]
    return "\n\n".join([_(metric.definition), f"`{_(metric.formula)}`", *_remarks(metric)])


def _remarks(metric: Metric) -> list[str]:
    interval = [_("Interval: {how}").format(how=_(metric.interval))] if metric.interval else []
    return [*interval, *([_(metric.mind)] if metric.mind else [])]
