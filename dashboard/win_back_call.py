"""One call of the win-back list: whom to call and why, and what came of it; written by two people at once."""

from collections.abc import Mapping

import streamlit as st

from dashboard import action_draft, action_fields, action_words, formats, reason_words, who
from dashboard.filters import Look
from dashboard.gateway import interviews, win_back
from dashboard.language import N_, _
from data.records_improvement import Action, Call

#: What one writes of a call.
LABELS = {"owner": N_("Owner"), "state": N_("Outcome"), "note": N_("Note")}
_FIELDS = tuple(LABELS)


def draw(call: Call, known: Mapping[int, Action], look: Look) -> None:
    """The card of a customer, with the fields of the outcome."""
    with st.container(border=True, key=f"call-{call.id}", gap="xsmall"):
        st.markdown(f"**{formats.plain(call.name or call.customer_id)}**")
        st.caption(formats.plain(" · ".join(told(call, known.get(call.action), look))))
        if words := quote(call):
            st.text(_("“{words}”").format(words=words))
        _draw_outcome(call)


def told(call: Call, action: Action | None, look: Look) -> list[str]:
    """What stands below the name of a customer."""
    said = [_("{money} a month").format(money=formats.money(call.mrr_cents, look.currency, compact=True))]
    said += [_("lost on {day}").format(day=formats.day(call.lost_on)), why(call, action)]
    stated = stated_of(call, action)
    said += [_("stated: {reason}").format(reason=stated)] if stated else []
    said += [action.title] if action else []
    paid: int | None = call.facts.get("returned_mrr_cents")
    if call.state == "returned" and paid is not None:
        said.append(_("pays {money} again").format(money=formats.money(paid, look.currency, compact=True)))
    return said


def why(call: Call, action: Action | None) -> str:
    """Why somebody is on the list, in words."""
    if call.why == "reason" and action is not None:
        return _("left for: {reason}").format(reason=_label(win_back.reason_of(action)))
    return _(action_words.WHYS[call.why])


def stated_of(call: Call, action: Action | None) -> str:
    """The reason a customer gave, where it is another than the one they are called for; else nothing."""
    code, _words = win_back.meant(call)
    return _label(code) if code and (action is None or code != win_back.reason_of(action)) else ""


def quote(call: Call) -> str:
    """What the customer said in words of their own; nothing where they only picked a reason."""
    return win_back.meant(call)[1]


def _label(code: str) -> str:
    return reason_words.reason(interviews.taxonomy(), code)


def _draw_outcome(call: Call) -> None:
    """Owner, outcome and note of the draft of this tab, and what somebody else wrote meanwhile."""
    place = f"call.{call.id}"
    draft = action_draft.held(place, call, _FIELDS)
    blocked = action_fields.draw_conflict(place, draft, call, LABELS, _value)
    mine: Call = draft.mine
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"outcome-{call.id}"):
        st.text_input(
            **action_fields.looks(place, "owner", mine.owner, _(LABELS["owner"]), str.strip), max_chars=120, width=148
        )
        st.selectbox(
            **action_fields.looks(place, "state", mine.state, _(LABELS["state"])),
            options=list(action_words.CALLS),
            format_func=lambda code: _(action_words.CALLS[code]),
            width=148,
        )
        st.text_input(
            **action_fields.looks(place, "note", mine.note, _(LABELS["note"]), str.strip), max_chars=2_000, width=300
        )
        action_fields.draw_save(place, draft, LABELS, _record, call.id, place, blocked=blocked)


def _value(call: Call, name: str) -> str:
    held: str = getattr(call, name)
    return _(action_words.CALLS[held]) if name == "state" else held or formats.NOTHING


def _record(number: int, place: str) -> None:
    """Store what was written here; what somebody else stored meanwhile stays, and the page shows both."""
    now = win_back.find(number)
    action_fields.store(
        place, now, lambda mine: now and win_back.record(now, mine.state, mine.note, mine.owner, who.you())
    )
