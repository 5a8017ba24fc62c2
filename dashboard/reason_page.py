"""The sections of the reasons page."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from dashboard import (
    formats,
    interview_list,
    reason_avoidable,
    reason_groups,
    reason_kinds,
    reason_mapping,
    reason_pareto,
    reason_texts,
    sections,
    url_state,
)
from dashboard.filters import Look
from dashboard.gateway import interviews, reasons
from dashboard.gateway.reasons import Looked
from dashboard.language import N_, _
from data.records import Period

SECTIONS = {
    "reasons": N_("Reasons"),
    "kinds": N_("Three reasons"),
    "groups": N_("By attribute and period"),
    "avoidable": N_("Avoidable"),
    "words": N_("In their words"),
    "mapping": N_("Imported texts"),
}
BASES = {"range": N_("There at the start of the range and gone at its end"), "ever": N_("Everybody lost so far")}
_DRAWN: dict[str, Callable[[Looked, Look], None]] = {
    "reasons": reason_pareto.draw,
    "kinds": reason_kinds.draw,
    "groups": reason_groups.draw,
    "avoidable": reason_avoidable.draw,
    "words": reason_texts.draw,
    "mapping": reason_mapping.draw,
}


def draw(look: Look) -> None:
    """The section the reader chose, on the losses of the filters' range."""
    section = sections.choose(SECTIONS)
    found = reasons.looked(look.scope, _period(look), _version())
    if not found.report.losses:
        st.info(_("Nobody was lost in this period. Choose a longer one."))
        return
    _DRAWN[section](found, look)


def _period(look: Look) -> Period | None:
    """The range of the filters, or None for everybody lost so far; says whom a range leaves out."""
    period = interview_list.period_of(look)
    if period is None:
        return None
    chosen = url_state.choice(_base_bar, _("Whose losses"), "whose", list(BASES), lambda c: _(BASES[c]), "range")
    if chosen == "ever":
        return None
    left_out = reasons.came_and_left(look.scope, period)
    if left_out:
        text = _(
            "{n} more who are gone came or came back inside the range: not there at its start, they are not listed."
        )
        st.caption(text.format(n=formats.count(left_out)))
    return period


def _base_bar(label: str, options: Sequence[str], **looks: Any) -> str | None:
    return st.segmented_control(label, options, label_visibility="collapsed", **looks)


def _version() -> int | None:
    """The version of the list of reasons to read under; asked for only when there are several."""
    newest = interviews.taxonomy().version
    if newest == 1:
        return None
    versions = [str(n) for n in range(newest, 0, -1)]
    return int(url_state.choice(_version_box, _("List of reasons"), "list", versions, _version_name, versions[0]))


def _version_box(label: str, options: Sequence[str], **looks: Any) -> str:
    return st.selectbox(label, options, width=260, **looks)


def _version_name(version: str) -> str:
    newest = interviews.taxonomy().version
    text = _("Version {n} (newest)") if int(version) == newest else _("Version {n}")
    return text.format(n=version)
