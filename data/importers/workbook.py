"""Sheets of Excel files (xlsx, xls, xlsb, ods) as rows of text."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from data.errors import DataProblem


@dataclass(frozen=True)
class Sheet:
    """One sheet that has rows."""

    name: str
    rows: list[list[str]]


#: Cells between the corners of a sheet: more than a million rows of thirty columns. The reader keeps each in memory.
MOST_CELLS = 1 << 25
_CELL = re.compile(rb'[<:]c r="([A-Z]{1,3})([0-9]{1,7})"')
_CHUNK, _LONGEST_TAG = 1 << 20, 64


def refuse_far_cells(path: Path) -> None:
    """DataProblem when cells of an xlsx file lie so far apart that reading them would end the whole process."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as book:
        for name in book.namelist():
            if name.startswith("xl/worksheets/") and name.endswith(".xml"):
                rows, columns = _size(book, name)
                if rows * columns > MOST_CELLS:
                    raise DataProblem(
                        f"{path.name} has a sheet of {rows:,} rows and {columns:,} columns; {MOST_CELLS:,} cells can "
                        "be read. Delete what lies far from the table, or save the sheet as CSV."
                    )


def _size(book: zipfile.ZipFile, name: str) -> tuple[int, int]:
    """Rows and columns of a sheet up to its farthest cell."""
    rows = columns = 0
    with book.open(name) as sheet:
        kept = b""
        while chunk := sheet.read(_CHUNK):
            text = kept + chunk
            for letters, number in set(_CELL.findall(text)):
                rows, columns = max(rows, int(number)), max(columns, _column(letters))
            kept = text[-_LONGEST_TAG:]
    return rows, columns


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = 26 * number + letter - 64
    return number


def sheets(path: Path) -> Iterator[Sheet]:
    """Give every worksheet that is not empty; whole numbers lose the ".0" Excel's reader gives them."""
    try:
        refuse_far_cells(path)
        book = CalamineWorkbook.from_path(str(path))
        names = [s.name for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
        for name in names:
            rows = [
                [as_text(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            ]
            if any(any(row) for row in rows):
                yield Sheet(name, rows)
    except (CalamineError, OSError, EOFError, zipfile.BadZipFile, zlib.error) as problem:
        raise DataProblem(
            f"{path.name} cannot be opened as an Excel file ({problem}). It may be protected by a password, damaged "
            f"or cut off: "
            "save it again without a password, or as CSV."
        ) from None


def as_text(cell: object) -> str:
    """Return a typed cell as the text a CSV would hold: dates ISO, whole numbers without decimals."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if _is_midnight(cell) else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell.total_seconds())
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, bytes):
        return cell.decode("utf-8", errors="replace")
    return str(cell)


def _is_midnight(moment: datetime) -> bool:
    return moment.time() == time(0) and moment.tzinfo is None
