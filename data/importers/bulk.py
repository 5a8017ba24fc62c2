"""Big flawless files: values are typed while the file is read, which takes half the time of looking at them first.

Whatever is not flawless (a value that is no number, a blank around an id, a date in another format) sends the file to
the ordinary way, which explains it; so both ways give the same rows.
"""

from pathlib import Path

import duckdb

from data.contracts import TABLES, Column
from data.importers import words
from data.importers.finish import TYPES
from data.importers.openers import Waiting
from data.importers.raw import FILE, ROW, RawTable
from data.importers.recognise_fields import Reading
from data.importers.textfile import scan
from data.importers.workbench import Workbench, literal, quoted

_KINDS = ("id", "text", "integer", "number", "date")
#: What the file's own column is read as; whole numbers as doubles, because a cast to BIGINT would round "1.7" silently.
_READ_AS = {"id": "VARCHAR", "text": "VARCHAR", "integer": "DOUBLE", "number": "DOUBLE", "date": "DATE"}
_EDGES = (" ", "\t", "\r", "\n", "\u00a0", "\u3000", "\u200b", "\ufeff", "\u2009", "\u202f")


def is_plain(reading: Reading) -> bool:
    """Say whether a reading fills a consolidated table column by column, with values that need no translation."""
    contract = TABLES.get(reading.role.name)
    if contract is None or reading.attributes:
        return False
    columns = {c.name: c for c in contract.columns}
    mapped = [columns.get(name) for name in reading.columns]
    required = {c.name for c in contract.columns if c.required}
    return all(c is not None and c.kind in _KINDS for c in mapped) and required <= reading.columns.keys()


def load(bench: Workbench, waiting: Waiting, raw: RawTable, reading: Reading) -> tuple[Path, int] | None:
    """Return a scratch file of every contract column with `_file` and `_row`, and its rows; None when not flawless."""
    contract = TABLES[reading.role.name]
    position = {header: i for i, header in enumerate(raw.columns)}
    columns = {c.name: c for c in contract.columns if c.name in reading.columns}
    at = {name: position[reading.columns[name]] for name in columns}
    types = ["VARCHAR"] * len(raw.columns)
    for name, column in columns.items():
        types[at[name]] = _READ_AS[column.kind]
    picked = [_value(c, f"c{at[c.name]}" if c.name in at else None, waiting.facts.ascii) for c in contract.columns]
    target = bench.file(".parquet")
    select = (
        f"SELECT {', '.join(picked)}, {literal(raw.path)} AS {FILE} FROM {scan(waiting.path, waiting.layout, types)}"
    )
    try:
        rows = bench.number(f"COPY ({select}) TO {literal(str(target))} (FORMAT parquet, COMPRESSION lz4)")
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        target.unlink(missing_ok=True)
        return None
    return (target, rows) if _is_flawless(bench, target, list(columns.values())) else None


def _value(column: Column, source: str | None, ascii_only: bool) -> str:
    name = quoted(column.name)
    if source is None:
        return f"CAST(NULL AS {TYPES[column.kind]}) AS {name}"
    if column.kind == "integer":
        return f"CASE WHEN {source} = trunc({source}) THEN CAST({source} AS BIGINT) ELSE {_flaw(source)} END AS {name}"
    if column.kind in ("id", "text"):
        ends = _EDGES[:4] if ascii_only else _EDGES
        listed = ", ".join(literal(w) for w in (words.NO_ID if column.kind == "id" else words.TECHNICAL))
        flaws = [f"{source} < '!'", f"{source} IN ({listed})", *(f"suffix({source}, {literal(e)})" for e in ends)]
        return f"CASE WHEN {' OR '.join(flaws)} THEN error('flaw') ELSE {source} END AS {name}"
    return f"{source} AS {name}"


def _flaw(source: str) -> str:
    """Stop at a value that is there and does not fit; nothing is no flaw."""
    return f"CASE WHEN {source} IS NOT NULL THEN CAST(error('flaw') AS BIGINT) END"


def _is_flawless(bench: Workbench, target: Path, columns: list[Column]) -> bool:
    """Check limits and required values: minima, maxima and counts, which Parquet keeps and so cost next to nothing."""
    tests = [test for column in columns for test in _tests(column)]
    row = bench.row(f"SELECT {', '.join(tests)} FROM read_parquet({literal(str(target))})")
    return all(bool(flawless) for flawless in row)


def _tests(column: Column) -> list[str]:
    name, tests = quoted(column.name), ["true"]
    if column.required:
        tests.append(f"count({name}) = count(*)")
    if column.low is not None:
        tests.append(f"coalesce(min({name}) >= {column.low}, true)")
    if column.high is not None:
        tests.append(f"coalesce(max({name}) <= {column.high}, true)")
    if column.kind == "date":
        tests.append(f"coalesce(min({name}) >= DATE '1900-01-01' AND max({name}) < DATE '2200-01-01', true)")
    if column.kind == "number":
        tests.append(f"coalesce(isfinite(min({name})) AND isfinite(max({name})), true)")
    if column.kind == "id":
        tests.append(f"count(*) FILTER (suffix({name}, '.0') OR contains({name}, 'E+')) = 0")
    return tests


def typed_view(bench: Workbench, target: Path, reading: Reading) -> str:
    """Return the relation of a typed table over the scratch file."""
    picked = ", ".join(quoted(name) for name in reading.columns)
    rows = f"read_parquet({literal(str(target))}, file_row_number=true)"
    return bench.view("typed", f"SELECT {picked}, file_row_number + 2 AS {ROW}, {FILE} FROM {rows}")
