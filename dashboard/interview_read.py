"""A finished interview: what was said, what was found, and a reason given to it later."""

from typing import Any

import streamlit as st

from analysis.feedback.interviews import correctable
from analysis.feedback.taxonomy import code_under, diagnosis_under
from dashboard import formats, interview_form, reason_words, session, tables
from dashboard.filters import Look
from dashboard.gateway import interviews
from dashboard.gateway.interviews import Loss
from dashboard.language import _
from dashboard.said import in_this_language
from dashboard.tables import Column
from data.errors import ReviewError
from data.records_interviews import Interview


def draw(stored: Interview, loss: Loss | None, look: Look) -> None:
    """Everything of one interview as it was written, and the way to give it another reason."""
    interview_form.draw_about(stored, loss, look)
    if stored.own_account:
        st.warning(_("The interviewer looked after this customer."), icon=":material/balance:")
    for answer in (answer for answer in stored.answers if answer.text):
        st.markdown(f"**{formats.plain(reason_words.question(answer.question, answer.wording))}**")
        st.text(answer.text)
    rows = [{_("Field"): name, _("Answer"): text} for name, text in _findings(stored).items()]
    tables.plain_table(rows, alt=_("What it comes down to"))
    _draw_recodings(stored)
    with st.container(horizontal=True):
        if loss is not None:
            st.button(
                _("Interview again"),
                icon=":material/record_voice_over:",
                key=f"read.{stored.id}.again",
                on_click=_again,
                args=(loss,),
            )
        _draw_correct(stored)
    _draw_recode(stored)


def _draw_correct(stored: Interview) -> None:
    may = correctable(stored, interviews.taxonomy())
    why = _("It becomes a draft again, and counts nowhere until it is finished.")
    why_not = _("Reports rest on the reasons it was given before: give it a further one.")
    st.button(
        _("Correct it"),
        icon=":material/edit:",
        key=f"read.{stored.id}.reopen",
        on_click=_reopen,
        args=(stored,),
        help=why if may else why_not,
        disabled=not may,
    )


def _reopen(stored: Interview) -> None:
    try:
        interviews.reopen(stored)
    except ReviewError as refused:
        st.toast(formats.plain(in_this_language(str(refused))), icon=":material/error:")


def _again(loss: Loss) -> None:
    session.put("interview", str(interviews.again(loss).id))


def _findings(stored: Interview) -> dict[str, str]:
    given, labels = interviews.feedback().history[stored.taxonomy - 1], interview_form.LABELS
    told = {
        "interviewer": stored.interviewer,
        "on": formats.day(stored.on) if stored.on else "–",
        "channel": _(reason_words.CHANNELS[stored.channel]),
        "stated": reason_words.reason(given, stored.stated),
        "diagnosed": reason_words.reason(given, stored.diagnosed),
        "avoidable": _(reason_words.AVOIDABLE[stored.avoidable]) if stored.avoidable else "–",
        "competitor": stored.competitor or "–",
        "return_condition": stored.return_condition or "–",
        "help_sought": _(reason_words.HELP[stored.help_sought]) if stored.help_sought else "–",
    }
    return {_(labels[name]): text for name, text in told.items()}


def _draw_recodings(stored: Interview) -> None:
    history = interviews.feedback().history
    for given in stored.recodings:
        text = _("{day}: {who} gave it the reason {reason} of version {version} of the list.").format(
            day=formats.day(given.at.date()),
            who=given.who,
            reason=reason_words.reason(history[given.taxonomy - 1], given.diagnosed),
            version=given.taxonomy,
        )
        st.caption(formats.plain(text))


def _draw_recode(stored: Interview) -> None:
    """A finished interview keeps its reason; a later list may ask for a finer one, which stands beside it."""
    taxonomy = interviews.taxonomy()
    codes = [reason.code for reason in taxonomy.choosable]
    now = code_now(stored)
    with st.expander(_("Give it a reason of the newest list"), expanded=bool(now) and now not in codes, key="recode"):
        st.caption(_("The reason from the interview stays, and reports under older lists stay as they were."))
        key = f"recode.{stored.id}"
        if session.get(key) not in codes:
            session.put(key, now if now in codes else codes[0])
        st.selectbox(
            _("Reason"), codes, key=key, format_func=lambda code: reason_words.reason(taxonomy, code), width=420
        )
        if st.button(_("Save"), key=f"recode.{stored.id}.save"):
            _recode(stored)


def _recode(stored: Interview) -> None:
    try:
        interviews.recode(stored, session.get(f"recode.{stored.id}"))
    except ReviewError as refused:
        st.error(formats.plain(in_this_language(str(refused))), icon=":material/error:")
        return
    st.rerun()


def code_now(interview: Interview) -> str:
    """The diagnosed reason under the newest list."""
    history = interviews.feedback().history
    return diagnosis_under(history, interview, len(history))


def mentions(interview: Interview, text: str, name: str) -> bool:
    """Whether a text occurs in the name of the customer or anywhere in an interview, in any case."""
    said = (name, interview.customer_id, interview.interviewer, interview.competitor, interview.return_condition)
    everything = "\n".join((*said, *(answer.text for answer in interview.answers)))
    return text.strip().casefold() in everything.casefold()


def columns() -> list[Column]:
    """Columns of the download of interviews."""
    labels = interview_form.LABELS
    held = labels["on"]
    days = [Column("lost_on", _("Lost on"), "day"), Column("on", _(held), "day")]
    texts = [Column(name, _(labels[name])) for name in interview_form.PLAIN if name != "on"]
    return [Column("customer_id", _("Id")), *days, *texts, Column("answers", _("In their own words"))]


def flat(interview: Interview) -> dict[str, Any]:
    """An interview as one row, reasons as codes of the newest list."""
    answers = "\n".join(f"{answer.wording} {answer.text}" for answer in interview.answers if answer.text)
    plain = {column.field: getattr(interview, column.field) for column in columns() if column.field != "answers"}
    history = interviews.feedback().history
    stated = code_under(history, interview.stated, interview.taxonomy, len(history)) if interview.stated else ""
    return {**plain, "stated": stated, "diagnosed": code_now(interview), "answers": answers}
