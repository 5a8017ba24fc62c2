"""Splits, seasons, events and published figures on companies that can be counted by hand."""

from datetime import date

import pytest

from analysis.kpis.report import kpis
from analysis.results import Estimate, NotEnoughData
from analysis.trends.events import events
from analysis.trends.forecast import forecast
from analysis.trends.seasons import seasons
from analysis.trends.series import churn_series
from analysis.trends.split import OTHERS, split, values_of
from data.engine import Engine
from data.records import Annotation, Scope
from tests.builders import a_company, a_customer, a_subscription, an_engine, day


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Forty customers in two industries, one without; one of the retailers leaves each month of 2024."""
    home = tmp_path_factory.mktemp("trends") / "home"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHURN_HOME", str(home))
        customers = [a_customer(f"r{i}", industry="retail") for i in range(24)]
        customers += [a_customer(f"h{i}", industry="health") for i in range(15)] + [a_customer("x")]
        rows = [a_subscription(f"r{i}", "2022-12-01", f"2024-{i + 1:02d}-10" if i < 12 else None) for i in range(24)]
        rows += [a_subscription(f"h{i}", "2022-12-01") for i in range(15)] + [a_subscription("x", "2022-12-01")]
        log = [{"event_id": "e1", "on": day("2024-06-03"), "kind": "release", "title": "New editor"}]
        return an_engine(a_company(rows, customers=customers, releases_log=log))


def test_a_split_adds_up_to_the_report(engine: Engine):
    scope = Scope(start=date(2024, 1, 1), end=date(2025, 1, 1))
    rows = split(engine, scope, "industry")
    assert values_of(rows) == ("health", "retail", "")
    for whole in kpis(engine, scope).rows:
        parts = [r for r in rows if r.period_start == whole.period_start]
        assert sum(r.customers_start for r in parts) == whole.customers_start
        assert sum(r.customers_churned for r in parts) == whole.customers_churned


def test_a_value_of_few_customers_has_no_rate(engine: Engine):
    rows = split(engine, Scope(), "industry")
    assert all(isinstance(r.customer_churn_rate, NotEnoughData) for r in rows if r.value == "")
    assert all(isinstance(r.customer_churn_rate, Estimate) for r in rows if r.value == "health")


def test_beyond_the_most_frequent_values_the_rest_is_one_group(engine: Engine):
    rows = split(engine, Scope(), "industry", most=1)
    assert values_of(rows) == ("health", OTHERS)


def test_the_series_is_the_report_over_the_whole_history(engine: Engine):
    points = churn_series(engine, Scope())
    assert [p.period.start for p in points][:2] == [date(2023, 1, 1), date(2023, 2, 1)]
    assert len(points) == 24
    assert sum(p.churned for p in points) == 12


def test_seasons_lie_side_by_side(engine: Engine):
    rows = seasons(engine, Scope())
    assert not isinstance(rows, NotEnoughData)
    assert {(r.season, r.year) for r in rows} == {(m, y) for m in range(1, 13) for y in (2023, 2024)}
    assert isinstance(seasons(engine, Scope(grain="week")), NotEnoughData)


def test_a_forecast_starts_where_the_data_end(engine: Engine):
    found = forecast(engine, Scope())
    assert not isinstance(found, NotEnoughData)
    assert found.rows[0].period_start == date(2025, 1, 1)
    assert len(found.rows) == 6
    assert isinstance(forecast(engine, Scope(grain="year")), NotEnoughData)


def test_events_of_the_data_and_of_people_stand_together(engine: Engine):
    noted = [
        Annotation(1, date(2024, 6, 1), "note", "Team grew", "", 1),
        Annotation(2, date(2025, 6, 1), "n", "x", "", 1),
    ]
    found = events(engine, date(2024, 1, 1), date(2025, 1, 1), noted)
    assert [(e.on, e.title, e.source) for e in found] == [
        (date(2024, 6, 1), "Team grew", "person"),
        (date(2024, 6, 3), "New editor", "data"),
    ]
