"""The lake: versions that stay readable, files that go."""

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from data.lake import Lake


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(str(tmp_path / "größe 食品" / "lake"))


def a_reader(*values: int, column: str = "a") -> pa.RecordBatchReader:
    return pa.table({column: pa.array(values, pa.int64())}).to_reader()


def values(lake: Lake, version: int) -> list[dict[str, int]]:
    return [row for file in lake.files("t", version) for row in pq.read_table(file).to_pylist()]


def test_each_write_is_a_version_that_stays_readable(lake: Lake):
    assert lake.version("t") is None
    assert [lake.write("t", a_reader(1, 2)), lake.write("t", a_reader(3))] == [0, 1]
    assert (values(lake, 0), values(lake, 1)) == ([{"a": 1}, {"a": 2}], [{"a": 3}])


def test_a_version_may_have_other_columns(lake: Lake):
    lake.write("t", a_reader(1))
    lake.write("t", a_reader(2, column="b"))
    assert (lake.schema("t", 0).names, lake.schema("t", 1).names) == (["a"], ["b"])
    assert values(lake, 1) == [{"b": 2}]


def test_a_version_without_rows_has_no_file_but_columns(lake: Lake):
    version = lake.write("t", a_reader())
    assert lake.files("t", version) == []
    assert lake.schema("t", version) == pa.schema({"a": pa.int64()})


def test_clearing_leaves_just_the_versions_that_are_needed(lake: Lake):
    for number in range(6):
        lake.write("t", a_reader(number))
    lake.clear("t", {1, 4})
    assert (values(lake, 1), values(lake, 4)) == ([{"a": 1}], [{"a": 4}])
    assert sorted(p.name for p in Path(lake.location("t")).glob("*.parquet")) == sorted(
        Path(f).name for v in (1, 4, 5) for f in lake.files("t", v)
    )
    assert lake.write("t", a_reader(7)) > 5


def test_clearing_removes_files_of_writes_that_never_ended(lake: Lake):
    version = lake.write("t", a_reader(1))
    orphan = Path(lake.location("t"), "part-00000-cut-off.snappy.parquet")
    orphan.write_bytes(b"PAR1")
    lake.clear("t", {version})
    assert not orphan.exists()
    assert values(lake, version) == [{"a": 1}]


def test_a_table_that_nothing_needs_is_emptied_and_can_be_written_again(lake: Lake):
    lake.write("t", a_reader(1))
    for _ in range(2):
        lake.clear("t", ())
        assert list(Path(lake.location("t")).glob("*.parquet")) == []
    assert values(lake, lake.write("t", a_reader(2))) == [{"a": 2}]


def test_clearing_a_table_that_was_never_written_is_nothing(lake: Lake):
    lake.clear("t", ())
    assert not Path(lake.location("t")).exists()


@pytest.mark.slow
def test_an_old_version_can_be_read_after_many_newer_ones(lake: Lake):
    """Delta writes a checkpoint every hundred versions; the log before it must stay."""
    for number in range(105):
        lake.write("t", a_reader(number))
    assert values(lake, 3) == [{"a": 3}]
