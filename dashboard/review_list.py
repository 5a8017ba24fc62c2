"""All reviews, and the beginning of a new one."""

import streamlit as st

from dashboard import formats, refusals, review_way, review_words, who
from dashboard.gateway import reviews
from dashboard.language import _
from data.records import Period
from data.records_reviews import Review


def draw() -> None:
    """The way to a new review, and those there are."""
    known = reviews.everything()
    if not known:
        _draw_meaning()
    _draw_new([period for period in reviews.quarters() if period.start not in {one.start for one in known}])
    if not known:
        st.caption(_("No review was prepared yet. Choose the quarter it looks at; its numbers are frozen for it."))
    for review in known:
        _draw_one(review)


def _draw_meaning() -> None:
    """What a review is, for whoever sees the page for the first time; without data the way to them follows."""
    st.write(
        _(
            "A review is the meeting of a quarter: all look at the same frozen numbers, say what they know, decide"
            " what to do, and see next time whether it worked."
        )
    )


def _draw_new(quarters: list[Period]) -> None:
    with st.container(border=True, key="review-new"):
        st.subheader(_("A new review"), anchor=False)
        who.ask()
        with st.container(horizontal=True, vertical_alignment="bottom"):
            quarter = st.selectbox(
                _("Quarter"),
                quarters,
                format_func=lambda period: formats.period(period.start, "quarter"),
                key="review.quarter",
                width=200,
            )
            st.button(
                _("Begin"),
                key="review.begin",
                type="primary",
                disabled=not quarters,
                on_click=_begin,
                args=(quarter,),
            )


def _begin(quarter: Period) -> None:
    def made() -> None:
        review_way.go(str(reviews.create(quarter.start, quarter.end, who.you()).id))

    refusals.tried(made)


def _draw_one(review: Review) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"review-{review.id}"):
        with st.container(gap=None):
            st.markdown(f"**{formats.plain(review_words.name(review))}**")
            release = _("data release {number}").format(number=review.release) if review.release else ""
            told = [_(review_words.STATES[review.state]), release]
            st.caption(formats.plain(" · ".join(part for part in told if part)))
        st.button(
            _("Open"),
            key=f"review.open.{review.id}",
            icon=":material/arrow_forward:",
            on_click=review_way.go,
            args=(str(review.id),),
        )
