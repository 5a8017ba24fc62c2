"""Tables as they stood in a file, and the same under the names of a contract: what importers hand each other."""

from dataclasses import dataclass

from data.staged import Note

#: Columns every raw relation carries beside the file's own: where a row came from.
ROW = "_row"
FILE = "_file"


@dataclass(frozen=True)
class RawTable:
    """One table of a file as text.

    name      File stem, or sheet or member name.
    path      The source as the reader named it (no password of a database URL).
    relation  Name of a view in the import's DuckDB connection: every column VARCHAR, blanks around values removed and
              blank values NULL, plus `_row` (BIGINT, record number in its file, the header is 1) and `_file`
              (VARCHAR, path as named).
    columns   Cleaned headers in file order: trimmed, single blanks, no BOM, unique without regard to case.
    excel     Values came from a spreadsheet, where a bare number may be a date.
    hashes    SHA-256 of every file behind the table.
    parts     Paths of the files that were read as one table.
    """

    name: str
    path: str
    relation: str
    columns: tuple[str, ...]
    rows: int
    notes: tuple[Note, ...] = ()
    excel: bool = False
    hashes: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
