"""Delimited text into a scratch Parquet file of text columns: DuckDB reads clean files, Python the rest."""

import csv
import io
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TextIO

import duckdb

from data.errors import DataProblem
from data.importers.dialect import BLANKS, Dialect
from data.importers.raw import ROW
from data.importers.workbench import Workbench, as_parquet, literal, this_file

#: Characters that are no value: blanks, no-break and ideographic blanks, zero-width and line ends.
_EDGES = " \t\r\n"
WIDE_EDGES = _EDGES + "\u00a0\u3000\u200b\ufeff\u2009\u202f"
_LONGEST_LINE = 1 << 24
_NO_LIMIT = min(sys.maxsize, 2**31 - 1)


@dataclass(frozen=True)
class Broken:
    """A record that could not be laid out in columns."""

    row: int
    reason: str
    original: str


@dataclass(frozen=True)
class TextTable:
    """Where the columns c0, c1, ... of a text table lie now; `numbered` = `_row` lies beside them."""

    parquet: Path
    rows: int
    width: int
    broken: tuple[Broken, ...] = ()
    numbered: bool = False
    last_row: int = 0


def load(bench: Workbench, path: Path, codec: str, plain: bool, clean: bool, dialect: Dialect) -> TextTable:
    """Read every record; `plain` = only bytes below 128, so removing blanks is cheap; `clean` = no NUL bytes."""
    edges = _EDGES if plain else WIDE_EDGES
    if clean and is_direct(codec, dialect):
        try:
            return _by_duckdb(bench, path, dialect, edges)
        except (duckdb.InvalidInputException, duckdb.ConversionException):
            pass  # A record does not fit: the slow reader below tells which ones, and keeps the others.
    return _by_python(bench, path, codec, dialect, edges)


def is_direct(codec: str, dialect: Dialect) -> bool:
    """Say whether DuckDB can read the file as it lies there."""
    plain = dialect.delimiter != BLANKS and dialect.shift == 0 and not dialect.skip
    return codec in ("utf-8", "utf-8-sig") and plain


def scan(path: Path, dialect: Dialect, types: Sequence[str] = ()) -> str:
    """Return SQL that reads the file as columns c0, c1, ...: text unless other types are given; strict in all."""
    kinds = types or ["VARCHAR"] * dialect.width
    columns = ", ".join(f"'c{i}': '{kind}'" for i, kind in enumerate(kinds))
    return (
        f"read_csv({this_file(path)}, auto_detect=false, header={dialect.header is not None}, "
        f"delim={literal(dialect.delimiter)}, quote='\"', escape='\"', strict_mode=true, null_padding=false, "
        # Else a moment would be taken for the day it begins with, whatever its zone.
        f"dateformat='%Y-%m-%d', columns={{{columns}}})"
    )


def _by_duckdb(bench: Workbench, path: Path, dialect: Dialect, edges: str) -> TextTable:
    target = bench.file(".parquet")
    rows = _copy(bench, dialect.width, edges, "", scan(path, dialect), target)
    return TextTable(target, rows, dialect.width)


def _by_python(bench: Workbench, path: Path, codec: str, dialect: Dialect, edges: str) -> TextTable:
    csv.field_size_limit(_NO_LIMIT)
    try:
        with path.open(encoding=codec, newline="") as lines:
            return load_records(bench, _records(lines, dialect), dialect.width, edges)
    except UnicodeError as problem:
        why = problem.reason if isinstance(problem, UnicodeDecodeError) else str(problem)
        raise DataProblem(
            f"{path.name} is not {codec} throughout ({why}). Save it as UTF-8, or set --option encoding=NAME."
        ) from None
    except csv.Error as problem:
        raise DataProblem(f"{path.name} cannot be read as a table: {problem}.") from None


def load_records(
    bench: Workbench, records: Iterable[tuple[int, Sequence[str]]], width: int, edges: str = WIDE_EDGES
) -> TextTable:
    """Read records with their row numbers; those of another width are kept aside as broken."""
    clean, target = bench.file(".csv"), bench.file(".parquet")
    broken: list[Broken] = []
    with clean.open("w", encoding="utf-8", newline="", errors="replace") as out:
        last = _write(records, width, csv.writer(out), broken)
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in (ROW, *(f"c{i}" for i in range(width))))
    source = (
        f"read_csv({this_file(clean)}, auto_detect=false, header=false, delim=',', quote='\"', escape='\"', "
        f"new_line='\\r\\n', max_line_size={_LONGEST_LINE}, columns={{{columns}}})"
    )
    rows = _copy(bench, width, edges, f"CAST({ROW} AS BIGINT) AS {ROW}, ", source, target)
    clean.unlink()
    return TextTable(target, rows, width, tuple(broken), True, last)


def _copy(bench: Workbench, width: int, edges: str, before: str, source: str, target: Path) -> int:
    columns = ", ".join(f"{_bare(f'c{i}', edges)} AS c{i}" for i in range(width))
    query = f"COPY (SELECT {before}{columns} FROM {source}) TO {literal(str(target))} {as_parquet(width)}"
    return bench.number(query)


def _bare(column: str, edges: str) -> str:
    """Return the value without blanks around it; looking at the ends first spares most values the costly trim."""
    trimmed = f"nullif(trim({column}, {literal(edges)}), '')"
    if edges != _EDGES:
        return trimmed
    return f"CASE WHEN {column} < '!' OR right({column}, 1) < '!' THEN {trimmed} ELSE {column} END"


class _Writer(Protocol):
    def writerow(self, row: Iterable[object], /) -> object: ...


def _write(records: Iterable[tuple[int, Sequence[str]]], width: int, writer: _Writer, broken: list[Broken]) -> int:
    """Write the records that fit, keep the others aside, and return the row number of the last."""
    row = 0
    for row, record in records:
        fitted = _fitted(record, width)
        if fitted is None:
            broken.append(Broken(row, f"the row has {len(record)} fields, the header {width}", _as_line(record)))
        else:
            writer.writerow((row, *fitted))
    return row


def _as_line(record: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow(record)
    return text.getvalue().rstrip("\r\n")


def _fitted(record: Sequence[str], width: int) -> Sequence[str] | None:
    """Return a record of the right width; None when values are missing or left over. Empty extra fields are nothing."""
    if len(record) > width and not any(cell.strip() for cell in record[width:]):
        return record[:width]
    return record if len(record) == width else None


def _records(lines: TextIO, dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """Give row number (the header is row 1) and fields; blank lines count but hold nothing."""
    for _ in range(dialect.skip):
        lines.readline()
    clean = (line.replace("\0", "") for line in lines)
    if dialect.delimiter == BLANKS:
        records: Iterator[list[str]] = (line.split() for line in clean)
    else:
        records = csv.reader(clean, delimiter=dialect.delimiter)
    for row, record in enumerate(records, start=1 + dialect.skip):
        if (row > 1 + dialect.skip or dialect.header is None) and any(cell.strip() for cell in record):
            yield row, record
