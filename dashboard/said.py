"""Sentences of the data layer in the reader's language: found by their template, filled in with the same values."""

import re
from dataclasses import dataclass
from functools import lru_cache

from dashboard.language import DEFAULT, current, said

_SLOT = re.compile(r"\{(\d+)\}")
#: Where one sentence or part of a list ends and the next begins.
_GAP = re.compile(r"(?<=[.:;,]) +| (?=\()|\n+| +(?=#)")
_STOP = re.compile(r"[.:;] ")
_MARKS = str.maketrans({";": "；", ",": "，", ":": "：", " ": None})
#: Chinese marks carry their own space.
_NO_SPACE_AFTER, _NO_SPACE_BEFORE = "，。；：）", "（，。；："
#: From here on characters are Chinese.
_LATIN = "\u2e80"
#: More parts than any sentence of the app has.
_MOST_PARTS = 60


@dataclass(frozen=True)
class _Template:
    """What stands between the placeholders, and the translation."""

    pieces: tuple[str, ...]
    translation: str

    @property
    def weight(self) -> int:
        """How many letters say that a text is of this template."""
        return sum(len(piece) for piece in self.pieces)

    def values(self, text: str) -> list[str] | None:
        """What stands in the places of the placeholders; None when the text is of another template."""
        first, last = self.pieces[0], self.pieces[-1]
        if len(self.pieces) == 1:
            return [] if text == first else None
        if not text.startswith(first) or not text.endswith(last):
            return None
        found, at, end = list[str](), len(first), len(text) - len(last)
        for piece in self.pieces[1:-1]:
            next_at = text.find(piece, at, end)
            if next_at < 0:
                return None
            found.append(text[at:next_at])
            at = next_at + len(piece)
        return [*found, text[at:end]] if at <= end else None


def in_this_language(text: str) -> str:
    """The text in the reader's language, as far as its sentences are known; the text itself in English."""
    return text if current() == DEFAULT else _translated(current(), text)[1]


@lru_cache(maxsize=8)
def _templates(code: str) -> tuple[_Template, ...]:
    pairs = said(code).items()
    return tuple(_Template(tuple(_SLOT.split(text)[::2]), translation) for text, translation in pairs)


@lru_cache(maxsize=4096)
def _translated(code: str, text: str) -> tuple[int, str]:
    """The translation that leaves the least of the text as it is, and how many letters it covers.

    Each stretch left as it is takes one off, and so does each value that holds a sentence or its end: two sentences one
    after the other are preferred to one inside the other.
    """
    likely = tuple(t for t in _templates(code) if all(piece in text for piece in t.pieces))
    if not likely:
        return 0, text
    gaps = _gaps(text)
    best = [(0, "")]  # of what follows each gap, the last gap first
    for first in range(len(gaps) - 2, -1, -1):
        start, choices = gaps[first][1], list[tuple[int, str]]()
        for after, (end, following) in enumerate(gaps[first + 1 :], first + 1):
            rest = best[len(gaps) - 1 - after]
            covered, words = _whole(code, text[start:end], likely)
            choices.append(((covered or -1) + rest[0], _joined(words, text[end:following], rest[1])))
        best.append(max(choices, key=lambda choice: choice[0]))
    return best[-1] if best[-1][0] > 0 else (0, text)


def _gaps(text: str) -> list[tuple[int, int]]:
    """Where the text may be taken apart; at commas only in a short list, for a long one holds values."""
    gaps = [gap.span() for gap in _GAP.finditer(text)]
    if len(gaps) > _MOST_PARTS:
        gaps = [(start, end) for start, end in gaps if text[start - 1] in ".:;"]
    return [(0, 0), *(gaps if len(gaps) <= _MOST_PARTS else ()), (len(text), len(text))]


def _whole(code: str, text: str, likely: tuple[_Template, ...]) -> tuple[int, str]:
    """The translation of a text by one template; (0, text) when it is of none."""
    inner = text.lstrip(" ;,")
    bare = inner.rstrip(" ;,:")
    before, after = text[: len(text) - len(inner)], inner[len(bare) :]
    for core, mark in ((bare, after), (bare + after, "")):
        found = [_filled(code, one, values) for one in likely if (values := one.values(core)) is not None]
        if found:
            covered, words = max(found, key=lambda choice: choice[0])
            return covered, before.translate(_MARKS) + words + mark.translate(_MARKS)
    return 0, text


def _filled(code: str, one: _Template, values: list[str]) -> tuple[int, str]:
    """The translation with the values; those of several words may be said by the data layer too."""
    told = [_translated(code, value) if " " in value.strip() else (0, value) for value in values]
    words = _SLOT.sub(lambda slot: told[int(slot[1])][1], one.translation)
    swallowed = sum(bool(_STOP.search(value)) for value, (n, _words) in zip(values, told, strict=True) if not n)
    return one.weight + sum(covered - 1 for covered, _words in told if covered) - swallowed, words


def _joined(words: str, gap: str, rest: str) -> str:
    """Two parts with what stood between them; no blank beside a Chinese mark."""
    if words.endswith((";", ",", ":")) and any(c > _LATIN for c in rest[: 12 if words[-1] == ";" else 1]):
        words = words[:-1] + words[-1:].translate(_MARKS)
    close = words[-1:] in _NO_SPACE_AFTER or rest[:1] in _NO_SPACE_BEFORE
    return words + rest if rest and close and "\n" not in gap else words + gap + rest
