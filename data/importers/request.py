"""What the caller of an import asks for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from data.staged import Mode


@dataclass(frozen=True, kw_only=True)
class ImportRequest:
    """One import.

    paths        Files, folders or database URLs whose table is to be recognised.
    tables       Table name -> file: the reader says which table it is.
    snapshot     A file with one row per customer.
    map          Target column -> source column, for the snapshot or the one file given; no source: nothing is it.
    leave_out    Columns that are not read at all, not even as attributes.
    without      Tables of a folder, workbook or archive that are not read, each by its path in the preview.
    mapping      A saved mapping: {"tables": {table: {target: source}}, "options": {...}}; `map` goes before it.
    as_of        Day the data stand for; None = newest day in the data.
    options      Metric options and reading options as text, e.g. {"date_format": "mdy"}; a saved mapping's come after.
    today        The caller's day (data reads no clock); days after it are in the future.
    home         Folder for scratch files and reject files.
    earlier      Files of customers, subscriptions and assignments of the newest release: rows that come may name those.
    existing     Tables the newest release already has: customers are derived from ids only when nobody has any.
    """

    paths: tuple[str, ...] = ()
    tables: Mapping[str, str] = field(default_factory=dict)
    snapshot: str | None = None
    map: Mapping[str, str] = field(default_factory=dict)
    leave_out: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    mapping: Mapping[str, object] = field(default_factory=dict)
    mapping_name: str = ""
    as_of: date | None = None
    mode: Mode = "replace"
    max_reject_share: float = 0.05
    options: Mapping[str, str] = field(default_factory=dict)
    dry_run: bool = False
    today: date
    home: Path = Path("var")
    existing: frozenset[str] = frozenset()
    earlier: Mapping[str, Sequence[str]] = field(default_factory=dict)
