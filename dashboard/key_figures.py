"""The cards of the overview: which figures, how they changed, and whether the change is more than chance."""

from collections.abc import Mapping

import streamlit as st

from analysis.kpis.headline import FIGURES, Change, Headline, Spans, change, value_of
from analysis.kpis.report import KpiRow
from analysis.results import NotEnoughData
from dashboard import cards, drill, formats, kpi_charts, remarks
from dashboard.cards import Card, Tone
from dashboard.definitions import definition_of, title_of, unit_of
from dashboard.filters import Look
from dashboard.language import N_, _, ngettext
from data.records import Grain

_SPAN_NAMES = {"month": N_("MoM"), "quarter": N_("QoQ"), "year": N_("YoY")}


def draw_answer(headline: Headline, look: Look) -> None:
    """The page's answer in a sentence or two: who left, what it cost, whether it is more than before."""
    last = headline.last
    if last is None:
        st.info(_("No period of this range is complete yet. Choose a longer range or a finer grain."))
        return
    st.header(answer(headline, last, look), anchor=False)
    verdict = _sentence("customer_churn_rate", headline, last, look.grain, look.currency, look.view.compare)
    st.write(_("Churn rate {rate}. {verdict}").format(rate=_rate_of(last), verdict=verdict))


def draw_link(headline: Headline) -> None:
    """The way to the customers lost in the last complete period."""
    if headline.last is not None:
        period = headline.last.period
        drill.link(headline.last.customers_churned, "churn", period.start, period.end)


def _rate_of(last: KpiRow) -> str:
    return kpi_charts.in_words(last.customer_churn_rate, "rate")


def draw_notes(headline: Headline, look: Look) -> None:
    """What must be known of the data to read the figures right."""
    for note in headline.report.notes:
        st.caption(_(note))
    remarks.draw(look)


def answer(headline: Headline, last: KpiRow, look: Look) -> str:
    """Who left and what it cost in the last complete period, or in the whole of a snapshot."""
    if look.release.shape == "snapshot":
        sentence = ngettext(
            "Of {start} customers in the file of {day}, {n} has left, taking {money} of monthly revenue along.",
            "Of {start} customers in the file of {day}, {n} have left, taking {money} of monthly revenue along.",
            last.customers_churned,
        )
    else:
        sentence = ngettext(
            "In {period}, {n} of {start} customers left, taking {money} of monthly revenue with them.",
            "In {period}, {n} of {start} customers left, taking {money} of monthly revenue with them.",
            last.customers_churned,
        )
    return sentence.format(
        period=formats.period(last.period_start, look.grain),
        day=formats.day(look.release.as_of),
        n=formats.count(last.customers_churned),
        start=formats.count(last.customers_start),
        money=formats.money(-last.mrr_churn_cents, look.currency, compact=True),
    )


def draw_cards(headline: Headline, look: Look) -> None:
    """The cards, four in a row where there is room."""
    if headline.last is None:
        return
    with st.grid(columns="auto", min_column_width=235, key="cards"):
        for card in cards_of(headline, headline.last, look.grain, look.currency, look.view.compare):
            cards.draw(card)


def cards_of(headline: Headline, last: KpiRow, grain: Grain, currency: str, compare: str) -> list[Card]:
    """One card per figure, in the order of the dictionary."""
    return [_card(figure, headline, last, grain, currency, compare) for figure in FIGURES]


def _card(figure: str, headline: Headline, last: KpiRow, grain: Grain, currency: str, compare: str) -> Card:
    unit = unit_of(figure)
    return Card(
        key=figure,
        title=title_of(figure),
        unit=unit,
        currency=currency,
        answer=getattr(last, figure),
        changes=tuple(_change(figure, name, spans, unit, currency, grain) for name, spans in headline.spans.items()),
        course=tuple(value_of(getattr(row, figure)) for row in headline.report.rows if row.complete),
        sentence=_sentence(figure, headline, last, grain, currency, compare),
        definition=definition_of(figure),
    )


def _change(figure: str, name: str, spans: Spans, unit: str, currency: str, grain: Grain) -> cards.Change:
    found = change(figure, spans.now, spans.before)
    text = "–" if found.difference is None else formats.change(found.difference, unit, currency)
    return cards.Change(_(_SPAN_NAMES[name]), text, _tone(figure, found), _explained(spans, name, grain))


def _tone(figure: str, found: Change) -> Tone:
    if found.difference is None or not found.beyond_chance:
        return "unknown" if found.difference is None else "even"
    return "better" if (found.difference > 0) == (FIGURES[figure] == "up") else "worse"


def _explained(spans: Spans, name: str, grain: Grain) -> str:
    grain = "month" if name == "month" else "quarter" if name == "quarter" else grain
    now, before = (formats.period(row.period_start, grain) for row in (spans.now, spans.before))
    return _("{now} against {before}").format(now=now, before=before)


def _sentence(figure: str, headline: Headline, last: KpiRow, grain: Grain, currency: str, compare: str) -> str:
    before, name = _compared_with(headline, grain, compare)
    if before is None:
        return ""
    found = change(figure, last, before)
    if found.difference is None:
        return ""
    words = {"difference": formats.change(found.difference, unit_of(figure), currency), "other": name}
    return _verdicts()[found.beyond_chance].format(**words)


def _verdicts() -> Mapping[bool | None, str]:
    return {
        True: _("{difference} against {other}: more than chance."),
        False: _("{difference} against {other}: within what chance does."),
        None: _("{difference} against {other}; without an interval chance cannot be judged."),
    }


def _compared_with(headline: Headline, grain: Grain, compare: str) -> tuple[KpiRow | None, str]:
    if compare == "segment":
        return headline.against, _("the other segment")
    if compare == "year":
        spans = headline.spans.get("year")
        return (None, "") if spans is None else (spans.before, formats.period(spans.before.period_start, grain))
    complete = [row for row in headline.report.rows if row.complete]
    if len(complete) < 2:
        return None, ""
    return complete[-2], formats.period(complete[-2].period_start, grain)


def unknown_reason(answer: NotEnoughData) -> str:
    """Why there is no number, in the reader's language."""
    return _(answer.reason)
