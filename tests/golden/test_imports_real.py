"""Real files come in whole: counts and sums as published, every oddity said."""

from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
import pytest

from data.importers.request import ImportRequest
from data.importers.stage import stage
from data.staged import StagedImport

TODAY = date(2026, 11, 22)
TELCO = {"customer_id": "customerID", "tenure_months": "tenure", "churned": "Churn", "mrr": "MonthlyCharges"}
CDNOW = {"customer_id": "customer_id", "on": "date", "quantity": "number_of_cds", "amount": "dollar_value"}


def query(staged: StagedImport, sql: str) -> list[tuple[object, ...]]:
    connection = duckdb.connect()
    for table in staged.tables:
        connection.register(table.name, table.batches().read_all())
    rows = connection.execute(sql).fetchall()
    connection.close()
    return rows


def count(staged: StagedImport, code: str) -> int:
    return sum(note.count for note in staged.notes if note.code == code)


@pytest.fixture
def telco(tmp_path: Path, shared_datasets: Path) -> StagedImport:
    path = shared_datasets / "ibm_telco" / "Telco-Customer-Churn.csv"
    return stage(ImportRequest(snapshot=str(path), map=TELCO, today=TODAY, home=tmp_path))


@pytest.fixture
def cdnow(tmp_path: Path, shared_datasets: Path) -> StagedImport:
    path = shared_datasets / "cdnow" / "CDNOW_master.txt"
    return stage(ImportRequest(tables={"purchases": str(path)}, map=CDNOW, today=TODAY, home=tmp_path))


def test_telco_has_7043_customers_of_whom_1869_are_lost(telco: StagedImport) -> None:
    assert query(telco, "SELECT count(*), count(ends_on) FROM subscriptions") == [(7043, 1869)]
    assert query(telco, "SELECT count(DISTINCT customer_id) FROM customers") == [(7043,)]


def test_telco_pays_45611660_cents_a_month(telco: StagedImport) -> None:
    assert query(telco, "SELECT sum(mrr_cents)::BIGINT FROM subscriptions") == [(45_611_660,)]


def test_telco_losses_by_contract_are_the_published_ones(telco: StagedImport) -> None:
    rows = query(
        telco,
        "SELECT a_contract, count(ends_on), count(*) FROM customers JOIN subscriptions USING (customer_id) GROUP BY 1",
    )
    assert Counter({r[0]: (r[1], r[2]) for r in rows}) == {
        "Month-to-month": (1655, 3875),
        "One year": (166, 1473),
        "Two year": (48, 1695),
    }


def test_telco_blank_total_charges_are_counted_and_stay_missing(telco: StagedImport) -> None:
    assert [(n.column, n.count) for n in telco.notes if n.code == "blank_values"] == [("TotalCharges", 11)]
    assert query(telco, "SELECT count(*) - count(a_total_charges) FROM customers") == [(11,)]


def test_telco_tenure_comes_back_in_whole_calendar_months(telco: StagedImport) -> None:
    rows = query(
        telco,
        f"SELECT sum(datesub('month', starts_on, DATE '{telco.as_of}')), max(datesub('month', starts_on, DATE '{telco.as_of}')) FROM subscriptions",
    )
    assert rows == [(227_990, 72)]


def test_cdnow_keeps_every_purchase_and_its_255_real_duplicates(cdnow: StagedImport) -> None:
    assert query(cdnow, "SELECT count(*), count(DISTINCT purchase_id) FROM purchases") == [(69_659, 69_659)]
    assert count(cdnow, "duplicates_kept") == 255


def test_cdnow_spend_is_exact(cdnow: StagedImport) -> None:
    assert query(cdnow, "SELECT sum(amount_cents)::BIGINT, sum(quantity)::BIGINT FROM purchases") == [
        (250_031_563, 167_881)
    ]


def test_cdnow_ids_keep_their_leading_zeros(cdnow: StagedImport) -> None:
    assert query(cdnow, "SELECT count(DISTINCT customer_id), min(customer_id) FROM purchases") == [(23_570, "00001")]


def test_cdnow_dates_are_days_of_1997_and_1998(cdnow: StagedImport) -> None:
    assert query(cdnow, 'SELECT min("on"), max("on") FROM purchases') == [(date(1997, 1, 1), date(1998, 6, 30))]
    assert cdnow.as_of == date(1998, 6, 30)
