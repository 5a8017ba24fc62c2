"""The way from a number to the customers it is made of."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from dashboard import formats, navigation, url_state
from dashboard.language import _
from data.records import Condition

#: What a mark carries when no list holds just the customers it counts.
NOWHERE = {"who": "", "start": "", "end": "", "narrowed": ""}


def link(
    n: int,
    who: str,
    start: date | None,
    end: date | None,
    *,
    narrowed: Sequence[Condition] = (),
    label: str = "",
    **more: str,
) -> None:
    """A link to the customers behind a count; none when there are none.

    narrowed  Conditions that the customers meet besides those of the view, which stays as it is.
    label     Says who is listed where that is more than the customers counted.
    """
    if n:
        st.page_link(
            navigation.page("customers"),
            label=label or _("See {customers}").format(customers=formats.customers(n)),
            icon=":material/group:",
            query_params=_params(who, start, end, narrowed, **more),
        )


def follow(selection: Any) -> None:
    """Go to the customers of the mark that was clicked, if one was: `who`, `start`, `end` and, if any, `narrowed`.

    `start` and `end` are '' for lists of how things stand now. A mark without `who` leads nowhere (see `NOWHERE`).
    """
    mark = picked(selection)
    if mark.get("who"):
        start, end = (date.fromisoformat(mark[name]) if mark[name] else None for name in ("start", "end"))
        params = _params(mark["who"], start, end, read(mark.get("narrowed") or ""))
        st.switch_page(navigation.page("customers"), query_params=_kept() | _unusual(params))


def _kept() -> dict[str, Any]:
    """What the page that is left holds in its address.

    Streamlit takes the new parameters into the address of the page that is left before it opens the other one: one
    step back leads there, and would find the page without its section.
    """
    return {key: st.query_params.get_all(key) for key in st.query_params if key not in url_state.KEYS}


def _unusual(params: Mapping[str, Any]) -> dict[str, Any]:
    """The choices that are not as usual, which the page has without being told.

    It would take the others off the address again, and each change of that is a step that "back" goes through.
    """
    return {key: value for key, value in params.items() if value and (key, value) != ("who", "all")}


def picked(selection: Any) -> dict[str, Any]:
    """The fields of the mark of a chart that was clicked; empty when none was."""
    marks = ((selection or {}).get("selection") or {}).get("pick") or []
    return marks[0] if marks else {}


def write(conditions: Sequence[Condition]) -> str:
    """Conditions as a chart's data hold them in `narrowed`, and a link in `only`: one per line."""
    return "\n".join(url_state.encode_condition(condition) for condition in conditions)


def read(text: str) -> tuple[Condition, ...]:
    """The conditions that `write` wrote."""
    found = (url_state.decode_condition(line) for line in text.split("\n") if line)
    return tuple(condition for condition in found if condition is not None)


def _params(
    who: str, start: date | None, end: date | None, narrowed: Sequence[Condition] = (), **more: str
) -> dict[str, Any]:
    first, until = (day.isoformat() if day else "" for day in (start, end))
    chosen = {"who": who, "first": first, "until": until, "find": "", "only": write(narrowed), **more}
    return {**url_state.encode(url_state.current()), **chosen}
