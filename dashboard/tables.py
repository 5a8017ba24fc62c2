"""Tables of values and their downloads; nothing in an exported cell can run as a formula."""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
import streamlit as st

from dashboard import formats, keep
from dashboard.language import _

#: Gives the rows of a download when somebody asks for it.
Rows = Callable[[], Sequence[Mapping[str, Any]]]
Kind = Literal["text", "count", "rate", "money", "ratio", "day", "number"]
_ROWS_IN_SIGHT = 15
_DAY_WIDTH = 104
#: Signs that make a spreadsheet read a cell as a formula.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Column:
    """One column: its field, its name in the reader's language, and what kind of value it holds.

    width  In pixels, where the first rows may be empty and would say too little of it.
    """

    field: str
    name: str
    kind: Kind = "text"
    help: str = ""
    width: int | None = None


def limited(field: str, name: str, kind: Kind) -> list[Column]:
    """The columns of an estimate and its limits: `field`, `field_low` and `field_high`."""
    low, high = _("{what}, lower limit").format(what=name), _("{what}, upper limit").format(what=name)
    return [Column(field, name, kind), Column(f"{field}_low", low, kind), Column(f"{field}_high", high, kind)]


def draw(
    rows: Sequence[Mapping[str, Any]],
    columns: Sequence[Column],
    *,
    key: str,
    alt: str,
    currency: str = "",
    picks: bool = False,
) -> Any:
    """An interactive table: sort, search, copy; with `picks` a row can be ticked. Returns its selection state."""
    choosing: dict[str, Any] = {"on_select": "rerun", "selection_mode": "single-row"} if picks else {}
    frame = frame_of(rows, columns, currency)
    return st.dataframe(
        frame,
        hide_index=True,
        key=key,
        alt=alt,
        column_config={c.field: _config(c, currency) for c in columns},
        height=min(len(rows), _ROWS_IN_SIGHT) * 35 + 38,
        placeholder=formats.NOTHING,
        **choosing,
    )


def frame_of(rows: Sequence[Mapping[str, Any]], columns: Sequence[Column], currency: str) -> pd.DataFrame:
    """The rows as a frame in the units a reader expects: money in whole units."""
    divisor = 10 ** formats.exponent(currency)
    data = {c.field: [_shown(row.get(c.field), c, divisor) for row in rows] for c in columns}
    return pd.DataFrame(data)


def _shown(value: Any, column: Column, divisor: int) -> Any:
    return value / divisor if column.kind == "money" and value is not None else value


def _config(column: Column, currency: str) -> Any:
    made = st.column_config
    help_text = column.help or None
    if column.kind in {"text"}:
        return made.TextColumn(column.name, help=help_text, width=column.width)
    if column.kind == "day":
        return made.DateColumn(column.name, help=help_text, format="YYYY-MM-DD", width=_DAY_WIDTH)
    shown = {"rate": "percent", "money": "localized", "count": "localized"}.get(column.kind, "plain")
    return made.NumberColumn(column.name, help=help_text, format=shown)


def plain_table(rows: Sequence[Mapping[str, str]], *, alt: str, links: Mapping[str, str] | None = None) -> None:
    """A small table of words, readable by screen readers cell by cell; text from data is escaped.

    links  Addresses of ours by the text of the cells that lead there; they open beside this page.
    """
    cells = tuple(tuple(row.items()) for row in rows)
    st.table(_plain_rows(cells, tuple((links or {}).items())), border="horizontal", hide_index=True, alt=alt)


@lru_cache(maxsize=128)
def _plain_rows(rows: tuple[tuple[tuple[str, str], ...], ...], links: tuple[tuple[str, str], ...]) -> pa.Table:
    """Kept as it is sent, because a page draws the same tables at each rerun."""
    to = dict(links)

    def cell(text: str) -> str:
        return f"[{formats.plain(text)}]({to[text]})" if text in to else formats.plain(text)

    return pa.Table.from_pandas(pd.DataFrame([{name: cell(text) for name, text in row} for row in rows]))


def downloads(rows: Rows, columns: Sequence[Column], *, name: str, currency: str = "") -> None:
    """Buttons that give the rows as CSV and as XLSX; rows and files are made when asked for."""
    with st.container(horizontal=True, key=f"download-{name}"):
        st.download_button(
            _("Download CSV"),
            lambda: csv_bytes(rows(), columns),
            file_name=f"{name}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key=f"{name}.csv",
        )
        st.download_button(
            _("Download XLSX"),
            lambda: xlsx_bytes(rows(), columns, currency),
            file_name=f"{name}.xlsx",
            mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            icon=":material/download:",
            on_click="ignore",
            key=f"{name}.xlsx",
        )
        keep.offer(f"table-{name}", lambda: keep.Seen(f"table-{name}", "", keep.of_table(rows(), columns)))


def csv_bytes(rows: Iterable[Mapping[str, Any]], columns: Sequence[Column]) -> bytes:
    """Rows as CSV with stable field names: rates 0-1, money in minor units, ISO days; with a BOM for spreadsheets."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([harmless(c.field) for c in columns])
    writer.writerows([harmless(row.get(c.field)) for c in columns] for row in rows)
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def harmless(value: Any) -> Any:
    """A text that a spreadsheet would run as a formula, led in by an apostrophe; everything else as it is."""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA_STARTS) else value


def xlsx_bytes(rows: Iterable[Mapping[str, Any]], columns: Sequence[Column], currency: str) -> bytes:
    """Rows as an Excel sheet with formats, a frozen header and filters; text is written as text, never as a formula."""
    import xlsxwriter  # 40 ms, and only when somebody asks for a file

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet()
        kinds = {kind: book.add_format({"num_format": pattern}) for kind, pattern in _patterns(currency).items()}
        sheet.write_row(0, 0, [c.name for c in columns], book.add_format({"bold": True, "bottom": 1}))
        n = _write_rows(sheet, rows, columns, kinds, 10 ** formats.exponent(currency))
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, n, len(columns) - 1)
        sheet.autofit()
    return out.getvalue()


def _patterns(currency: str) -> dict[str, str]:
    digits = "." + "0" * formats.exponent(currency) if formats.exponent(currency) else ""
    return {"rate": "0.0%", "money": f"#,##0{digits}", "count": "#,##0", "day": "yyyy-mm-dd", "ratio": "0.00"}


def _write_rows(
    sheet: Any, rows: Iterable[Mapping[str, Any]], columns: Sequence[Column], kinds: Mapping[str, Any], divisor: int
) -> int:
    n = 0
    for n, row in enumerate(rows, start=1):
        for j, column in enumerate(columns):
            _write_cell(sheet, n, j, _shown(row.get(column.field), column, divisor), kinds.get(column.kind))
    return n


def _write_cell(sheet: Any, row: int, column: int, value: Any, shown: Any) -> None:
    if value is None:
        return
    if isinstance(value, date):
        sheet.write_datetime(row, column, value, shown)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, shown)
    else:
        sheet.write(row, column, value, shown)
