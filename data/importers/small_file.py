"""A file of some thousand rows that people filled in, as rows of text: a table of text, or a workbook's first sheet."""

import csv
import io
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from data.errors import DataProblem
from data.importers.encoding import encoding_of
from data.importers.survey import survey
from data.importers.workbook import sheets

LONGEST_FIELD = 100_000
#: How files of Excel begin, new and old.
_WORKBOOKS = {b"PK\x03\x04": ".xlsx", b"\xd0\xcf\x11\xe0": ".xls"}


@dataclass(frozen=True)
class SmallFile:
    """The rows of a file, the header first, and the encoding they are written in ("" in a workbook)."""

    rows: list[list[str]]
    codec: str


def read(content: bytes) -> SmallFile:
    """Read a table of text in whatever encoding and with whatever mark between fields, or a workbook's first sheet.

    DataProblem when the file is neither.
    """
    ending = _WORKBOOKS.get(content[:4], ".csv")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, f"file{ending}")
        path.write_bytes(content)
        if ending != ".csv":
            return SmallFile(next((sheet.rows for sheet in sheets(path)), []), "")
        codec = encoding_of(survey(path))
    try:
        return SmallFile(_records(content.decode(codec).lstrip("\ufeff")), codec)
    except UnicodeDecodeError as wrong:
        raise DataProblem(f"The file is not {codec} throughout. Save it as “CSV UTF-8” and choose it again.") from wrong


def _records(text: str) -> list[list[str]]:
    found = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        return _readable(found)
    except csv.Error as wrong:
        raise DataProblem(
            f"The file cannot be read after line {found.line_num}: a quote is not closed, or a field is longer than "
            f"{LONGEST_FIELD} characters. Correct it and choose the file again."
        ) from wrong


def _readable(found: Iterable[list[str]]) -> list[list[str]]:
    """The rows; csv.Error where one swallowed others. Python's limit is one for the process, and importers lift it."""
    rows: list[list[str]] = []
    for row in found:
        if any(len(value) > LONGEST_FIELD for value in row):
            raise csv.Error
        rows.append(row)
    return rows


def _delimiter(text: str) -> str:
    """Spreadsheets of many countries write semicolons: the mark that parts the most names of the first line."""
    first = text.split("\n", 1)[0]
    return max(",;\t|", key=first.count)
