"""Who is at the review, by department; whoever says who he is, is there."""

from collections import defaultdict

import streamlit as st

from dashboard import formats, refusals, session, who
from dashboard.gateway import reviews
from dashboard.language import _, ngettext
from data.records_reviews import Attendee, Review


def with_me(review: Review) -> Review:
    """The review with whoever is at this screen among those there.

    A tab says so once for each name and department: when somebody else says later that he left, that stands.
    """
    mine = _mine(review)
    said = review.id, mine
    if not mine.name or session.get("attend.said") == said:
        return review
    if mine not in map(_plain, review.attendees) and not refusals.tried(reviews.attend, review.id, mine, mine.name):
        return review
    session.put("attend.said", said)
    return reviews.live(review.id) or review


def _mine(review: Review) -> Attendee:
    """Whoever is at this screen; of the department he is known by, where he gave none."""
    name = who.you()
    known = next((one.department for one in review.attendees if one.name == name), "")
    return Attendee(name, who.department() or known)


def _plain(one: Attendee) -> Attendee:
    return Attendee(one.name, one.department, one.present)


def draw_me(review: Review) -> None:
    """The fields for one's own name and department; what is said there counts as attendance."""
    who.ask((one.name for one in review.attendees), departments=True)


def draw(review: Review) -> None:
    """Everybody by department, and a field to add somebody."""
    by = defaultdict[str, list[Attendee]](list)
    for one in review.attendees:
        by[one.department].append(one)
    for code in sorted(by, key=lambda code: (not code, who.department_name(code))):
        here = sum(one.present for one in by[code])
        name = who.department_name(code) if code else _("Without a department")
        told = ngettext("{n} here", "{n} here", here).format(n=formats.count(here))
        st.markdown(f"**{formats.plain(name)}** · {told}")
        with st.container(horizontal=True, key=f"attend-{code or 'none'}"):
            for one in by[code]:
                _draw_one(review, one)
    _draw_new(review)


def _draw_one(review: Review, one: Attendee) -> None:
    turned = Attendee(one.name, one.department, not one.present)
    st.button(
        formats.plain(one.name),
        key=f"attend.{one.id}",
        icon=":material/person_check:" if one.present else ":material/person_off:",
        type="secondary" if one.present else "tertiary",
        help=_("A click says whether this person is there."),
        disabled=review.state == "signed",
        on_click=refusals.press,
        args=(reviews.attend, review.id, turned, who.you()),
    )


def _draw_new(review: Review) -> None:
    if review.state == "signed":
        return
    form = st.form("attend.new", border=False)
    with form, st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(_("Name"), key="attend.name", max_chars=80, width=240)
        st.selectbox(
            _("Department"),
            list(who.DEPARTMENTS),
            index=None,
            key="attend.department",
            format_func=who.department_name,
            placeholder=_("Choose or type"),
            accept_new_options=True,
            width=240,
        )
        st.form_submit_button(_("Add"), key="attend.add", on_click=_add, args=(review,))


def _add(review: Review) -> None:
    name = (session.get("attend.name") or "").strip()
    one = Attendee(name, session.get("attend.department") or "", review.state in {"running", "held"})
    if name and refusals.tried(reviews.attend, review.id, one, who.you()):
        session.put("attend.name", "")
        session.put("attend.department", None)
