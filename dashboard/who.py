"""Who is at this screen: a name somebody types, remembered by the tab. It proves nothing, for nobody signs in yet."""

from collections.abc import Callable, Iterable

import streamlit as st

from dashboard import session
from dashboard.language import N_, _

#: Departments that meet for the review, as they are stored; others may be typed and are stored as they are.
DEPARTMENTS = {
    "customer-success": N_("Customer success"),
    "sales": N_("Sales"),
    "product": N_("Product"),
    "marketing": N_("Marketing"),
    "engineering": N_("Engineering"),
}
_NAME, _DEPARTMENT = "who.name", "who.department"
_LONGEST = 80


def you() -> str:
    """The name of whoever is at this screen; empty until it was given."""
    return _said(_NAME)


def department() -> str:
    """The department of whoever is at this screen: one of ours by its code, else as it was typed; empty until given."""
    return _said(_DEPARTMENT)


def department_name(code: str) -> str:
    """A department in the reader's language; one that was typed as it stands."""
    return _(DEPARTMENTS[code]) if code in DEPARTMENTS else code


def ask(known: Iterable[str] = (), *, departments: bool = False) -> str:
    """The small field that asks for a name, and the department where it matters; returns the name.

    known  Names to choose from, such as those invited; any other may be typed.
    """
    with st.container(horizontal=True, key="who", vertical_alignment="bottom"):
        _field(_("You are"), _NAME, [*known], _("Type your name"), str)
        if departments:
            _field(_("Department"), _DEPARTMENT, list(DEPARTMENTS), _("Choose or type"), department_name)
    return you()


def _field(label: str, key: str, options: list[str], placeholder: str, name: Callable[[str], str]) -> None:
    mine = _said(key)
    offered = list(dict.fromkeys([*options, mine] if mine else options))
    st.selectbox(
        label,
        offered,
        index=None,
        key=key,
        format_func=name,
        placeholder=placeholder,
        accept_new_options=True,
        persist_state="session",
        width=240,
    )


def _said(key: str) -> str:
    return (session.get(key) or "").strip()[:_LONGEST]
