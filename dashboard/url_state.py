"""The view a link stands for: what is looked at, in stable codes that no translation changes."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from urllib.parse import quote, unquote, urlencode

import streamlit as st

from dashboard import language, session
from data.records import EVERYBODY, FIRST_DAY, LAST_DAY, Compare, Condition, Operator, Segment

#: Operators as they stand in a link: readable, and without characters that need escaping.
OPERATORS: dict[str, Operator] = {"in": "in", "not-in": "not in", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_CODES = {operator: code for code, operator in OPERATORS.items()}
#: Operators whose list may hold the empty value alone: customers without one.
_LISTS = ("in", "not in")
_CHOICES: dict[str, tuple[str, ...]] = {
    "grain": ("week", "month", "quarter", "year"),
    "compare": ("previous", "year", "segment"),
    "definition": ("start-base", "chartmogul", "stripe", "baremetrics", "renewal"),
    "bridge": ("net", "activity"),
    "period": ("last-12", "last-24", "this-year", "last-year", "last-quarter", "custom"),
}
#: Links written lately. A rerun that was on its way while the address changed still carries one of them.
_REMEMBERED_LINKS = 4


@dataclass(frozen=True)
class View:
    """Everything the frame's filters hold; equal views show equal pages.

    period      Code of a preset, or `custom` with `start` and `end` (half-open).
    compare     `previous` period, same period last `year`, or another `segment` (then `against`).
    """

    period: str = "last-12"
    start: date | None = None
    end: date | None = None
    grain: Any = "month"
    segment: Segment = EVERYBODY
    compare: Compare = "previous"
    against: Segment = EVERYBODY
    definition: Any = "start-base"
    bridge: Any = "net"
    release: int | None = None


DEFAULT = View()
KEYS = (*(f.name for f in fields(View)), "lang")


def encode(view: View) -> dict[str, list[str]]:
    """Query parameters of a view; what is as usual is left out."""
    texts = {name: _texts(getattr(view, name)) for name in KEYS if name != "lang" and _differs(view, name)}
    return {**texts, "lang": [language.current()]}


def _differs(view: View, name: str) -> bool:
    return getattr(view, name) != getattr(DEFAULT, name)


def _texts(value: Any) -> list[str]:
    if isinstance(value, Segment):
        return [encode_condition(c) for c in value.conditions]
    return [value.isoformat() if isinstance(value, date) else str(value)]


def encode_condition(condition: Condition) -> str:
    """One condition as `attribute:operator:value|value`, each part percent-encoded."""
    values = "|".join(quote(v, safe=" ") for v in condition.values)
    return f"{quote(condition.attribute, safe=' ')}:{_CODES[condition.operator]}:{values}"


def decode(params: Mapping[str, Sequence[str]]) -> View:
    """The view that query parameters stand for; what cannot be read is as usual."""
    view = DEFAULT
    for name, allowed in _CHOICES.items():
        given = params.get(name, [""])[0]
        view = replace(view, **{name: given}) if given in allowed else view
    return replace(
        view,
        start=_read_day(params, "start"),
        end=_read_day(params, "end"),
        segment=_read_segment(params, "segment"),
        against=_read_segment(params, "against"),
        release=_read_number(params, "release"),
    )


def _read_day(params: Mapping[str, Sequence[str]], name: str) -> date | None:
    return read_day(params.get(name, [""])[0])


def read_day(text: str) -> date | None:
    """A day of a link in ISO form; None when it is none, or none that data can have."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def _read_number(params: Mapping[str, Sequence[str]], name: str) -> int | None:
    text = params.get(name, [""])[0]
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else None


def _read_segment(params: Mapping[str, Sequence[str]], name: str) -> Segment:
    found = (decode_condition(text) for text in params.get(name, []))
    return Segment(tuple(c for c in found if c is not None))


def decode_condition(text: str) -> Condition | None:
    """One condition from a link; None when it is no condition."""
    parts = text.split(":")
    if len(parts) != 3 or OPERATORS.get(parts[1]) not in (_LISTS if not parts[2] else _CODES):
        return None
    values = tuple(unquote(v) for v in parts[2].split("|"))
    return Condition(unquote(parts[0]), OPERATORS[parts[1]], values)


def current() -> View:
    """The view of this tab as the last link or the last choice left it."""
    return session.get("view", DEFAULT)


def change(**choices: Any) -> None:
    """Change parts of the view; the frame writes the address at its next run."""
    session.put("view", replace(current(), **choices))


def reset() -> None:
    """Back to the usual view, in the same language."""
    session.put("view", DEFAULT)


def follow_link() -> None:
    """Take over the view of the address when somebody opened a link; otherwise this tab's choices stand."""
    here = {key: st.query_params.get_all(key) for key in KEYS if key in st.query_params}
    if session.get("language") is None:
        session.put("language", language.preferred_by_browser())
    if not here or here in session.get("view.links", []):
        return
    session.put("view", decode(here))
    _remember(here)
    if here.get("lang", [""])[0] in language.NAMES:
        session.put("language", here["lang"][0])


def _remember(params: dict[str, list[str]]) -> None:
    links = session.get("view.links", [])
    if params not in links[-1:]:
        session.put("view.links", [*links, params][-_REMEMBERED_LINKS:])


def write_link() -> None:
    """Make the address stand for the view, keeping parameters that belong to the page."""
    wanted = encode(current())
    _remember(wanted)
    for key in KEYS:
        if key in wanted and st.query_params.get_all(key) != wanted[key]:
            st.query_params[key] = wanted[key]
        elif key not in wanted and key in st.query_params:
            del st.query_params[key]


def link(**page_choices: str) -> str:
    """The address of this page as it stands, for copying."""
    own = {key: st.query_params.get_all(key) for key in st.query_params if key not in KEYS}
    params = {**own, **encode(current()), **page_choices}
    return f"{st.context.url or ''}?{urlencode(params, doseq=True)}"


def address() -> dict[str, list[str]]:
    """The query parameters of this page as it stands: its own and those of the view, without the language."""
    own = {key: st.query_params.get_all(key) for key in st.query_params if key not in KEYS}
    view = encode(current())
    del view["lang"]
    return {**own, **view}


def arrive(page: str) -> None:
    """Remember which page is shown; whoever comes from elsewhere finds it as the address says, and else as usual.

    Pages share keys such as `by` or `find`: what was chosen under one on another page is not meant here.
    """
    if session.get("page") != page:
        for key in session.get("page.keys", []):
            session.forget(key)
        session.put("page.keys", [])
    session.put("page", page)


def choice(
    widget: Callable[..., Any], label: str, key: str, options: Sequence[str], name: Callable[[str], str], default: str
) -> str:
    """One choice that belongs to a page: drawn by `widget`, held in the address under its code."""
    _seed(key, default)
    if session.get(key) not in options:
        session.put(key, default)
    chosen = widget(label, options, key=key, format_func=name, persist_state="session") or default
    _write(key, chosen, default)
    return chosen


def words(widget: Callable[..., Any], label: str, key: str, **looks: Any) -> str:
    """One text that belongs to a page, such as what is searched for."""
    _seed(key, "")
    text = widget(label, key=key, persist_state="session", **looks) or ""
    _write(key, text, "")
    return text


def page_value(key: str, default: str = "") -> str:
    """A value of the page that no widget shows, such as the period somebody clicked on, or none has drawn yet."""
    _seed(key, default)
    _write(key, session.get(key), default)
    return session.get(key)


def _seed(key: str, default: str) -> None:
    known = session.get("page.keys", [])
    if key not in known:
        session.put("page.keys", [*known, key])
        session.put(key, st.query_params.get(key, default))
    elif session.get(key) is None:
        session.put(key, default)


def _write(key: str, chosen: str, default: str) -> None:
    if chosen != default:
        if st.query_params.get(key) != chosen:
            st.query_params[key] = chosen
    elif key in st.query_params:
        del st.query_params[key]
