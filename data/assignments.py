"""Assignments made here, staged like an import so that a release takes them in."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

import pyarrow as pa

from data.records import Release
from data.staged import StagedImport, StagedTable

SOURCE = "assigned here"
"""Stands for the file in what a release says of its sources."""


def staged_assignments(release: Release, key: str, rows: pa.Table, now: datetime) -> StagedImport:
    """New assignments (customer_id, variant) of an experiment, to be merged into a release as it is."""
    n = rows.num_rows
    moment = pa.scalar(now, pa.timestamp("us", tz="UTC"))
    columns = {
        "experiment_key": pa.repeat(pa.scalar(key), n),
        "customer_id": rows["customer_id"],
        "variant": rows["variant"],
        "assigned_at": pa.repeat(moment, n),
        "exposed_at": pa.nulls(n, pa.timestamp("us", tz="UTC")),
    }
    table = pa.table(columns)
    digest = sha256(f"{key}|{now.isoformat()}|{n}|{release.number}".encode()).hexdigest()
    staged = StagedTable("assignments", table.to_reader, n, n, 0, digest, (SOURCE,), now.date())
    return StagedImport((staged,), release.as_of, release.options, release.shape, "merge")  # pyright: ignore[reportArgumentType] - a release keeps its shape as text
