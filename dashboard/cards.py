"""The card of a key figure: value, interval, changes, course, one sentence, and its definition behind a click."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal
from urllib.parse import quote

import streamlit as st

from analysis.results import Answer, NotEnoughData
from dashboard import formats, keep
from dashboard.language import N_, _, current
from dashboard.markup import Safe, element
from data.records import Grain, Period

Tone = Literal["better", "worse", "even", "unknown"]
_WIDTH, _HEIGHT = 120, 34


@dataclass(frozen=True)
class Change:
    """How the figure differs from an earlier period: name of the comparison, the difference in words, and its tone.

    tone  `better` or `worse` only when the difference is more than chance; otherwise `even`.
    """

    name: str
    text: str
    tone: Tone
    explained: str = ""


@dataclass(frozen=True)
class Card:
    """Everything a card shows.

    course  One value per period, None where there is none.
    per     The length of time a rate is over, such as "per month"; changes are in the same.
    period  The days the figure is of; None where they are those of the view.
    """

    key: str
    title: str
    unit: str
    answer: Answer
    definition: str
    currency: str = ""
    changes: tuple[Change, ...] = ()
    course: tuple[float | None, ...] = field(default=())
    sentence: str = ""
    per: str = ""
    period: Period | None = None


_PER = {"week": N_("per week"), "month": N_("per month"), "quarter": N_("per quarter"), "year": N_("per year")}


def per(grain: Grain) -> str:
    """What a rate over a period of the grain is called."""
    return _(_PER[grain])


def draw(card: Card, below: Callable[[], None] | None = None) -> None:
    """The card in a box of its own; `below` draws what comes under it, such as a link."""
    with st.container(border=True, key=f"card-{card.key}", gap="xsmall", height="stretch"):
        st.html(_markup_in(current(), card))
        with st.container(horizontal=True, key=f"below-{card.key}"):
            with st.popover(_("Definition"), type="tertiary", key=f"definition-{card.key}"):
                st.markdown(card.definition)
            keep.offer(f"card-{card.key}", lambda: _seen(card))
        if below is not None:
            below()


def _seen(card: Card) -> keep.Seen:
    return keep.Seen(card.key, card.title, keep.of_answer(card.key, card.answer, card.unit, card.period))


@lru_cache(maxsize=512)
def _markup_in(code: str, card: Card) -> Safe:
    """The same for equal cards in the language `code`, which is the one in force."""
    return markup(card)


def markup(card: Card) -> Safe:
    """The card as HTML; every text in it is escaped."""
    head = element("div", card.title, class_="kpi-title")
    if isinstance(card.answer, NotEnoughData):
        return element("div", head, *_unknown(card.answer), class_="kpi")
    value = formats.value(card.answer.value, card.unit, card.currency)
    line = element("div", element("span", value, class_="kpi-value"), course(card.course), class_="kpi-line")
    changes = element("ul", *(_change(c) for c in card.changes), class_="kpi-changes")
    sentence = element("p", card.sentence, class_="kpi-sentence")
    return element("div", head, line, element("div", _range(card), class_="kpi-range"), changes, sentence, class_="kpi")


def _unknown(answer: NotEnoughData) -> list[Safe]:
    have = _("There are {have}; at least {needed} are needed.").format(
        have=formats.count(answer.have), needed=formats.count(answer.needed)
    )
    return [
        element("div", element("span", _("Not enough data"), class_="kpi-none"), class_="kpi-line"),
        element("p", f"{_(answer.reason)}. {have if answer.needed else ''}", class_="kpi-sentence"),
    ]


def _range(card: Card) -> str:
    answer = card.answer
    if isinstance(answer, NotEnoughData) or answer.low is None or answer.high is None:
        return card.per
    limits = formats.interval(answer.low, answer.high, card.unit, card.currency)
    text = _("{confidence} interval {limits}").format(confidence=formats.rate(answer.confidence, 0), limits=limits)
    return f"{card.per} · {text}" if card.per else text


def _change(change: Change) -> Safe:
    arrow = element("span", change.text, class_=f"kpi-change {change.tone}")
    against = element("abbr", change.name, class_="kpi-against", title=change.explained)
    return element("li", against, arrow)


def course(values: Sequence[float | None]) -> Safe:
    """A spark line with its last point marked; decoration, since the numbers stand beside it."""
    known = [(i, v) for i, v in enumerate(values) if v is not None]
    if len(known) < 3:
        return Safe("")
    low, high = min(v for _i, v in known), max(v for _i, v in known)
    step, rise = _WIDTH / (len(values) - 1), (_HEIGHT - 8) / ((high - low) or 1.0)
    points = [(round(i * step, 1), round(_HEIGHT - 4 - (v - low) * rise, 1)) for i, v in known]
    picture = _picture(" L".join(f"{x},{y}" for x, y in points), *points[-1])
    # Streamlit's sanitiser drops inline pictures; as a mask the line also takes the colour of the theme.
    return element("span", class_="kpi-course", style=f"mask-image:url('data:image/svg+xml,{quote(picture)}')")


def _picture(path: str, x: float, y: float) -> str:
    line = f"<path d='M{path}' fill='none' stroke='#000' stroke-width='1.8' stroke-linejoin='round'/>"
    frame = f"viewBox='-2 0 {_WIDTH + 6} {_HEIGHT}' width='{_WIDTH + 8}' height='{_HEIGHT}'"
    return f"<svg xmlns='http://www.w3.org/2000/svg' {frame}>{line}<circle cx='{x}' cy='{y}' r='3'/></svg>"
