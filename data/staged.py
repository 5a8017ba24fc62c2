"""What an import or the demo company hands to the release: clean rows as Arrow batches, and notes on the rest."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

import pyarrow as pa

from data.records import MetricOptions

Mode = Literal["replace", "merge"]
MAX_TOTAL_CHANGE = 0.5


@dataclass(frozen=True)
class Note:
    """One thing the reader should know of an import, in a sentence.

    code    Stable name, for translation and tests: `date_format`, `duplicates`, `orphans`, `contradiction`, ...
    severity `info`, `warning`.
    """

    code: str
    text: str
    table: str = ""
    column: str = ""
    severity: Literal["info", "warning"] = "info"
    count: int = 0


@dataclass(frozen=True)
class Progress:
    """How far a step is: rows done of rows expected (None = unknown) and seconds left (None = unknown)."""

    step: str
    rows: int
    total: int | None = None
    seconds_left: float | None = None


@dataclass(frozen=True)
class StagedTable:
    """Clean rows of one consolidated table, ready to be written.

    batches       Gives a fresh reader at each call; columns in contract order, then attribute columns `a_*` as text.
    content_hash  SHA-256 over the files and everything that changes how they are read: same hash, same rows.
    newest        Latest day found in the table's dates, not in the future.
    attributes    Attribute column -> label as it stood in the file.
    """

    name: str
    batches: Callable[[], pa.RecordBatchReader]
    read: int
    loaded: int
    rejected: int
    content_hash: str
    sources: tuple[str, ...] = ()
    newest: date | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class StagedImport:
    """Everything one import brings, before anything is changed.

    max_total_change  Share (0-1) of active customers or MRR that may go against the previous release, when replacing.
    """

    tables: tuple[StagedTable, ...]
    as_of: date
    options: MetricOptions
    shape: Literal["subscriptions", "snapshot", "purchases"] = "subscriptions"
    mode: Mode = "replace"
    notes: tuple[Note, ...] = ()
    rejects_file: Path | None = None
    max_total_change: float = MAX_TOTAL_CHANGE
