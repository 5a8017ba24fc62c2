"""The sections of the interviews page: whom next, drafts, what was held, and what is asked."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import streamlit as st

from analysis.feedback.lists import Worklist
from dashboard import (
    formats,
    interview_form,
    interview_read,
    interview_upload,
    questionnaire_form,
    reason_words,
    sections,
    session,
    tables,
    taxonomy_form,
    url_state,
)
from dashboard.filters import Look
from dashboard.gateway import interviews, releases
from dashboard.gateway.interviews import Loss
from dashboard.language import N_, _
from dashboard.tables import Column
from data.errors import NoData
from data.records import Period
from data.records_interviews import Interview

SECTIONS = {
    "next": N_("Whom next"),
    "drafts": N_("Drafts"),
    "done": N_("Held"),
    "asked": N_("Reasons and questions"),
}
T = TypeVar("T")
#: Customers and interviews drawn with a button each, until more are asked for.
SHOWN = 8
#: Rows of the table, the largest; the downloads have all of them.
LISTED = 1_000


def draw(look: Look) -> None:
    """One interview when the address names it, else the section the reader chose."""
    number = url_state.page_value("interview")
    if re.fullmatch("[0-9]{1,9}", number):
        _draw_one(int(number), look)
        return
    section = sections.choose(SECTIONS)
    _DRAWN[section](look)


def _draw_one(number: int, look: Look) -> None:
    st.button(
        _("Back to the list"), icon=":material/arrow_back:", type="tertiary", key="interview.back", on_click=_back
    )
    try:
        stored = interviews.get(number)
    except NoData:
        st.info(_("There is no such interview any more. The list shows those there are."))
        interview_form.draw_unsaved(number, None)
        return
    loss = interviews.loss_of(stored)
    if stored.state == "draft":
        interview_form.draw(stored, loss, look)
    else:
        interview_form.draw_unsaved(number, stored)
        interview_read.draw(stored, loss, look)


def _back() -> None:
    session.put("interview", "")


def open_interview(number: int) -> None:
    """Show one interview at the next run; to be called before anything is drawn, as a callback."""
    session.put("interview", str(number))


def draw_next(look: Look) -> None:
    """Lost customers nobody has talked to, most revenue first, each with a button that begins the interview."""
    head = st.container(gap="small")
    find = _search(_("Customer or id"))
    found = interviews.worklist(look.scope, period_of(look), find, LISTED)
    head.markdown(f"**{formats.plain(_size(found, look))}**", help=_worklist_rule(look))
    if find.strip() and not found.found:
        _draw_held_already(find)
    if not found.lost:
        dated = period_of(look) is not None
        st.info(_("Nobody was lost in this period. Choose a longer one.") if dated else _("Nobody of these is lost."))
        return
    if not found.waiting:
        st.info(_("Nobody is waiting: every lost customer of this period has an interview or a draft."))
        return
    if find.strip():
        numbers = {"n": formats.count(found.found), "all": formats.count(found.waiting)}
        st.caption(_("{n} of {all} have this in their name or id").format(**numbers))
    if not found.found:
        return
    _draw_first(found.shown, lambda loss: _draw_waiting(loss, look))
    if found.found > SHOWN:
        with st.expander(_("All {n} in one table").format(n=formats.count(found.found)), key="all-waiting"):
            rows = [_flat(loss) for loss in found.shown]
            tables.draw(
                rows, columns(), key="waiting", alt=_("Lost customers without an interview"), currency=look.currency
            )
            if found.found > len(rows):
                n = formats.count(len(rows))
                st.caption(_("The table shows the {n} largest; the downloads hold all.").format(n=n))
    tables.downloads(lambda: _all_waiting(look, find), columns(), name="interviews-next", currency=look.currency)


def _draw_held_already(find: str) -> None:
    """Nobody is found: perhaps because the customer has an interview, which the section of those held shows."""
    held = interviews.done()
    names = interviews.names(held)
    mentioned = {i.customer_id for i in held if _is_called(i, names, find)}
    if mentioned:
        text = _("{n} customers with this in their name or id have an interview: see “Held” to interview them again.")
        st.info(text.format(n=formats.count(len(mentioned))))


def _is_called(interview: Interview, names: Mapping[str, str], find: str) -> bool:
    name = names.get(interview.customer_id, "")
    return any(find.strip().lower() in text.lower() for text in (interview.customer_id, name))


def _search(placeholder: str) -> str:
    return url_state.words(
        st.text_input, _("Search"), "find", placeholder=placeholder, icon=":material/search:", width=320
    )


def _draw_first(listed: Sequence[T], draw_one: Callable[[T], None]) -> None:
    """The first of a list, and a button that shows more of it."""
    shown: int = session.get("interviews.shown", SHOWN)
    for one in listed[:shown]:
        draw_one(one)
    if len(listed) > shown:
        more = ("interviews.shown", shown + SHOWN)
        st.button(_("Show more"), key="interviews.more", type="tertiary", on_click=session.put, args=more)


def _all_waiting(look: Look, find: str) -> list[dict[str, Any]]:
    return [_flat(loss) for loss in interviews.worklist(look.scope, period_of(look), find, None).shown]


def period_of(look: Look) -> Period | None:
    """The range of the filters; None for a snapshot, which does not say when somebody left."""
    return None if look.release.shape == "snapshot" else releases.whole_range(look.scope)


def _size(found: Worklist, look: Look) -> str:
    text = _("{n} of {lost} lost customers have no interview yet; they paid {money} a month")
    return text.format(
        n=formats.count(found.waiting),
        lost=formats.count(found.lost),
        money=formats.money(found.mrr_cents, look.currency, compact=True),
    )


def _worklist_rule(look: Look) -> str | None:
    """Whom the list holds, and why other pages name other numbers of losses for the same range."""
    if period_of(look) is None:
        return None
    return _(
        "Everybody who left in the range and is not back. Reasons and Personas count those there at the start of the "
        "range and gone at its end: without those who joined or came back inside it. Rates and Money add up period by "
        "period: a customer who left, came back and left again counts twice."
    )


def _draw_waiting(loss: Loss, look: Look) -> None:
    taxonomy = interviews.taxonomy()
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"waiting-{loss.customer_id}"):
        money, lost_on = formats.money(loss.mrr_cents, look.currency), formats.day(loss.lost_on) if loss.dated else ""
        owner = _("looked after by {name}").format(name=loss.owner) if loss.owner else ""
        said = _("stated: {reason}").format(reason=reason_words.reason(taxonomy, loss.stated))
        with st.container(gap=None):
            st.markdown(f"**{formats.plain(loss.name)}** · {formats.plain(money)}")
            st.caption(formats.plain(" · ".join(part for part in (lost_on, said, owner) if part)))
        st.button(
            _("Interview"),
            icon=":material/record_voice_over:",
            key=f"waiting.{loss.customer_id}.start",
            on_click=_start,
            args=(loss,),
        )


def _start(loss: Loss) -> None:
    open_interview(interviews.start(loss.customer_id, loss.lost_on, loss.owner).id)


def columns() -> list[Column]:
    """Columns of the worklist."""
    return [
        Column("customer_id", _("Id")),
        Column("name", _("Name")),
        Column("mrr_cents", _("MRR lost"), "money"),
        Column("lost_on", _("Lost on"), "day"),
        Column("owner", _("Looked after by")),
        Column("stated", _("Stated reason")),
        Column("suggested", _("Suggested by behaviour")),
    ]


def _flat(loss: Loss) -> dict[str, Any]:
    taxonomy = interviews.taxonomy()
    plain = {name: getattr(loss, name) for name in ("customer_id", "name", "mrr_cents", "lost_on", "owner")}
    words = {"stated": reason_words.reason(taxonomy, loss.stated), "suggested": reason_words.suggested(taxonomy, loss)}
    return {**plain, **words}


def draw_drafts(look: Look) -> None:
    """Interviews somebody has begun; whoever opens one goes on where it was left."""
    found = interviews.drafts()
    if not found:
        st.info(_("There are no drafts. Begin an interview under “Whom next”."))
    names = interviews.names(found)
    _draw_first(found[::-1], lambda draft: _draw_listed(draft, names, _("Go on")))


def draw_done(look: Look) -> None:
    """Finished interviews, the newest first; those held elsewhere come in from a file."""
    interview_upload.draw()
    found = tuple(sorted(interviews.done(), key=lambda i: (i.on or i.lost_on, i.id), reverse=True))
    if not found:
        st.info(_("No interview has been finished yet. Begin one under “Whom next”."))
        return
    find, names = _search(_("Customer, interviewer or words")), interviews.names(found)
    shown = [i for i in found if interview_read.mentions(i, find, names.get(i.customer_id, ""))]
    st.caption(_("{n} of {all} interviews").format(n=formats.count(len(shown)), all=formats.count(len(found))))
    _draw_first(shown, lambda interview: _draw_listed(interview, names, _("Read")))
    tables.downloads(
        lambda: [interview_read.flat(interview) for interview in shown], interview_read.columns(), name="interviews"
    )


def _draw_listed(interview: Interview, names: Mapping[str, str], action: str) -> None:
    taxonomy = interviews.taxonomy()
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"listed-{interview.id}"):
        name = names.get(interview.customer_id, interview.customer_id)
        day = formats.day(interview.on) if interview.on else _("no day yet")
        by = interview.interviewer or _("nobody named yet")
        code = interview_read.code_now(interview)
        title = (f"**{formats.plain(name)}**", formats.plain(reason_words.reason(taxonomy, code)) if code else "")
        with st.container(gap=None):
            st.markdown(" · ".join(filter(None, title)))
            st.caption(formats.plain(f"{day} · {by}"))
        st.button(action, key=f"listed.{interview.id}.open", on_click=open_interview, args=(interview.id,))


def draw_asked(look: Look) -> None:
    """The list of reasons and the questions, both changed without losing what was answered before."""
    taxonomy_form.draw()
    questionnaire_form.draw()


_DRAWN: dict[str, Callable[[Look], None]] = {
    "next": draw_next,
    "drafts": draw_drafts,
    "done": draw_done,
    "asked": draw_asked,
}
