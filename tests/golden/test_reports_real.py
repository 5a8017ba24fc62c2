"""Real files from the import to the report: the published figures, or pandas on the raw file, are the judge."""

import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.kpis.definitions import definitions
from analysis.kpis.report import kpis
from analysis.results import Estimate
from analysis.trends.split import split
from data.engine import Engine
from data.importers.request import ImportRequest
from data.importers.stage import stage
from data.records import Scope
from tests.builders import an_engine

TODAY = date(2026, 11, 22)
WINDOW_DAYS = 90


@pytest.fixture
def telco(tmp_path: Path, shared_datasets: Path) -> Engine:
    path = shared_datasets / "ibm_telco" / "Telco-Customer-Churn.csv"
    return an_engine(stage(ImportRequest(snapshot=str(path), today=TODAY, home=tmp_path)))


@pytest.fixture
def published(shared_datasets: Path) -> Mapping[str, Any]:
    return json.loads((shared_datasets / "ibm_telco" / "expected.json").read_text())["checks"]


def value(rate: object) -> float:
    assert isinstance(rate, Estimate)
    assert rate.low is not None
    assert rate.high is not None
    assert rate.low <= rate.value <= rate.high
    return rate.value


def test_telco_reports_the_published_share_of_customers_and_of_revenue(telco: Engine, published: Mapping[str, Any]):
    (row,) = kpis(telco, Scope()).rows
    assert (row.customers_start, row.customers_churned) == (published["rows"], published["churned"]) == (7043, 1869)
    assert (row.mrr_start_cents, -row.mrr_churn_cents) == (45_611_660, 13_913_085)
    assert value(row.customer_churn_rate) == pytest.approx(published["churn rate"], abs=1e-9)
    assert value(row.gross_mrr_churn_rate) == pytest.approx(published["share of monthly charges churned"], abs=1e-9)


@pytest.mark.parametrize(
    ("attribute", "figures"),
    [
        ("contract", "churn by Contract [n, churned, rate]"),
        ("payment_method", "churn by PaymentMethod [n, churned, rate]"),
        ("internet_service", "churn by InternetService [n, churned, rate]"),
        ("senior_citizen", "churn by SeniorCitizen [n, churned, rate]"),
    ],
)
def test_telco_splits_as_published(telco: Engine, published: Mapping[str, Any], attribute: str, figures: str):
    found = {row.value: row for row in split(telco, Scope(), attribute)}
    expected = published[figures]
    assert {v: (r.customers_start, r.customers_churned) for v, r in found.items()} == {
        v: (n, lost) for v, (n, lost, _) in expected.items()
    }
    for name, (_, _, rate) in expected.items():
        assert value(found[name].customer_churn_rate) == pytest.approx(rate, abs=1e-9)


def test_telco_differs_by_definition_only_in_the_11_customers_of_tenure_0(telco: Engine):
    rates = {row.definition: (row.numerator, row.denominator) for row in definitions(telco, Scope())}
    assert rates["start-base"] == rates["chartmogul"] == rates["stripe"] == (1869, 7043)
    assert rates["baremetrics"] == (1869, 7043 - 11)


@pytest.fixture
def cdnow(tmp_path: Path, shared_datasets: Path) -> Engine:
    path = shared_datasets / "cdnow" / "CDNOW_master.txt"
    names = {"customer_id": "customer_id", "on": "date", "quantity": "number_of_cds", "amount": "dollar_value"}
    return an_engine(stage(ImportRequest(tables={"purchases": str(path)}, map=names, today=TODAY, home=tmp_path)))


def test_cdnow_loses_whoever_did_not_buy_for_the_window(cdnow: Engine, shared_datasets: Path):
    raw = pd.read_csv(shared_datasets / "cdnow" / "CDNOW_master.txt", dtype=str, sep=r"\s+")
    raw["on"] = pd.to_datetime(raw["date"], format="%Y%m%d")
    raw["until"] = raw["on"] + pd.Timedelta(days=WINDOW_DAYS)
    by_month = kpis(cdnow, Scope(start=date(1997, 5, 1), end=date(1998, 7, 1))).rows
    assert len(by_month) == 14
    for row in by_month:
        assert (row.customers_start, row.customers_churned) == (
            len(there := paying(raw, row.period_start)),
            len(there - paying(raw, row.period_end)),
        )


def paying(raw: pd.DataFrame, before: date) -> set[str]:
    """Customers of the day before: bought on or before it, and less than the window ago."""
    day = pd.Timestamp(before) - pd.Timedelta(days=1)
    return set(raw.loc[(raw["on"] <= day) & (raw["until"] > day), "customer_id"])
