"""What a command prints: one JSON document, a CSV table or a table for people on stdout; all else on stderr."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from analysis.results import Estimate, NotEnoughData


def plain(value: Any) -> Any:
    """A value as JSON knows it: dates ISO, an estimate with its interval, an unknown with its reason."""
    if isinstance(value, NotEnoughData):
        return {"unknown": value.reason, "have": value.have, "needed": value.needed}
    if isinstance(value, Estimate):
        return {
            "value": value.value,
            "low": value.low,
            "high": value.high,
            "confidence": value.confidence,
            "n": value.n,
            "method": value.method,
        }
    if is_dataclass(value) and not isinstance(value, type):
        return plain({f: getattr(value, f) for f in value.__dataclass_fields__})
    if isinstance(value, Mapping):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, str) or not isinstance(value, Sequence):
        return (
            value.isoformat()
            if isinstance(value, date | datetime)
            else str(value)
            if isinstance(value, Path)
            else value
        )
    return [plain(v) for v in value]


def print_json(document: Any) -> None:
    """Print one JSON document and nothing else."""
    json.dump(plain(document), sys.stdout, ensure_ascii=False, indent=2, allow_nan=False)
    sys.stdout.write("\n")


def flat(row: Any) -> dict[str, Any]:
    """A row with one cell per value: an estimate becomes value, low and high; an unknown stays empty."""
    cells: dict[str, Any] = {}
    row_names = set(_fields(row))
    for name, value in _fields(row).items():
        if isinstance(value, Estimate):
            cells |= {name: value.value, f"{name}_low": value.low, f"{name}_high": value.high}
        elif isinstance(value, NotEnoughData):
            cells |= {name: None, f"{name}_low": None, f"{name}_high": None}
        elif isinstance(value, Mapping):
            # A file may bring a column called status or mrr_cents; those of the report keep their names.
            cells |= {str(k) if str(k) not in row_names else f"{name} {k}": v for k, v in value.items()}
        else:
            cells[name] = value
    return cells


def _fields(row: Any) -> Mapping[str, Any]:
    return row if isinstance(row, Mapping) else {f: getattr(row, f) for f in row.__dataclass_fields__}


def print_csv(rows: Sequence[Any]) -> None:
    """Print rows as CSV; text that a spreadsheet would take for a formula is kept as text."""
    cells = [flat(row) for row in rows]
    names = list(dict.fromkeys(name for row in cells for name in row))
    writer = csv.writer(sys.stdout)
    writer.writerow(map(safe_cell, names))
    writer.writerows([safe_cell(row.get(name)) for name in names] for row in cells)


def safe_cell(value: Any) -> Any:
    """A cell that no spreadsheet runs as a formula."""
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return f"'{value}"
    return "" if value is None else plain(value)


def print_table(rows: Sequence[Any]) -> None:
    """Print rows for people, columns aligned."""
    if not rows:
        sys.stdout.write("No rows.\n")
        return
    cells = [{k: _shown(v) for k, v in _fields(r).items()} for r in rows]
    names = list(cells[0])
    width = {n: max(len(n), *(len(row.get(n, "")) for row in cells)) for n in names}
    sys.stdout.write("  ".join(n.ljust(width[n]) for n in names).rstrip() + "\n")
    for row in cells:
        sys.stdout.write("  ".join(row.get(n, "").ljust(width[n]) for n in names).rstrip() + "\n")


def _shown(value: Any) -> str:
    if isinstance(value, NotEnoughData):
        return "not enough data"
    if isinstance(value, Estimate):
        interval = "" if value.low is None else f" [{value.low:.4f}, {value.high:.4f}]"
        return f"{value.value:.4f}{interval}"
    if isinstance(value, Mapping):
        return ", ".join(f"{k}={v}" for k, v in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(_shown, value))
    if isinstance(value, float):
        return f"{value:.4f}" if not value or abs(value) >= 0.001 else f"{value:.1e}"
    return "" if value is None else str(plain(value))


def say(text: str) -> None:
    """Tell the reader something on stderr."""
    sys.stderr.write(text + "\n")
