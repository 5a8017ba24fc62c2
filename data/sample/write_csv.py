"""Write the demo company as CSV files, as a company would export its own data."""

from pathlib import Path

import pyarrow as pa
from pyarrow import csv

from data.staged import StagedImport, StagedTable


def write_csv(staged: StagedImport, folder: Path) -> dict[str, Path]:
    """Write each table to `<folder>/<table>.csv`, attributes under their labels; return the files by table."""
    folder.mkdir(parents=True, exist_ok=True)
    return {table.name: _write(table, folder / f"{table.name}.csv") for table in staged.tables}


def _write(table: StagedTable, file: Path) -> Path:
    reader = table.batches()
    names = [table.attributes.get(name, name) for name in reader.schema.names]
    schema = pa.schema([field.with_name(name) for field, name in zip(reader.schema, names, strict=True)])
    with csv.CSVWriter(file, schema, write_options=csv.WriteOptions(quoting_style="needed")) as writer:
        for batch in reader:
            writer.write_batch(batch.rename_columns(names))
    return file
