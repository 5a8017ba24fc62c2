"""The list of customers: who is on it, and how it is shown and downloaded."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import streamlit as st

from analysis.customers.listing import CustomerRow, CustomerTotals
from dashboard import drill, formats, persona_words, session, tables, url_state
from dashboard.filters import DEFINITIONS, Look
from dashboard.gateway import customers as gateway
from dashboard.language import N_, _
from dashboard.tables import Column
from data.records import Condition, CustomerQuery, ListKind, Period

#: Rows drawn at once; the download has all of them.
SHOWN = 1_000
#: Lists of how things stand now, and lists of what happened in a period.
NOW = {
    "all": N_("All customers"),
    "active": N_("Customers now"),
    "lost": N_("Lost so far"),
    "scheduled": N_("Scheduled to leave"),
}
OF_PERIOD = {
    "churn": N_("Lost in the period"),
    "involuntary": N_("Lost to a failed payment"),
    "voluntary": N_("Lost by decision"),
    "unknown_cause": N_("Lost for an unknown cause"),
    "early_churn": N_("Joined and left in the period"),
    "new": N_("New in the period"),
    "reactivation": N_("Returned in the period"),
    "expansion": N_("Paying more"),
    "contraction": N_("Paying less"),
    "start": N_("At the start of the period"),
    "end": N_("At the end of the period"),
    "definition": N_("Lost under a definition"),
}


def ask(look: Look) -> CustomerQuery:
    """Draw the choices of the page and return what they ask for."""
    period = _period()
    names = {**NOW, **(OF_PERIOD if period else {})}
    with st.container(horizontal=True, vertical_alignment="bottom", key="asked"):
        who = url_state.choice(_who_box, _("Who"), "who", list(names), lambda code: _(names[code]), "all")
        find = url_state.words(
            st.text_input, _("Search"), "find", placeholder=_("Name or id"), icon=":material/search:", width=240
        )
        if period:
            _draw_period(period)
        only = _only(look)
    definition = url_state.page_value("under", "start-base")
    if who == "definition":
        st.caption(_("Definition: {name}").format(name=_(DEFINITIONS.get(definition, definition))))
    return CustomerQuery(
        kind=cast(ListKind, who),
        segment=replace(look.scope.segment, conditions=(*look.scope.segment.conditions, *only)),
        period=period,
        grain=look.grain,
        definition=definition,
        search=find,
    )


def _who_box(label: str, options: Sequence[str], **looks: Any) -> str:
    return st.selectbox(label, options, width=260, **looks)


def _period() -> Period | None:
    first, until = (url_state.read_day(url_state.page_value(key)) for key in ("first", "until"))
    return Period(first, until) if first and until and first < until else None


def _draw_period(period: Period) -> None:
    st.button(
        formats.span(period),
        icon=":material/close:",
        icon_position="right",
        help=_("Show the list without this period"),
        on_click=_forget_period,
        key="asked.forget",
    )


def _only(look: Look) -> tuple[Condition, ...]:
    """What the mark that led here stands for, shown beside the filters so that it can be taken away."""
    only = drill.read(url_state.page_value("only"))
    if only:
        st.button(
            formats.plain(persona_words.group(only, look, _behaviours(only))),
            icon=":material/close:",
            icon_position="right",
            help=_("Show the list without this choice"),
            on_click=session.put,
            args=("only", ""),
            key="asked.widen",
        )
    return only


def _behaviours(only: Sequence[Condition]) -> dict[str, str]:
    return {c.attribute: name for c in only if (name := persona_words.behaviour(c.attribute)) != c.attribute}


def _forget_period() -> None:
    for key in ("first", "until"):
        session.put(key, "")


def draw(query: CustomerQuery, look: Look) -> None:
    """The list: its size, its rows, its downloads."""
    totals = gateway.totals(query, look.release.number)
    st.markdown(f"**{formats.plain(_size(totals, look))}**")
    if not totals.customers:
        st.info(_("No customer fits. Loosen the filter, or look at another period."))
        return
    rows = gateway.customers(_cut(query), look.release.number)
    columns = _columns(rows, query)
    tables.draw(
        [_flat(row) for row in rows],
        columns,
        key="customers",
        alt=_("Customers, one row each"),
        currency=look.currency,
    )
    if totals.customers > SHOWN:
        st.caption(_("The table shows the {n} largest; the downloads hold all.").format(n=formats.count(SHOWN)))
    tables.downloads(
        lambda: [_flat(row) for row in gateway.customers(query, look.release.number)],
        columns,
        name="customers",
        currency=look.currency,
    )


def _cut(query: CustomerQuery) -> CustomerQuery:
    return replace(query, limit=SHOWN)


def _size(totals: CustomerTotals, look: Look) -> str:
    now, lost = (
        formats.money(cents, look.currency, compact=True, digits=2)
        for cents in (totals.mrr_cents - totals.lost_mrr_cents, totals.lost_mrr_cents)
    )
    if not totals.lost_mrr_cents:
        text = _("{customers}, {now} of monthly revenue")
    elif totals.lost_mrr_cents == totals.mrr_cents:
        text = _("{customers}, {lost} of monthly revenue before they left")
    else:
        text = _("{customers}, {now} of monthly revenue now and {lost} before they left")
    return text.format(customers=formats.customers(totals.customers), now=now, lost=lost)


def _flat(row: CustomerRow) -> dict[str, Any]:
    plain = {name: getattr(row, name) for name in ("customer_id", "name", "mrr_cents", "started_on", "churned_on")}
    status = _(STATUSES.get(row.status, row.status))
    cause = None if row.cause is None else _(CAUSES.get(row.cause, row.cause))
    return {**plain, "status": status, "cause": cause, "change_cents": row.change_cents, **_attributes(row)}


def _attributes(row: CustomerRow) -> dict[str, Any]:
    return {_field(name): value for name, value in row.attributes.items()}


#: What every customer has; a column of the file that is called the same gets a longer name.
_OWN = ("customer_id", "name", "status", "mrr_cents", "started_on", "churned_on", "cause", "change_cents")


def _field(attribute: str) -> str:
    return f"attribute {attribute}" if attribute in _OWN else attribute


STATUSES = {
    "active": N_("active"),
    "paused": N_("paused"),
    "past_due": N_("past due"),
    "lost": N_("lost"),
    "never": N_("never paid"),
}
CAUSES = {
    "voluntary": N_("customer decided"),
    "payment": N_("payment failed"),
    "inactivity": N_("inactive"),
    "paused": N_("paused"),
    "unknown": N_("not known"),
}


def _columns(rows: Sequence[CustomerRow], query: CustomerQuery) -> list[Column]:
    fixed = [
        Column("customer_id", _("Id")),
        Column("name", _("Name")),
        Column("status", _("Status")),
        Column("mrr_cents", _("MRR"), "money", _("What the customer pays a month, or paid just before it was lost")),
        Column("started_on", _("Customer since"), "day"),
        Column("churned_on", _("Lost on"), "day"),
        Column("cause", _("Cause"), width=160),
    ]
    if query.period is not None and query.kind not in {*NOW, "start", "end", "definition"}:
        fixed.insert(4, Column("change_cents", _("Change of MRR"), "money"))
    attributes = dict.fromkeys(name for row in rows for name in row.attributes)
    named = (Column(_field(name), name.replace("_", " ").capitalize()) for name in attributes)
    return [*fixed, *named]
