"""Homes for the tests of backups: releases of one table, written as an import writes them."""

import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

from data.database import Database
from data.database.repositories import releases
from data.records import Release
from data.settings import Settings
from tests.unit.data.database.test_releases import a_release

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def publish(settings: Settings, database: Database, customers: int) -> Release:
    """A release with one table of so many customers, written as an import writes it."""
    rows = pa.table({"customer_id": [f"c-{n}" for n in range(customers)], "mrr_cents": list(range(customers))})
    write_deltalake(f"{settings.lake_url}/customers", rows, mode="overwrite", schema_mode="overwrite")
    version = DeltaTable(f"{settings.lake_url}/customers").version()
    return releases.record(database, a_release(tables={"customers": version}, rows={"customers": customers}))


def customers(settings: Settings, release: Release) -> list[dict[str, object]]:
    """The rows a release shows."""
    found = DeltaTable(f"{settings.lake_url}/customers", version=release.tables["customers"])
    return sorted(found.to_pyarrow_table().to_pylist(), key=lambda row: row["mrr_cents"])


def another_zip(file: Path) -> None:
    """A zip that no backup wrote."""
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("customers.csv", "customer_id\n")
