"""Tables that people edit: what they began from stays under their changes while somebody else saves."""

from typing import TypeVar

import streamlit as st

from dashboard import session
from dashboard.language import _

T = TypeVar("T")


def begun_from(place: str, newest: T, key: str) -> T:
    """What the editor of a place shows: the newest, unless this tab has unsaved changes of an earlier one.

    place  Where the session keeps it; key: the key its editor would have on the newest, different for each version.
    """
    seen: tuple[str, T] | None = session.get(f"{place}.seen")
    if seen is None or seen[0] == key or not changed(seen[0]):
        session.put(f"{place}.seen", (key, newest))
        return newest
    st.warning(
        _(
            "Somebody else saved this meanwhile, or you chose other losses. Your changes are not stored yet and stay "
            "here until you save or discard them."
        )
    )
    st.button(_("Discard my changes"), key=f"{place}.discard", on_click=session.forget_all, args=(f"{place}.",))
    return seen[1]


def key_of(place: str) -> str:
    """The key of the editor that shows what `begun_from` gave."""
    return session.get(f"{place}.seen")[0]


def changed(key: str) -> bool:
    """Whether an editor holds changes."""
    return any((session.get(key) or {}).values())
