"""The definition lens: one period under every definition, and the customers that make the difference."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from analysis.kpis.definitions import DefinitionRow
from analysis.results import NotEnoughData
from dashboard import drill, figures, formats, kpi_charts, tables, url_state
from dashboard.charts import base, intervals, rates
from dashboard.charts.base import Chart
from dashboard.filters import Look
from dashboard.language import N_, _, current

#: A rate over a year, which stands in no column with rates over a month.
YEARLY = "baremetrics-annual"
#: Rates over 30 days, whatever the period: comparable with rates over a month only.
TRAILING = ("stripe", "baremetrics")
COUNTED = ("start-base", "chartmogul", *TRAILING)
NAMES = {
    "start-base": N_("Start base"),
    "chartmogul": N_("ChartMogul"),
    "stripe": N_("Stripe"),
    "baremetrics": N_("Baremetrics"),
    "baremetrics-annual": N_("Baremetrics, yearly plans"),
    "renewal": N_("Renewal base (Gainsight)"),
}
SAYS = {
    "start-base": N_("Customers at the start who are gone at the end / customers at the start. Ours by default."),
    "chartmogul": N_(
        "Who left in the period, without those who joined or returned inside it / customers at the start."
    ),
    "stripe": N_("Who left in the last 30 days / customers 30 days ago plus those who came since."),
    "baremetrics": N_("Who left in the last 30 days, joined-and-left included / customers 30 days ago."),
    "baremetrics-annual": N_("Yearly plans that left in the last 365 days / yearly plans 365 days ago."),
    "renewal": N_("Yearly revenue due for renewal in the period and not renewed / yearly revenue due."),
}


def choose_period(rows: Sequence[DefinitionRow], look: Look) -> list[DefinitionRow]:
    """Let the reader choose one period of the range, the last complete one to begin with; return its rows."""
    starts = list(dict.fromkeys(row.period_start.isoformat() for row in rows))
    complete = [row.period_start.isoformat() for row in rows if row.complete] or starts
    names = {row.period_start.isoformat(): formats.period(row.period_start, look.grain) for row in rows}
    chosen = url_state.choice(
        _period_box, _("Period"), "of", list(reversed(starts)), names.__getitem__, default=complete[-1]
    )
    return [row for row in rows if row.period_start.isoformat() == chosen]


def _period_box(label: str, options: Sequence[str], **looks: Any) -> str:
    return st.selectbox(label, options, width=260, **looks)


def _comparable(rows: Sequence[DefinitionRow], look: Look) -> list[DefinitionRow]:
    """The rows whose rates are over the same length of time."""
    apart = {YEARLY} if look.grain == "month" else {YEARLY, *TRAILING}
    return [row for row in rows if row.definition not in apart]


def draw_answer(rows: Sequence[DefinitionRow], look: Look) -> None:
    """How far the definitions are apart, in one sentence."""
    known = [row.rate.value for row in _counted(rows, look) if not isinstance(row.rate, NotEnoughData)]
    if len(known) > 1:
        low, high = formats.rate(min(known)), formats.rate(max(known))
        st.header(
            _("The same period has a churn of {low} or {high}: it depends who counts.").format(low=low, high=high),
            anchor=False,
        )


def _counted(rows: Sequence[DefinitionRow], look: Look) -> list[DefinitionRow]:
    """Comparable rows that count customers; renewals count money."""
    return [row for row in _comparable(rows, look) if row.definition in COUNTED]


def draw_estimates(rows: Sequence[DefinitionRow], look: Look) -> None:
    """A dot with its interval for each definition."""
    figures.draw(estimates(rows, look), key="lens")


def estimates(rows: Sequence[DefinitionRow], look: Look) -> Chart:
    """The chart of all definitions that can be given for the period, over the same length of time."""
    known = [row for row in _comparable(rows, look) if not isinstance(row.rate, NotEnoughData)]
    points = [
        {
            "place": f"{i}|{_(NAMES[row.definition])}",
            "name": _(NAMES[row.definition]),
            "value": row.rate.value,
            "low": row.rate.low,
            "high": row.rate.high,
            "shown": formats.rate(row.rate.value),
        }
        for i, row in enumerate(known)
        if not isinstance(row.rate, NotEnoughData)
    ]
    return Chart(
        title=_("What churn is, depending on the definition"),
        spec=intervals.spec(current(), _("Churn rate"), base.value_format("rate"), 44 * max(len(points), 2) + 60),
        data={"estimates": points},
        alt=_("Churn rate under each definition, with interval"),
        note=_("The bar is the 95% interval."),
    )


def draw_table(rows: Sequence[DefinitionRow], look: Look) -> None:
    """Numerator, denominator, rate and the customers that only this definition counts, with links to them."""
    kept = _comparable(rows, look)
    for row in rows:
        if row not in kept:
            st.caption(_told_apart(row))
    told = [
        {
            _("Definition"): _(NAMES[row.definition]),
            _("Lost"): _amount(row.numerator, row, look),
            _("Of"): _amount(row.denominator, row, look),
            _("Rate"): kpi_charts.in_words(row.rate, "rate"),
            _("Only here"): formats.count(row.customers_only_here),
        }
        for row in kept
    ]
    tables.plain_table(told, alt=_("Numerator, denominator and rate of each definition"))
    st.subheader(_("What each of them counts"), anchor=False)
    for row in rows:
        _draw_meaning(row)


def _draw_meaning(row: DefinitionRow) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"means-{row.definition}"):
        st.markdown(f"**{_(NAMES[row.definition])}** · {_(SAYS[row.definition])}", width="content")
        if row.definition != "renewal":
            drill.link(row.numerator, "definition", row.period_start, row.period_end, under=row.definition)


def _told_apart(row: DefinitionRow) -> str:
    sentence = _("{name}: {rate} over 30 days. {says} The rates in the table are over the whole period.")
    if row.definition == YEARLY:
        sentence = _("{name}: {rate} over a year. {says} A yearly rate is not comparable with those in the table.")
    name, says = _(NAMES[row.definition]), _(SAYS[row.definition])
    return sentence.format(name=name, rate=kpi_charts.in_words(row.rate, "rate"), says=says)


def _amount(amount: int, row: DefinitionRow, look: Look) -> str:
    if row.definition == "renewal":
        return formats.money(amount, look.currency, compact=True)
    return formats.count(amount)


def draw_course(rows: Sequence[DefinitionRow], look: Look) -> None:
    """The definitions that count customers over time."""
    kept = [row for row in _counted(rows, look) if row.complete]
    first = min((row.period_start for row in kept), default=None)
    points = [
        {
            "at": base.tick(row.period_start, look.grain, first=row.period_start == first),
            "name": formats.period(row.period_start, look.grain),
            "value": row.rate.value,
            "low": None,
            "high": None,
            "shown": kpi_charts.in_words(row.rate, "rate"),
            "state": "observed",
            "series": _(NAMES[row.definition]),
        }
        for row in kept
        if not isinstance(row.rate, NotEnoughData)
    ]
    series = tuple(_(NAMES[name]) for name in NAMES if any(row.definition == name for row in kept))
    spec = rates.spec(current(), _("Churn rate"), base.value_format("rate"), series)
    chart = Chart(
        title=_("Do the definitions move together?"),
        spec=spec,
        data={"rates": points, "band": [], "events": []},
        alt=_("Churn rate under each definition over time"),
    )
    figures.draw(chart, key="lens-course")
