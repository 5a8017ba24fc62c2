"""Words, choices and links that the sections of the lifecycle page share."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st

from analysis.lifecycle.groups import OTHERS
from analysis.periods import add_months
from dashboard import drill, formats, url_state
from dashboard.filters import Look
from dashboard.language import _, ngettext
from data.records import Condition

NOBODY = ""


def age(n: float, unit: str) -> str:
    """An age or a length of time in words: 30 days, 12 months."""
    words = {
        "day": ngettext("{n} day", "{n} days", round(n)),
        "week": ngettext("{n} week", "{n} weeks", round(n)),
        "month": ngettext("{n} month", "{n} months", round(n)),
        "quarter": ngettext("{n} quarter", "{n} quarters", round(n)),
        "year": ngettext("{n} year", "{n} years", round(n)),
    }
    return words[unit].format(n=formats.count(n))


def age_title(unit: str) -> str:
    """What an axis of ages measures."""
    return {
        "day": _("Days since the start"),
        "week": _("Weeks since the start"),
        "month": _("Months since the start"),
        "quarter": _("Quarters since the start"),
        "year": _("Years since the start"),
    }[unit]


def group(value: str) -> str:
    """The name of a group."""
    return {OTHERS: _("All others"), "": _("(none)")}.get(value, value)


def attribute(look: Look, label: str, key: str, nothing: str, *, more: dict[str, str] | None = None) -> str | None:
    """Let the reader choose an attribute or none; `more` are others than those of customers."""
    labels = {NOBODY: nothing, **(more or {}), **{a.key: a.label for a in look.attributes}}
    chosen = url_state.choice(_box, label, key, list(labels), labels.__getitem__, NOBODY)
    return chosen or None


def _box(label: str, options: Sequence[str], **looks: Any) -> str:
    return st.selectbox(label, options, width=230, **looks)


def box(label: str, options: Sequence[str], **looks: Any) -> str:
    """A narrow list to choose from."""
    return st.selectbox(label, options, width=170, **looks)


def of_group(by: str | None, value: str, shown: Sequence[str]) -> tuple[Condition, ...]:
    """The condition that a group's customers meet; none where a segment cannot ask for it."""
    if by is None or by == "start_year":
        year = (Condition("age_from", ">=", (f"{value}-01-01",)), Condition("age_from", "<=", (f"{value}-12-31",)))
        return year if by == "start_year" and value.isdigit() else ()
    if value == OTHERS:
        return (Condition(by, "not in", tuple(v for v in shown if v != OTHERS)),)
    return (Condition(by, "in", (value,)),)


def lost_by(age: float, unit: str, as_of: date, *, later: bool = False) -> Condition:
    """The condition of those lost up to an age, or `later`.

    Segments ask in days. Of a snapshot all losses lie on the as-of date, so that whole months end on one day before.
    """
    if unit == "day":
        return Condition("lost_at_age", ">" if later and age else ">=" if later else "<=", (f"{age:g}",))
    days = (as_of - add_months(as_of, -round(age) - 1)).days if age or not later else 0
    return Condition("lost_at_age", ">=" if later else "<", (str(days),))


def leads_to(who: str, conditions: Sequence[Condition], start: date, end: date) -> dict[str, str]:
    """What a mark carries so that a click leads to its customers."""
    return {"who": who, "start": start.isoformat(), "end": end.isoformat(), "narrowed": drill.write(conditions)}
