"""The agenda as people edit it: owner, minutes and order of each item; every change is kept at once."""

from dataclasses import replace
from typing import Any

import streamlit as st

from dashboard import formats, review_way, review_words, session, who
from dashboard.gateway import reviews
from dashboard.language import _
from data.records_reviews import Item, Review

LONGEST_TITLE = 200


def draw(review: Review) -> None:
    """Each item with its owner and minutes, how long all of it takes, and a field for one more."""
    open_ = review.state != "signed"
    for place, item in enumerate(review.items):
        _draw_item(review, place, item, open_)
    total = sum(item.minutes for item in review.items)
    st.caption(_("{n} items, {minutes} in all").format(n=len(review.items), minutes=review_words.minutes(total)))
    if open_:
        _draw_new(review)


def _draw_item(review: Review, place: int, item: Item, open_: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"agenda-{item.id}", gap="small"):
        title = formats.plain(review_words.item(item))
        st.markdown(f"{place + 1}\\. {review_words.icon(item)} {title}", width="stretch")
        _field(item, "owner", st.text_input, _("Owner"), not open_, placeholder=_("Owner"), max_chars=80, width=170)
        _field(item, "minutes", st.number_input, _("Minutes"), not open_, min_value=1, max_value=240, width=120)
        if open_:
            _draw_moves(review, place, item)


def _field(item: Item, name: str, widget: Any, label: str, disabled: bool, **looks: Any) -> None:
    """One field of an item; its key carries the version, so that it shows what somebody else stored."""
    key = f"agenda.{item.id}.{item.version}.{name}"
    if session.get(key) is None:
        session.put(key, getattr(item, name))
    widget(
        label,
        key=key,
        label_visibility="collapsed",
        disabled=disabled,
        on_change=_keep,
        args=(item, name, key),
        **looks,
    )


def _keep(item: Item, name: str, key: str) -> None:
    value = session.get(key)
    if value is not None and value != getattr(item, name):
        review_way.tried(reviews.save_item, item, replace(item, **{name: value}), who.you())


def _draw_moves(review: Review, place: int, item: Item) -> None:
    order = [one.id for one in review.items]
    for by, icon, label in ((-1, ":material/arrow_upward:", _("Up")), (1, ":material/arrow_downward:", _("Down"))):
        other = place + by
        st.button(
            "",
            key=f"agenda.move.{item.id}.{by}",
            icon=icon,
            type="tertiary",
            help=label,
            disabled=not 0 <= other < len(order),
            on_click=review_way.press,
            args=(reviews.reorder, review.id, _swapped(order, place, other), who.you()),
        )
    st.button(
        "",
        key=f"agenda.remove.{item.id}",
        icon=":material/close:",
        type="tertiary",
        help=_("Take it off the agenda"),
        on_click=review_way.press,
        args=(reviews.remove_item, item, who.you()),
    )


def _swapped(order: list[int], one: int, other: int) -> list[int]:
    found = list(order)
    if 0 <= other < len(found):
        found[one], found[other] = found[other], found[one]
    return found


def _draw_new(review: Review) -> None:
    form = st.form("agenda.new", clear_on_submit=True, border=False)
    with form, st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(_("One more item"), key="agenda.title", max_chars=LONGEST_TITLE)
        st.form_submit_button(_("Add"), key="agenda.add", on_click=_add, args=(review.id,))


def _add(number: int) -> None:
    title = (session.get("agenda.title") or "").strip()
    if title:
        review_way.tried(reviews.add_item, number, Item("free", title=title), who.you())
