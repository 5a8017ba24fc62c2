"""What people say while a review is held: notes, votes, decisions and the parking lot, on every screen within a second.

Everything said is a row of its own, so nobody ever waits for or writes over another; a screen that follows asks once a
second whether the database was written to, and reads again only then.
"""

from collections.abc import Callable

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from analysis.review.times import at_item, before, spent
from dashboard import formats, refusals, review_words, session, who
from dashboard.gateway import reviews
from dashboard.gateway.clock import now
from dashboard.language import N_, _, ngettext
from dashboard.markup import element
from data.records_reviews import Note, Review, ReviewDecision, Vote

#: Seconds between two looks.
EVERY = 1.0
LONGEST = 2_000
#: Notes that can be voted for at a glance.
NEWEST = 12
_CLOCK, _LATE = ":material/timer:", ":red[{words}]"
KINDS = {
    "note": N_("Note"),
    "decision": N_("Decision"),
    "action": N_("Action"),
    "finding": N_("Finding"),
    "parking": N_("Parking lot"),
}
_ICONS = {
    "note": ":material/chat:",
    "decision": ":material/gavel:",
    "action": ":material/task_alt:",
    "finding": ":material/lightbulb:",
    "parking": ":material/local_parking:",
}


def draw(review: Review, item: int, *, timed: bool = False) -> None:
    """What is said of an item, and the field that adds to it; turns with the presenter as soon as he turns.

    item   0 is the whole review. timed: with how long the meeting is at it.
    """
    _watch(review.id, item, _shape(review), timed)


@st.fragment(run_every=EVERY)
def _watch(number: int, item: int, drawn: tuple[object, ...], timed: bool) -> None:
    review = reviews.live(number)
    if review is None or _shape(review) != drawn:
        st.rerun()
    if timed:
        _draw_time(review, item)
    _draw_votes(review, item)
    _draw_decisions(review, item)
    _draw_notes(review, item, "note")
    _draw_form(review, item)
    _draw_notes(review, 0, "parking")


def _shape(review: Review) -> tuple[object, ...]:
    """What the rest of the screen was drawn from; anything else that is said changes only this part of it."""
    items = tuple((one.id, one.title, one.state, one.position, one.minutes, one.owner) for one in review.items)
    return review.state, at_item(review), items


def _draw_time(review: Review, item: int) -> None:
    found = review_words.item_of(review, item)
    if found is None:
        return
    seconds = int(spent(review.steps, item, now()).total_seconds())
    clock = f"{seconds // 60}:{seconds % 60:02}"
    planned = _("{clock} of {planned}").format(clock=clock, planned=review_words.minutes(found.minutes))
    words = f"{_CLOCK} **{planned}**"
    st.markdown(_LATE.format(words=words) if seconds > found.minutes * 60 else words)


def _draw_votes(review: Review, item: int) -> None:
    if item:
        _vote(review, Vote("item", item, who.you()), _("Important"))


def _vote(review: Review, mine: Vote, label: str) -> None:
    """The button with the votes so far; a second click takes one's own back."""
    given = [vote for vote in review.votes if (vote.on, vote.ref) == (mine.on, mine.ref)]
    st.button(
        f"{label} · **{len(given)}**",
        key=f"live.vote.{mine.on}.{mine.ref}",
        icon=":material/thumb_up:",
        type="primary" if mine in given and mine.who else "tertiary",
        disabled=not mine.who,
        help=formats.plain(", ".join(vote.who for vote in given)) or None,
        on_click=refusals.press,
        args=(reviews.vote, review.id, mine),
    )


def _draw_decisions(review: Review, item: int) -> None:
    for made in review.decisions:
        if made.item == item and not made.withdrawn:
            with _line():
                st.markdown(f"{decision(made)} · {formats.plain(made.who)}", width="stretch")
                _take_back(made.who, "decision", made.id)


def decision(made: ReviewDecision) -> str:
    """A decision in a line, with the owner of the action that carries it out."""
    kind = "action" if made.action else "decision"
    what, icon = _(KINDS[kind]), _ICONS[kind]
    owner = f" · {formats.plain(made.owner)}" if made.owner else ""
    return f"{icon} **{what}:** {formats.plain(made.text)}{owner}"


def _draw_notes(review: Review, item: int, kind: str) -> None:
    """The newest notes, each a button that votes for it; earlier ones as one list, so that a look costs little."""
    shown = [n for n in review.notes if n.kind == kind and not n.withdrawn and (n.item == item or kind == "parking")]
    if kind == "parking" and shown:
        st.markdown(f"{_ICONS[kind]} **{_(KINDS[kind])}**")
    earlier = [element("li", f"{one.text} · {one.who}") for one in shown[:-NEWEST]]
    if earlier:
        st.html(element("ul", *earlier, class_="live-earlier"))
    for one in shown[-NEWEST:]:
        _draw_note(review, one)


def _draw_note(review: Review, one: Note) -> None:
    text = f"{formats.plain(one.text)} · {formats.plain(one.who)}"
    if one.who != who.you():
        _vote(review, Vote("note", one.id, who.you()), text)
        return
    with _line():
        _vote(review, Vote("note", one.id, who.you()), text)
        _take_back(one.who, "note", one.id)


def _line() -> DeltaGenerator:
    return st.container(horizontal=True, vertical_alignment="center", gap="small")


def _take_back(author: str, kind: str, number: int) -> None:
    if author == who.you():
        st.button(
            _("Take back"),
            key=f"live.back.{kind}.{number}",
            type="tertiary",
            icon=":material/undo:",
            on_click=refusals.press,
            args=_BACK[kind](number, author),
        )


_BACK: dict[str, Callable[[int, str], tuple[object, ...]]] = {
    "note": lambda number, author: (reviews.withdraw_note, number, author),
    "decision": lambda n, author: (reviews.withdraw_decision, n, author, _("The decision was taken back.")),
}


def _draw_form(review: Review, item: int) -> None:
    """One line, what it is said as, and of which item.

    The line is the same for all items: what is being typed stays when the presenter turns. Its text travels with the
    deed of sending it: a look that comes between the two while the server is busy cannot empty it, as it can a field
    of a form.
    """
    if not who.you():
        st.caption(_("Say who you are, then you can add notes, votes, decisions and findings."))
        return
    st.segmented_control(
        _("Add as"),
        list(KINDS),
        key="live.kind",
        default="note",
        format_func=lambda kind: f"{_ICONS[kind]} {_(KINDS[kind])}",
        required=True,
    )
    about = _draw_about(review, item)
    if session.get("live.kind") in {"decision", "action"}:
        st.text_input(_("Owner"), key="live.owner", max_chars=80)
    st.chat_input(
        _("What was said, decided or found"),
        key="live.text",
        max_chars=LONGEST,
        on_submit=_add,
        args=(review.id, about),
    )
    _draw_unsaved()


def _draw_about(review: Review, item: int) -> int:
    """Which item it is said of: the one the meeting is at, unless somebody was still at the one before."""
    last = before(review.steps)
    if review_words.item_of(review, last) is None:
        return item
    return st.segmented_control(
        _("Said of"),
        [item, last],
        key=f"live.about.{item}.{last}",
        default=item,
        format_func=lambda number: _("this item") if number == item else _("the item before"),
        required=True,
    )


def _draw_unsaved() -> None:
    """What was refused, until the reader says that it is safe elsewhere."""
    unsaved: tuple[str, ...] = session.get("live.unsaved", ())
    if unsaved:
        st.warning(_("This could not be stored. Copy it and try again."))
        for text in unsaved:
            st.code(text, language=None, wrap_lines=True)
        st.button(_("I have it"), key="live.unsaved.done", on_click=session.forget, args=("live.unsaved",))


def _add(number: int, item: int) -> None:
    """Store what this tab wrote; a text that could not be stored stays on the screen."""
    text, owner = ((session.get(f"live.{field}") or "").strip() for field in ("text", "owner"))
    if not text:
        return
    deeds: dict[str, Callable[[], object]] = {
        "note": lambda: reviews.note(number, Note(text, item), who.you()),
        "parking": lambda: reviews.note(number, Note(text, item, "parking"), who.you()),
        "decision": lambda: reviews.decide(number, ReviewDecision(text, item, owner=owner), who.you()),
        "action": lambda: reviews.act(number, ReviewDecision(text, item, owner=owner), who.you()),
        "finding": lambda: reviews.find(number, text, who.you()),
    }
    if refusals.tried(deeds[session.get("live.kind") or "note"]):
        session.put("live.owner", "")
    else:
        session.put("live.unsaved", (*session.get("live.unsaved", ()), text))


def draw_ended(review: Review) -> None:
    """Say that somebody ended the meeting, where its screens are still shown."""
    if review.state != "running":
        st.info(_("The meeting has ended. Its minutes stand under Follow up."), icon=":material/event_available:")


def here(review: Review) -> str:
    """How many people are at the review, in words."""
    n = sum(one.present for one in review.attendees)
    return ngettext("{n} person here", "{n} people here", n).format(n=formats.count(n))
