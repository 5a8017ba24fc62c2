"""Tables as they stood in a file, and the same under the names of a contract: what importers hand each other."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from data.staged import Note

#: Columns every raw and canonical relation carries beside the file's own: where a row came from.
ROW = "_row"
FILE = "_file"


@dataclass(frozen=True)
class RawTable:
    """One table of a file as text.

    name      File stem, or sheet or member name.
    path      The source as the reader named it (no password of a database URL).
    relation  Name of a view in the import's DuckDB connection: every column VARCHAR, blanks around values removed and
              blank values NULL, plus `_row` (BIGINT, line or record number in its file) and `_file` (VARCHAR).
    columns   Cleaned headers in file order: trimmed, single blanks, no BOM, unique without regard to case.
    excel     Values came from a spreadsheet, where a bare number may be a date.
    hashes    SHA-256 of every file behind the table.
    """

    name: str
    path: str
    relation: str
    columns: tuple[str, ...]
    rows: int
    notes: tuple[Note, ...] = ()
    excel: bool = False
    hashes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Canonical:
    """Rows of one consolidated table, still text, under the contract's names.

    relation    View or table in the import's connection: VARCHAR columns named after the contract (money also in major
                units under the name without `_cents`), `_row`, `_file`, and any attribute columns.
    attributes  Attribute column of the relation (`a_*`) -> label as it stood in the file.
    """

    table: str
    relation: str
    columns: tuple[str, ...]
    sources: tuple[RawTable, ...]
    attributes: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[Note, ...] = ()
