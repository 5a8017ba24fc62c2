"""The meeting from the outside: begin it, go to its screens, say who is there, end it."""

import streamlit as st

from dashboard import formats, refusals, review_attend, review_live, review_way, review_words, url_state, who
from dashboard.gateway import reviews
from dashboard.language import _
from data.records_reviews import Review


def draw(review: Review) -> None:
    """What the state of the review allows."""
    {"draft": _draw_early, "prepared": _draw_begin, "running": _draw_running}.get(review.state, _draw_over)(review)
    if review.state != "draft":
        st.subheader(_("Who is there"), anchor=False)
        review_attend.draw(review)
        _draw_said(review)


def _draw_early(_review: Review) -> None:
    st.info(_("Prepare the pack first: a meeting looks at frozen numbers."), icon=":material/ac_unit:")


def _draw_begin(review: Review) -> None:
    review_attend.draw_me(review)
    st.caption(_("Once it begins, the pack is frozen for good, and everybody's app opens with the review."))
    st.button(
        _("Begin the meeting"),
        key="review.start",
        type="primary",
        icon=":material/play_arrow:",
        disabled=not who.you(),
        on_click=_start,
        args=(review,),
    )


def _start(review: Review) -> None:
    if refusals.tried(reviews.begin, review, who.you()):
        review_way.go(str(review.id), "present", "run")


def _draw_running(review: Review) -> None:
    st.success(_("The meeting is being held."), icon=":material/groups:")
    with st.container(horizontal=True):
        for view, label, icon in (
            ("present", _("Present on a shared screen"), ":material/present_to_all:"),
            ("follow", _("Follow on this screen"), ":material/visibility:"),
        ):
            st.button(
                label,
                key=f"review.{view}",
                type="primary",
                icon=icon,
                on_click=review_way.go,
                args=(str(review.id), view),
            )
    st.caption(_("Link for everybody who takes part:"))
    st.code(url_state.link(review=str(review.id), screen="follow", part="run"), language=None, wrap_lines=True)
    with st.popover(_("End the meeting"), icon=":material/stop:", key="review-ending"):
        st.write(_("The minutes are written from what was recorded; the meeting can be taken up again."))
        st.button(_("Yes, end it"), key="review.end", type="primary", on_click=_end, args=(review,))


def _end(review: Review) -> None:
    if refusals.tried(reviews.end, review, who.you()):
        review_way.go(str(review.id), "", "follow-up")


def _draw_over(review: Review) -> None:
    st.info(_("The meeting was held. Its minutes stand under Follow up."), icon=":material/event_available:")
    if review.state == "held":
        st.button(
            _("Take it up again"),
            key="review.resume",
            icon=":material/replay:",
            on_click=refusals.press,
            args=(reviews.resume, review, who.you()),
        )


def _draw_said(review: Review) -> None:
    """Everything recorded so far, item by item."""
    said = [n for n in review.notes if not n.withdrawn]
    made = [d for d in review.decisions if not d.withdrawn]
    if not said and not made:
        return
    st.subheader(_("What was recorded"), anchor=False)
    items = [one.id for one in review.items]
    for number in (0, *items):
        notes = [one for one in said if (one.item if one.item in items else 0) == number]
        decisions = [one for one in made if (one.item if one.item in items else 0) == number]
        if not notes and not decisions:
            continue
        item = review_words.item_of(review, number)
        st.markdown(f"**{formats.plain(review_words.item(item) if item else review_words.name(review))}**")
        for one in decisions:
            st.markdown(f"- {review_live.decision(one)}")
        for one in notes:
            st.markdown(f"- {formats.plain(one.text)} · {formats.plain(one.who)}")
