"""Every form a file may come in is read, whatever its name says."""

import bz2
import csv
import gzip
import io
import json
import lzma
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import xlsxwriter
import xlwt

from tests.unit.data.importers.loading import SUBSCRIPTIONS, load, load_paths, written

CSV = "customer_id,name,industry\n007,Ärzte & Co,retail\n008,北京公司,energy\n"
EXPECTED = [("007", "Ärzte & Co", "retail"), ("008", "北京公司", "energy")]
SELECT = "SELECT customer_id, name, industry FROM customers ORDER BY 1"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_any_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    assert load(tmp_path, "customers", CSV.replace(",", delimiter)).rows(SELECT) == EXPECTED


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_any_encoding_that_holds_the_text_is_found(tmp_path: Path, encoding: str) -> None:
    text = CSV if encoding != "gb18030" else CSV.replace("Ärzte & Co", "上海贸易有限公司")
    rows = load(tmp_path, "customers", text.encode(encoding)).column("SELECT name FROM customers ORDER BY customer_id")
    assert rows == [text.split("\n")[1].split(",")[1], "北京公司"]


def test_an_encoding_that_is_not_utf8_is_said(tmp_path: Path) -> None:
    loaded = load(tmp_path, "customers", "customer_id,name\n1,Müller\n2,Café Größe\n".encode("cp1252"))
    assert loaded.column("SELECT name FROM customers ORDER BY 1") == ["Café Größe", "Müller"]
    assert "cp1252" in loaded.notes("encoding")[0].text


def test_arabic_in_code_page_1256_is_found(tmp_path: Path) -> None:
    name = "شركة الاتصالات السعودية للخدمات"
    loaded = load(tmp_path, "customers", f"customer_id,name\n1,{name}\n2,{name}\n".encode("cp1256"))
    assert loaded.column("SELECT DISTINCT name FROM customers") == [name]


def test_an_encoding_can_be_set(tmp_path: Path) -> None:
    loaded = load(tmp_path, "customers", "customer_id,name\n1,żółw\n".encode("cp1250"), options={"encoding": "cp1250"})
    assert loaded.column("SELECT name FROM customers") == ["żółw"]


def test_mojibake_that_is_valid_utf8_stays_as_it_is(tmp_path: Path) -> None:
    assert load(tmp_path, "customers", "customer_id,name\n1,customerís\n").column("SELECT name FROM customers") == [
        "customerís"
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("last", [True, False])
def test_line_ends_of_any_kind_and_a_missing_last_one(tmp_path: Path, end: str, last: bool) -> None:
    text = CSV.replace("\n", end)
    assert load(tmp_path, "customers", text if last else text.rstrip("\r\n")).rows(SELECT) == EXPECTED


def test_line_ends_may_be_mixed_in_one_file(tmp_path: Path) -> None:
    assert load(tmp_path, "customers", CSV.replace("\n", "\r\n", 1)).rows(SELECT) == EXPECTED


def test_multi_line_cells_doubled_quotes_and_json_survive(tmp_path: Path) -> None:
    text = 'customer_id,name,industry\n1,"line one\nline ""two""","{""external_id"":""8a,b""}"\n2,"a, b",c\n'
    assert load(tmp_path, "customers", text).rows(SELECT) == [
        ("1", 'line one\nline "two"', '{"external_id":"8a,b"}'),
        ("2", "a, b", "c"),
    ]


def test_blanks_separate_columns_as_in_cdnow(tmp_path: Path) -> None:
    text = (
        " customer_id  date number_of_cds  dollar_value\r\n 00001 19970101  1   11.77\r\n 00002 19970112  1   12.00\r\n"
    )
    loaded = load(
        tmp_path, "purchases", text, map={"on": "date", "amount": "dollar_value", "quantity": "number_of_cds"}
    )
    assert loaded.rows('SELECT customer_id, "on"::VARCHAR, amount_cents FROM purchases ORDER BY 1') == [
        ("00001", "1997-01-01", 1177),
        ("00002", "1997-01-12", 1200),
    ]


def test_a_file_without_header_gets_numbered_columns_and_says_so(tmp_path: Path) -> None:
    text = " 00004 0001 19970101  2   29.33\r\n 00004 0001 19970118  2   29.73\r\n"
    loaded = load(tmp_path, "purchases", text, map={"customer_id": "column_1", "on": "column_3", "amount": "column_5"})
    assert loaded.rows("SELECT customer_id, amount_cents FROM purchases ORDER BY 2") == [
        ("00004", 2933),
        ("00004", 2973),
    ]
    assert loaded.notes("no_header")


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress])
def test_packed_files_are_unpacked_whatever_their_name(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    assert load(tmp_path, "customers", pack(CSV.encode()), name="c.csv").rows(SELECT) == EXPECTED


def test_an_archive_of_csv_files_is_opened(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("inner/customers.csv", CSV)
        archive.writestr("__MACOSX/._customers.csv", b"\x00junk")
        archive.writestr("README.md", "# about")
    assert load(tmp_path, "customers", packed.getvalue(), name="export.zip").rows(SELECT) == EXPECTED


def test_an_archive_cannot_write_outside_the_scratch_folder(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../escaped.csv", CSV)
    load(tmp_path, "customers", packed.getvalue(), name="export.zip")
    assert not list(tmp_path.parent.rglob("escaped.csv"))


def _xlsx(*sheets: tuple[str, list[list[object]]]) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    for name, rows in sheets:
        sheet = book.add_worksheet(name)
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                sheet.write(r, c, cell)
    book.close()
    return out.getvalue()


def test_a_workbook_with_one_sheet_is_one_table(tmp_path: Path) -> None:
    book = _xlsx(("Telco_Churn", [["customer_id", "employees", "signed_on"], ["a", 12.0, "2024-05-06"]]))
    loaded = load(tmp_path, "customers", book, name="telco.xlsx")
    assert loaded.rows("SELECT customer_id, employees, signed_on::VARCHAR FROM customers") == [("a", 12, "2024-05-06")]


def test_numbers_of_a_workbook_are_days_where_a_day_is_meant(tmp_path: Path) -> None:
    book = _xlsx(("s", [["customer_id", "signed_on"], ["a", 45413]]))
    loaded = load(tmp_path, "customers", book, name="a.xlsx", map={"signed_on": "signed_on"})
    assert loaded.column("SELECT signed_on::VARCHAR FROM customers") == ["2024-05-01"]


def test_the_same_number_in_a_text_file_is_no_day(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="is not a date"):
        load(tmp_path, "customers", "customer_id,signed_on\na,45413\n", map={"signed_on": "signed_on"})


def test_titles_above_the_header_of_a_sheet_are_left_aside(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Report of May", "", ""],
        ["", "", ""],
        ["customer_id", "name", "industry"],
        ["1", "A", "x"],
    ]
    loaded = load(tmp_path, "customers", _xlsx(("s", rows)), name="a.xlsx")
    assert loaded.rows(SELECT) == [("1", "A", "x")]
    assert loaded.notes("lines_skipped")


def test_an_xls_that_calls_itself_csv_is_read(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("bank")
    for r, row in enumerate(
        [["customer_id", "name", "industry"], ["007", "Ärzte & Co", "retail"], ["008", "北京公司", "energy"]]
    ):
        for c, cell in enumerate(row):
            sheet.write(r, c, cell)
    out = io.BytesIO()
    book.save(out)
    assert load(tmp_path, "customers", out.getvalue(), name="bank.csv").rows(SELECT) == EXPECTED


def test_parquet_is_read_as_the_text_a_csv_would_hold(tmp_path: Path) -> None:
    path = tmp_path / "c.parquet"
    duckdb.sql(
        f"COPY (SELECT '007' AS customer_id, DATE '2024-05-06' AS signed_on, 12::DOUBLE AS employees) TO '{path}'"
    )
    loaded = load(tmp_path, "customers", path.read_bytes(), name="c.parquet")
    assert loaded.rows("SELECT customer_id, signed_on::VARCHAR, employees FROM customers") == [
        ("007", "2024-05-06", 12)
    ]


def test_json_lines_and_arrays_are_read(tmp_path: Path) -> None:
    records = [
        {"customer_id": "007", "name": "A", "seats": 3},
        {"customer_id": "008", "industry": {"a": 1}, "seats": None},
    ]
    for name, text in (("a.jsonl", "\n".join(map(json.dumps, records))), ("b.json", json.dumps(records))):
        loaded = load(tmp_path, "customers", text, name=name)
        assert loaded.rows("SELECT customer_id, name, industry, a_seats FROM customers ORDER BY 1") == [
            ("007", "A", None, "3"),
            ("008", None, '{"a": 1}', None),
        ]


def test_a_database_is_read_by_query_or_table(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "shop.db") as database:
        database.execute("CREATE TABLE firms (customer_id TEXT, name TEXT, industry TEXT)")
        database.executemany("INSERT INTO firms VALUES (?, ?, ?)", EXPECTED)
    database.close()
    url = f"sqlite:///{tmp_path}/shop.db"
    for source in (f"{url}?table=firms", f"{url}?query=SELECT customer_id, name, industry FROM firms"):
        loaded = load_paths(
            tmp_path,
            [source],
            mapping={"tables": {"customers": {"customer_id": "customer_id", "name": "name", "industry": "industry"}}},
        )
        assert loaded.rows(SELECT) == EXPECTED


def test_many_daily_files_with_one_header_are_one_table(tmp_path: Path) -> None:
    for day in range(1, 31):
        written(tmp_path, f"daily/2024-06-{day:02d}.csv", f"customer_id,day,logins\nc1,2024-06-{day:02d},{day}\n")
    written(tmp_path, "daily/README.md", "# what this is")
    loaded = load_paths(tmp_path, [str(tmp_path / "daily")])
    assert loaded.rows("SELECT count(*), sum(logins)::INT FROM usage_daily") == [(30, 465)]
    assert loaded.notes("files_joined")[0].count == 30
    assert loaded.notes("file_skipped")[0].count == 1


def test_a_separator_line_of_excel_is_understood(tmp_path: Path) -> None:
    assert load(tmp_path, "customers", "sep=;\n" + CSV.replace(",", ";")).rows(SELECT) == EXPECTED


def test_a_comma_at_the_end_of_every_row_adds_no_column(tmp_path: Path) -> None:
    text = "customer_id,name,industry\n" + "".join(f"{i},n{i},x,\n" for i in range(5))
    assert load(tmp_path, "customers", text).rows("SELECT count(*), min(industry) FROM customers") == [(5, "x")]


def test_an_unnamed_row_index_in_front_moves_no_column(tmp_path: Path) -> None:
    text = "customer_id,name,industry\n" + "".join(f"{i},c{i},n{i},x\n" for i in range(5))
    assert load(tmp_path, "customers", text).rows("SELECT min(customer_id), min(industry) FROM customers") == [
        ("c0", "x")
    ]


def test_nul_bytes_are_no_values(tmp_path: Path) -> None:
    assert load(tmp_path, "customers", "customer_id,name\n1,a\0b\n2,\0\n").rows(
        "SELECT name FROM customers ORDER BY 1"
    ) == [
        ("ab",),
        (None,),
    ]


def test_of_several_sheets_the_one_named_is_read_and_the_others_are_said(tmp_path: Path) -> None:
    notes, firms = ("Notes", [["x"], ["y"]]), ("Firms", [["customer_id", "name"], ["1", "A"]])
    path = written(tmp_path, "a.xlsx", _xlsx(notes, firms))
    assert load(tmp_path, "customers", _xlsx(firms, notes), name="b.xlsx").notes("sheets_left")[0].count == 1
    loaded = load_paths(tmp_path, [f"{path}#Firms"])
    assert loaded.rows("SELECT customer_id, name FROM customers") == [("1", "A")]


@pytest.mark.parametrize(("named", "beside"), [("c[1].csv", "c1.csv"), ("c*.csv", "cd.csv"), ("c?.csv", "cd.csv")])
def test_a_file_whose_name_looks_like_a_pattern_is_read_itself(tmp_path: Path, named: str, beside: str) -> None:
    written(tmp_path, beside, CSV.replace("00", "99"))
    assert load(tmp_path, "customers", CSV, name=named).rows(SELECT) == EXPECTED


def test_a_parquet_file_whose_name_looks_like_a_pattern_is_read_itself(tmp_path: Path) -> None:
    for name, customer in (("c1.parquet", "other"), ("c2.parquet", "this")):
        duckdb.sql(f"COPY (SELECT '{customer}' AS customer_id) TO '{tmp_path / name}' (FORMAT parquet)")
    (tmp_path / "c2.parquet").rename(tmp_path / "c[1].parquet")
    loaded = load_paths(tmp_path, [str(tmp_path / "c[1].parquet")])
    assert loaded.column("SELECT customer_id FROM customers") == ["this"]


def test_a_big_file_in_a_home_whose_name_looks_like_a_pattern_is_read_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.importers.openers.BIG", 1)
    written(tmp_path, "1/c1.csv", CSV.replace("00", "99"))
    assert load(tmp_path / "[1]", "customers", CSV, name="c[1].csv").rows(SELECT) == EXPECTED


def test_members_of_one_name_in_an_archive_are_one_table_whose_rejects_say_where_they_lie(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for month in ("jan", "feb"):
            good = "".join(f"{month}{i},c{i},1,2024-01-01,\n" for i in range(30))
            archive.writestr(f"{month}/x.csv", f"{SUBSCRIPTIONS}{month}_bad,c,much,2024-01-01,\n{good}")
    loaded = load(tmp_path, "subscriptions", packed.getvalue(), name="export.zip")
    table = next(t for t in loaded.staged.tables if t.name == "subscriptions")
    assert (table.read, table.loaded, table.rejected) == (62, 60, 2)
    kept = list(csv.DictReader(io.StringIO(loaded.rejects)))
    assert [(r["file"], r["row"], json.loads(r["original"])["subscription_id"]) for r in kept] == [
        ("feb/x.csv", "2", "feb_bad"),
        ("jan/x.csv", "2", "jan_bad"),
    ]
