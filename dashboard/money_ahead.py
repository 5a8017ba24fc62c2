"""What is ahead: the worth of a point of retention, and the revenue at risk in the coming two quarters."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from analysis.money.at_risk import AtRisk, AtRiskRow, PastRow, period_of
from analysis.money.worth import STEPS, Worth, WorthRow
from analysis.periods import add_months
from analysis.results import Estimate, NotEnoughData
from dashboard import drill, figures, formats, kpi_charts, tables, url_state
from dashboard.charts import base, intervals
from dashboard.charts.base import Chart
from dashboard.filters import Look
from dashboard.gateway import money
from dashboard.language import _, current
from dashboard.tables import Column

#: Points of monthly churn that may be asked about, as they stand in a link.
POINTS = tuple(f"{100 * step:g}" for step in STEPS)


def draw_worth(look: Look) -> None:
    """The what-if, its assumptions and its range."""
    step = url_state.choice(_step_bar, _("Points less churn a month"), "points", POINTS, _points, "1")
    found = money.worth_of(look.scope, float(step) / 100)
    if isinstance(found, NotEnoughData):
        st.info(kpi_charts.reason(found))
        return
    first = found.rows[0]
    said = _("Losing {points} less of the revenue each month would bring {money} more over {months} months.")
    shown = formats.money(first.whole_cents.value, look.currency, compact=True)
    st.header(formats.plain(said.format(points=_points(step), money=shown, months=first.months)), anchor=False)
    tables.plain_table([_worth_told(row, look) for row in found.rows], alt=_("Revenue more over 12 and 24 months"))
    for line in _assumptions(found, look):
        st.markdown(f"- {formats.plain(line)}")
    columns = [Column("months", _("Months"), "count"), Column("points", _("Points less churn a month"), "rate")]
    for name, title in _parts().items():
        columns += tables.limited(name, title, "money")
    tables.downloads(lambda: [_worth_flat(row) for row in found.rows], columns, name="worth", currency=look.currency)


def _parts() -> dict[str, str]:
    """The parts of a worth: field -> name."""
    return {
        "today_cents": _("Today's customers"),
        "joining_cents": _("Those who will join"),
        "whole_cents": _("Together"),
    }


def _amounts(name: str, answer: Estimate) -> dict[str, Any]:
    low, high = answer.limits
    return {name: answer.value, f"{name}_low": low, f"{name}_high": high}


def _worth_flat(row: WorthRow) -> dict[str, Any]:
    found: dict[str, Any] = {"months": row.months, "points": row.points}
    for name in _parts():
        found |= _amounts(name, getattr(row, name))
    return found


def _step_bar(label: str, options: Sequence[str], **looks: Any) -> str | None:
    return st.segmented_control(label, options, **looks)


def _points(step: str) -> str:
    return _("one point") if step == "1" else _("{n} points").format(n=step)


def _worth_told(row: WorthRow, look: Look) -> dict[str, str]:
    return {
        _("Over"): _("{n} months").format(n=row.months),
        **{title: kpi_charts.in_words(getattr(row, name), "money", look.currency) for name, title in _parts().items()},
    }


def _assumptions(found: Worth, look: Look) -> list[str]:
    churn = kpi_charts.in_words(found.churn, "rate")
    return [
        _("A what-if, not a forecast: it says what a step is worth, not how to take it.").format(),
        _("Today {mrr} a month; each month {churn} of it is lost, the average of the last {n} whole months.").format(
            mrr=formats.money(found.mrr_cents, look.currency, compact=True, digits=2), churn=churn, n=found.months
        ),
        _("{money} a month joins, as in those months; nobody starts to pay more.").format(
            money=formats.money(found.joining_cents, look.currency, compact=True)
        ),
        _("The range is that of the average churn; no more than all of the churn can be saved."),
    ]


def draw_risk(look: Look) -> None:
    """The coming two quarters with their interval, and how such forecasts did."""
    with st.spinner(_("Following every customer's life, and trying the forecast on the past …")):
        found = money.revenue_at_risk(look.scope)
    if isinstance(found, NotEnoughData):
        st.info(kpi_charts.reason(found))
        return
    st.header(formats.plain(_risk_answer(found, look)), anchor=False)
    if 2 * sum(row.inside for row in found.past) < len(found.past):
        st.warning(
            _("Do not plan with this number: for these data such forecasts missed most past quarters, see below."),
            icon=":material/warning:",
        )
    figures.draw(risk_chart(found, look), key="at-risk")
    # Who of them will leave, nobody knows: the way leads to all whose revenue is at risk.
    first = found.whole.period_start
    drill.link(found.customers, "end", add_months(first, -1), first)
    _draw_past(found, look)
    columns = [
        Column("period_start", _("From"), "day"),
        Column("period_end", _("To"), "day"),
        *tables.limited("expected_cents", _("Expected"), "money"),
        Column("came_cents", _("Came"), "money"),
    ]
    tables.downloads(lambda: _risk_flat(found), columns, name="at-risk", currency=look.currency)


def _risk_flat(found: AtRisk) -> list[dict[str, Any]]:
    """The coming quarters, both together, then the past ones with what came."""
    coming = [{**vars(row), **_amounts("expected_cents", row.at_risk_cents)} for row in (*found.rows, found.whole)]
    return [*coming, *({**vars(row), **_amounts("expected_cents", row.expected_cents)} for row in found.past)]


def _risk_answer(found: AtRisk, look: Look) -> str:
    answer = found.whole.at_risk_cents
    low, high = (formats.money(limit, look.currency, compact=True) for limit in answer.limits)
    said = _("{lost} of {mrr} a month are at risk until {day}; it may be {low} to {high}.")
    return said.format(
        lost=formats.money(answer.value, look.currency, compact=True),
        mrr=formats.money(found.mrr_cents, look.currency, compact=True),
        day=formats.day(found.whole.period_end),
        low=low,
        high=high,
    )


def risk_chart(found: AtRisk, look: Look) -> Chart:
    """The two quarters and both together, each with its interval."""
    rows = [*found.rows, found.whole]
    return Chart(
        title=_("What will today's customers stop paying?"),
        spec=intervals.spec(
            current(), base.unit_title("money", look.currency), base.value_format("money"), 44 * len(rows) + 60
        ),
        data={"estimates": [_risk_point(i, row, look) for i, row in enumerate(rows)]},
        alt=_("MRR expected to be lost in the coming two quarters, with interval"),
        note=_(
            "From how long customers of the same contract and size stayed, given how long they are here; with the"
            " season where two years show one. The bar is the 95% interval. No change ahead is known to it."
        ),
        table=[_risk_told(row, look) for row in rows],
        unit="money",
    )


def _risk_point(i: int, row: AtRiskRow, look: Look) -> dict[str, Any]:
    divisor, answer = 10 ** formats.exponent(look.currency), row.at_risk_cents
    name, (low, high) = formats.span(period_of(row)), answer.limits
    return {
        "place": f"{i}|{name}",
        "name": name,
        "value": answer.value / divisor,
        "low": low / divisor,
        "high": high / divisor,
        "shown": formats.money(answer.value, look.currency, compact=True),
    }


def _risk_told(row: AtRiskRow, look: Look) -> dict[str, str]:
    return {
        _("Period"): formats.span(period_of(row)),
        _("MRR at risk"): kpi_charts.in_words(row.at_risk_cents, "money", look.currency),
    }


def _draw_past(found: AtRisk, look: Look) -> None:
    st.subheader(_("How such forecasts did"), anchor=False)
    if not found.past:
        st.caption(_("The history is too short to try the forecast on the past: the interval holds chance alone."))
        return
    inside = sum(row.inside for row in found.past)
    said = _("{inside} of {all} past quarters came out inside the interval given with what was known then.")
    st.markdown(said.format(inside=inside, all=len(found.past)))
    tables.plain_table([_past_told(row, look) for row in found.past], alt=_("Past forecasts and what came"))


def _past_told(row: PastRow, look: Look) -> dict[str, str]:
    return {
        _("Period"): formats.span(period_of(row)),
        _("Expected"): kpi_charts.in_words(row.expected_cents, "money", look.currency),
        _("Came"): formats.money(row.came_cents, look.currency, compact=True),
        _("Inside"): _("yes") if row.inside else _("no"),
    }
