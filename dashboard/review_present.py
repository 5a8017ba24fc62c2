"""The presenter's screen: one item at a time in large type, with a clock and the keyboard, for all to look at."""

import streamlit as st

from analysis.review.times import at_item
from dashboard import formats, refusals, review_item, review_live, review_way, review_words, session, who
from dashboard.gateway import reviews
from dashboard.language import _
from data.records_reviews import Item, Review


def draw(review: Review) -> None:
    """The item the meeting is at; arrows turn to the next one and back."""
    item = review_words.item_of(review, at_item(review))
    with st.container(key="present", gap="medium"):
        _draw_bar(review, item)
        with st.empty():  # there from the beginning, as everything above the line of what is being typed
            review_live.draw_ended(review)
        _tell_turn(review)
        title = review_words.item(item) if item else review_words.name(review)
        st.header(formats.plain(title), anchor=False)
        if item and item.owner:
            st.caption(formats.plain(item.owner))
        body, said = st.columns([2.4, 1], gap="large")
        with body:
            review_item.draw(item, review, large=True)
        with said, st.container(key="present-said"):
            review_live.draw(review, item.id if item else 0, timed=True)


def _tell_turn(review: Review) -> None:
    """Say who turned the meeting when it was somebody else: the presenter would look for his own mistake."""
    if not review.steps:
        return
    last, seen = review.steps[-1], session.get("present.seen")
    if seen not in {None, last.at.isoformat()} and last.who != who.you():
        told = _("{who} turned to this item.").format(who=last.who or _("Somebody else"))
        st.toast(formats.plain(told), icon=":material/sync_alt:")
    session.put("present.seen", last.at.isoformat())


def _draw_bar(review: Review, item: Item | None) -> None:
    """Where in the agenda it is, and the way on, back and out."""
    place = next((i for i, one in enumerate(review.items, 1) if item and one.id == item.id), 0)
    with st.container(horizontal=True, vertical_alignment="center", key="present-bar"):
        _step(review, -1, _("Back"), "Left", ":material/arrow_back:", disabled=place == 0)
        _step(review, 1, _("Next"), "Right", ":material/arrow_forward:", disabled=place == len(review.items))
        st.caption(
            _("{place} of {all}").format(place=formats.count(place), all=formats.count(len(review.items)))
            + f" · {review_live.here(review)}"
        )
        if item is not None:
            _draw_states(review.id, item)
        st.button(
            _("Leave this view"),
            key="present.leave",
            type="tertiary",
            icon=":material/close_fullscreen:",
            on_click=review_way.go,
            args=(str(review.id), "", "run"),
        )
        with st.popover(
            formats.plain(who.you()) or _("Who presents?"),
            icon=":material/person:",
            type="tertiary" if who.you() else "primary",
            key="present-who",
        ):
            who.ask(departments=True)


def _step(review: Review, by: int, label: str, shortcut: str, icon: str, *, disabled: bool) -> None:
    st.button(
        label,
        key=f"present.step.{by}",
        icon=icon,
        shortcut=shortcut,
        disabled=disabled,
        on_click=refusals.press,
        args=(reviews.turn, review.id, by, who.you()),
    )


def _draw_states(number: int, item: Item) -> None:
    for state, label, key, icon in (
        ("done", _("Done"), "D", ":material/check:"),
        ("parked", _("Park"), "P", ":material/local_parking:"),
    ):
        st.button(
            label,
            key=f"present.{state}",
            type="primary" if item.state == state else "secondary",
            icon=icon,
            shortcut=key,
            on_click=refusals.press,
            args=(reviews.mark, number, item, "open" if item.state == state else state, who.you()),
        )
