"""Survival and cohorts of real files, from the import to the report: published figures and lifelines are the judge."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from analysis.lifecycle.cohorts import CohortGrid, cohorts
from analysis.lifecycle.survival import SurvivalReport, points, survival
from analysis.results import NotEnoughData
from analysis.statistics.log_rank import LogRank
from data.engine import Engine
from data.importers.request import ImportRequest
from data.importers.stage import stage
from data.records import Scope
from tests.builders import an_engine

TODAY = date(2026, 11, 22)
PURCHASES = {"customer_id": "customer_id", "on": "date", "quantity": "number_of_cds", "amount": "dollar_value"}


@pytest.fixture(scope="module", autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("real")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHURN_HOME", str(home))
        yield home


def published(folder: Path, name: str) -> dict[str, Any]:
    return json.loads((folder / name / "expected.json").read_text())["checks"]


def loaded(home: Path, **asked: Any) -> Engine:
    return an_engine(stage(ImportRequest(today=TODAY, home=home, **asked)))


def by_month(engine: Engine, *by: str) -> SurvivalReport:
    found = survival(engine, Scope(), by, unit="month")
    assert isinstance(found, SurvivalReport)
    return found


def shares(report: SurvivalReport) -> dict[tuple[str, int], float]:
    return {(point.group, point.day): point.survival for point in points(report)}


def chi2(report: SurvivalReport) -> float:
    assert isinstance(report.test, LogRank)
    return report.test.chi2


@pytest.mark.slow
def test_telco_survives_as_published_and_as_lifelines_says(own_home: Path, shared_datasets: Path):
    from lifelines import KaplanMeierFitter

    path = shared_datasets / "ibm_telco" / "Telco-Customer-Churn.csv"
    engine, raw, expected = (
        loaded(own_home, snapshot=str(path)),
        pd.read_csv(path),
        published(shared_datasets, "ibm_telco"),
    )
    whole = shares(by_month(engine))
    assert [whole["", t] for t in (1, 12, 24, 60, 72)] == pytest.approx(
        expected["Kaplan-Meier S(1),S(12),S(24),S(60),S(72)"], abs=1e-9
    )
    report = by_month(engine, "contract")
    assert chi2(report) == pytest.approx(2352.872538, abs=1e-6)
    for group in report.groups:
        rows = raw[raw["Contract"] == group.group]
        theirs = KaplanMeierFitter().fit(rows["tenure"], rows["Churn"] == "Yes")
        assert not isinstance(group.curve, NotEnoughData)
        assert group.curve.survival == pytest.approx(theirs.predict(group.curve.age).to_numpy(), abs=1e-9)
        some = group.curve.survival < 1
        limits = theirs.confidence_interval_.loc[group.curve.age[some]].to_numpy()
        assert group.curve.low[some] == pytest.approx(limits[:, 0], abs=1e-9)
        assert group.curve.high[some] == pytest.approx(limits[:, 1], abs=1e-9)
    assert {g.group: g.median.value for g in report.groups if g.median} == {
        "Month-to-month": 35.0,
        "One year": None,
        "Two year": None,
    }
    assert isinstance(cohorts(engine, Scope(), "month"), NotEnoughData)


def test_pysurvival_survives_as_published(own_home: Path, shared_datasets: Path):
    engine = loaded(own_home, snapshot=str(shared_datasets / "pysurvival_saas" / "churn.csv"))
    expected = published(shared_datasets, "pysurvival_saas")
    report = by_month(engine)
    found = [shares(report)["", t] for t in (1, 3, 6, 9, 12)]
    assert report.groups[0].median is not None
    assert [*found, report.groups[0].median.value] == pytest.approx(
        expected["KM S(1),S(3),S(6),S(9),S(12), median"], abs=1e-8
    )
    assert chi2(by_month(engine, "product_payroll")) == pytest.approx(
        expected["log-rank by product_payroll chi2 (2 df)"], abs=1e-6
    )


@pytest.mark.slow
def test_cdnow_cohorts_buy_again_as_published(own_home: Path, shared_datasets: Path):
    path = shared_datasets / "cdnow" / "CDNOW_master.txt"
    grid = cohorts(loaded(own_home, tables={"purchases": str(path)}, map=PURCHASES), Scope(), "month")
    expected = published(shared_datasets, "cdnow")
    assert isinstance(grid, CohortGrid)
    bought = {
        month: [row.with_activity for row in grid.rows if row.cohort_start == date.fromisoformat(f"{month}-01")][:7]
        for month in ("1997-01", "1997-02", "1997-03")
    }
    assert bought == expected["monthly cohort retention counts (cohort: months 0..6)"]
    assert {m: n[0] for m, n in bought.items()} == expected["customers acquired by month"]
    assert {row.size for row in grid.rows if row.age == 0} == set(expected["customers acquired by month"].values())
