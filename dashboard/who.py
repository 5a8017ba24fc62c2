"""Who is here: a name somebody types, remembered by the browser. It proves nothing, for nobody signs in yet."""

from collections.abc import Iterable

import streamlit as st

from dashboard import session, who_cookie
from dashboard.formats import plain
from dashboard.language import N_, _
from dashboard.markup import element

#: Departments that meet for the review, as they are stored; others may be typed and are stored as they are.
DEPARTMENTS = {
    "customer-success": N_("Customer success"),
    "sales": N_("Sales"),
    "product": N_("Product"),
    "marketing": N_("Marketing"),
    "engineering": N_("Engineering"),
}
_NAME, _DEPARTMENT = "who.name", "who.department"
_LONGEST = who_cookie.LONGEST


def you() -> str:
    """The name of whoever is at this screen; empty until it was given."""
    return _said(_NAME)


def remember(name: str) -> None:
    """Take over a name that was given elsewhere, such as in a dialog."""
    session.put(_NAME, name)


def department() -> str:
    """The department of whoever is at this screen: one of ours by its code, else as it was typed; empty until given."""
    return _said(_DEPARTMENT)


def department_name(code: str) -> str:
    """A department in the reader's language; one that was typed as it stands."""
    return _(DEPARTMENTS[code]) if code in DEPARTMENTS else code


def recall() -> None:
    """Take over whom the browser remembers, once in a tab that was just opened or loaded anew."""
    if session.get("who.recalled"):
        return
    session.put("who.recalled", True)
    for key, known in zip((_NAME, _DEPARTMENT), who_cookie.read(dict(st.context.cookies)), strict=True):
        if known and session.get(key) is None:
            session.put(key, known)


def keep() -> None:
    """Let the browser remember who is here, in a picture that is not seen; see `who_cookie`."""
    name, code = you(), department()
    if name or code or who_cookie.COOKIE in dict(st.context.cookies):
        st.html(element("img", src=who_cookie.address(name, code), alt="", hidden="hidden"))


def ask(known: Iterable[str] = (), *, departments: bool = False) -> str:
    """The small field that asks for a name, and the department where it matters; returns the name.

    known  Names to choose from instead of typing, such as those invited.
    """
    with st.container(horizontal=True, key="who", vertical_alignment="bottom"):
        st.text_input(
            _("You are"),
            key=_NAME,
            max_chars=_LONGEST,
            placeholder=_("Your name"),
            persist_state="session",
            width=240,
        )
        if departments:
            _draw_department()
        others = [name for name in dict.fromkeys(known) if name != you()]
        if others and not you():
            with st.popover(_("Choose from the list"), type="tertiary", key="who-known"):
                for number, name in enumerate(others):
                    st.button(plain(name), key=f"who.known.{number}", on_click=session.put, args=(_NAME, name))
    return you()


def _draw_department() -> None:
    mine = department()
    st.selectbox(
        _("Department"),
        [*DEPARTMENTS, *([mine] if mine and mine not in DEPARTMENTS else [])],
        index=None,
        key=_DEPARTMENT,
        format_func=department_name,
        placeholder=_("Choose or type"),
        accept_new_options=True,
        persist_state="session",
        width=240,
    )


def _said(key: str) -> str:
    return (session.get(key) or "").strip()[:_LONGEST]
