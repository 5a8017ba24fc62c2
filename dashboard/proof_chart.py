"""A number before and after an action, month by month: of a verdict on its page and of a pack on screens and paper."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from dashboard import action_words, formats
from dashboard.charts import base, before_after
from dashboard.charts.base import Chart
from dashboard.language import N_, _, current
from data.records_improvement import Expected, ProofMetric

PHASES = {"baseline": N_("before"), "left-out": N_("left out"), "window": N_("judged")}


def chart(months: Sequence[Expected], metric: ProofMetric, shipped_on: date | None, *, title: str = "") -> Chart:
    """As it was, as it would have been, and in the comparison; without a title it is named by its number."""
    axis = _("Share of customers") if metric.unit == "rate" else _("Per customer")
    lines = (_("Seen"), _("Expected without the action"), _("Comparison"))
    used = tuple(n for n, has in zip(lines, _has(months), strict=True) if has)
    return Chart(
        title=title or _("Before and after: {what}").format(what=action_words.metric(metric)),
        spec=before_after.spec(current(), axis, base.value_format(metric.unit), used),
        data={
            "months": [mark for i, one in enumerate(months) for mark in _marks(i, one, lines, metric)],
            "shipped": _flags(months, shipped_on),
            "after": [{"at": _at(i, one)} for i, one in enumerate(months) if one.phase == "window"],
        },
        alt=_("The number by month before and after the action"),
        note=_("Grey: the months judged. Hollow: months left out. The band is the 95% interval of what was expected."),
        table=[_told(one, metric, compared=_has(months)[2]) for one in months],
        unit=metric.unit,
    )


def _has(months: Sequence[Expected]) -> tuple[bool, bool, bool]:
    expected, compared = (any(getattr(one, name) is not None for one in months) for name in ("without", "comparison"))
    return True, expected, compared


def _at(i: int, one: Expected) -> str:
    return base.tick(one.start, "month", first=i == 0)


def _marks(i: int, one: Expected, lines: tuple[str, str, str], metric: ProofMetric) -> list[dict[str, Any]]:
    """A mark per line that has a value in the month; the band belongs to what was expected."""
    band = {"low": one.low, "high": one.high}
    values = zip(lines, (one.seen, one.without, one.comparison), ({}, band, {}), strict=True)
    return [
        {
            "at": _at(i, one),
            "name": formats.period(one.start, "month"),
            "line": line,
            "value": value,
            "low": limits.get("low"),
            "high": limits.get("high"),
            "shown": action_words.value(value, metric),
            "phase": one.phase,
        }
        for line, value, limits in values
        if value is not None
    ]


def _flags(months: Sequence[Expected], shipped_on: date | None) -> list[dict[str, str]]:
    """Where it reached customers: its month, or the first one after it that is drawn."""
    if shipped_on is None:
        return []
    reached = [(i, one) for i, one in enumerate(months) if one.start >= shipped_on.replace(day=1)]
    said = _("shipped {day}").format(day=formats.day(shipped_on))
    return [{"at": _at(*reached[0]), "title": said}] if reached else []


def _told(one: Expected, metric: ProofMetric, *, compared: bool) -> dict[str, str]:
    row = {
        _("Month"): formats.period(one.start, "month"),
        _("Seen"): action_words.value(one.seen, metric),
        _("Expected without the action"): action_words.value(one.without, metric),
    }
    if compared:
        row[_("Comparison")] = action_words.value(one.comparison, metric)
    return {**row, _("Customers"): formats.count(one.n), _("Use"): _(PHASES[one.phase])}
