"""The sections of a page: a bar above its body, and which one the reader chose."""

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from dashboard import url_state
from dashboard.language import _


def choose(sections: Mapping[str, str], opening: str = "") -> str:
    """Draw the bar over code -> name, and return the code; a page opens with its first section, or with `opening`."""
    first = opening or next(iter(sections))
    return url_state.choice(_bar, _("Section"), "part", list(sections), lambda code: _(sections[code]), first)


def chosen(sections: Mapping[str, str]) -> str:
    """The code of the section `choose` will draw, for what stands above the bar."""
    first = next(iter(sections))
    part = url_state.page_value("part", first)
    return part if part in sections else first


def _bar(label: str, options: Sequence[str], **looks: Any) -> str | None:
    return st.segmented_control(label, options, label_visibility="collapsed", **looks)
