"""The lake: one Delta table per consolidated or derived table, written whole and read by version."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import TableNotFoundError

#: A review may ask for a version years later; Delta's own habit is to forget the log after 30 days.
_KEEP_THE_LOG = {"delta.enableExpiredLogCleanup": "false"}


@dataclass(frozen=True)
class Lake:
    """Delta tables below `url`: a folder, or an address of object storage."""

    url: str

    def location(self, table: str) -> str:
        """Address of one table."""
        return f"{self.url.rstrip('/')}/{table}"

    def write(self, table: str, batches: pa.RecordBatchReader) -> int:
        """Replace the table by `batches` in one transaction and return the new Delta version.

        The schema may change with each write; older versions stay readable until they are vacuumed.
        """
        if "://" not in self.url:
            Path(self.url).mkdir(parents=True, exist_ok=True)
        write_deltalake(
            self.location(table), batches, mode="overwrite", schema_mode="overwrite", configuration=_KEEP_THE_LOG
        )
        version = self.version(table)
        if version is None:
            raise RuntimeError(f"{table} was written but cannot be found at {self.location(table)}")
        return version

    def version(self, table: str) -> int | None:
        """Newest Delta version of the table; None when it was never written."""
        try:
            return DeltaTable(self.location(table)).version()
        except TableNotFoundError:
            return None

    def files(self, table: str, version: int) -> list[str]:
        """Parquet files of one version, as paths or addresses DuckDB and Spark can read."""
        return [plain(uri) for uri in DeltaTable(self.location(table), version=version).file_uris()]

    def rows(self, table: str, version: int) -> int:
        """How many rows one version has."""
        return DeltaTable(self.location(table), version=version).count()

    def schema(self, table: str, version: int) -> pa.Schema:
        """Columns of one version, which a version without rows has too."""
        return pa.schema(DeltaTable(self.location(table), version=version).schema().to_arrow())

    def clear(self, table: str, keep: Iterable[int]) -> None:
        """Delete every file that no version in `keep` needs, those of writes that never ended too.

        Only while no other import writes: its files would belong to no version yet.
        """
        newest = self.version(table)
        if newest is None:
            return
        kept = sorted(set(keep))
        if not kept and self.files(table, newest):
            # The log has to stay: an emptied folder that a killed process left half deleted could not be written again.
            self.write(table, self.schema(table, newest).empty_table().to_reader())
        DeltaTable(self.location(table)).vacuum(
            retention_hours=0, dry_run=False, enforce_retention_duration=False, full=True, keep_versions=kept or None
        )


def plain(uri: str) -> str:
    """A file's path as the system spells it (`größe`, not `gr%C3%B6%C3%9Fe`); other addresses stay as they are."""
    path = uri.removeprefix("file://")
    return uri if "://" in path else unquote(path)
