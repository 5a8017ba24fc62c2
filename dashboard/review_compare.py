"""A review beside the one before: its figures, and what became of the decisions made then."""

import streamlit as st

from analysis.review.compare import Compared, Comparison, Kept
from dashboard import action_words, formats, pack_words, review_words, tables
from dashboard.gateway import reviews
from dashboard.language import _
from data.records_reviews import Review


def draw(review: Review) -> None:
    """Both reviews side by side; where there is none before, that."""
    other = reviews.before(review)
    if other is None:
        st.info(_("There is no review of an earlier quarter to compare with."), icon=":material/compare_arrows:")
        return
    found = reviews.compared(review, other)
    names = review_words.name(other), review_words.name(review)
    st.subheader(formats.plain(_("{before} and {now}").format(before=names[0], now=names[1])), anchor=False)
    if found.same_release:
        st.caption(_("Both packs are of the same data release."))
    _draw_decisions(found, names[0])
    _draw_figures(found, names, reviews.pack(review).get("currency", ""))


def _draw_decisions(found: Comparison, before: str) -> None:
    if not found.decisions:
        st.caption(formats.plain(_("Nothing was decided in the review of {quarter}.").format(quarter=before)))
        return
    name = _("What became of the decisions made then")
    st.markdown(f"**{formats.plain(name)}**")
    tables.plain_table([_kept(one) for one in found.decisions], alt=name)


def _kept(one: Kept) -> dict[str, str]:
    state = _(action_words.STATES[one.state]) if one.state in action_words.STATES else _("no action")
    return {
        _("Decision"): one.text,
        _("Owner"): one.owner or formats.NOTHING,
        _("Action"): state,
        _("Still open"): _("yes") if one.open else _("no"),
    }


def _draw_figures(found: Comparison, names: tuple[str, str], currency: str) -> None:
    for section in dict.fromkeys(one.section for one in found.figures):
        rows = [_told(one, names, currency) for one in found.figures if one.section == section]
        name = pack_words.section(section)
        st.markdown(f"**{formats.plain(name)}**")
        tables.plain_table(rows, alt=name)


def _told(one: Compared, names: tuple[str, str], currency: str) -> dict[str, str]:
    values = [pack_words.amount(value, one.unit, currency) for value in (one.before, one.now)]
    return {
        _("Figure"): pack_words.figure(one.name),
        names[0]: values[0],
        names[1]: values[1],
        _("Change"): _change(one, currency),
    }


def _change(one: Compared, currency: str) -> str:
    if one.before is None or one.now is None:
        return formats.NOTHING
    return formats.change(one.now - one.before, one.unit, currency)
