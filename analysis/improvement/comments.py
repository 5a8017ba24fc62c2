"""Comments on actions, and the names mentioned in them with @."""

import re
from collections.abc import Collection, Iterable

from data.errors import ReviewError
from data.records_improvement import Action

LONGEST = 4_000
# What stands before must be no part of an address: mia@example.com mentions nobody. Chinese is written without blanks.
_AT = re.compile(r"(?<![A-Za-z0-9_.+-])@(?=\w)")
_IDEOGRAPHS = "\u2e80"
_WORD = re.compile(r"\w+(?:[.-]\w+)*")


def mentions(text: str, known: Collection[str] = ()) -> tuple[str, ...]:
    """The names written with @, each once, in the order they stand.

    known  Names that may hold blanks, in any case: the longest that stands there counts, else the word behind the @.
    """
    ordered = sorted(filter(None, known), key=len, reverse=True)
    found = (_named(text[at.end() :], ordered) for at in _AT.finditer(text))
    return tuple(dict.fromkeys(name for name in found if name))


def people(actions: Iterable[Action]) -> tuple[str, ...]:
    """Everybody and every department that some actions know by name, in alphabetical order."""
    names = {name for one in actions for name in (one.owner, one.department, one.who)}
    names |= {comment.who for one in actions for comment in one.comments}
    return tuple(sorted(name for name in names if name))


def tidy(text: str) -> str:
    """The comment without blanks around it; ReviewError when there is none, or too much."""
    text = text.strip()
    if not text:
        raise ReviewError("The comment is empty. Write what you want to say.")
    if len(text) > LONGEST:
        raise ReviewError(f"The comment has {len(text):,} letters; {LONGEST:,} are possible. Link to a longer text.")
    return text


def _named(rest: str, known: Iterable[str]) -> str:
    for name in known:
        behind = rest[len(name) : len(name) + 1]
        ends = not behind.isalnum() or behind >= _IDEOGRAPHS
        if ends and rest[: len(name)].casefold() == name.casefold():
            return name
    word = _WORD.match(rest)
    return word.group() if word else ""
