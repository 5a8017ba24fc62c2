"""What every field of an action or its plan has, and how a draft of two people is brought together."""

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from dashboard import action_draft, formats, refusals, session, tables
from dashboard.action_draft import Draft
from dashboard.language import _


def looks(
    place: str, name: str, shown: Any, label: str, read: Callable[[Any], Any] = lambda value: value
) -> dict[str, Any]:
    """Label, key, and that a change of the field changes the draft; it shows what the draft holds."""
    key = f"{place}.{name}"
    if session.get(key) != shown:
        session.put(key, shown)
    return {"label": label, "key": key, "on_change": _take, "args": (place, name, key, read)}


def _take(place: str, name: str, key: str, read: Callable[[Any], Any]) -> None:
    action_draft.change(place, **{name: read(session.get(key))})


def draw_conflict(
    place: str, draft: Draft, stored: Any, labels: Mapping[str, str], value: Callable[[Any, str], str]
) -> bool:
    """What somebody else stored meanwhile, beside what is written here; whether there is such a conflict."""
    others = action_draft.by_others(draft, stored)
    if not others:
        return False
    both = action_draft.by_both(draft, stored)
    with st.container(border=True, key=f"conflict-{place}"):
        st.warning(_("Somebody else changed this meanwhile. Nothing of yours is stored until you choose."))
        rows = [
            {
                _("Field"): _(labels[name]),
                _("Theirs"): value(stored, name),
                _("Yours"): value(draft.mine, name) if name in both else _("unchanged: theirs is taken"),
            }
            for name in others
        ]
        tables.plain_table(rows, alt=_("What both changed"))
        st.caption(_("Either way, what you wrote in other fields stays here; save it then."))
        with st.container(horizontal=True):
            st.button(_("Take theirs"), key=f"{place}.theirs", on_click=_merge, args=(place, stored, False))
            st.button(_("Keep mine"), key=f"{place}.mine", on_click=_merge, args=(place, stored, True))
    return True


def _merge(place: str, stored: Any, prefer_mine: bool) -> None:
    action_draft.merge(place, stored, prefer_mine=prefer_mine)


def draw_save(
    place: str, draft: Draft, labels: Mapping[str, str], save: Callable[..., None], *args: Any, blocked: bool
) -> None:
    """What is not stored yet, and the button that stores it."""
    names = [_(labels[name]) for name in draft.unsaved]
    with st.container(horizontal=True, vertical_alignment="center", key=f"save-{place}"):
        st.button(
            _("Save"),
            key=f"{place}.save",
            type="primary" if names else "secondary",
            icon=":material/save:",
            disabled=blocked,
            on_click=save,
            args=args,
        )
        said = _("Not saved yet: {fields}").format(fields=", ".join(names)) if names else _("Everything is saved.")
        st.caption(formats.plain(said))


def store(place: str, stored: Any, write: Callable[[Any], object]) -> None:
    """Store the draft of this tab; what somebody else stored meanwhile stays, and the page shows both.

    stored  The record as it stands now; None when it is gone. write: stores the draft brought together with it.
    """
    draft = action_draft.mine(place)
    if not draft.unsaved:
        return
    if stored is None or action_draft.by_others(draft, stored):
        refusals.busy()
        return
    action_draft.merge(place, stored, prefer_mine=True)
    if refusals.tried(write, action_draft.mine(place).mine):
        action_draft.forget(place)
