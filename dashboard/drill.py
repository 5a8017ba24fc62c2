"""The way from a number to the customers it is made of."""

from datetime import date
from typing import Any

import streamlit as st

from dashboard import formats, navigation, url_state
from dashboard.language import _


def link(n: int, who: str, start: date, end: date, **more: str) -> None:
    """A link to the customers behind a count; none when there are none."""
    if n:
        st.page_link(
            navigation.page("customers"),
            label=_("See {customers}").format(customers=formats.customers(n)),
            icon=":material/group:",
            query_params=_params(who, start, end, **more),
        )


def follow(selection: Any) -> None:
    """Go to the customers of the bar that was clicked, if one was."""
    picked = ((selection or {}).get("selection") or {}).get("pick") or []
    if picked:
        bar = picked[0]
        params = _params(bar["who"], date.fromisoformat(bar["start"]), date.fromisoformat(bar["end"]))
        st.switch_page(navigation.page("customers"), query_params=params)


def _params(who: str, start: date, end: date, **more: str) -> dict[str, Any]:
    chosen = {"who": who, "first": start.isoformat(), "until": end.isoformat(), "find": "", **more}
    return {**url_state.encode(url_state.current()), **chosen}
