"""The card of avoidable churn: what interviews found of the losses, how many nobody asked about, and where to go on."""

from dataclasses import replace

import streamlit as st

from analysis.kpis.headline import value_of
from analysis.kpis.judgement import Judged
from analysis.kpis.report import KpiRow
from analysis.results import NotEnoughData
from dashboard import cards, formats, navigation, url_state
from dashboard.cards import Card
from dashboard.definitions import definition_of, title_of
from dashboard.filters import Look
from dashboard.gateway import figures
from dashboard.language import _
from data.records import Period

FIGURE = "avoidable_churn_rate"


def draw(judged: Judged, look: Look) -> None:
    """The card of the last complete period; without a diagnosed loss it leads to the interviews to be held.

    It tells no change: a rate that rises may be one more interview held.
    """
    rows = [row for row in figures.diagnosed(look.scope, judged.headline.report.rows) if row.complete]
    if rows:
        cards.draw(card(rows, look), _link_to_interviews if _unknown(rows[-1]) else _link_to_reasons)


def card(rows: list[KpiRow], look: Look) -> Card:
    """The rate of the last of the complete periods, and its course over all of them."""
    last = rows[-1]
    answer = last.avoidable_churn_rate
    if isinstance(answer, NotEnoughData):
        answer = replace(answer, needed=0)  # one interview is enough for a rate: no number of them is missing
    return Card(
        key=FIGURE,
        title=title_of(FIGURE),
        unit="rate",
        answer=answer,
        per="" if look.release.shape == "snapshot" else cards.per(look.grain),
        course=tuple(value_of(row.avoidable_churn_rate) for row in rows),
        sentence=_sentence(last),
        definition=definition_of(FIGURE),
        period=Period(last.period_start, last.period_end),
    )


def _unknown(row: KpiRow) -> bool:
    return isinstance(row.avoidable_churn_rate, NotEnoughData)


def _sentence(row: KpiRow) -> str:
    lost = row.churned_involuntary + row.churned_voluntary + row.churned_unknown
    said = _("Not yet diagnosed: {n} of {all} losses. They count as not avoidable, so the rate is the least it can be.")
    return said.format(n=formats.count(row.churned_undiagnosed), all=formats.count(lost))


def _link_to_interviews() -> None:
    _link("interviews", _("Choose whom to interview"))


def _link_to_reasons() -> None:
    _link("reasons", _("Avoidable churn over time"), part="avoidable")


def _link(page: str, label: str, **more: str) -> None:
    view = {**url_state.encode(url_state.current()), **more}
    st.page_link(navigation.page(page), label=label, icon=":material/arrow_forward:", query_params=view)
