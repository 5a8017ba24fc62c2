"""Header rows as columns: blanks removed, empty and repeated names made whole, and what was done is said."""

import re
from collections.abc import Sequence

from data.staged import Note

#: What pandas writes over the row index it saves.
_INDEX_NAMES = ("unnamed: 0", "unnamed:0", "index_col_0")
_TAKEN = ("_row", "_file")


def clean(headers: Sequence[str], where: str) -> tuple[tuple[str, ...], tuple[Note, ...]]:
    """Return unique column names, and notes on empty and repeated headers of the file `where`."""
    names: list[str] = []
    notes: list[Note] = []
    seen: set[str] = set()
    for position, header in enumerate(headers):
        bare = squeeze_blanks(header)
        name = _free(bare or _stand_in(position), seen)
        if bare and name != bare:
            text = f"{where}: the header {bare} stands there more than once; the repetition is read as {name}."
            notes.append(Note("header_repeated", text, column=name, severity="warning"))
        if not bare or bare.lower() in _INDEX_NAMES:
            notes.append(
                Note(
                    "header_empty", f"{where}: column {position + 1} has no header; it is read as {name}.", column=name
                )
            )
        seen.add(name.lower())
        names.append(name)
    return tuple(names), tuple(notes)


def squeeze_blanks(header: str) -> str:
    """Return a header without BOM, outer blanks, and with single blanks inside."""
    return re.sub(r"\s+", " ", header.replace("\ufeff", "").replace("\u200b", "")).strip()


def _stand_in(position: int) -> str:
    return "row_index" if position == 0 else f"column_{position + 1}"


def _free(name: str, seen: set[str]) -> str:
    free, n = name, 2
    while free.lower() in seen or free.lower() in _TAKEN:
        free, n = f"{name}_{n}", n + 1
    return free


def numbered(width: int) -> tuple[str, ...]:
    """Return names for the columns of a table without header."""
    return tuple(f"column_{i + 1}" for i in range(width))
