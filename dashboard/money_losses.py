"""What was lost: how few customers make most of it, and of which kind they are."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from analysis.feedback.report import ReasonRow
from analysis.money.losses import Concentration, LossRow, Place
from analysis.results import NotEnoughData
from dashboard import (
    drill,
    figures,
    formats,
    kpi_charts,
    navigation,
    reason_pareto,
    reason_words,
    remarks,
    tables,
    url_state,
)
from dashboard.charts import base, ranking
from dashboard.charts.base import Chart
from dashboard.filters import Look
from dashboard.gateway import money, reasons
from dashboard.gateway.reasons import Looked
from dashboard.language import _, current
from dashboard.tables import Column
from data.records import Condition, Period

#: Bars drawn; the table and the downloads have every value.
MOST_BARS = 12
#: Stands for the stated reason among the attributes; no key of an attribute has a hyphen in it.
REASON = "stated-reason"


def draw(look: Look) -> None:
    """The concentration of the loss, then the loss by an attribute."""
    found = money.concentration(look.scope)
    if isinstance(found, NotEnoughData):
        st.info(kpi_charts.reason(found))
        return
    st.header(_answer(found, look), anchor=False)
    figures.draw(concentration_chart(found, look), key="concentration")
    drill.link(found.customers, "churn", found.period.start, found.period.end)
    columns = [
        Column("customers", _("Customers, largest loss first"), "count"),
        Column("loss_cents", _("MRR lost, the last of them"), "money"),
        Column("cents", _("MRR lost"), "money"),
        Column("share", _("Share"), "rate"),
    ]
    places = found.places
    tables.downloads(lambda: [vars(p) for p in places], columns, name="loss-concentration", currency=look.currency)
    _draw_by_attribute(found, look)


def _answer(found: Concentration, look: Look) -> str:
    said = _("{half} of {customers} make half of the {lost} a month that was lost.")
    if found.customers == 1:
        said = _("One customer makes all of the {lost} a month that was lost.")
    lost = formats.money(found.lost_cents, look.currency, compact=True, digits=2)
    return formats.plain(
        said.format(half=formats.count(found.half), customers=_lost_customers(found.customers), lost=lost)
    )


def _lost_customers(n: int) -> str:
    return _("{n} lost customers").format(n=formats.count(n))


def concentration_chart(found: Concentration, look: Look) -> Chart:
    """The share of the lost revenue that the largest losses make up."""
    named = [place for place in found.places if place.customers in {found.half, found.four_fifths}]
    return Chart(
        title=_("How few customers make most of the loss?"),
        spec=ranking.curve(current(), _("Lost customers, largest first"), _("Share of the lost MRR")),
        data={"places": [_place(place) for place in found.places], "marks": [_place(place) for place in named]},
        alt=_("Share of the lost MRR that the largest losses make up together"),
        note=_("Customers there at the start of a period and gone at its end, with what they paid before."),
        table=[_told(place, look) for place in named],
    )


def _place(place: Place) -> dict[str, Any]:
    shown = _("{n} customers: {share}").format(n=formats.count(place.customers), share=formats.rate(place.share))
    return {"customers": place.customers, "share": place.share, "shown": shown}


def _told(place: Place, look: Look) -> dict[str, str]:
    return {
        _("Customers, largest loss first"): formats.count(place.customers),
        _("MRR lost"): formats.money(place.cents, look.currency),
        _("Share"): formats.rate(place.share),
    }


def _draw_by_attribute(found: Concentration, look: Look) -> None:
    labels = {REASON: _("Stated reason"), **{attribute.key: attribute.label for attribute in look.attributes}}
    usual = next((key for key in ("plan", "industry") if key in labels), REASON)
    attribute = url_state.choice(_attribute_box, _("Lost revenue by"), "by", list(labels), labels.__getitem__, usual)
    if attribute == REASON:
        _draw_by_reason(found, look)
        return
    remarks.draw(look, [attribute])
    rows = money.losses_by(look.scope, attribute)
    drill.follow(figures.draw(bars(rows, found.period, look, labels[attribute]), key="losses-by"))
    columns = [
        Column("value", labels[attribute]),
        Column("customers", _("Lost customers"), "count"),
        Column("mrr_lost_cents", _("MRR lost"), "money"),
        Column("share", _("Share"), "rate"),
    ]
    tables.downloads(lambda: [vars(row) for row in rows], columns, name="losses", currency=look.currency)


def _draw_by_reason(all_losses: Concentration, look: Look) -> None:
    found = reasons.looked(look.scope, all_losses.period)
    rows = [row for row in found.report.rows if row.kind == "stated"]
    if not rows:
        st.info(_("No reason was given or imported: reasons come with cancellations and exit surveys."))
        return
    said = _("Reasons are told of the {n} customers there at the start of the whole range and gone at its end.")
    st.caption(said.format(n=formats.count(found.report.losses)))
    selection = figures.draw(reason_pareto.chart(rows, found, look, "money"), key="losses-by-reason")
    picked = drill.picked(selection)
    if picked:
        # The page shows stated reasons as usual; told so, it would take that off the address, a step for "back".
        view = {**url_state.encode(url_state.current()), "reason": picked["pick"]}
        st.switch_page(navigation.page("reasons"), query_params=view)
    columns = [
        Column("label", _("Reason")),
        Column("customers", _("Lost customers"), "count"),
        Column("mrr_cents", _("MRR lost"), "money"),
    ]
    tables.downloads(lambda: [_named(row, found) for row in rows], columns, name="losses", currency=look.currency)
    st.page_link(navigation.page("reasons"), label=_("All reasons and the customers behind them"))


def _named(row: ReasonRow, found: Looked) -> dict[str, Any]:
    return {**vars(row), "label": reason_words.reason(found.feedback.taxonomy, row.reason)}


def _attribute_box(label: str, options: Sequence[str], **looks: Any) -> str:
    return st.selectbox(label, options, width=260, **looks)


def bars(rows: Sequence[LossRow], period: Period, look: Look, label: str) -> Chart:
    """Lost MRR per value; a click leads to the customers."""
    shown = rows[:MOST_BARS]
    top = rows[0]
    return Chart(
        title=_("{value} makes {share} of the lost revenue").format(
            value=top.value or _("(none)"), share=formats.rate(top.share)
        ),
        spec=ranking.bars(current(), base.unit_title("money", look.currency), base.value_format("money"), _high(shown)),
        data={"bars": [_bar(i, row, period, look) for i, row in enumerate(shown)]},
        alt=_("Lost MRR by {attribute}").format(attribute=label),
        note=_("The {n} largest values; table and downloads have all {all}.").format(n=len(shown), all=len(rows))
        if len(rows) > len(shown)
        else "",
        table=[_row_told(row, look, label) for row in rows],
        picks=("pick",),
        unit="money",
        figure="mrr_lost_cents",
    )


def _high(rows: Sequence[LossRow]) -> int:
    return 34 * max(len(rows), 2) + 40


def _bar(i: int, row: LossRow, period: Period, look: Look) -> dict[str, Any]:
    name = row.value or _("(none)")
    money_told = formats.money(row.mrr_lost_cents, look.currency, compact=True)
    return {
        "place": f"{i:02}|{name}",
        "name": name,
        "amount": row.mrr_lost_cents / 10 ** formats.exponent(look.currency),
        "shown": _("{money} · {customers}").format(money=money_told, customers=formats.customers(row.customers)),
        "who": "churn",
        "start": period.start.isoformat(),
        "end": period.end.isoformat(),
        "narrowed": drill.write([Condition(row.attribute, "in", (row.value,))]),
    }


def _row_told(row: LossRow, look: Look, label: str) -> dict[str, str]:
    return {
        label: row.value or _("(none)"),
        _("Lost customers"): formats.count(row.customers),
        _("MRR lost"): formats.money(row.mrr_lost_cents, look.currency),
        _("Share"): formats.rate(row.share),
    }
