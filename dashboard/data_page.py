"""The sections of the data page."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from dashboard import import_wizard, release_list, url_state
from dashboard.language import N_, _

SECTIONS: dict[str, tuple[str, Callable[[], None]]] = {
    "load": (N_("Load files"), import_wizard.draw),
    "releases": (N_("Releases"), release_list.draw),
    "sources": (N_("Sources"), release_list.draw_sources),
    "log": (N_("Import log"), release_list.draw_log),
}


def draw() -> None:
    """The section the reader chose."""
    section = url_state.choice(_bar, _("Section"), "part", list(SECTIONS), lambda code: _(SECTIONS[code][0]), "load")
    SECTIONS[section][1]()


def _bar(label: str, options: Sequence[str], **looks: Any) -> str | None:
    return st.segmented_control(label, options, label_visibility="collapsed", **looks)
