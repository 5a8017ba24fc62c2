"""What was said and done about an action: remarks with the names they mention, links, and every step of its life."""

import streamlit as st

from dashboard import action_words, formats, refusals, session, tables, who
from dashboard.filters import Look
from dashboard.gateway import actions
from dashboard.language import _
from dashboard.said import in_this_language
from data.records_improvement import Action, Comment

_ADDRESS = "https://…"


def draw(stored: Action, look: Look) -> None:
    """Comments, links and the history."""
    left, right = st.columns([3, 2], gap="large")
    with left:
        _draw_comments(stored)
    with right:
        _draw_links(stored)
    _draw_history(stored)


def _draw_comments(stored: Action) -> None:
    st.subheader(_("Comments"), anchor=False)
    for one in stored.comments:
        _draw_comment(one)
    with st.form("comment", border=False):
        st.text_area(
            _("Your comment"),
            key="comment.text",
            max_chars=4_000,
            height=90,
            placeholder=_("@name tells who is meant."),
        )
        st.form_submit_button(_("Comment"), key="comment.send", on_click=_comment, args=(stored.id,))


def _draw_comment(one: Comment) -> None:
    with st.container(border=True, key=f"comment-{one.id}", gap=None):
        when = formats.moment(one.at) if one.at else ""
        st.caption(formats.plain(" · ".join(filter(None, (one.who or _("nobody named"), when)))))
        st.text(one.text)
        if one.mentions:
            st.caption(formats.plain(_("For {names}").format(names=", ".join(one.mentions))))


def _comment(number: int) -> None:
    """What was refused stays in its field."""
    if refusals.tried(actions.comment, number, session.get("comment.text") or "", who.you()):
        session.put("comment.text", "")


def _draw_links(stored: Action) -> None:
    st.subheader(_("Links"), anchor=False)
    for one in stored.links:
        with st.container(horizontal=True, vertical_alignment="center", key=f"link-{one.id}"):
            st.link_button(formats.plain(one.title), one.url, icon=":material/link:", type="tertiary")
            st.button(
                _("Remove"),
                key=f"link.{one.id}.remove",
                type="tertiary",
                icon=":material/close:",
                on_click=_unlink,
                args=(stored.id, one.id),
            )
    with st.form("link", border=False):
        st.text_input(_("Address"), key="link.url", max_chars=2_000, placeholder=_ADDRESS)
        st.text_input(_("What it is"), key="link.title", max_chars=200)
        st.form_submit_button(_("Add the link"), key="link.add", on_click=_link, args=(stored.id,))


def _link(number: int) -> None:
    """What was refused stays in its fields."""
    url, title = (session.get(f"link.{name}") or "" for name in ("url", "title"))
    if refusals.tried(actions.link, number, url, title, who.you()):
        session.put("link.url", "")
        session.put("link.title", "")


def _unlink(number: int, link: int) -> None:
    refusals.press(actions.unlink, number, link, who.you())


def _draw_history(stored: Action) -> None:
    st.subheader(_("History"), anchor=False)
    rows = [
        {
            _("When"): formats.moment(one.at),
            _("Who"): one.who or formats.NOTHING,
            _("From"): _(action_words.STATES[one.before]) if one.before else formats.NOTHING,
            _("To"): _(action_words.STATES[one.after]),
            _("Why"): in_this_language(one.reason) or formats.NOTHING,
        }
        for one in stored.history[::-1]
    ]
    if rows:
        tables.plain_table(rows, alt=_("Every step, newest first"))
