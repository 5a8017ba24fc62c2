"""The cards of the overview: which figures, how they changed, and whether the change is more than chance."""

from collections.abc import Mapping
from functools import lru_cache

import streamlit as st

from analysis.kpis.changes import PERIOD_RATES, Change, Pair
from analysis.kpis.headline import FIGURES, value_of
from analysis.kpis.judgement import Compared, Judged
from analysis.kpis.report import KpiRow
from dashboard import avoidable_card, cards, drill, formats, kpi_charts, remarks
from dashboard.cards import Card, Tone
from dashboard.definitions import definition_of, title_of, unit_of
from dashboard.filters import Look
from dashboard.language import N_, _, current, ngettext
from data.records import Grain, Period

_SPAN_NAMES = {"month": N_("MoM"), "quarter": N_("QoQ"), "year": N_("YoY")}


def draw_answer(judged: Judged, look: Look) -> None:
    """The page's answer in a sentence or two: who left, what it cost, whether it is more than before."""
    last = judged.headline.last
    if last is None:
        st.info(_("No period of this range is complete yet. Choose a longer range or a finer grain."))
        return
    if not last.customers_start:
        st.info(_("No customers were there at the start of the period. Loosen the filter, or choose another range."))
        return
    st.header(answer(last, look), anchor=False)
    rate = kpi_charts.in_words(last.customer_churn_rate, "rate")
    verdict = _sentence("customer_churn_rate", judged, look.currency)
    st.write(_("Churn rate {rate}. {verdict}").format(rate=rate, verdict=verdict))


def draw_link(judged: Judged) -> None:
    """The way to the customers lost in the last complete period."""
    last = judged.headline.last
    if last is not None:
        drill.link(last.customers_churned, "churn", last.period.start, last.period.end)


def draw_notes(judged: Judged, look: Look) -> None:
    """What must be known of the data and of the verdicts to read the figures right."""
    if judged.judged:
        st.caption(_how_judged(judged.judged))
    for note in judged.headline.report.notes:
        st.caption(_(note))
    remarks.draw(look)


def _how_judged(n: int) -> str:
    said = _(
        "More than chance: judged together over the {n} comparisons of this page that can be tested "
        "(Benjamini-Hochberg: of those called so, 5% at most are expected to be false). Intervals shown are 95% each."
    )
    return said.format(n=formats.count(n))


def answer(last: KpiRow, look: Look) -> str:
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


def draw_cards(judged: Judged, look: Look) -> None:
    """The cards, three in a row where there is room: nine of them leave no gap."""
    if judged.headline.last is None:
        return
    with st.grid(columns="auto", min_column_width=300, key="cards"):
        for card in _cards_in(current(), judged, look.currency, look.release.shape):
            cards.draw(card)
        avoidable_card.draw(judged, look)


@lru_cache(maxsize=64)
def _cards_in(code: str, judged: Judged, currency: str, shape: str) -> tuple[Card, ...]:
    """The same for the same answer in the language `code`, which is the one in force."""
    last = judged.headline.last
    return () if last is None else tuple(_card(figure, last, judged, currency, shape) for figure in FIGURES)


def _card(figure: str, last: KpiRow, judged: Judged, currency: str, shape: str) -> Card:
    return Card(
        key=figure,
        title=title_of(figure),
        unit=unit_of(figure),
        currency=currency,
        answer=getattr(last, figure),
        per=_per(figure, judged.grain, shape),
        changes=tuple(_change(figure, name, found, judged, currency) for name, found in judged.spans.items()),
        course=tuple(value_of(getattr(row, figure)) for row in judged.headline.report.rows if row.complete),
        sentence=_sentence(figure, judged, currency),
        definition=definition_of(figure),
        period=Period(last.period_start, last.period_end),
    )


def _per(figure: str, grain: Grain, shape: str) -> str:
    """The length of time of a rate; a snapshot's losses have none."""
    timed = figure in PERIOD_RATES and shape != "snapshot"
    return cards.per(grain) if timed else ""


def _change(figure: str, name: str, compared: Compared, judged: Judged, currency: str) -> cards.Change:
    found = compared.changes[figure]
    unit, difference = unit_of(figure), found.difference
    text = formats.NOTHING if difference is None else formats.change(difference, unit, currency)
    explained = _explained(figure, found, compared.pair, judged)
    return cards.Change(_(_SPAN_NAMES[name]), text, _tone(figure, found), explained)


def _tone(figure: str, found: Change) -> Tone:
    if found.difference is None or not found.beyond_chance:
        return "unknown" if found.difference is None else "even"
    return "better" if (found.difference > 0) == (FIGURES[figure] == "up") else "worse"


def _explained(figure: str, found: Change, pair: Pair, judged: Judged) -> str:
    """What is compared; both rates where they are over another length of time; the test alone and among all."""
    now, before = (formats.period(row.period_start, pair.grain) for row in (pair.now, pair.before))
    told = [_("{now} against {before}").format(now=now, before=before)]
    later, earlier = value_of(found.later), value_of(found.earlier)
    if figure in PERIOD_RATES and pair.grain != judged.grain and later is not None and earlier is not None:
        told.append(
            _("{later} against {earlier} {given}, here as rates {wanted}").format(
                later=formats.rate(later),
                earlier=formats.rate(earlier),
                given=cards.per(pair.grain),
                wanted=cards.per(judged.grain),
            )
        )
    if found.p_value is not None and found.q_value is not None:
        told.append(
            _("p {p}, judged together over {n} comparisons {q}").format(
                p=formats.probability(found.p_value),
                n=formats.count(judged.judged),
                q=formats.probability(found.q_value),
            )
        )
    return "; ".join(told)


def _sentence(figure: str, judged: Judged, currency: str) -> str:
    if judged.other is None:
        return _("Both segments hold the same customers.") if judged.compare == "segment" else ""
    found = judged.other.changes[figure]
    if found.difference is None:
        return ""
    words = {
        "difference": formats.change(found.difference, unit_of(figure), currency),
        "other": _name_of_other(judged.other.pair, judged),
        "n": formats.count(judged.judged),
    }
    if found.overlapping:
        return _(
            "{difference} against {other}; both share some of their twelve months, so chance cannot be judged."
        ).format(**words)
    return _verdicts()[found.beyond_chance].format(**words)


def _verdicts() -> Mapping[bool | None, str]:
    return {
        True: _("{difference} against {other}: more than chance, judged together over {n} comparisons."),
        False: _("{difference} against {other}: within what chance does, judged together over {n} comparisons."),
        None: _("{difference} against {other}; without an interval chance cannot be judged."),
    }


def _name_of_other(pair: Pair, judged: Judged) -> str:
    """What the sentences call what the last complete period is compared with."""
    found = judged.headline.against
    if judged.compare != "segment" or found is None:
        return formats.period(pair.before.period_start, pair.grain)
    if not found.shared:
        return _("the other segment")
    n = formats.customers(found.shared)
    if found.counted_in == "this":
        return _("the rest of the other segment ({n} in both counted only here)").format(n=n)
    return _("the other segment ({n} in both counted only there)").format(n=n)
