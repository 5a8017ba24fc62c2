"""From one screen of the review to another, and what every screen does with a refusal."""

from collections.abc import Callable

import streamlit as st

from dashboard import formats, session
from dashboard.language import _
from dashboard.said import in_this_language
from data.errors import Busy, ReviewError


def go(review: str, screen: str = "", part: str = "") -> None:
    """Turn this tab to a review (`all`: to the list), to a screen of its meeting, or to one of its parts."""
    session.put("review", review)
    session.put("screen", screen)
    session.put("part", part or None)


def press(deed: Callable[..., object], *arguments: object) -> None:
    """What a button does that may be refused."""
    tried(deed, *arguments)


def tried(deed: Callable[..., object], *arguments: object) -> bool:
    """Do something that may be refused; says whether it was done, and tells the reader why where it was not."""
    try:
        deed(*arguments)
    except Busy:
        st.toast(_("Somebody else changed this meanwhile. Look at it again."), icon=":material/warning:")
    except ReviewError as refused:
        st.toast(formats.plain(in_this_language(str(refused))), icon=":material/error:")
    else:
        return True
    return False
