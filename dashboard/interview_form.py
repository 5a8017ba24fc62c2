"""The form of an exit interview: every change is kept at once, and nobody writes over what somebody else wrote."""

from dataclasses import replace
from typing import Any

import streamlit as st

from analysis.feedback.interview_file import LONGEST, LONGEST_ANSWER
from analysis.feedback.interviews import as_of_newest, differences, earliest_day
from dashboard import formats, reason_words, session
from dashboard.filters import Look
from dashboard.gateway import interviews
from dashboard.gateway.clock import latest_today
from dashboard.gateway.interviews import Loss
from dashboard.language import N_, _
from dashboard.said import in_this_language
from data.errors import Busy, NoData, ReviewError
from data.records_interviews import Answer, Interview

PLAIN = (
    "interviewer",
    "on",
    "channel",
    "stated",
    "diagnosed",
    "avoidable",
    "competitor",
    "return_condition",
    "help_sought",
)
REASONS = ("stated", "diagnosed")
LABELS = {
    "interviewer": N_("Interviewer"),
    "on": N_("Day of the interview"),
    "channel": N_("Channel"),
    "stated": N_("Reason the customer gives"),
    "diagnosed": N_("Reason you found"),
    "avoidable": N_("Could we have avoided it?"),
    "competitor": N_("Competitor they went to"),
    "return_condition": N_("What would bring them back"),
    "help_sought": N_("Did they look for help before leaving?"),
}


def draw(stored: Interview, loss: Loss | None, look: Look) -> None:
    """The form on a draft as it stands in the database."""
    stored = _of_newest_list(stored)
    seen = _seen(stored)
    draw_about(stored, loss, look)
    # Data that do not show the loss do not say who looks after the customer either.
    owner = None if loss is None else loss.owner
    if stored.version != seen.version:
        _draw_conflict(stored, seen, owner)
    with st.container(key="interview-form"):
        _draw_head(stored, owner)
        _draw_questions(seen, owner)
        _draw_findings(stored, owner)
        _draw_end(stored, owner)


def draw_unsaved(number: int, theirs: Interview | None) -> None:
    """What this tab could not store any more, for copying; theirs: the finished interview, None when removed."""
    mine: Interview | None = session.get(_key(number, "unsaved"))
    names = () if mine is None else differences(theirs or Interview(mine.customer_id, mine.lost_on), mine)
    if mine is None or not names:
        return
    with st.container(border=True, key="unsaved"):
        if theirs is None:
            st.warning(_("Somebody removed this draft meanwhile. What you wrote is not stored; copy what you need."))
        else:
            st.warning(
                _("Somebody finished this interview meanwhile. What you wrote is not stored; copy what you need.")
            )
        for name in names:
            st.markdown(f"**{formats.plain(_field(mine, name))}**")
            st.text(_value(mine, name))
        st.button(
            _("I have copied it"), key="unsaved.gone", on_click=session.forget_all, args=(f"interview.{number}.",)
        )


def draw_about(interview: Interview, loss: Loss | None, look: Look) -> None:
    """Whom the interview is about: what they paid, when they left, what they said and did before."""
    name = interview.customer_id if loss is None else loss.name
    st.header(formats.plain(name), anchor=False)
    if loss is None:
        st.caption(
            _("Lost on {day}; the newest data do not show this loss.").format(day=formats.day(interview.lost_on))
        )
        return
    taxonomy = interviews.taxonomy()
    told = [
        _("Lost on {day}").format(day=formats.day(loss.lost_on)),
        _("paid {money} a month").format(money=formats.money(loss.mrr_cents, look.currency)),
        _("customer since {day}").format(day=formats.day(loss.started_on)),
    ]
    told += [_("looked after by {name}").format(name=loss.owner)] if loss.owner else []
    st.caption(formats.plain(" · ".join(told)))
    st.markdown(
        formats.plain(_("Stated when leaving: {reason}").format(reason=reason_words.reason(taxonomy, loss.stated)))
        + "  \n"
        + formats.plain(_("Suggested by behaviour: {reason}").format(reason=reason_words.suggested(taxonomy, loss)))
    )


def _key(number: int, field: str) -> str:
    return f"interview.{number}.{field}"


def _seen(stored: Interview) -> Interview:
    """The draft this tab works on; taken from the database when it is opened, or when only others changed it."""
    seen: Interview | None = session.get(_key(stored.id, "seen"))
    untouched = seen is not None and seen.version != stored.version and not differences(seen, _mine(seen))
    # Streamlit forgets the fields of a page that is left.
    if seen is None or untouched or session.get(_key(stored.id, "interviewer")) is None:
        _take(stored)
        return stored
    return _follow_list(seen)


def _of_newest_list(stored: Interview) -> Interview:
    """A draft with its reasons in the words of the newest list; what cannot be said in them any more is said so."""
    now = as_of_newest(interviews.feedback().history, stored)
    for name in REASONS:
        if getattr(stored, name) and not getattr(now, name):
            session.put(_key(stored.id, f"gone.{name}"), (getattr(stored, name), stored.taxonomy))
    return now


def _follow_list(seen: Interview) -> Interview:
    """What this tab shows, carried over when the list of reasons was changed since."""
    history = interviews.feedback().history
    if seen.taxonomy == len(history):
        return seen
    shown = _of_newest_list(replace(seen, **{name: session.get(_key(seen.id, name)) or "" for name in REASONS}))
    for name in REASONS:
        session.put(_key(seen.id, name), getattr(shown, name))
    now = as_of_newest(history, seen)
    session.put(_key(seen.id, "seen"), now)
    return now


def _take(stored: Interview) -> None:
    """Show what is stored in every field."""
    stored = _of_newest_list(stored)
    session.put(_key(stored.id, "seen"), stored)
    session.forget(_key(stored.id, "unsaved"))
    for name in PLAIN:
        session.put(
            _key(stored.id, name), getattr(stored, name) if name == "on" else getattr(stored, name) or _none(name)
        )
    for answer in stored.answers:
        session.put(_key(stored.id, f"answers.{answer.question}"), answer.text)


def _none(name: str) -> str | None:
    return None if name in {"avoidable", "help_sought"} else ""


def _mine(seen: Interview) -> Interview:
    """The draft as the fields of this tab show it."""
    plain: dict[str, Any] = {name: session.get(_key(seen.id, name)) for name in PLAIN}
    texts = {name: (value or "").strip() for name, value in plain.items() if name != "on"}
    answers = tuple(_answer(seen, answer) for answer in seen.answers)
    return replace(seen, on=plain["on"], answers=answers, **texts)


def _answer(seen: Interview, answer: Answer) -> Answer:
    text = session.get(_key(seen.id, f"answers.{answer.question}"), answer.text)
    return replace(answer, text=text)


def _keep(number: int, owner: str | None) -> None:
    """Store what the fields show; a draft somebody else changed meanwhile is left, and the page shows both."""
    seen: Interview | None = session.get(_key(number, "seen"))
    seen = seen and _follow_list(seen)
    if seen is None or not differences(seen, _mine(seen)):
        return
    try:
        session.put(_key(number, "seen"), interviews.save(_mine(seen), owner))
        session.forget(_key(number, "unsaved"))
    except Busy:
        session.put(_key(number, "unsaved"), _mine(seen))
        st.toast(_("Somebody else changed this draft. Nothing was written over; see below."), icon=":material/warning:")
    except ReviewError as refused:
        session.put(_key(number, "unsaved"), _mine(seen))
        st.toast(formats.plain(in_this_language(str(refused))), icon=":material/error:")


def _draw_conflict(theirs: Interview, seen: Interview, owner: str | None) -> None:
    """Both versions side by side, and the choice between them."""
    mine = _mine(seen)
    with st.container(border=True, key="conflict"):
        st.warning(_("Somebody else changed this draft meanwhile. Nothing of yours is stored until you choose."))
        rows = [
            {_("Field"): _field(mine, name), _("Theirs"): _value(theirs, name), _("Yours"): _value(mine, name)}
            for name in differences(theirs, mine)
        ]
        for row in rows:
            st.markdown("  \n".join(f"**{formats.plain(k)}**: {formats.plain(v)}" for k, v in row.items()))
        with st.container(horizontal=True):
            st.button(_("Take theirs"), key="conflict.theirs", on_click=_take, args=(theirs,))
            st.button(_("Keep mine"), key="conflict.mine", on_click=_keep_mine, args=(theirs, owner))


def _keep_mine(theirs: Interview, owner: str | None) -> None:
    seen = _follow_list(session.get(_key(theirs.id, "seen")))
    try:
        session.put(_key(theirs.id, "seen"), interviews.save(replace(_mine(seen), version=theirs.version), owner))
        session.forget(_key(theirs.id, "unsaved"))
    except ReviewError as refused:
        session.put(_key(theirs.id, "unsaved"), _mine(seen))
        st.toast(formats.plain(in_this_language(str(refused))), icon=":material/warning:")


def _field(interview: Interview, name: str) -> str:
    if name.startswith("answers."):
        number = name.removeprefix("answers.")
        wording = next((a.wording for a in interview.answers if a.question == number), number)
        return reason_words.question(number, wording)
    return _(LABELS.get(name, name))


def _value(interview: Interview, name: str) -> str:
    if name.startswith("answers."):
        number = name.removeprefix("answers.")
        return next((a.text for a in interview.answers if a.question == number), "") or "–"
    value = getattr(interview, name)
    if name in {"stated", "diagnosed"}:
        return reason_words.reason(interviews.taxonomy(), value)
    return "–" if value in {None, ""} else str(value)


def _draw_head(stored: Interview, owner: str | None) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(**_looks(stored, "interviewer", owner), max_chars=LONGEST["interviewer"], width=240)
        first, last = earliest_day(stored.lost_on, dated=interviews.dated()), latest_today()
        st.date_input(
            **_looks(stored, "on", owner),
            value=None,
            format="YYYY-MM-DD",
            min_value=min(first, stored.on or first),
            max_value=max(last, stored.on or last),
            width=180,
        )
        names = reason_words.CHANNELS
        st.selectbox(
            **_looks(stored, "channel", owner), options=list(names), format_func=lambda c: _(names[c]), width=180
        )
    if stored.own_account:
        st.warning(
            _(
                "The interviewer looks after this customer. Answers are franker when somebody neutral asks; "
                "this is noted."
            ),
            icon=":material/balance:",
        )


def _looks(stored: Interview, field: str, owner: str | None) -> dict[str, Any]:
    """What every field has: its label, its key, and that a change of it is kept."""
    key = _key(stored.id, field)
    return {"label": _(LABELS[field]), "key": key, "on_change": _keep, "args": (stored.id, owner)}


def _draw_questions(seen: Interview, owner: str | None) -> None:
    st.subheader(_("In their own words"), anchor=False)
    for answer in seen.answers:
        st.text_area(
            formats.plain(reason_words.question(answer.question, answer.wording)),
            key=_key(seen.id, f"answers.{answer.question}"),
            on_change=_keep,
            args=(seen.id, owner),
            height=84,
            max_chars=LONGEST_ANSWER,
        )


def _draw_findings(stored: Interview, owner: str | None) -> None:
    st.subheader(_("What it comes down to"), anchor=False)
    taxonomy = interviews.taxonomy()
    codes = ["", *(reason.code for reason in taxonomy.choosable)]
    left, right = st.columns(2)
    for place, field in ((left, "stated"), (right, "diagnosed")):
        if session.get(_key(stored.id, field)) not in codes:
            session.put(_key(stored.id, field), "")
        with place:
            st.selectbox(
                **_looks(stored, field, owner),
                options=codes,
                format_func=lambda code: reason_words.reason(taxonomy, code) if code else _("not said yet"),
            )
            _draw_gone(stored, field)
    with left:
        _draw_short(stored, "avoidable", reason_words.AVOIDABLE, owner)
        st.text_input(**_looks(stored, "competitor", owner), max_chars=LONGEST["competitor"])
    with right:
        _draw_short(stored, "help_sought", reason_words.HELP, owner)
        st.text_input(**_looks(stored, "return_condition", owner), max_chars=LONGEST["return_condition"])


def _draw_gone(stored: Interview, field: str) -> None:
    """A reason given before that the newest list has no more, until another one is chosen."""
    gone: tuple[str, int] | None = session.get(_key(stored.id, f"gone.{field}"))
    if gone is None or session.get(_key(stored.id, field)):
        return
    given = interviews.feedback().history[gone[1] - 1]
    text = _("It was {reason}, which can no longer be given. Choose anew.")
    st.caption(formats.plain(text.format(reason=reason_words.reason(given, gone[0]))))


def _draw_short(stored: Interview, field: str, names: dict[str, str], owner: str | None) -> None:
    st.segmented_control(**_looks(stored, field, owner), options=list(names), format_func=lambda code: _(names[code]))


def _draw_end(stored: Interview, owner: str | None) -> None:
    st.caption(_("Every change is kept as a draft when you leave its field. Whoever opens this page finds it again."))
    with st.container(horizontal=True):
        if st.button(_("Finish the interview"), type="primary", key="interview.finish", icon=":material/check:"):
            _finish(stored.id, owner)
        with st.popover(_("Delete the draft"), type="tertiary", key="interview-delete"):
            st.button(
                _("Yes, delete it"),
                key="interview.remove",
                on_click=_remove,
                args=(stored.id,),
                icon=":material/delete:",
            )


def _finish(number: int, owner: str | None) -> None:
    seen: Interview = session.get(_key(number, "seen"))
    try:
        interviews.finish(_mine(seen), owner)
    except ReviewError as refused:
        if isinstance(refused, Busy | NoData):
            session.put(_key(number, "unsaved"), _mine(seen))
        st.error(formats.plain(in_this_language(str(refused))), icon=":material/error:")
        return
    session.forget_all(f"interview.{number}.")
    st.rerun()


def _remove(number: int) -> None:
    seen: Interview = session.get(_key(number, "seen"))
    try:
        interviews.remove(seen)
    except ReviewError as refused:
        st.toast(formats.plain(in_this_language(str(refused))), icon=":material/error:")
        return
    session.put("interview", "")
