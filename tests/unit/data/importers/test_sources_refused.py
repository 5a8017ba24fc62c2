"""A file that holds no table is refused with a plain sentence before anything changes, never with a traceback."""

import gzip
import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from data.errors import DataProblem
from data.importers.request import ImportRequest
from data.importers.stage import stage
from data.importers.workbook import sheets
from tests.unit.data.importers.loading import TODAY, load, load_paths, subscriptions, written

POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 45580638\n"


def refused(folder: Path, content: str | bytes, name: str = "file.csv") -> str:
    with pytest.raises(DataProblem) as problem:
        load(folder, "customers", content, name=name)
    return str(problem.value)


def test_a_git_lfs_pointer_is_no_data(tmp_path: Path) -> None:
    assert "git lfs pull" in refused(tmp_path, POINTER)


@pytest.mark.parametrize("content", ["", "\n\n  \n", "\ufeff"])
def test_an_empty_file_is_refused(tmp_path: Path, content: str) -> None:
    said = refused(tmp_path, content)
    assert "is empty" in said
    assert "Export it again" in said


@pytest.mark.parametrize("table", ["customers", "subscriptions", "snapshot"])
def test_a_file_with_a_header_and_no_rows_is_refused_with_the_way_out(tmp_path: Path, table: str) -> None:
    header = "customer_id,mrr,starts_on,tenure_months,churned\n"
    with pytest.raises(DataProblem, match=r"file\.csv has a header and no rows.*Export the data again"):
        load(tmp_path, table, header)
    with pytest.raises(DataProblem, match=r"other\.csv has a header and no rows"):
        load_paths(tmp_path, [written(tmp_path, "other.csv", "anything,at all\n")])


def test_a_table_without_rows_beside_others_is_only_said(tmp_path: Path) -> None:
    paths = [
        written(tmp_path, "subscriptions.csv", subscriptions("s1,c1,10,2025-01-01,")),
        written(tmp_path, "tickets.csv", "ticket_id,customer_id,opened_at\n"),
    ]
    assert [note.text for note in load_paths(tmp_path, paths).notes("no_rows")] == [
        "tickets.csv has a header and no rows."
    ]


def test_binary_junk_is_refused(tmp_path: Path) -> None:
    assert "no table" in refused(tmp_path, bytes(range(256)) * 50)


@pytest.mark.parametrize(
    "content", ["<!DOCTYPE html><html>Sign in</html>", "<html>", "%PDF-1.7 x", "<?xml version='1.0'?>"]
)
def test_web_pages_and_documents_are_refused(tmp_path: Path, content: str) -> None:
    assert "export" in refused(tmp_path, content)


def test_a_cut_off_gzip_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress(b"customer_id,name\n" + b"1,a\n" * 5000)
    assert "cut off" in refused(tmp_path, packed[: len(packed) // 2], "a.csv.gz")


def test_a_cut_off_workbook_is_refused(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", "x" * 2000)
    assert "cut off" in refused(tmp_path, packed.getvalue()[:1000], "a.xlsx")


def test_a_workbook_that_is_none_is_refused(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x>")
    assert "Excel" in refused(tmp_path, packed.getvalue(), "a.xlsx")


def test_a_cut_off_parquet_is_refused(tmp_path: Path) -> None:
    assert "Parquet" in refused(tmp_path, b"PAR1" + b"\x00" * 500, "a.parquet")


def test_a_text_file_cut_off_in_its_last_row_is_refused(tmp_path: Path) -> None:
    text = "customer_id,name,industry\n" + "".join(f"{i},n{i},x\n" for i in range(50)) + "50,n5"
    assert "cut off" in refused(tmp_path, text)


def test_a_cut_off_file_can_be_accepted(tmp_path: Path) -> None:
    text = "customer_id,name,industry\n" + "".join(f"{i},n{i},x\n" for i in range(50)) + "50,n5"
    loaded = load(tmp_path, "customers", text, options={"truncated": "accept"})
    assert loaded.rows("SELECT count(*) FROM customers") == [(50,)]
    assert "50,n5" in loaded.rejects


def test_a_missing_file_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    with pytest.raises(DataProblem, match="no file"):
        load_paths(tmp_path, [str(tmp_path / "no.csv")])
    with pytest.raises(DataProblem, match="no table"):
        load_paths(tmp_path, [str(tmp_path / "nothing")])


def test_a_missing_key_column_is_refused_with_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(DataProblem, match="--map"):
        load(tmp_path, "customers", "firm,colour\nA,red\nB,blue\n")


def test_a_file_with_too_many_bad_rows_is_refused_with_counts_and_an_example(tmp_path: Path) -> None:
    lines = [f"s{i},c{i},{'x' if i < 3 else 10},2024-01-01," for i in range(20)]
    with pytest.raises(DataProblem) as problem:
        load(tmp_path, "subscriptions", subscriptions(*lines))
    for part in ("3 of 20 rows (15.0%)", "5%", "mrr", "row 2", "--max-reject-share"):
        assert part in str(problem.value)


def test_the_allowed_share_can_be_raised(tmp_path: Path) -> None:
    lines = [f"s{i},c{i},{'x' if i < 3 else 10},2024-01-01," for i in range(20)]
    loaded = load(tmp_path, "subscriptions", subscriptions(*lines), max_reject_share=0.2)
    table = next(t for t in loaded.staged.tables if t.name == "subscriptions")
    assert (table.read, table.loaded, table.rejected) == (20, 17, 3)


def test_a_folder_with_a_pointer_among_its_tables_is_refused_whole(tmp_path: Path) -> None:
    written(tmp_path, "f/customers.csv", "customer_id\n1\n")
    written(tmp_path, "f/subscriptions.csv", POINTER)
    with pytest.raises(DataProblem, match=r"subscriptions\.csv"):
        load_paths(tmp_path, [str(tmp_path / "f")])


@pytest.mark.parametrize(
    "address",
    ["sqlite:///x.db", "nosuch://a/b?table=t", "sqlite:///no.db?table=t", "sqlite:///x.db?query=DROP TABLE a"],
)
def test_a_database_that_cannot_be_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(DataProblem):
        load_paths(tmp_path, [address])


def test_nothing_to_import_is_said(tmp_path: Path) -> None:
    with pytest.raises(DataProblem, match="Nothing to import"):
        stage(ImportRequest(today=TODAY, home=tmp_path))


@pytest.mark.parametrize(
    "option",
    [
        {"date_format": "xyz"},
        {"no_such": "1"},
        {"gap_tolerance_days": "-1"},
        {"decimal": "dot"},
        {"encoding": "klingon"},
        {"currency_rates": "EUR"},
    ],
)
def test_an_option_that_is_none_is_refused(tmp_path: Path, option: dict[str, str]) -> None:
    with pytest.raises(DataProblem):
        load(tmp_path, "subscriptions", subscriptions("s,c,1,2024-01-01,"), options=option)


def test_scratch_files_go_when_an_import_is_refused(tmp_path: Path) -> None:
    refused(tmp_path, POINTER)
    assert not list((tmp_path / "home" / "scratch").iterdir())


@pytest.mark.parametrize("first", ["", "a"])
def test_a_cell_far_from_the_table_is_refused_before_it_fills_the_memory(tmp_path: Path, first: str) -> None:
    book = Workbook()
    assert book.active is not None
    book.active["A1"] = first or None
    book.active["XFD1048576"] = "x"
    book.save(tmp_path / "far.xlsx")
    with pytest.raises(DataProblem, match=r"far\.xlsx has a sheet of 1,048,576 rows and 16,384 columns"):
        list(sheets(tmp_path / "far.xlsx"))
