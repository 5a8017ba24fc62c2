"""An import says what it does, is the same again, and is the same however its files are written."""

import csv
import io
import random
from collections.abc import Callable
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data.contracts import TABLES
from data.errors import DataProblem
from data.importers.dialect import Dialect
from data.importers.request import ImportRequest
from data.importers.stage import stage
from data.importers.textfile import scan
from data.importers.workbench import as_parquet
from data.staged import Progress
from tests.unit.data.importers.loading import TODAY, Loaded, load, load_paths, subscriptions, written

ROWS = [
    (
        f"s{i:02d}",
        f"c{i % 7:03d}",
        f"{(i * 37) % 500 + 0.25:.2f}",
        date(2024, 1 + i % 12, 1 + (i * 11) % 28),
        i % 3 == 0,
    )
    for i in range(40)
]
HEADER = ("subscription_id", "customer_id", "mrr", "starts_on", "ends_on")
CONTENT = "SELECT * FROM subscriptions ORDER BY ALL"


def as_text(rows: list[tuple[str, str, str, date, bool]], delimiter: str, day: str, end: str, comma: bool) -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end)
    writer.writerow(HEADER)
    for key, customer, amount, start, ended in rows:
        money = amount.replace(".", ",") if comma else amount
        writer.writerow((key, customer, money, start.strftime(day), date(2025, 12, 31).strftime(day) if ended else ""))
    return out.getvalue()


@pytest.fixture(scope="module")
def canonical(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    return load(tmp_path_factory.mktemp("c"), "subscriptions", as_text(ROWS, ",", "%Y-%m-%d", "\n", False)).rows(
        CONTENT
    )


@given(
    seed=st.integers(0, 10_000),
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    day=st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%Y%m%d", "%d-%m-%Y", "%b %d, %Y"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030", "cp1252"]),
    end=st.sampled_from(["\n", "\r\n"]),
    comma=st.booleans(),
)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.slow
def test_order_dialect_encoding_and_formats_change_nothing(
    tmp_path: Path,
    canonical: list[tuple[object, ...]],
    seed: int,
    delimiter: str,
    day: str,
    encoding: str,
    end: str,
    comma: bool,
) -> None:
    shuffled = random.Random(seed).sample(ROWS, len(ROWS))
    text = as_text(shuffled, delimiter, day, end, comma)
    assert load(tmp_path, "subscriptions", text.encode(encoding)).rows(CONTENT) == canonical


def test_batches_come_in_contract_order_and_types_and_can_be_read_again(tmp_path: Path) -> None:
    kinds = {
        "id": pa.string(), "text": pa.string(), "choice": pa.string(), "integer": pa.int64(), "number": pa.float64(), "money": pa.int64(),
        "date": pa.date32(), "timestamp": pa.timestamp("us", "UTC"), "boolean": pa.bool_(),
    }  # fmt: skip
    files = {
        "customers": "customer_id,name,Colour\nc,A,red\n",
        "subscriptions": subscriptions("s,c,10,2024-01-01,"),
        "usage_daily": "customer_id,day,logins\nc,2024-01-01,3\n",
        "tickets": "ticket_id,customer_id,opened_at,csat,reopened\nt,c,2024-01-01 10:00:00,5,yes\n",
        "invoices": "invoice_id,customer_id,due_on,amount\ni,c,2024-01-01,3\n",
        "surveys": "response_id,customer_id,at,kind,score\nr,c,2024-01-01,nps,9\n",
        "touches": "touch_id,customer_id,at,kind\nt,c,2024-01-01,training\n",
        "assignments": "experiment_key,customer_id,variant\ne,c,a\n",
        "releases_log": "event_id,on,kind,title\ne,2024-01-01,release,5.0\n",
        "feature_usage": "customer_id,day,feature,count\nc,2024-01-01,f,3\n",
    }
    tables = {name: written(tmp_path, f"{name}.csv", text) for name, text in files.items()}
    staged = stage(ImportRequest(tables=tables, today=TODAY, home=tmp_path / "home"))
    assert {t.name for t in staged.tables} == set(files)
    for table in staged.tables:
        expected = [(c.name, kinds[c.kind]) for c in TABLES[table.name].columns] + [
            (a, pa.string()) for a in table.attributes
        ]
        for _ in range(2):
            reader = table.batches()
            assert [(f.name, f.type) for f in reader.schema] == expected
            assert reader.read_all().num_rows == table.loaded == 1


def hashes(loaded: Loaded) -> dict[str, str]:
    return {t.name: t.content_hash for t in loaded.staged.tables}


def test_the_same_file_has_the_same_hash_and_another_reading_another(tmp_path: Path) -> None:
    text = subscriptions("s,c,10,03/04/2024,")
    first, again = load(tmp_path, "subscriptions", text), load(tmp_path, "subscriptions", text, name="copy.csv")
    assert hashes(first) == hashes(again)
    other = load(tmp_path, "subscriptions", text, options={"date_format": "mdy"})
    changed = load(tmp_path, "subscriptions", text.replace("10", "11"))
    assert len({hashes(one)["subscriptions"] for one in (first, other, changed)}) == 3


def test_the_as_of_day_is_the_newest_that_happened_and_never_in_the_future(tmp_path: Path) -> None:
    written(tmp_path, "f/subscriptions.csv", subscriptions("s,c,10,2024-01-01,2031-01-01", "r,c,10,2024-02-03,"))
    written(tmp_path, "f/usage_daily.csv", "customer_id,day,logins\nc,2024-05-06,3\nc,2033-01-01,3\n")
    loaded = load_paths(tmp_path, [str(tmp_path / "f")])
    assert loaded.staged.as_of == date(2024, 5, 6)
    assert loaded.notes("as_of")


def test_the_as_of_day_can_be_set(tmp_path: Path) -> None:
    loaded = load(tmp_path, "subscriptions", subscriptions("s,c,10,2024-01-01,"), as_of=date(2025, 1, 1))
    assert loaded.staged.as_of == date(2025, 1, 1)
    assert not loaded.notes("as_of")


def test_metric_options_go_with_the_import(tmp_path: Path) -> None:
    options = {"gap_tolerance_days": "0", "reporting_currency": "eur", "currency_rates": "USD:0.9, GBP:1.15"}
    metric = load(tmp_path, "subscriptions", subscriptions("s,c,10,2024-01-01,"), options=options).staged.options
    assert metric.gap_tolerance_days == 0
    assert metric.reporting_currency == "EUR"
    assert metric.currency_rates == (("USD", 0.9), ("GBP", 1.15))


def test_a_saved_mapping_is_used_and_what_the_reader_says_goes_before_it(tmp_path: Path) -> None:
    text = "abo;kunde;betrag;betrag2;von\ns;c;10;20;03/04/2024\n"
    columns = {"subscription_id": "abo", "customer_id": "kunde", "mrr": "betrag", "starts_on": "von"}
    mapping = {"tables": {"subscriptions": columns}, "options": {"date_format": "mdy"}}
    loaded = load(tmp_path, "subscriptions", text, mapping=mapping, map={"mrr": "betrag2"})
    assert loaded.rows("SELECT mrr_cents, starts_on FROM subscriptions") == [(2000, date(2024, 3, 4))]


def test_progress_names_its_steps(tmp_path: Path) -> None:
    seen: list[Progress] = []
    path = written(tmp_path, "s.csv", subscriptions("s,c,10,2024-01-01,"))
    stage(ImportRequest(tables={"subscriptions": path}, today=TODAY, home=tmp_path / "home"), seen.append)
    assert [p.step for p in seen][:2] == ["reading s.csv", "looking at s"]


def test_scratch_files_go_with_the_staged_import(tmp_path: Path) -> None:
    loaded = load(tmp_path, "subscriptions", subscriptions("s,c,10,2024-01-01,"))
    scratch = tmp_path / "home" / "scratch"
    assert list(scratch.iterdir())
    del loaded
    assert not list(scratch.iterdir())


def test_german_contracts_are_read_without_a_question(tmp_path: Path) -> None:
    text = """Vertragsnummer;Kundennummer;Vertragsbeginn;Kündigungsdatum;Monatsbeitrag;Zahlungsweise;Tarif;Status
V1;K-1;01.02.2024;;49,90;monatlich;Basis;aktiv
V2;K-2;15.03.2024;31.12.2024;1.099,00;jährlich;Pro;gekündigt
"""
    loaded = load_paths(tmp_path, [written(tmp_path, "verträge.csv", text)])
    assert loaded.rows('SELECT customer_id, mrr_cents, "interval", ends_on, status FROM subscriptions ORDER BY 1') == [
        ("K-1", 4990, "month", None, "active"),
        ("K-2", 109900, "year", date(2024, 12, 31), "cancelled"),
    ]


def test_a_file_of_four_hundred_columns_is_read(tmp_path: Path) -> None:
    names = [f"Custom property {i}" for i in range(396)]
    lines = [f"c{n},12,no,10.00," + ",".join(f"v{n * i}" if i % 50 else "NULL" for i in range(396)) for n in range(40)]
    text = "\n".join([",".join(["customer_id", "tenure_months", "churned", "mrr", *names]), *lines])
    loaded = load_paths(tmp_path, [written(tmp_path, "wide.csv", text)])
    assert loaded.rows("SELECT count(*), count(a_custom_property_50), min(a_custom_property_51) FROM customers") == [
        (40, 0, "v0")
    ]


def test_too_little_memory_is_said_with_the_limit_and_the_way_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("data.importers.workbench.MEMORY_LIMIT", "1MB")
    with pytest.raises(DataProblem, match=r"600MB of memory.*--map =COLUMN"):
        load(tmp_path, "subscriptions", subscriptions(*(f"s{n},c{n},10,2024-01-01," for n in range(20_000))))


@pytest.mark.parametrize(("width", "form"), [(40, "(FORMAT parquet)"), (400, "(FORMAT parquet, ROW_GROUP_SIZE 2048)")])
def test_of_wide_rows_fewer_are_held_in_memory_at_once(width: int, form: str) -> None:
    assert as_parquet(width) == form


def test_scratch_folders_of_killed_imports_are_swept(tmp_path: Path) -> None:
    left = tmp_path / "home" / "scratch" / "4194305-dead"
    left.mkdir(parents=True)
    load(tmp_path, "subscriptions", subscriptions("s,c,10,2024-01-01,"))
    assert not left.exists()


def _big(path: Path, flaw: Callable[[int], str]) -> str:
    with path.open("w") as file:
        file.write("customer_id,day,logins,minutes\n")
        for i in range(900_000):
            file.write(f"customer-{i % 5000:012d}{flaw(i)},{date(2024, 1, 1 + i // 5000 % 28)},{i % 9},{i % 100}.5\n")
    return str(path)


def test_a_moment_is_no_day_to_the_reader_of_flawless_files(tmp_path: Path) -> None:
    # Read in one pass it would be the day it begins with, whatever its zone.
    path = tmp_path / "days.csv"
    for day, is_plain in (("2024-01-31", True), ("2024-01-31T16:00:00Z", False), ("2024-02-01 00:00:00", False)):
        path.write_text(f"day\n{day}\n")
        query = "FROM " + scan(path, Dialect(",", 1, header=("day",)), ["DATE"])
        if is_plain:
            assert duckdb.execute(query).fetchall() == [(date(2024, 1, 31),)]
        else:
            with pytest.raises(duckdb.ConversionException):
                duckdb.execute(query).fetchall()


@pytest.mark.slow
@pytest.mark.parametrize("flaw", ["", " "])
def test_big_files_give_the_same_rows_in_one_pass_and_row_by_row(tmp_path: Path, flaw: str) -> None:
    path = _big(tmp_path / "usage.csv", lambda i: flaw if i == 800_000 else "")
    assert Path(path).stat().st_size > 32 << 20
    seen: list[Progress] = []
    staged = stage(ImportRequest(tables={"usage_daily": path}, today=TODAY, home=tmp_path / "home"), seen.append)
    expected = (140_000, sum(i % 9 for i in range(900_000)), sum(i % 100 + 0.5 for i in range(900_000)))
    assert Loaded(staged).rows("SELECT count(*), sum(logins)::INT, sum(minutes) FROM usage_daily") == [expected]
    assert next(t for t in staged.tables if t.name == "usage_daily").read == 900_000
    assert any(p.total for p in seen)
