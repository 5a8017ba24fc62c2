"""The review of a quarter: prepared, run and followed up; and the list of all reviews."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from dashboard import (
    formats,
    review_attend,
    review_compare,
    review_follow,
    review_list,
    review_minutes,
    review_prepare,
    review_present,
    review_run,
    review_way,
    review_words,
    session,
    url_state,
)
from dashboard.gateway import reviews
from dashboard.language import N_, _
from data.records import Period
from data.records_reviews import Review

PARTS = {"prepare": N_("Prepare"), "run": N_("Run"), "follow-up": N_("Follow up"), "compare": N_("Compare")}
#: The part a review opens with.
OPENS = {"draft": "prepare", "prepared": "prepare", "running": "run", "held": "follow-up", "signed": "follow-up"}
#: Screens of a running meeting, each of them the whole page.
VIEWS: dict[str, Callable[[Review], None]] = {"present": review_present.draw, "follow": review_follow.draw}


def draw() -> None:
    """The review the address names; without one the review being held, or the list of all."""
    number, view = url_state.page_value("review"), url_state.page_value("screen")
    found = _found(number)
    if found is None:
        if number not in {"", "all"}:
            st.info(_("There is no such review any more. The list shows those there are."))
        review_list.draw()
    elif view in VIEWS and _held(found):
        VIEWS[view](review_attend.with_me(found))
    else:
        _draw_parts(found)


def _held(review: Review) -> bool:
    """Whether its screens are shown: while the meeting is held, and to whoever was there until he leaves them himself.

    Somebody may be writing when it ends.
    """
    if review.state == "running":
        session.put("review.attended", review.id)
    return session.get("review.attended") == review.id


def _found(number: str) -> Review | None:
    if number.isdigit():
        return reviews.live(int(number))
    now = reviews.running() if not number else None
    return reviews.live(now.id) if now else None


def _draw_parts(review: Review) -> None:
    st.button(
        _("All reviews"),
        key="review.all",
        icon=":material/arrow_back:",
        type="tertiary",
        on_click=review_way.go,
        args=("all",),
    )
    with st.container(key="review-head", gap=None):
        st.header(formats.plain(review_words.name(review)), anchor=False)
        state = review_words.STATES[review.state]
        st.caption(formats.plain(f"{formats.span(Period(review.start, review.end))} · {_(state)}"))
    part = url_state.choice(_bar, _("Section"), "part", list(PARTS), lambda code: _(PARTS[code]), OPENS[review.state])
    _DRAWN[part](review)


def _bar(label: str, options: Sequence[str], **looks: Any) -> str | None:
    return st.segmented_control(label, options, label_visibility="collapsed", **looks)


_DRAWN: dict[str, Callable[[Review], None]] = {
    "prepare": review_prepare.draw,
    "run": review_run.draw,
    "follow-up": review_minutes.draw,
    "compare": review_compare.draw,
}
