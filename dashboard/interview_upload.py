"""Interviews held elsewhere, added from a file after a look at what would come in."""

from typing import Any

import streamlit as st

from analysis.feedback.interview_file import FoundInterviews
from dashboard import formats, session, tables
from dashboard.gateway import interviews
from dashboard.language import _
from dashboard.said import in_this_language
from data.errors import ReviewError

#: Refused rows listed, the first of the file.
SHOWN = 20
#: How many were just added.
_ADDED = "interview.file.added"


def draw() -> None:
    """Choose a file, see what it holds, and store it whole."""
    with st.expander(_("Add interviews from a file"), key="interview-file"):
        st.caption(
            _(
                "A CSV or Excel file with the columns customer_id, on, interviewer, and, as far as you have them, "
                "reason, avoidable, competitor, return_condition, help_sought, channel, and the questions by their "
                "code: {codes}. Values: avoidable is avoidable, unavoidable or unclear; help_sought is yes, no or "
                "unclear; channel is call, video, visit, mail or other."
            ).format(codes=", ".join(f"`{question.id}`" for question in interviews.questionnaire().asked))
        )
        file: Any = st.file_uploader(_("File"), type=["csv", "txt", "xlsx", "xls"], key="interview.file")
        if file is not None:
            _draw_found(file.getvalue())


def _draw_found(content: bytes) -> None:
    try:
        found = interviews.read_file(content)
    except ReviewError as refused:
        st.error(formats.plain(in_this_language(str(refused))), icon=":material/error:")
        return
    text = _("{ready} interviews can be added, {known} are there already, {refused} rows are refused.")
    numbers = {"ready": len(found.ready), "known": found.known, "refused": len(found.refused)}
    st.markdown(formats.plain(text.format(**{name: formats.count(n) for name, n in numbers.items()})))
    if found.codec not in ("", "utf-8", "utf-8-sig"):
        st.caption(_("The file is not UTF-8; it is read as {codec}.").format(codec=found.codec))
    if found.refused:
        rows = [{_("Row"): str(row), _("Why"): in_this_language(why)} for row, why in found.refused[:SHOWN]]
        tables.plain_table(rows, alt=_("Rows that are refused"))
    added: int | None = session.get(_ADDED)
    if added is not None:
        session.forget(_ADDED)
        st.success(_("{n} interviews were added.").format(n=formats.count(added)))
    if found.ready:
        label = _("Add {n} interviews").format(n=formats.count(len(found.ready)))
        st.button(label, key="interview.file.add", on_click=_store, args=(found,))


def _store(found: FoundInterviews) -> None:
    """Store the file before the page is drawn, so that it is read again as one that is there already."""
    try:
        session.put(_ADDED, interviews.store_file(found))
    except ReviewError as refused:
        st.toast(formats.plain(in_this_language(str(refused))), icon=":material/error:")
