"""The agenda as people edit it: owner, minutes and order of each item; every change is kept at once."""

from typing import Any

import streamlit as st

from dashboard import formats, refusals, review_words, session, who
from dashboard.gateway import reviews
from dashboard.language import N_, _
from data.records_reviews import Item, Review

LONGEST_TITLE = 200
#: What is edited in place.
FIELDS = {"owner": N_("Owner"), "minutes": N_("Minutes")}


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
        with st.container(horizontal=True, vertical_alignment="center", gap="small", width="content"):
            _field(review, item, "owner", st.text_input, placeholder=_("Owner"), max_chars=80, width=170)
            _field(review, item, "minutes", st.number_input, min_value=1, max_value=240, width=120)
            if open_:
                _draw_moves(review, place, item)
    for name in FIELDS:
        _draw_refused(review, item, name)


def _field(review: Review, item: Item, name: str, widget: Any, **looks: Any) -> None:
    """One field of an item. It keeps its key, and so the cursor and what is being typed, until this field changes."""
    key = f"agenda.{item.id}.{name}"
    stored = getattr(item, name)
    if session.get(f"{key}.stored") != stored or session.get(key) is None:
        session.put(key, stored)
        session.put(f"{key}.stored", stored)
    widget(
        _(FIELDS[name]),
        key=key,
        label_visibility="collapsed",
        disabled=review.state == "signed",
        on_change=_keep,
        args=(review.id, item, name, key),
        **looks,
    )


def _keep(number: int, item: Item, name: str, key: str) -> None:
    """Store what was typed; where that is refused it stays on the screen until the reader has chosen."""
    value = session.get(key)
    if value is None or value == getattr(item, name):
        return
    if refusals.tried(reviews.put, number, item, name, value, who.you()):
        session.put(f"{key}.stored", value)
    else:
        session.put(f"{key}.mine", value)


def _draw_refused(review: Review, item: Item, name: str) -> None:
    """What this tab typed and somebody else was quicker with: both, to choose between."""
    key = f"agenda.{item.id}.{name}"
    mine, theirs = session.get(f"{key}.mine"), getattr(item, name)
    if mine is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key=f"refused-{item.id}-{name}"):
        told = _("{field}: you wrote “{mine}”; meanwhile “{theirs}” was stored.")
        words = told.format(field=_(FIELDS[name]), mine=mine, theirs=theirs or formats.NOTHING)
        st.warning(formats.plain(words), icon=":material/call_split:", width="stretch")
        for value, label, which in ((mine, _("Store mine"), "mine"), (theirs, _("Leave it"), "theirs")):
            st.button(label, key=f"{key}.{which}.take", on_click=_choose, args=(review.id, item, name, value))


def _choose(number: int, item: Item, name: str, value: Any) -> None:
    key = f"agenda.{item.id}.{name}"
    if value == getattr(item, name) or refusals.tried(reviews.put, number, item, name, value, who.you()):
        session.forget(f"{key}.mine")


def _draw_moves(review: Review, place: int, item: Item) -> None:
    for by, icon, label in ((-1, ":material/arrow_upward:", _("Up")), (1, ":material/arrow_downward:", _("Down"))):
        st.button(
            "",
            key=f"agenda.move.{item.id}.{by}",
            icon=icon,
            type="tertiary",
            help=label,
            disabled=not 0 <= place + by < len(review.items),
            on_click=refusals.press,
            args=(reviews.move, review.id, item.id, by, who.you()),
        )
    st.button(
        "",
        key=f"agenda.remove.{item.id}",
        icon=":material/close:",
        type="tertiary",
        help=_("Take it off the agenda"),
        on_click=refusals.press,
        args=(reviews.remove_item, item, who.you()),
    )


def _draw_new(review: Review) -> None:
    form = st.form("agenda.new", border=False)
    with form, st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(_("One more item"), key="agenda.title", max_chars=LONGEST_TITLE)
        st.form_submit_button(_("Add"), key="agenda.add", on_click=_add, args=(review.id,))


def _add(number: int) -> None:
    title = (session.get("agenda.title") or "").strip()
    if title and refusals.tried(reviews.add_item, number, Item("free", title=title), who.you()):
        session.put("agenda.title", "")
