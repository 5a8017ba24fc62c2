"""The cards of the overview: which figures, how they changed, and whether the change is more than chance."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from analysis.kpis.changes import PERIOD_RATES, Change, Changes, Pair, changes, overlaps
from analysis.kpis.headline import FIGURES, Headline, value_of
from analysis.kpis.report import KpiRow
from analysis.results import NotEnoughData
from dashboard import cards, drill, formats, kpi_charts, remarks
from dashboard.cards import Card, Tone
from dashboard.definitions import definition_of, title_of, unit_of
from dashboard.filters import Look
from dashboard.language import N_, _, ngettext
from data.records import Grain

_SPAN_NAMES = {"month": N_("MoM"), "quarter": N_("QoQ"), "year": N_("YoY")}
_PER = {"week": N_("per week"), "month": N_("per month"), "quarter": N_("per quarter"), "year": N_("per year")}


@dataclass(frozen=True)
class _Other:
    """What the sentences compare the last complete period with, and what it is called."""

    pair: Pair
    name: str


@dataclass(frozen=True)
class Judged:
    """The figures of the overview with every change, judged together."""

    headline: Headline
    last: KpiRow
    look: Look
    changes: Changes
    other: _Other | None

    @property
    def grain(self) -> Grain:
        """The grain of the page."""
        return self.look.grain


def judge(headline: Headline, look: Look) -> Judged | None:
    """Compare all that the page compares; None when no period is complete."""
    if headline.last is None:
        return None
    other = _other(headline, headline.last, look)
    pairs = [*headline.spans.values(), *([other.pair] if other else [])]
    return Judged(headline, headline.last, look, changes(list(FIGURES), pairs, look.grain), other)


def draw_answer(judged: Judged | None) -> None:
    """The page's answer in a sentence or two: who left, what it cost, whether it is more than before."""
    if judged is None:
        st.info(_("No period of this range is complete yet. Choose a longer range or a finer grain."))
        return
    if not judged.last.customers_start:
        st.info(_("No customers were there at the start of the period. Loosen the filter, or choose another range."))
        return
    st.header(answer(judged.last, judged.look), anchor=False)
    rate = kpi_charts.in_words(judged.last.customer_churn_rate, "rate")
    verdict = _sentence("customer_churn_rate", judged)
    st.write(_("Churn rate {rate}. {verdict}").format(rate=rate, verdict=verdict))


def draw_link(headline: Headline) -> None:
    """The way to the customers lost in the last complete period."""
    if headline.last is not None:
        period = headline.last.period
        drill.link(headline.last.customers_churned, "churn", period.start, period.end)


def draw_notes(judged: Judged | None, headline: Headline, look: Look) -> None:
    """What must be known of the data and of the verdicts to read the figures right."""
    if judged is not None and judged.changes.judged:
        st.caption(_how_judged(judged.changes.judged))
    for note in headline.report.notes:
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


def draw_cards(judged: Judged | None) -> None:
    """The cards, four in a row where there is room."""
    if judged is None:
        return
    with st.grid(columns="auto", min_column_width=235, key="cards"):
        for card in cards_of(judged):
            cards.draw(card)


def cards_of(judged: Judged) -> list[Card]:
    """One card per figure, in the order of the dictionary."""
    return [_card(figure, judged) for figure in FIGURES]


def _card(figure: str, judged: Judged) -> Card:
    headline = judged.headline
    return Card(
        key=figure,
        title=title_of(figure),
        unit=unit_of(figure),
        currency=judged.look.currency,
        answer=getattr(judged.last, figure),
        per=_per(figure, judged),
        changes=tuple(_change(figure, name, pair, judged) for name, pair in headline.spans.items()),
        course=tuple(value_of(getattr(row, figure)) for row in headline.report.rows if row.complete),
        sentence=_sentence(figure, judged),
        definition=definition_of(figure),
    )


def _per(figure: str, judged: Judged) -> str:
    """The length of time of a rate; a snapshot's losses have none."""
    timed = figure in PERIOD_RATES and judged.look.release.shape != "snapshot"
    return _(_PER[judged.grain]) if timed else ""


def _change(figure: str, name: str, pair: Pair, judged: Judged) -> cards.Change:
    found = judged.changes.of(figure, pair)
    unit, currency = unit_of(figure), judged.look.currency
    text = "–" if found.difference is None else formats.change(found.difference, unit, currency)
    return cards.Change(_(_SPAN_NAMES[name]), text, _tone(figure, found), _explained(figure, found, pair, judged))


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
                given=_(_PER[pair.grain]),
                wanted=_(_PER[judged.grain]),
            )
        )
    if found.p_value is not None and found.q_value is not None:
        told.append(
            _("p {p}, judged together over {n} comparisons {q}").format(
                p=formats.probability(found.p_value),
                n=formats.count(judged.changes.judged),
                q=formats.probability(found.q_value),
            )
        )
    return "; ".join(told)


def _sentence(figure: str, judged: Judged) -> str:
    if judged.other is None:
        return _("Both segments hold the same customers.") if judged.look.view.compare == "segment" else ""
    found = judged.changes.of(figure, judged.other.pair)
    if found.difference is None:
        return ""
    words = {
        "difference": formats.change(found.difference, unit_of(figure), judged.look.currency),
        "other": judged.other.name,
        "n": formats.count(judged.changes.judged),
    }
    if overlaps(figure, judged.other.pair):
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


def _other(headline: Headline, last: KpiRow, look: Look) -> _Other | None:
    grain, compare = look.grain, look.view.compare
    if compare == "segment":
        return _segment(headline, grain)
    if compare == "year":
        pair = headline.spans.get("year")
        return None if pair is None else _Other(pair, formats.period(pair.before.period_start, grain))
    complete = [row for row in headline.report.rows if row.complete]
    if len(complete) < 2:
        return None
    return _Other(Pair(last, complete[-2], grain), formats.period(complete[-2].period_start, grain))


def _segment(headline: Headline, grain: Grain) -> _Other | None:
    found = headline.against
    if found is None:
        return None
    pair, n = Pair(found.this, found.other, grain), formats.customers(found.shared)
    if not found.shared:
        return _Other(pair, _("the other segment"))
    if found.counted_in == "this":
        return _Other(pair, _("the rest of the other segment ({n} in both counted only here)").format(n=n))
    return _Other(pair, _("the other segment ({n} in both counted only there)").format(n=n))


def unknown_reason(answer: NotEnoughData) -> str:
    """Why there is no number, in the reader's language."""
    return _(answer.reason)
