"""What customers said in their own words: competitors, what would bring them back, quotes, and groups of like texts."""

from typing import Literal

import streamlit as st

from analysis.feedback.lists import Quote, Quotes, named
from analysis.results import NotEnoughData
from dashboard import formats, kpi_charts, reason_words, tables, url_state
from dashboard.filters import Look
from dashboard.gateway import reasons
from dashboard.gateway.reasons import Looked
from dashboard.language import _

SHOWN = 12
#: Texts that are grouped, of the largest losses first: more take long and show nothing new.
THEMED = 3_000


def draw(found: Looked, look: Look) -> None:
    """Counts of what was named, then the texts themselves."""
    left, right = st.columns(2)
    with left:
        _draw_named(_("Where they went"), "competitor", found)
    with right:
        _draw_named(_("What would bring them back"), "return_condition", found)
    everything = reasons.quotes(found, "", THEMED)
    _draw_themes(tuple(quote.text for quote in everything.shown))
    _draw_quotes(everything, found, look)


def _draw_named(title: str, field: Literal["competitor", "return_condition"], found: Looked) -> None:
    """What interviews named, most often first."""
    told = named(found.held, field)
    with st.container(border=True, key=f"named-{field}", height="stretch"):
        st.header(title, anchor=False)
        st.caption(_("{n} of {all} interviews say").format(n=formats.count(told.said), all=formats.count(told.of)))
        if told.answers:
            rows = [{_("Answer"): text, _("Interviews"): formats.count(n)} for text, n in told.answers[:SHOWN]]
            tables.plain_table(rows, alt=title)


def _draw_themes(said: tuple[str, ...]) -> None:
    with st.container(border=True, key="themes"):
        st.header(_("What do the texts have in common?"), anchor=False)
        found = reasons.themes(said)
        if isinstance(found, NotEnoughData):
            st.info(kpi_charts.reason(found))
            return
        st.caption(
            _("{n} texts, grouped by the words they share; a way to find what to read, not a count of reasons.").format(
                n=formats.count(len(said))
            )
        )
        for theme in found.groups:
            head = _("{n} texts: {terms}").format(n=formats.count(theme.texts), terms=", ".join(theme.terms))
            st.markdown(f"**{formats.plain(head)}**")
            for text in dict.fromkeys(said[i] for i in theme.examples):
                st.caption(formats.plain(f"“{text}”"))


def _draw_quotes(everything: Quotes, found: Looked, look: Look) -> None:
    with st.container(border=True, key="quotes"):
        st.header(_("Quotes"), anchor=False)
        find = url_state.words(
            st.text_input, _("Search"), "find", placeholder=_("Words they used"), icon=":material/search:", width=320
        )
        said = reasons.quotes(found, find, SHOWN) if find.strip() else everything
        st.caption(_("{n} of {all} texts").format(n=formats.count(said.texts), all=formats.count(everything.texts)))
        for quote in said.shown[:SHOWN]:
            _draw_quote(quote, found, look)


def _draw_quote(quote: Quote, found: Looked, look: Look) -> None:
    reason = reason_words.reason(found.feedback.taxonomy, quote.reason)
    money = formats.money(quote.mrr_cents, look.currency, compact=True)
    place = reason_words.question(quote.question, quote.wording) if quote.question else _("Exit survey")
    st.markdown(f"“{formats.plain(quote.text)}”")
    st.caption(formats.plain(" · ".join((quote.name, formats.day(quote.lost_on), money, reason, place))))
