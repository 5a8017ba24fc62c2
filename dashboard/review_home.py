"""While a review is held the app is at home there: it opens with it, and every other page shows the way back."""

import streamlit as st

from dashboard import formats, navigation, review_words, session
from dashboard.gateway import reviews
from dashboard.language import _

#: What a link to nothing in particular may carry.
_PLAIN = {"lang"}
_ICON = ":material/groups:"


def lead_in(page: str) -> None:
    """Turn to the review being held when somebody opens the app's front page; a link to a view stays that view."""
    first = session.get("page") is None
    if not first or page != "overview" or {*st.query_params} - _PLAIN:
        return
    running = reviews.running()
    if running is not None:
        st.switch_page(navigation.page("review"), query_params={"review": str(running.id), "screen": "follow"})


def draw_banner(page: str) -> None:
    """The line on every other page that says a review is held, with the way to it; nothing when none is."""
    running = reviews.running() if page != "review" else None
    if running is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="review-held"):
        said = _("The review of {quarter} is being held.").format(quarter=review_words.name(running))
        st.markdown(f"{_ICON} **{formats.plain(said)}**")
        st.page_link(
            navigation.page("review"),
            label=_("To the meeting"),
            icon=":material/arrow_forward:",
            query_params={"review": str(running.id), "screen": "follow"},
        )
