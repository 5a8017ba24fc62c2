"""After the meeting: the minutes as they stand, signed, downloaded, left in the outbox; and what carries over."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard import formats, pack_words, refusals, tables, who
from dashboard.gateway import reviews
from dashboard.language import _, ngettext
from dashboard.minutes import content, files
from data.records_reviews import Minutes, Review

FORMS = ("html", "docx", "pptx")


def draw(review: Review) -> None:
    """The minutes of a review that was held; of one under way what they would be now."""
    if review.state in {"draft", "prepared"}:
        st.info(_("There are no minutes before the meeting was held."), icon=":material/edit_note:")
        return
    signed = next((one for one in reversed(reviews.minutes(review.id)) if one.signed_by), None)
    document = signed.document if signed else reviews.drafted_minutes(review.id)
    if signed is None:
        _draw_sign(review, document)
    else:
        _draw_signed(review, signed)
    _draw_files(review, document, content.signature(signed))
    _draw_document(review, document, content.signature(signed))
    _draw_carried(review, document)


def _draw_sign(review: Review, document: Mapping[str, Any]) -> None:
    who.ask(one.name for one in review.attendees)
    if review.state != "held":
        st.caption(_("The minutes can be signed when the meeting has ended."))
        return
    st.caption(_("Signed minutes never change, and nothing can be added to the review any more."))
    with st.popover(_("Sign the minutes"), icon=":material/signature:", key="minutes-signing"):
        st.write(_("Sign as {name}?").format(name=formats.plain(who.you() or formats.NOTHING)))
        st.button(
            _("Yes, sign"),
            key="minutes.sign",
            type="primary",
            disabled=not who.you(),
            on_click=refusals.press,
            args=(reviews.sign_minutes, review.id, who.you(), document),
        )


def _draw_signed(review: Review, signed: Minutes) -> None:
    st.success(_("Signed by {who}.").format(who=formats.plain(content.signature(signed))), icon=":material/signature:")
    waiting = reviews.messages(signed)
    if waiting:
        said = ngettext(
            "{n} message with the minutes waits in the outbox. Nothing sends it yet.",
            "{n} messages with the minutes wait in the outbox. Nothing sends them yet.",
            len(waiting),
        )
        st.caption(formats.plain(said.format(n=formats.count(len(waiting)))))
        return
    names = ", ".join(reviews.addressees(signed))
    nobody = _("Nobody invited gave an address: one message waits there for whoever sends it on.")
    st.caption(_("They go to: {names}").format(names=formats.plain(names)) if names else nobody)
    st.button(
        _("Put them into the outbox"),
        key="minutes.send",
        icon=":material/outbox:",
        on_click=_send,
        args=(review, signed, content.signature(signed)),
    )


def _subject(review: Review) -> str:
    return _("Minutes of the review of {quarter}").format(quarter=review.quarter)


def _send(review: Review, signed: Minutes, signature: str) -> None:
    """Leave the minutes for everybody invited."""
    page = files.written("html", reviews.pack(review), signed.document, signature).decode()
    text = _("{n} decisions, {m} actions; signed by {who}.").format(
        n=len(signed.document["decisions"]), m=len(signed.document["actions"]), who=signature
    )
    refusals.tried(reviews.send_minutes, signed.document, _subject(review), text, page, who.you() or signed.signed_by)


def _draw_files(review: Review, document: Mapping[str, Any], signature: str) -> None:
    """The minutes with the pack as files; each is made when somebody asks for it."""
    pack = reviews.pack(review)
    with st.container(horizontal=True, key="minutes-files"):
        for form in FORMS:
            st.download_button(
                _("Download {form}").format(form=form.upper()),
                lambda form=form: files.written(form, pack, document, signature),
                file_name=f"review-{review.quarter}.{form}",
                mime=files.MIME[form],
                icon=":material/download:",
                on_click="ignore",
                key=f"minutes.{form}",
            )


def _draw_document(review: Review, document: Mapping[str, Any], signature: str) -> None:
    """The pages of the minutes on the screen; the pack stands under Prepare."""
    paper = content.paper(reviews.pack(review), document, signature)
    with st.container(gap=None):
        for name, value in paper.facts:
            st.caption(f"{formats.plain(name)}: {formats.plain(value)}")
    for page in paper.pages[: len(paper.pages) - len(reviews.pack(review)["sections"])]:
        st.subheader(formats.plain(page.title), anchor=False)
        for note in page.notes:
            st.caption(formats.plain(note))
        for grid in page.grids:
            st.markdown(f"**{formats.plain(grid.title)}**")
            tables.plain_table([dict(zip(grid.heads, row, strict=True)) for row in grid.rows], alt=grid.title)


def _draw_carried(review: Review, document: Mapping[str, Any]) -> None:
    """What the next review begins with."""
    carried = [*document["open"], *(note["text"] for note in document["parking"])]
    if carried:
        st.subheader(_("Carries over to the next review"), anchor=False)
        for text in carried:
            st.markdown(f"- {formats.plain(pack_words.section_or(text))}")
