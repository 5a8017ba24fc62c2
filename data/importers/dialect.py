"""How a text table is laid out: delimiter, lines before the header, header or none, decided from its first lines."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from data.errors import DataProblem
from data.importers.recognise_names import squeezed

DELIMITERS = (",", ";", "\t", "|")
#: Columns aligned by blanks, as in CDNOW; leading blanks belong to no column.
BLANKS = " "
_SAMPLE_RECORDS = 200
_NUMBER = re.compile(r"^[\s\d.,:/+\-%$€£]*\d[\s\d.,:/+\-%$€£]*$")
#: Not str.splitlines: that also breaks at form feeds and Unicode separators, which may stand inside a value.
_LINE_END = re.compile(r"\r\n|\n|\r")
_NAMED = {"comma": ",", "semicolon": ";", "tab": "\t", "\\t": "\t", "pipe": "|", "space": BLANKS, "whitespace": BLANKS}


@dataclass(frozen=True)
class Dialect:
    """Layout of a text table.

    skip      Lines before the header (titles, "sep=;", blank lines).
    header    The first row after them as it stands; None = the file has none.
    width     Fields of a row.
    shift     Extra fields rows have over the header: 1 = an unnamed row index in front, -1 = an empty field at the end.
    """

    delimiter: str
    width: int
    skip: int = 0
    header: tuple[str, ...] | None = None
    shift: int = 0


def dialect_of(
    sample: str, whole: bool, delimiter: str = "", header: str = "", known: frozenset[str] = frozenset()
) -> Dialect:
    """Decide the layout from a sample of text.

    whole      The sample is the whole file; otherwise its last line may be cut and is left out.
    delimiter, header  What the reader set (options `delimiter`, `header` = yes | no), before any guess.
    known      Squeezed column names that make a first row a header even beside numbers.
    """
    every = _LINE_END.split(sample)
    lines = every if whole or len(every) == 1 else every[:-1]
    if not any(line.strip() for line in lines):
        raise DataProblem("The file is empty: there is no line with a value in it. Export it again, with its rows.")
    skip, lines, said = _separator_line(lines)
    mark = _delimiter(lines, delimiter or said)
    records = _records(lines, mark)
    layout, before = _layout(mark, records, header, known)
    return replace(layout, skip=skip + _lines_of(lines, mark, before))


def layout_of(records: Sequence[Sequence[str]], header: str = "", known: frozenset[str] = frozenset()) -> Dialect:
    """Decide the layout of rows that are in cells already (Excel, databases)."""
    layout, before = _layout("", records[:_SAMPLE_RECORDS], header, known)
    return replace(layout, skip=before)


def _layout(mark: str, records: Sequence[Sequence[str]], header: str, known: frozenset[str]) -> tuple[Dialect, int]:
    """Return the layout and how many records (titles, blank lines) stand before the header."""
    width = _usual_width(records)
    before = next((i for i, r in enumerate(records) if _may_be_header(r, width)), 0)
    return _with_header(mark, records[before:], width, header, known), before


def _may_be_header(record: Sequence[str], width: int) -> bool:
    """Titles fill one cell of many; a header fills all, or all but one (an unnamed index)."""
    return len(record) >= width - 1 and sum(bool(c.strip()) for c in record) >= max((width + 1) // 2, 1)


def _separator_line(lines: Sequence[str]) -> tuple[int, list[str], str]:
    """Take Excel's "sep=;" line off."""
    found = re.fullmatch(r"(?i)sep=(.)", lines[0].strip().strip('"').lstrip("\ufeff")) if lines else None
    return (1, list(lines[1:]), found.group(1)) if found else (0, list(lines), "")


def _delimiter(lines: Sequence[str], asked: str) -> str:
    if asked:
        mark = _NAMED.get(asked.lower(), asked)
        if len(mark) != 1:
            raise DataProblem(f"A delimiter is one character; {asked!r} is not. Try , ; tab | or space.")
        return mark
    best = max((*DELIMITERS, "^", "\x01"), key=lambda mark: _fit(lines, mark))
    if _fit(lines, best) > (0.0, 0):
        return best
    return BLANKS if _aligned(lines) else ","


def _fit(lines: Sequence[str], mark: str) -> tuple[float, int]:
    """Return how well a delimiter explains the lines: share of records of the usual width, then that width."""
    records = [r for r in _records(lines, mark) if r]
    width = _usual_width(records)
    if width < 2:
        return (0.0, 0)
    share = sum(len(r) == width for r in records) / len(records)
    # 0.7 lets a title and some broken rows pass; several good delimiters are told apart by the number of columns.
    return (round(share, 1), width) if share >= 0.5 else (0.0, 0)


def _aligned(lines: Sequence[str]) -> bool:
    """Say whether blanks separate the columns: the same number of words in nearly every line, at least two."""
    counts = Counter(len(line.split()) for line in lines[:_SAMPLE_RECORDS] if line.strip())
    words, lines_with = counts.most_common(1)[0]
    return words >= 2 and lines_with / counts.total() >= 0.9


def _records(lines: Sequence[str], mark: str) -> list[list[str]]:
    if mark == BLANKS:
        return [line.split() for line in lines[:_SAMPLE_RECORDS]]
    found: list[list[str]] = []
    for record in csv.reader((line + "\n" for line in lines), delimiter=mark):
        found.append(record)
        if len(found) >= _SAMPLE_RECORDS:
            break
    return found


def _usual_width(records: Sequence[Sequence[str]]) -> int:
    counts = Counter(len(r) for r in records if any(c.strip() for c in r))
    return max(counts, key=lambda width: (counts[width], width)) if counts else 1


def _lines_of(lines: Sequence[str], mark: str, records: int) -> int:
    """Return how many physical lines the first records take; a quoted cell may hold several."""
    if mark == BLANKS or not records:
        return records
    reader = csv.reader((line + "\n" for line in lines), delimiter=mark)
    for _ in range(records):
        next(reader)
    return reader.line_num


def _with_header(mark: str, records: Sequence[Sequence[str]], width: int, asked: str, known: frozenset[str]) -> Dialect:
    first, rest = records[0], records[1:]
    if asked == "no" or (asked != "yes" and not _is_header(first, rest, known)):
        return Dialect(mark, width)
    shift = width - len(first)
    if shift == 1 and all(len(r) < width or not r[-1].strip() for r in rest):
        shift = -1
    if shift not in (1, -1):
        width, shift = max(width, len(first)) if not rest else width, 0
    return Dialect(mark, width, 0, tuple(first), shift)


def _is_header(first: Sequence[str], rest: Sequence[Sequence[str]], known: frozenset[str]) -> bool:
    """A first row with a number over numbers is data, unless one of its cells is a known name."""
    if any(squeezed(cell) in known for cell in first if cell.strip()):
        return True
    numbers = [i for i, cell in enumerate(first) if _NUMBER.match(cell)]
    return not any(_mostly_numbers(rest, i) for i in numbers)


def _mostly_numbers(records: Sequence[Sequence[str]], column: int) -> bool:
    cells = [r[column] for r in records if len(r) > column and r[column].strip()]
    return bool(cells) and sum(bool(_NUMBER.match(c)) for c in cells) > len(cells) / 2
