"""Big flawless files: values are typed while the file is read, which takes half the time of looking at them first.

Whatever is not flawless (a value that is no number, a blank around an id, a date in another format) sends the file to
the ordinary way, which explains it; so both ways give the same rows.
"""

import duckdb

from data.contracts import TABLES, Column, Contract
from data.importers import words
from data.importers.finish import SUMMED, TYPES
from data.importers.openers import Waiting
from data.importers.raw import FILE, ROW, RawTable
from data.importers.recognise_fields import Reading
from data.importers.textfile import scan
from data.importers.workbench import Workbench, literal, quoted, this_file

_KINDS = ("id", "text", "integer", "number", "date")
#: What the file's own column is read as; whole numbers as doubles, because a cast to BIGINT would round "1.7" silently.
_READ_AS = {"id": "VARCHAR", "text": "VARCHAR", "integer": "DOUBLE", "number": "DOUBLE", "date": "DATE"}
#: Beyond this a double no longer holds every whole number.
_EXACT = 2**53
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


def load(bench: Workbench, waiting: Waiting, raw: RawTable, reading: Reading) -> tuple[str, int] | None:
    """Return a relation of every contract column with `_file` and `_row`, and its rows; None when not flawless."""
    contract = TABLES[reading.role.name]
    columns = [c for c in contract.columns if c.name in reading.columns]
    at = {c.name: raw.columns.index(reading.columns[c.name]) for c in columns}
    types = ["VARCHAR"] * len(raw.columns)
    for column in columns:
        types[at[column.name]] = _READ_AS[column.kind]
    picked = ", ".join(f"c{at[c.name]} AS {quoted(c.name)}" for c in columns)
    target = bench.file(".parquet")
    query = f"COPY (SELECT {picked} FROM {scan(waiting.path, waiting.layout, types)}) TO {literal(str(target))}"
    try:
        rows = bench.number(f"{query} (FORMAT parquet)")
    except (duckdb.InvalidInputException, duckdb.ConversionException):
        target.unlink(missing_ok=True)
        return None
    file = f"read_parquet({this_file(target)})"
    repeated = contract.name in SUMMED
    if not _is_flawless(bench, file, columns, waiting.facts.ascii, repeated):
        target.unlink()
        return None
    numbered = f"read_parquet({this_file(target)}, file_row_number=true)"
    return bench.view("bulk", _relation(numbered, contract, reading, raw.path)), rows


def _relation(file: str, contract: Contract, reading: Reading, path: str) -> str:
    picked = [
        f"CAST({quoted(c.name) if c.name in reading.columns else 'NULL'} AS {TYPES[c.kind]}) AS {quoted(c.name)}"
        for c in contract.columns
    ]
    # The header is row 1 of the file, and file_row_number counts from 0.
    return f"SELECT {', '.join(picked)}, {literal(path)} AS {FILE}, file_row_number + 2 AS {ROW} FROM {file}"


def _is_flawless(bench: Workbench, file: str, columns: list[Column], ascii_only: bool, repeated: bool) -> bool:
    """Check limits, whole numbers, required values and texts; `repeated` = ids come often, each is looked at once."""
    # Minima, maxima and counts stand in the file's footer; asked for alone they cost nothing.
    limits = ["true", *(test for column in columns for test in _limits(column))]
    parts = [f"bool_and({quoted(c.name)} = trunc({quoted(c.name)}))" for c in columns if c.kind == "integer"]
    for tests in (limits, parts or ["true"]):
        if not all(flawless is not False for flawless in bench.row(f"SELECT {', '.join(tests)} FROM {file}")):
            return False
    for column in (c for c in columns if c.kind in ("id", "text")):
        name = quoted(column.name)
        values = f"(SELECT {'DISTINCT' if repeated else ''} {name} FROM {file})"
        if bench.number(f"SELECT count(*) FROM {values} WHERE {_needs_care(column, name, ascii_only)}"):
            return False
    return True


def _limits(column: Column) -> list[str]:
    name, tests = quoted(column.name), list[str]()
    if column.required:
        tests.append(f"count({name}) = count(*)")
    if column.low is not None:
        tests.append(f"coalesce(min({name}) >= {column.low}, true)")
    if column.high is not None:
        tests.append(f"coalesce(max({name}) <= {column.high}, true)")
    if column.kind == "integer":
        tests.append(f"coalesce(min({name}) >= -{_EXACT} AND max({name}) <= {_EXACT}, true)")
    if column.kind == "date":
        tests.append(f"coalesce(min({name}) >= DATE '1900-01-01' AND max({name}) < DATE '2200-01-01', true)")
    if column.kind == "number":
        tests.append(f"coalesce(isfinite(min({name})) AND isfinite(max({name})), true)")
    return tests


def _needs_care(column: Column, name: str, ascii_only: bool) -> str:
    """Return SQL for a text with blanks around it, a word for nothing, or an id a spreadsheet touched."""
    ends = _EDGES[:4] if ascii_only else _EDGES
    listed = ", ".join(literal(w) for w in (words.NO_ID if column.kind == "id" else words.TECHNICAL))
    flaws = [f"{name} < '!'", f"{name} IN ({listed})", *(f"suffix({name}, {literal(e)})" for e in ends)]
    if column.kind == "id":
        flaws += [f"suffix({name}, '.0')", f"contains({name}, 'E+')"]
    if not ascii_only:
        flaws += [f"starts_with({name}, {literal(e)})" for e in _EDGES[4:]]
    return " OR ".join(flaws)
