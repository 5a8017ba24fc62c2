"""The screen of everybody else at the meeting: it turns with the presenter, and takes what they have to say."""

import streamlit as st

from analysis.review.times import at_item
from dashboard import formats, review_attend, review_item, review_live, review_way, review_words
from dashboard.language import _
from data.records_reviews import Review


def draw(review: Review) -> None:
    """The item the meeting is at, and everything that is said of it."""
    item = review_words.item_of(review, at_item(review))
    with st.container(horizontal=True, vertical_alignment="bottom", key="follow-bar"):
        review_attend.draw_me(review)
        st.button(
            _("Leave this view"),
            key="follow.leave",
            type="tertiary",
            icon=":material/close_fullscreen:",
            on_click=review_way.go,
            args=(str(review.id), "", "run"),
        )
    ended = st.empty()  # there from the beginning: what appears above a line would take away what is typed in it
    with ended:
        review_live.draw_ended(review)
    name = formats.plain(review_words.name(review))
    st.header(formats.plain(review_words.item(item)) if item else name, anchor=False)
    st.caption(f"{name} · {review_live.here(review)}" if item else review_live.here(review))
    said, body = st.columns([1, 1.8], gap="large")
    with said, st.container(key="follow-said"):
        review_live.draw(review, item.id if item else 0)
    with body:
        review_item.draw(item, review)
