"""Rows that could not be loaded: kept with row number, column, value, reason and the row itself, never lost."""

import csv
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.importers.openers import file_name
from data.importers.parse import Parsed
from data.importers.raw import FILE, ROW, RawTable
from data.importers.textfile import Broken
from data.importers.workbench import Workbench, literal, quoted

FILE_NAME = "rejects.csv"
_HEADER = ("table", "file", "row", "column", "value", "reason", "original")
#: A spreadsheet takes a cell that begins with one of these for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PAGE = 10_000


@dataclass
class Rejects:
    """Collects what one import rejects, in a table of its workbench.

    Of every entry it keeps: `source`, the raw table; `target`, the consolidated table whose contract it broke ("" when
    its values could not even be read); and whether it `weighs`, that is speaks against the file.
    """

    bench: Workbench

    def __post_init__(self) -> None:
        self.bench.connection.execute(
            "CREATE TABLE rejects (source VARCHAR, target VARCHAR, shown VARCHAR, file VARCHAR, row_number BIGINT, "
            "name VARCHAR, value VARCHAR, reason VARCHAR, original VARCHAR, weighs BOOLEAN)"
        )

    def broken(self, raw: RawTable, records: Sequence[tuple[str, Broken]]) -> None:
        """Keep records that fitted no columns, with the path of their file."""
        rows = [
            (raw.name, "", raw.name, path, b.row, "", b.original[:200], b.reason, b.original, True)
            for path, b in records
        ]
        if rows:
            self.bench.connection.executemany("INSERT INTO rejects VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)

    def unreadable(self, raw: RawTable, shown: str, typed: str, columns: Sequence[Parsed]) -> str:
        """Keep the rows with an unreadable or missing required value; return SQL that is true for them, "" for none.

        typed  SQL relation of the typed rows with their flags.
        """
        checked = [p for p in columns if p.checked]
        if not checked:
            return ""
        counted = ", ".join(f"count(*) FILTER ({quoted(p.flag)})" for p in checked)
        counts = self.bench.row(f"SELECT {counted} FROM {typed}")
        failing = [p for p, n in zip(checked, counts, strict=True) if n]
        for parsed in failing:
            self._add(raw, shown, typed, parsed)
        return " OR ".join(quoted(p.flag) for p in failing)

    def _add(self, raw: RawTable, shown: str, typed: str, parsed: Parsed) -> None:
        self.bench.connection.execute(
            f"INSERT INTO rejects SELECT {literal(raw.name)}, '', {literal(shown)}, {FILE}, {ROW}, "
            f"{literal(parsed.header)}, {quoted(parsed.header)}, {_reason(parsed)}, {_original(raw)}, true "
            f"FROM {quoted(raw.relation)} "
            f"WHERE ({FILE}, {ROW}) IN (SELECT ({FILE}, {ROW}) FROM {typed} WHERE {quoted(parsed.flag)})"
        )

    def add(self, found: str, table: str, raws: Iterable[RawTable], weighs: bool = True) -> None:
        """Keep rows of a consolidated table with the raw rows they stem from.

        found  Relation of _file, _row, column, value, reason.
        """
        originals = " UNION ALL ".join(
            f"SELECT {literal(r.name)} AS t, {ROW} AS n, {FILE} AS f, {_original(r)} AS o FROM {quoted(r.relation)} "
            f"WHERE ({FILE}, {ROW}) IN (SELECT (_file, _row) FROM {found})"
            for r in raws
        )
        none = "SELECT NULL AS t, NULL AS n, NULL AS f, NULL AS o WHERE false"
        self.bench.connection.execute(
            f"INSERT INTO rejects SELECT coalesce(t, {literal(table)}), {literal(table)}, {literal(table)}, _file, "
            f'_row, "column", "value", reason, o, {weighs} '
            f"FROM {found} LEFT JOIN ({originals or none}) ON f = _file AND n = _row"
        )

    def of_table(self, table: str, sources: Sequence[str]) -> int:
        """Return how many rows a consolidated table lost: unreadable ones of its sources, and those it refused."""
        listed = ", ".join(literal(s) for s in sources) or "NULL"
        return self.bench.number(
            "SELECT count(*) FROM (SELECT DISTINCT file, row_number FROM rejects "
            f"WHERE (target = '' AND source IN ({listed})) OR target = {literal(table)})"
        )

    def against(self, raw: RawTable) -> int:
        """Return how many rejected rows speak against a raw table."""
        return self.bench.number(
            "SELECT count(*) FROM (SELECT DISTINCT file, row_number FROM rejects "
            f"WHERE source = {literal(raw.name)} AND weighs)"
        )

    def reasons(self, raw: RawTable, limit: int = 3) -> list[str]:
        """Return the commonest reasons as sentences with an example."""
        rows = self.bench.rows(
            "SELECT name, arg_min(reason, row_number), arg_min(value, row_number), count(*), min(row_number) "
            f"FROM rejects WHERE source = {literal(raw.name)} AND weighs GROUP BY name ORDER BY 4 DESC LIMIT {limit}"
        )
        return [_sentence(*row) for row in rows]

    def write(self, folder: Path) -> Path | None:
        """Write rejects.csv, safe to open in a spreadsheet; None when nothing was rejected."""
        if not self.bench.number("SELECT count(*) FROM rejects"):
            return None
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / FILE_NAME
        names = _told_apart([row[0] for row in self.bench.rows("SELECT DISTINCT file FROM rejects") if row[0]])
        rows = self.bench.connection.execute(
            "SELECT shown, file, row_number, name, value, reason, original FROM rejects ORDER BY 1, 2, 3, 4"
        )
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(_HEADER)
            while page := rows.fetchmany(_PAGE):
                writer.writerows((_safe(t), names.get(f, ""), *map(_safe, rest)) for t, f, *rest in page)
        return path


def _told_apart(paths: Sequence[str]) -> dict[str, str]:
    """Return a name for every path: the file's own, or as much of the path as tells it from others of that name."""
    slashed = {path: path.replace("\\", "/") for path in paths}
    names = {path: file_name(path) for path in paths}
    for path, name in [*names.items()]:
        others = [f"/{slashed[p]}" for p in paths if p != path and file_name(p) == name]
        while any(other.endswith(f"/{names[path]}") for other in others) and names[path] != slashed[path]:
            longer = names[path].count("/") + 2
            names[path] = "/".join(slashed[path].split("/")[-longer:])
    return names


def _reason(parsed: Parsed) -> str:
    empty = f"CASE WHEN {quoted(parsed.header)} IS NULL OR {parsed.missing} THEN 'is empty but required' ELSE "
    return f"{empty}{literal(f'is not {parsed.what}')} END"


def _original(raw: RawTable) -> str:
    columns = ", ".join(f"{quoted(c)} := {quoted(c)}" for c in raw.columns)
    return f"CAST(to_json(struct_pack({columns})) AS VARCHAR)"


def _sentence(column: str, reason: str, value: str | None, count: int, row: int) -> str:
    shown = f" ({json.dumps(value, ensure_ascii=False)})" if value else ""
    if column:
        return f"{count:,} row(s): '{column}' {reason}, for example row {row}{shown}"
    return f"{count:,} row(s): {reason}, for example row {row}{shown}"


def _safe(cell: Any) -> Any:
    """Prefix what a spreadsheet would run as a formula."""
    return "'" + cell if isinstance(cell, str) and cell.startswith(_FORMULA) else cell


def by_name(raws: Mapping[str, RawTable], names: Iterable[str]) -> list[RawTable]:
    """Return the raw tables of these names, in their order."""
    return [raws[name] for name in names if name in raws]
