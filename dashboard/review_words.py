"""What reviews, the items of their agenda and what people add to them are called."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from dashboard import formats, pack_words
from dashboard.gateway import reviews
from dashboard.language import N_, _
from data.records_reviews import Item, Review

STATES = {
    "draft": N_("Not prepared yet"),
    "prepared": N_("Prepared"),
    "running": N_("Being held"),
    "held": N_("Held"),
    "signed": N_("Signed"),
}
ITEM_STATES = {"open": N_("open"), "done": N_("done"), "parked": N_("parked")}
_ICONS = {
    "verdicts": ":material/verified:",
    "question": ":material/help:",
    "finding": ":material/lightbulb:",
    "action": ":material/task_alt:",
    "free": ":material/edit_note:",
}


def name(review: Review) -> str:
    """The quarter as the reader's language writes it, with the title somebody gave the review."""
    quarter = formats.period(review.start, "quarter")
    return f"{quarter} · {review.title}" if review.title else quarter


def item(found: Item) -> str:
    """The title of an item: what it is about in the reader's language, or what somebody wrote."""
    if found.kind in {"verdicts", "question"}:
        return pack_words.section(found.ref or found.kind)
    if found.kind == "finding":
        kept = reviews.finding_of(found)
        return kept.sentence if kept else found.title
    if found.kind == "action":
        action = reviews.action_of(found)
        return action.title if action else found.title
    return found.title or pack_words.section_or(found.ref)


def icon(found: Item) -> str:
    """A small picture of what kind of item it is."""
    return _ICONS[found.kind]


def item_of(review: Review, number: int) -> Item | None:
    """The item of this number; None for the front page."""
    return next((one for one in review.items if one.id == number), None)


def minutes(amount: float) -> str:
    """A length of time in minutes."""
    return _("{n} min").format(n=formats.count(amount))


def stands_on(review: Review, pack: Mapping[str, Any]) -> str:
    """What the numbers of a review stand on."""
    told = _("Frozen on data release {number}, as of {day}; pack {digest}.")
    day = formats.day(date.fromisoformat(pack["as_of"])) if pack.get("as_of") else formats.NOTHING
    return told.format(number=review.release, day=day, digest=review.digest[:12])
