"""Preparing a review: the pack frozen on a release, the agenda, who is asked to come, and the link to read before."""

import streamlit as st

from dashboard import (
    formats,
    import_progress,
    pack_view,
    refusals,
    review_agenda,
    review_attend,
    review_words,
    session,
    url_state,
    who,
)
from dashboard.gateway import imports, releases, reviews
from dashboard.language import _
from data.records_reviews import Review


def draw(review: Review) -> None:
    """How far the pack is; then the agenda, the invited, and the pack itself."""
    visit = _visit()
    job = reviews.preparation(review.id, visit)
    if import_progress.draw_running(job, str(review.id), visit):
        return
    if job is not None:
        import_progress.draw_problem(job)
    _draw_pack_line(review, visit)
    if not review.digest:
        return
    st.subheader(_("Agenda"), anchor=False)
    review_agenda.draw(review)
    with st.expander(_("Who is asked to come"), key="invited"):
        review_attend.draw(review)
    _draw_pre_reading(review)
    st.subheader(_("The pack"), anchor=False)
    pack_view.draw(reviews.pack(review), place="pack")


def _visit() -> str:
    """The name under which this tab watches the pack being made."""
    if not session.get("review.visit"):
        session.put("review.visit", imports.new_visit())
    return session.get("review.visit")


def _draw_pack_line(review: Review, visit: str) -> None:
    """What the pack stands on, and the button that makes it."""
    newest = releases.chosen().number
    if review.digest:
        st.caption(formats.plain(review_words.stands_on(review, reviews.pack(review))))
        if review.release != newest and review.state == "prepared":
            later = _("Data release {number} came since. Prepare again to freeze the review on it.")
            st.info(formats.plain(later.format(number=newest)), icon=":material/update:")
    if review.state in {"draft", "prepared"}:
        st.button(
            _("Prepare again") if review.digest else _("Prepare the pack"),
            key="review.prepare",
            type="secondary" if review.digest else "primary",
            icon=":material/ac_unit:",
            on_click=refusals.press,
            args=(reviews.prepare, review, who.you(), visit),
        )


def _draw_pre_reading(review: Review) -> None:
    with st.expander(_("Link to read before the meeting"), key="pre-reading"):
        st.caption(_("Whoever opens it sees this agenda and the frozen pack."))
        st.code(url_state.link(review=str(review.id), part="prepare"), language=None, wrap_lines=True)
