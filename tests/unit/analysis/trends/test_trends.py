"""Splits, seasons, events and published figures on companies that can be counted by hand."""

from datetime import date
from pathlib import Path

import pytest

from analysis.kpis.definitions import definitions
from analysis.kpis.report import kpis
from analysis.results import Estimate, NotEnoughData
from analysis.trends.events import events
from analysis.trends.forecast import forecast
from analysis.trends.seasons import seasons
from analysis.trends.series import churn_series
from analysis.trends.split import OTHERS, split, values_of
from data.engine import Engine
from data.errors import UnknownSegment
from data.records import Annotation, Condition, Scope, Segment
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


@pytest.mark.slow
def test_a_forecast_starts_where_the_data_end(engine: Engine):
    found = forecast(engine, Scope())
    assert not isinstance(found, NotEnoughData)
    assert found.rows[0].period_start == date(2025, 1, 1)
    assert len(found.rows) == 6
    assert isinstance(forecast(engine, Scope(grain="year")), NotEnoughData)


QUARTERS = Scope(start=date(2024, 1, 1), end=date(2024, 4, 1), grain="quarter", definition="stripe")


def test_a_split_follows_the_definition(engine: Engine):
    """Hand calculation: of 24 retailers r0 to r2 leave in the first quarter, r2 alone in its last 30 days, when 22
    are left; so 3 of 24 from start to end, and 1 of 22 under the 30 days of Stripe."""
    first = {r.value: r for r in split(engine, QUARTERS, "industry") if r.period_start == date(2024, 1, 1)}
    retail = first["retail"]
    assert (retail.customers_churned, retail.customers_start) == (3, 24)
    assert isinstance(retail.customer_churn_rate, Estimate)
    assert (retail.customer_churn_rate.value, retail.customer_churn_rate.n) == (pytest.approx(1 / 22), 22)
    assert isinstance(first[""].customer_churn_rate, NotEnoughData)


def test_all_others_follow_the_definition_too(engine: Engine):
    """Hand calculation: retailers are the most; 15 in health and one without an industry are left, and stay."""
    rows = split(engine, QUARTERS, "industry", most=1)
    others = next(r for r in rows if r.value == OTHERS and r.period_start == date(2024, 1, 1))
    assert isinstance(others.customer_churn_rate, Estimate)
    assert (others.customer_churn_rate.value, others.customer_churn_rate.n) == (0.0, 16)


def test_seasons_follow_the_definition(engine: Engine):
    """Hand calculation: 1 of the 38 customers of 2 March leaves by the end of the quarter; 3 of 40 in all of it."""
    rows = seasons(engine, QUARTERS)
    assert not isinstance(rows, NotEnoughData)
    first = next(r for r in rows if (r.season, r.year) == (1, 2024))
    assert isinstance(first.customer_churn_rate, Estimate)
    assert (first.customer_churn_rate.value, first.customers_churned, first.customers_start) == (
        pytest.approx(1 / 38), 3, 40,
    )  # fmt: skip


@pytest.mark.slow
def test_a_forecast_of_money_is_refused_and_one_of_another_count_is_made(engine: Engine):
    refused = forecast(engine, Scope(definition="renewal"))
    assert isinstance(refused, NotEnoughData)
    assert "money" in refused.reason
    made = forecast(engine, Scope(definition="stripe"))
    assert not isinstance(made, NotEnoughData)
    assert made.rows[0].customer_churn_rate.n == 29  # of 40, 11 left before 2 December 2024


@pytest.mark.slow
def test_a_forecast_rests_on_the_periods_after_a_hole_and_says_since_when(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Fifteen customers leave in June 2021, fifteen others come in January 2023: nothing lies between."""
    monkeypatch.setenv("CHURN_HOME", str(tmp_path / "hole"))
    rows = [a_subscription(f"a{i}", "2020-01-01", "2021-06-10") for i in range(15)]
    rows += [a_subscription(f"b{i}", "2023-01-20", "2023-12-05" if i < 2 else None) for i in range(15)]
    found = forecast(an_engine(a_company(rows)), Scope())
    assert not isinstance(found, NotEnoughData)
    assert found.since == date(2023, 2, 1)


def test_a_churn_rate_by_its_own_outcome_is_refused(engine: Engine):
    scope = Scope(segment=Segment((Condition("status", "in", ("lost",)),)))
    for ask in (kpis, definitions, seasons, forecast):
        with pytest.raises(UnknownSegment, match="by construction"):
            ask(engine, scope)
    with pytest.raises(UnknownSegment, match="by construction"):
        split(engine, Scope(), "status")


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
