"""The demo company as CSV files holds the same rows as the staged one."""

from datetime import date
from pathlib import Path

import pyarrow.csv
import pytest

from data.sample.stage import stage_demo
from data.sample.write_csv import write_csv
from data.staged import StagedImport


@pytest.fixture(scope="module")
def demo() -> StagedImport:
    return stage_demo(80, 12, 7, end=date(2026, 10, 31))


def test_every_table_becomes_a_file_with_the_same_rows(demo: StagedImport, tmp_path: Path) -> None:
    files = write_csv(demo, tmp_path / "export")
    assert set(files) == {table.name for table in demo.tables}
    for table in demo.tables:
        staged = table.batches().read_all()
        options = pyarrow.csv.ConvertOptions(
            column_types=dict(zip(staged.schema.names, staged.schema.types, strict=True))
        )
        options.strings_can_be_null = True
        found = pyarrow.csv.read_csv(files[table.name], convert_options=options)
        labels = [table.attributes.get(name, name) for name in staged.schema.names]
        assert found.column_names == labels
        assert found.num_rows == staged.num_rows
        for name, label in zip(staged.schema.names, labels, strict=True):
            assert found[label].cast(staged[name].type).to_pylist() == staged[name].to_pylist(), (table.name, name)


def test_attribute_columns_carry_their_labels(demo: StagedImport, tmp_path: Path) -> None:
    header = write_csv(demo, tmp_path)["customers"].read_text().splitlines()[0]
    assert "Attended a training" in header
    assert "a_attended_training" not in header
