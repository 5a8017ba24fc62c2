"""Sheets of Excel files (xlsx, xls, xlsb, ods) as rows of text."""

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


def sheets(path: Path) -> Iterator[Sheet]:
    """Give every worksheet that is not empty; whole numbers lose the ".0" Excel's reader gives them."""
    try:
        book = CalamineWorkbook.from_path(str(path))
        names = [s.name for s in book.sheets_metadata if s.typ == SheetTypeEnum.WorkSheet]
        for name in names:
            rows = [
                [as_text(cell) for cell in row] for row in book.get_sheet_by_name(name).to_python(skip_empty_area=False)
            ]
            if any(any(row) for row in rows):
                yield Sheet(name, rows)
    except (CalamineError, OSError) as problem:
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
