"""The sections of the money page."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import money_ahead, money_losses, url_state
from dashboard.filters import Look
from dashboard.language import N_, _

SECTIONS = {"losses": N_("What was lost"), "worth": N_("Worth of a point"), "risk": N_("Revenue at risk")}


def draw(look: Look) -> None:
    """The section the reader chose."""
    section = url_state.choice(_bar, _("Section"), "part", list(SECTIONS), lambda code: _(SECTIONS[code]), "losses")
    if section == "losses":
        money_losses.draw(look)
    elif section == "worth":
        money_ahead.draw_worth(look)
    else:
        money_ahead.draw_risk(look)


def _bar(label: str, options: Sequence[str], **looks: Any) -> str | None:
    return st.segmented_control(label, options, label_visibility="collapsed", **looks)
