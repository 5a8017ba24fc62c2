"""The open questions of an exit interview, changed as a table; old answers keep the wording they were given to."""

from typing import Any

import pandas as pd
import streamlit as st

from analysis.feedback.questionnaire import rewritten
from dashboard import editing, formats, reason_words, session
from dashboard.gateway import interviews
from dashboard.language import _
from dashboard.said import in_this_language
from data.errors import ReviewError
from data.records_interviews import Questionnaire

_KEY = "questionnaire"


def draw() -> None:
    """The questions in their order, each with whether it is asked."""
    newest = interviews.questionnaire()
    with st.container(border=True, key="questionnaire"):
        st.header(_("Questions of an interview"), anchor=False)
        asked = editing.begun_from(_KEY, newest, f"{_KEY}.{newest.version}")
        st.caption(
            _("Version {n}. Reword, order, add and retire questions; interviews already begun keep theirs.").format(
                n=asked.version
            )
        )
        edited: Any = st.data_editor(
            _frame(asked),
            hide_index=True,
            num_rows="dynamic",
            key=editing.key_of(_KEY),
            column_order=["place", "wording", "asked"],
            column_config={
                "place": st.column_config.NumberColumn(_("Order"), min_value=1, step=1, width=80),
                "wording": st.column_config.TextColumn(_("Question"), max_chars=500, width=620),
                "asked": st.column_config.CheckboxColumn(_("Asked"), default=True, width=80),
            },
        )
        if st.button(_("Save the questions"), key=f"{_KEY}.save"):
            _save(asked, edited)


def _frame(asked: Questionnaire) -> pd.DataFrame:
    rows = [(i, reason_words.question(q.id, q.wording), not q.retired, q.id) for i, q in enumerate(asked.questions, 1)]
    return pd.DataFrame(rows, columns=["place", "wording", "asked", "id"])


def _save(asked: Questionnaire, edited: pd.DataFrame) -> None:
    ordered = edited.sort_values("place", na_position="last", kind="stable")
    words = {q.id: (reason_words.question(q.id, q.wording), q.wording) for q in asked.questions}
    rows = [
        (_text(number), _stored(words.get(_text(number)), _text(wording)), bool(use))
        for number, wording, use in zip(ordered["id"], ordered["wording"], ordered["asked"], strict=True)
    ]
    try:
        interviews.save_questionnaire(rewritten(asked, rows))
    except ReviewError as refused:
        st.error(formats.plain(in_this_language(str(refused))), icon=":material/error:")
        return
    session.forget_all(f"{_KEY}.")
    st.rerun()


def _stored(known: tuple[str, str] | None, shown: str) -> str:
    """A question left as its translation shows it stays what it was."""
    return known[1] if known is not None and known[0] == shown else shown


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
