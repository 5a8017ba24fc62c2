"""Cohorts and survival of a company that can be counted by hand."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from analysis.customers.listing import totals
from analysis.kpis.report import kpis
from analysis.lifecycle.cohorts import CohortGrid, CohortRow, at_age, cohorts, of_previous_age
from analysis.lifecycle.groups import OTHERS
from analysis.lifecycle.ratios import risk_ratios
from analysis.lifecycle.survival import SurvivalReport, points, survival
from analysis.results import Estimate, NotEnoughData
from analysis.statistics.log_rank import LogRank
from analysis.statistics.ratios import RatioSums, delta_ratio
from data.engine import Engine
from data.errors import UnknownSegment
from data.records import Condition, CustomerQuery, Period, Scope, Segment
from tests.builders import a_company, a_customer, a_subscription, an_engine, day

AS_OF = date(2024, 6, 20)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Twenty customers of January, of whom one leaves each month from February on and one grows; 12 of March."""
    home = tmp_path_factory.mktemp("cohorts") / "home"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHURN_HOME", str(home))
        rows = [a_subscription(f"j{i:02}", "2024-01-10", f"2024-{i + 2:02}-10" if i < 4 else None) for i in range(20)]
        rows += [a_subscription(f"m{i:02}", "2024-03-05", "2024-03-25" if i == 0 else None) for i in range(12)]
        rows += [a_subscription("j19", "2024-04-01", mrr=5000), a_subscription("j00", "2024-05-02", mrr=500)]
        customers = [a_customer(f"j{i:02}", industry="retail" if i % 2 else "health") for i in range(20)]
        customers += [a_customer(f"m{i:02}", industry="retail" if i else "mining") for i in range(12)]
        return an_engine(a_company(rows, customers=customers, as_of=AS_OF))


@pytest.fixture(scope="module")
def grid(engine: Engine) -> CohortGrid:
    found = cohorts(engine, Scope(), "month")
    assert isinstance(found, CohortGrid)
    return found


def cell(grid: CohortGrid, start: str, age: int) -> CohortRow:
    return next(row for row in grid.rows if row.cohort_start == day(start) and row.age == age)


def value(answer: object) -> float:
    assert isinstance(answer, Estimate)
    return answer.value


def test_a_cell_holds_who_is_there_at_the_end_of_its_period(grid: CohortGrid):
    assert [cell(grid, "2024-01-01", age).active for age in range(6)] == [20, 19, 18, 17, 17, 17]
    assert [cell(grid, "2024-03-01", age).active for age in range(4)] == [11, 11, 11, 11]


def test_a_returner_stays_in_its_first_cohort(grid: CohortGrid):
    """j00 left in February and came back in May, when j03 left."""
    assert cell(grid, "2024-01-01", 4).active == 17
    assert {row.cohort_start for row in grid.rows} == {day("2024-01-01"), day("2024-03-01")}


def test_the_period_the_data_end_in_is_not_complete(grid: CohortGrid):
    assert {row.age for row in grid.rows if row.cohort_start == day("2024-01-01") and not row.complete} == {5}
    assert max(row.age for row in grid.average) == 4


def test_money_is_counted_up_to_the_first_amount_or_whole(grid: CohortGrid):
    """At age 4 sixteen pay their 10.00, one 60.00, the returner 5.00."""
    row = cell(grid, "2024-01-01", 4)
    assert value(row.mrr_retention) == pytest.approx((16 * 1000 + 500) / 20_000)
    assert value(row.net_mrr_retention) == pytest.approx((15 * 1000 + 6000 + 500) / 20_000)


def test_intervals_of_money_are_those_of_the_customers_one_by_one(grid: CohortGrid):
    row = cell(grid, "2024-01-01", 4)
    first, net = np.full(20, 1000.0), np.array([500.0, *[1000.0] * 15, 6000.0, 0.0, 0.0, 0.0])
    sums = RatioSums(20, net.sum(), first.sum(), (net**2).sum(), (first**2).sum(), (net * first).sum())
    assert row.net_mrr_retention == delta_ratio(sums)
    kept = row.mrr_retention
    assert isinstance(kept, Estimate)
    assert 0 <= kept.low < kept.value < kept.high <= 1


def test_averages_weigh_cohorts_by_size_and_leave_out_the_young(grid: CohortGrid):
    ages = {row.age: row for row in grid.average}
    assert (ages[2].active, ages[2].size) == (18 + 11, 32)
    assert (ages[3].active, ages[3].size) == (17, 20)


def test_cells_of_a_period_add_up_to_the_customers_of_the_report(engine: Engine, grid: CohortGrid):
    scope = Scope(start=date(2024, 1, 1), end=date(2024, 7, 1))
    for month, whole in enumerate(kpis(engine, scope).rows):
        cells = [r for r in grid.rows if r.cohort_start and r.cohort_start.month - 1 + r.age == month]
        assert sum(row.active for row in cells) == whole.customers_end


def test_the_values_of_an_attribute_are_cohorts_too(engine: Engine):
    found = cohorts(engine, Scope(), "month", "industry")
    assert isinstance(found, CohortGrid)
    at_two = {row.group: (row.active, row.size) for row in found.rows if row.age == 2}
    assert at_two == {"retail": (9 + 11, 10 + 11), "health": (9, 10), "mining": (0, 1)}
    alone = cohorts(engine, Scope(), "month", "industry", most=1)
    assert isinstance(alone, CohortGrid)
    assert {row.group for row in alone.rows} == {"retail", OTHERS}


def test_a_small_cohort_has_counts_and_no_rate(engine: Engine):
    few = Scope(segment=Segment((Condition("industry", "in", ("mining",)),)))
    found = cohorts(engine, few, "month")
    assert isinstance(found, CohortGrid)
    assert all(isinstance(row.retention, NotEnoughData) for row in found.rows)


def test_the_range_chooses_cohorts_by_their_start(engine: Engine):
    found = cohorts(engine, Scope(start=date(2024, 2, 1), end=date(2024, 7, 1)), "quarter")
    assert isinstance(found, CohortGrid)
    assert {row.cohort_start for row in found.rows} == {day("2024-01-01")}
    assert isinstance(cohorts(engine, Scope(start=date(2024, 5, 1)), "month"), NotEnoughData)


def test_the_same_age_is_compared_over_cohorts(grid: CohortGrid):
    assert [(row.cohort_start, row.active) for row in at_age(grid, 2)] == [
        (day("2024-01-01"), 18),
        (day("2024-03-01"), 11),
    ]


def test_each_age_can_be_a_share_of_the_one_before(grid: CohortGrid):
    steps = of_previous_age(grid.rows)
    assert value(steps[day("2024-01-01"), 1]) == pytest.approx(19 / 20)
    assert value(steps[day("2024-01-01"), 2]) == pytest.approx(18 / 19)
    with_returner = steps[day("2024-01-01"), 4]
    assert isinstance(with_returner, Estimate)
    assert (with_returner.value, with_returner.low) == (1, None), "one left and one came back"


def test_no_cohort_is_split_by_its_outcome(engine: Engine):
    with pytest.raises(UnknownSegment):
        cohorts(engine, Scope(), "month", "status")
    with pytest.raises(UnknownSegment):
        survival(engine, Scope(), ["status"])


def test_survival_counts_days_to_the_first_loss(engine: Engine):
    found = survival(engine, Scope())
    assert isinstance(found, SurvivalReport)
    events = {point.day: (point.at_risk, point.events) for point in points(found) if point.events}
    assert events == {20: (32, 1), 31: (31, 1), 60: (30, 1), 91: (29, 1), 121: (17, 1)}


def test_groups_of_fewer_than_ten_have_no_curve(engine: Engine):
    found = survival(engine, Scope(), ["industry"])
    assert isinstance(found, SurvivalReport)
    assert [(g.group, g.customers) for g in found.groups] == [("retail", 21), ("health", 10), ("mining", 1)]
    assert isinstance(found.groups[2].curve, NotEnoughData)
    assert {point.group for point in points(found)} == {"retail", "health"}
    assert isinstance(found.test, LogRank)
    assert isinstance(found.differences["health"], NotEnoughData), "hardly anybody in health was lost"


def test_risk_is_told_against_the_largest_group_among_customers_alike(engine: Engine):
    found = risk_ratios(engine, Scope(), ["industry"])
    assert not isinstance(found, NotEnoughData)
    assert found.keys() == {"health"}
    assert found["health"].low < found["health"].value < found["health"].high
    assert not isinstance(risk_ratios(engine, Scope(), ["industry", "start_year"], unit="month"), NotEnoughData)
    assert isinstance(risk_ratios(engine, Scope(), ["plan"]), NotEnoughData)


def test_months_are_whole(engine: Engine):
    found = survival(engine, Scope(), unit="month")
    assert isinstance(found, SurvivalReport)
    assert {p.day: p.events for p in points(found) if p.events} == {0: 1, 1: 1, 2: 1, 3: 1, 4: 1}


def test_customers_known_only_since_the_data_begin_are_at_risk_from_then_on(tmp_path, monkeypatch):
    monkeypatch.setenv("CHURN_HOME", str(tmp_path / "home"))
    ids = [f"c{i:02}" for i in range(20)]
    rows = [a_subscription(c, "2024-01-01", "2024-01-31" if i < 5 else None) for i, c in enumerate(ids)]
    people = [a_customer(c, signed_on=day("2023-01-01")) for c in ids]
    late = an_engine(a_company(rows, customers=people, as_of=AS_OF))
    found = survival(late, Scope())
    assert isinstance(found, SurvivalReport)
    assert found.since == day("2024-01-01")
    assert [(p.day, p.at_risk, p.events) for p in points(found)] == [(365, 0, 0), (395, 20, 5), (536, 15, 0)]
    by_year = survival(late, Scope(), ["start_year"])
    assert isinstance(by_year, SurvivalReport)
    assert [group.group for group in by_year.groups] == ["2023"]
    for condition, n in (
        (Condition("lost_at_age", "<=", ("394",)), 0),
        (Condition("lost_at_age", ">=", ("395",)), 5),
        (Condition("age_from", "<=", ("2023-12-31",)), 20),
    ):
        assert totals(late, CustomerQuery(kind="all", segment=Segment((condition,)))).customers == n


def test_customers_there_before_the_data_begin_are_in_no_cohort(tmp_path, monkeypatch):
    monkeypatch.setenv("CHURN_HOME", str(tmp_path / "home"))
    old, new = [f"c{i:02}" for i in range(20)], [f"n{i:02}" for i in range(12)]
    rows = [a_subscription(c, "2024-01-01") for c in old]
    rows += [a_subscription(c, "2024-01-01", "2024-02-10" if i < 6 else None) for i, c in enumerate(new)]
    people = [a_customer(c, signed_on=day("2023-01-01" if c in old else "2024-01-01")) for c in old + new]
    late = an_engine(a_company(rows, customers=people, as_of=AS_OF))
    found = cohorts(late, Scope(), "month")
    assert isinstance(found, CohortGrid)
    assert found.since == day("2024-01-01")
    assert [(row.active, row.size) for row in (*found.rows[:2], found.average[1])] == [(12, 12), (6, 12), (6, 12)]
    only = Segment((Condition("age_from", ">=", ("2024-01-01",)),))
    period = Period(day("2024-01-01"), day("2024-03-01"))
    assert totals(late, CustomerQuery(kind="end", segment=only, period=period)).customers == 6


def test_curves_by_a_behaviour_begin_when_it_is_known(tmp_path, monkeypatch):
    """Twelve of 40 were lost by day 20; of the rest those with an early training stay longer."""
    monkeypatch.setenv("CHURN_HOME", str(tmp_path / "home"))
    ends = {**dict.fromkeys(range(12), "2024-01-21"), **dict.fromkeys(range(12, 20), "2024-03-01")}
    rows = [a_subscription(f"c{i:02}", "2024-01-01", ends.get(i)) for i in range(40)]
    touches = [
        {
            "touch_id": f"t{i}",
            "customer_id": f"c{i:02}",
            "at": datetime(2024, 1, 5, tzinfo=UTC),
            "source": "crm",
            "kind": "training",
        }
        for i in range(18, 40)
    ]
    first = {
        "touch_id": "t",
        "customer_id": "c00",
        "at": datetime(2023, 12, 1, tzinfo=UTC),
        "source": "crm",
        "kind": "mail_sent",
    }
    engine = an_engine(a_company(rows, as_of=AS_OF, touches=[first, *touches]))
    found = survival(engine, Scope(), ["trainings_in_first_30_days"])
    assert isinstance(found, SurvivalReport)
    assert found.landmark == 30
    assert {group.group: (group.customers, group.lost) for group in found.groups} == {"1": (22, 2), "0": (6, 6)}
    assert [(p.day, p.at_risk, p.events) for p in points(found) if p.events] == [(60, 22, 2)]
    with pytest.raises(UnknownSegment):
        cohorts(engine, Scope(), "month", "trainings_in_first_30_days")
    with pytest.raises(UnknownSegment):
        survival(engine, Scope(), ["tickets_in_last_60_days"])
