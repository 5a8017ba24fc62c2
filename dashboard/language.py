"""The language of the reader: gettext catalogues, looked up when a sentence is drawn, never at import."""

import gettext
import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from pathlib import Path

import streamlit as st
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from dashboard import session

FOLDER = Path(__file__).parent / "locales"
DEFAULT = "en"
#: Code of a language -> its name in itself, and the tag browsers and screen readers know.
NAMES = {"en": "English", "zh_Hans": "简体中文"}
HTML_TAGS = {"en": "en", "zh_Hans": "zh-Hans"}
#: Context of the sentences that the data layer writes, apart from those of the pages.
SAID = "data"

_forced: ContextVar[str | None] = ContextVar("language", default=None)
_of_this_run: ContextVar[str | None] = ContextVar("language of this run", default=None)


def current() -> str:
    """Code of the language to draw in: `en` or `zh_Hans`."""
    return _forced.get() or _of_this_run.get() or session.get("language", DEFAULT)


def settle() -> None:
    """Look the language up for the whole run of the script: a page asks for it six hundred times."""
    _of_this_run.set(session.get("language", DEFAULT))


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Draw in `code` for a while, whatever the session says: exports and tests."""
    token = _forced.set(code)
    try:
        yield
    finally:
        _forced.reset(token)


def preferred_by_browser() -> str:
    """The first of the browser's languages that the app speaks."""
    locale = st.context.locale or DEFAULT
    return "zh_Hans" if locale.lower().startswith("zh") else DEFAULT


@lru_cache(maxsize=4)
def catalogue(code: str) -> gettext.NullTranslations:
    """The catalogue of a language, compiled from its .po file in memory so that it can never be stale."""
    messages = _messages(code)
    if messages is None:
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, messages)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def said(code: str) -> dict[str, str]:
    """Templates of the sentences of the data layer -> their translation."""
    return {str(m.id): str(m.string) for m in _messages(code) or () if m.context == SAID and m.string}


@lru_cache(maxsize=4)
def _messages(code: str) -> Catalog | None:
    path = FOLDER / code / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return None
    with path.open("rb") as file:
        return read_po(file, locale=code)


def _(message: str) -> str:
    """The sentence in the reader's language; itself when there is no translation."""
    return catalogue(current()).gettext(message)


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a sentence for translation where it is written; `_` translates it where it is drawn."""
    return message


def ngettext(one: str, many: str, n: int) -> str:
    """The sentence for `n` things in the reader's language, with {n} still to be filled in."""
    return catalogue(current()).ngettext(one, many, n)
