"""What stands behind an item of the agenda: a section of the pack, a finding with its number, an action."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from dashboard import action_words, formats, pack_view, pack_words, review_words
from dashboard.gateway import reviews
from dashboard.language import _
from data.records_improvement import Action, Finding
from data.records_reviews import Item, Review


def draw(item: Item | None, review: Review, *, large: bool = False) -> None:
    """The body of an item; of the front page the agenda."""
    if item is None:
        draw_front(review)
        return
    draw = _DRAWN.get(item.kind)
    if draw is not None:
        draw(item, reviews.pack(review), large)


def draw_front(review: Review) -> None:
    """The agenda at a glance, and what the numbers stand on."""
    pack = reviews.pack(review)
    st.caption(formats.plain(review_words.stands_on(review, pack)))
    for number, one in enumerate(review.items, 1):
        owner = f" · {formats.plain(one.owner)}" if one.owner else ""
        title = formats.plain(review_words.item(one))
        line = f"{number}\\. {review_words.icon(one)} **{title}** {review_words.minutes(one.minutes)}{owner}"
        state = "" if one.state == "open" else f" · {_(review_words.ITEM_STATES[one.state])}"
        st.markdown(line + state)


def _section(item: Item, pack: Mapping[str, Any], large: bool) -> None:
    found = pack_view.section_of(pack, item.ref or item.kind)
    if found is None:
        st.info(_("The pack has no such section."))
    else:
        pack_view.draw_section(found, pack, place=f"item-{item.id}", large=large)


def _finding(item: Item, pack: Mapping[str, Any], large: bool) -> None:
    found = reviews.finding_of(item)
    if found is None:
        return
    _draw_number(found, pack, large)
    who, release = formats.plain(found.who), formats.count(found.release)
    st.caption(_("Kept by {who}, seen in data release {release}.").format(who=who, release=release))


def _draw_number(found: Finding, pack: Mapping[str, Any], large: bool) -> None:
    number = found.number
    if number is None:
        return
    figure = {"name": number.metric, "unit": number.unit, "value": number.value, "low": number.low}
    pack_view.draw_figures([{**figure, "high": number.high, "unknown": number.method}], pack, large=large)


def _action(item: Item, pack: Mapping[str, Any], large: bool) -> None:
    found = reviews.action_of(item)
    if found is None:
        return
    st.markdown(formats.plain(told(found)))
    if found.text:
        st.markdown(formats.plain(found.text))


def told(found: Action) -> str:
    """Where an action stands, in a line: state, owner, due, and the last verdict."""
    state = action_words.STATES[found.state]
    parts = [_(state), found.owner]
    if found.due:
        parts.append(_("due {day}").format(day=formats.day(found.due)))
    if found.verdicts:
        word = pack_words.VERDICTS[found.verdicts[-1].word]
        parts.append(_("verdict: {word}").format(word=_(word)))
    return " · ".join(part for part in parts if part)


_DRAWN: dict[str, Callable[[Item, Mapping[str, Any], bool], None]] = {
    "verdicts": _section,
    "question": _section,
    "finding": _finding,
    "action": _action,
}
