"""Rows that could not be loaded: kept with row number, column, value, reason and the row itself, never lost."""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data.importers.parse import Parsed
from data.importers.raw import FILE, ROW, ROW_MASK, RawTable
from data.importers.recognise_fields import Draft
from data.importers.textfile import Broken
from data.importers.workbench import Workbench, literal, quoted

_HEADER = ("table", "file", "row", "column", "value", "reason", "original")
#: A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass
class Rejects:
    """Collects what one import rejects in a table of its workbench."""

    bench: Workbench
    counted: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.bench.connection.execute(
            "CREATE TABLE rejects (source VARCHAR, file VARCHAR, row_number BIGINT, name VARCHAR, value VARCHAR, "
            "reason VARCHAR, "
            "original VARCHAR, weighs BOOLEAN)"
        )

    def broken(self, raw: RawTable, records: Sequence[Broken]) -> None:
        """Keep records that fitted no columns."""
        rows = [(raw.name, raw.path, b.row, "", "", b.reason, b.original, True) for b in records]
        if rows:
            self.bench.connection.executemany("INSERT INTO rejects VALUES (?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def unreadable(self, raw: RawTable, columns: Sequence[Parsed]) -> str:
        """Keep the rows with an unreadable or missing required value; return SQL that is true for them, "" for none."""
        tests = [(p, _test(p)) for p in columns]
        if not tests:
            return ""
        counts = self.bench.row(
            f"SELECT {', '.join(f'count(*) FILTER ({test})' for _, test in tests)} FROM {quoted(raw.relation)}"
        )
        failing = [(p, test) for (p, test), n in zip(tests, counts, strict=True) if n]
        for parsed, test in failing:
            self.add(raw, test, parsed.header, quoted(parsed.header), _reason(parsed))
        return " OR ".join(f"coalesce({test}, false)" for _, test in failing)

    def add(self, raw: RawTable, test: str, column: str, value: str, reason: str, weighs: bool = True) -> None:
        """Keep the rows of a raw table for which `test` holds; value and reason are SQL."""
        self.bench.connection.execute(
            f"INSERT INTO rejects SELECT {literal(raw.name)}, {FILE}, {ROW}, {literal(column)}, {value}, {reason}, "
            f"{_original(raw)}, {weighs} "
            f"FROM {quoted(raw.relation)} WHERE {test}"
        )

    def add_found(
        self, found: str, column: str, draft: Draft, raws: Mapping[str, RawTable], weighs: bool = True
    ) -> None:
        """Keep rows of a draft, given as `_table`, `_row`, value, reason, with the raw rows they stem from."""
        known = [raws[name] for name in draft.tables if name in raws]
        originals = " UNION ALL ".join(
            f"SELECT {literal(r.name)} AS t, {ROW} AS n, {FILE} AS f, {_original(r)} AS o FROM {quoted(r.relation)}"
            for r in known
        )
        self.bench.connection.execute(
            f"INSERT INTO rejects SELECT coalesce(_table, {literal(draft.name)}), coalesce(f, ''), _row, "
            f"{literal(column)}, value, reason, o, {weighs} "
            f"FROM {quoted(found)} LEFT JOIN ({originals}) ON t = _table AND n = _row"
        )

    def rows(self, raw: RawTable, weighing: bool = False) -> int:
        """Return how many rows of a raw table were rejected; `weighing` = only those that speak against the file."""
        only = " AND weighs" if weighing else ""
        return self.bench.number(
            f"SELECT count(*) FROM (SELECT DISTINCT file, row_number FROM rejects WHERE source = "
            f"{literal(raw.name)}{only})"
        )

    def reasons(self, raw: RawTable, limit: int = 3) -> list[str]:
        """Return the commonest reasons as sentences with an example."""
        rows = self.bench.rows(
            f"SELECT name, any_value(reason), any_value(value), count(*), min(row_number & {ROW_MASK}) FROM rejects "
            f"WHERE source = {literal(raw.name)} AND weighs "
            f"GROUP BY name ORDER BY 4 DESC LIMIT {limit}"
        )
        return [_sentence(*row) for row in rows]

    def write(self, folder: Path) -> Path | None:
        """Write rejects.csv, safe to open in a spreadsheet; None when nothing was rejected."""
        rows = self.bench.connection.execute(
            f"SELECT source, file, row_number & {ROW_MASK}, name, value, reason, original FROM rejects ORDER BY "
            f"source, file, row_number, name"
        )
        first = rows.fetchmany(10_000)
        if not first:
            return None
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / "rejects.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_HEADER)
            while first:
                writer.writerows([_safe(cell) for cell in row] for row in first)
                first = rows.fetchmany(10_000)
        return path


def _test(parsed: Parsed) -> str:
    if not parsed.field.required:
        return parsed.unreadable
    return f"(({parsed.value}) IS NULL)"


def _reason(parsed: Parsed) -> str:
    empty = f"CASE WHEN {quoted(parsed.header)} IS NULL OR {parsed.missing} THEN 'is empty but required' ELSE "
    return f"{empty}{literal(f'is not {parsed.what}')} END"


def _original(raw: RawTable) -> str:
    columns = ", ".join(f"{quoted(c)} := {quoted(c)}" for c in raw.columns)
    return f"CAST(to_json(struct_pack({columns})) AS VARCHAR)"


def _sentence(column: str, reason: str, value: str | None, count: int, row: int) -> str:
    where = f"{column} " if column else ""
    shown = f" ({json.dumps(value, ensure_ascii=False)})" if value else ""
    return f"{count} row(s): {where}{reason}, for example row {row}{shown}"


def _safe(cell: Any) -> Any:
    """Prefix what a spreadsheet would run as a formula."""
    return "'" + cell if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
