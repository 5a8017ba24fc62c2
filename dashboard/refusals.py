"""What a page does with a refusal: it says why, and what was typed stays where it is."""

from collections.abc import Callable

import streamlit as st

from dashboard import formats
from dashboard.language import _
from dashboard.said import in_this_language
from data.errors import Busy, ReviewError


def press(deed: Callable[..., object], *arguments: object) -> None:
    """What a button does that may be refused."""
    tried(deed, *arguments)


def tried(deed: Callable[..., object], *arguments: object) -> bool:
    """Do something that may be refused; says whether it was done, and tells the reader why where it was not."""
    try:
        deed(*arguments)
    except Busy:
        busy()
    except ReviewError as refused:
        st.toast(formats.plain(in_this_language(str(refused))), icon=":material/error:")
    else:
        return True
    return False


def busy() -> None:
    """Say that somebody else was first."""
    st.toast(_("Somebody else changed this meanwhile. Look at it again."), icon=":material/warning:")
