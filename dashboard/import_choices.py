"""How the files of an import are read and counted; everything has a usual value."""

from datetime import date
from typing import Any

import streamlit as st

from dashboard import session
from dashboard.gateway import imports
from dashboard.language import N_, _
from data.records import FIRST_DAY

MODES = {"replace": N_("Replace the tables that come in"), "merge": N_("Add to them; the same key is replaced")}
_DATE_FORMATS = {"": N_("found per column"), "dmy": N_("day first"), "mdy": N_("month first"), "ymd": N_("year first")}
_DECIMALS = {"": N_("found per column"), "point": N_("point: 1,234.50"), "comma": N_("comma: 1.234,50")}
_SAME_KEY = {"": N_("the first is kept"), "last": N_("the last is kept")}
#: The name of each choice; sentences of the import that name an option of the command line name these on the page.
NAMES = {
    "mode": N_("Mode"),
    "as_of": N_("The day the data stand for (empty: their newest day)"),
    "max_reject_share": N_("Rejected rows that are accepted, in % of a file"),
    "max_total_change": N_("Fall of customers or MRR that is accepted, in %"),
    "date_format": N_("Order of dates"),
    "decimal": N_("Decimal sign"),
    "duplicates": N_("Rows with one key and different values"),
    "encoding": N_("Encoding of text files (empty: found)"),
    "sheet": N_("Sheet of a workbook (empty: all)"),
    "truncated": N_("Load a file whose last row is cut off"),
    "reporting_currency": N_("Currency of the reports (empty: the most frequent one)"),
    "time_zone": N_("Time zone of your days, such as Europe/Berlin (empty: UTC)"),
}
#: Options without which a file may not even open.
OPENING = ("encoding", "sheet", "truncated")
_KEYS = {"max_reject_share": "import.reject_share", "max_total_change": "import.total_change"}
_USUAL_FALL = 0.5


def draw() -> dict[str, Any]:
    """The choices as parts of a wish."""
    with st.expander(_("How they are read and counted"), key="import-choices"):
        mode = st.radio(called("mode"), list(MODES), format_func=lambda code: _(MODES[code]), key="import.mode")
        as_of: date | None = st.date_input(
            called("as_of"), value=None, key="import.as_of", format="YYYY-MM-DD", min_value=FIRST_DAY
        )
        rejected = _draw_share("max_reject_share", imports.accepted_rejects())
        fall = _draw_share("max_total_change", _USUAL_FALL)
        options = _draw_reading() | _draw_days() | _draw_texts("reporting_currency", "time_zone")
    if fall != _USUAL_FALL:
        options["max_total_change"] = f"{fall:g}"
    return {
        "mode": mode,
        "as_of": as_of,
        "options": options,
        "reject_share": rejected if rejected != imports.accepted_rejects() else None,
    }


def called(name: str) -> str:
    """The name of a choice in the reader's language."""
    return _(NAMES[name])


def accept(name: str, share: float) -> None:
    """Set the share (0-1) of rejected rows or of a fall that is accepted."""
    session.put(_KEYS[name], share * 100)


def _draw_share(name: str, usual: float) -> float:
    if session.get(_KEYS[name]) is None:
        accept(name, usual)
    percent = st.number_input(called(name), min_value=0.0, max_value=100.0, step=1.0, format="%g", key=_KEYS[name])
    return round(percent / 100, 6)


def _draw_reading() -> dict[str, str]:
    """How values are read; only what differs from what is found."""
    order = _draw_one_of("date_format", _DATE_FORMATS, "import.dates")
    decimal = _draw_one_of("decimal", _DECIMALS, "import.decimal")
    same_key = _draw_one_of("duplicates", _SAME_KEY, "import.duplicates")
    cut_off = st.checkbox(called("truncated"), key="import.truncated")
    found = {"date_format": order, "decimal": decimal, "duplicates": same_key, "truncated": "accept" if cut_off else ""}
    return {name: value for name, value in found.items() if value} | _draw_texts("encoding", "sheet")


def _draw_one_of(name: str, choices: dict[str, str], key: str) -> str:
    return st.selectbox(called(name), list(choices), format_func=lambda code: _(choices[code]), key=key)


def _draw_texts(*names: str) -> dict[str, str]:
    given = {name: st.text_input(called(name), key=f"import.{name}").strip() for name in names}
    return {name: text for name, text in given.items() if text}


def _draw_days() -> dict[str, str]:
    """Limits in days; only those that differ from what is usual."""
    usual = {
        "gap_tolerance_days": (3, _("Shorter gaps between paid periods are no churn (days)")),
        "pause_limit_days": (90, _("A longer pause is churn (days)")),
        "dunning_limit_days": (30, _("Unpaid for longer is involuntary churn (days)")),
        "activity_window_days": (90, _("Without contract: lost after so many days without a purchase")),
    }
    given: dict[str, str] = {}
    for name, (days, label) in usual.items():
        chosen = st.number_input(label, min_value=0, max_value=3660, value=days, step=1, key=f"import.{name}")
        if chosen != days:
            given[name] = str(int(chosen))
    return given
