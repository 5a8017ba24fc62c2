"""What lost customers did before, beside others of their age; and what a model makes of it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from analysis.customers.listing import customers
from analysis.personas.before_leaving import BeforeLeaving, before_leaving, matched
from analysis.personas.drivers import Drivers, drivers
from analysis.results import Estimate, NotEnoughData
from analysis.statistics.paired import PairedDifference
from data.engine import Engine
from data.errors import ReviewError
from data.queries.crosstab import some_at_risk
from data.queries.windows import before, lives_at_random
from data.records import EVERYBODY, Condition, CustomerQuery, Period, Scope, Segment
from tests.builders import a_company, a_customer, a_subscription, an_engine, day

A_MONTH = Period(day("2024-01-01"), day("2024-02-01"))
FIRST = day("2023-01-01")


def starts(i: int) -> date:
    return FIRST + timedelta(days=i % 60)


def ends(i: int) -> date | None:
    """Of 180 customers every third leaves, spread over 2024, most of them of the plan called small."""
    return day("2024-02-20") + timedelta(days=5 * (i // 3)) if i % 3 == 0 else None


def tickets() -> Iterator[dict[str, Any]]:
    """Everybody writes each 40 days; who leaves also 10 and 20, some also 30 days before."""
    for i in range(180):
        last = ends(i) or day("2025-01-01")
        days = [starts(i) + timedelta(days=n) for n in range(0, 720, 40)]
        days = [on for on in days if on < last] + (
            [last - timedelta(days=n) for n in (10, 20, 30)[: 2 + i % 2]] if ends(i) else []
        )
        for number, on in enumerate(days):
            yield {"ticket_id": f"t{i}-{number}", "customer_id": f"c{i}", "opened_at": datetime(on.year, on.month, on.day, 8, tzinfo=UTC)}  # fmt: skip


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    home = tmp_path_factory.mktemp("before") / "home"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHURN_HOME", str(home))
        rows = [a_subscription(f"c{i}", starts(i).isoformat(), str(ends(i)) if ends(i) else None) for i in range(180)]
        customers = [a_customer(f"c{i}", grade="C" if i % 6 == 0 or i % 7 == 0 else "A") for i in range(180)]
        return an_engine(a_company(rows, customers=customers, tickets=list(tickets())))


def test_tickets_before_leaving_are_more_than_those_of_others_of_the_same_age(engine: Engine):
    """Hand count: one or two of the usual tickets in 60 days, and two or three more before leaving."""
    found = before_leaving(engine, Scope())
    assert isinstance(found, BeforeLeaving)
    (row,) = found.rows
    assert isinstance(row.found, PairedDifference)
    assert row.found.difference.difference == pytest.approx(2.5, abs=0.3)
    assert row.more_than_chance
    assert found.lost + found.unmatched == 60


@pytest.mark.parametrize("scope", [Scope(), Scope(start=day("2024-03-01"), end=day("2024-09-01"))])
def test_the_list_of_a_comparison_holds_its_lost_customers(engine: Engine, scope: Scope):
    found = before_leaving(engine, scope)
    assert isinstance(found, BeforeLeaving)
    assert found.all_looked_at
    listed = customers(engine, CustomerQuery(segment=Segment(found.conditions)))
    assert len(listed) == found.lost + found.unmatched
    assert {row.status for row in listed} == {"lost"}


def test_a_match_has_the_same_age_and_stays_at_least_60_days_longer():
    def life(name: str, started: str, until: str) -> dict[str, Any]:
        return {"customer_id": name, "started_on": day(started), "origin": day(started), "until": day(until)}

    lost = [life("a", "2024-01-01", "2024-04-10")]
    pool = [life("a", "2024-01-01", "2024-04-10"), life("short", "2024-01-01", "2024-06-01"), life("long", "2024-02-01", "2024-12-31")]  # fmt: skip
    assert matched(lost, pool) == [(("a", day("2024-04-10")), ("long", day("2024-05-11")))]
    assert matched(lost, pool[:2]) == []


def test_who_signed_before_the_data_begin_is_matched_by_the_age_since_signing():
    """Sixty customers of 2018, half of them lost 45 days after the data begin, and a hundred of June 2023."""
    rows = [a_subscription(f"o{i}", "2023-01-01", "2023-02-15" if i < 30 else None) for i in range(60)]
    rows += [a_subscription(f"n{i}", "2023-06-01") for i in range(100)]
    people = [a_customer(f"o{i}", signed_on=date(2018, 1, 1)) for i in range(60)]
    people += [a_customer(f"n{i}", signed_on=date(2023, 6, 1)) for i in range(100)]
    engine = an_engine(a_company(rows, customers=people))
    lost, pool = lives_at_random(engine, EVERYBODY, None, 1, 1000)
    sets = matched(lost, pool)
    assert {who[0] for one in sets for who, _ in one} == {"o"}
    assert {on for one in sets for _, on in one} == {day("2023-02-15")}
    young = {"customer_id": "y", "started_on": day("2023-06-01"), "origin": day("2023-06-01"), "until": day("2023-07-16")}  # fmt: skip
    assert {who[0] for one in matched([young], pool) for who, _ in one} == {"y", "n"}
    ages = [(day("2024-01-01") - row["origin"]).days for row in some_at_risk(engine, EVERYBODY, A_MONTH, 1, 1000)]
    assert sorted(set(ages)) == [214, 2191]


def test_days_before_the_records_have_no_value(engine: Engine):
    found = before(
        engine, [("c1", FIRST + timedelta(days=10)), ("c1", day("2024-06-01")), ("nobody", day("2024-06-01"))]
    )
    assert found["tickets_60"][0] is None
    assert found["tickets_60"][1] in {1.0, 2.0}
    assert found["tickets_60"][2] == 0.0
    assert before(engine, [])["tickets_60"] == []


def test_without_losses_or_without_tables_there_is_nothing_to_compare(engine: Engine):
    early = Scope(start=day("2023-02-01"), end=day("2023-03-01"))
    assert isinstance(before_leaving(engine, early), NotEnoughData)
    bare = an_engine(a_company([a_subscription(ends="2024-05-01")]))
    assert isinstance(before_leaving(bare, Scope()), NotEnoughData)


def test_the_model_finds_what_goes_with_leaving_and_says_what_it_is_worth(engine: Engine):
    found = drivers(engine, Scope(grain="month"))
    assert isinstance(found, Drivers)
    tickets_row = next(row for row in found.rows if row.name == "tickets_60")
    assert tickets_row.effect.value > 0
    assert tickets_row.more_than_chance
    grade = next(row for row in found.rows if row.name == "grade")
    assert {grade.value, grade.reference} == {"A", "C"}
    assert isinstance(found.auc, Estimate)
    assert found.auc.value > 0.6
    assert found.came > 0
    assert not {row.name for row in found.rows} & {"plan", "status"}
    assert tickets_row.conditions == ()
    assert grade.conditions == (Condition("grade", "in", (grade.value,)),)
    assert found.span == Period(day("2024-01-01"), day("2025-01-01"))


def test_a_model_needs_periods_and_losses(engine: Engine):
    assert isinstance(drivers(engine, Scope(start=day("2024-01-01"), end=day("2024-03-01"))), NotEnoughData)
    assert isinstance(drivers(engine, Scope(start=day("2023-02-01"), end=day("2023-11-01"))), NotEnoughData)
    snapshot = an_engine(a_company([a_subscription()], shape="snapshot"))
    with pytest.raises(ReviewError, match="not when"):
        drivers(snapshot, Scope())


def test_a_model_that_expects_more_losses_than_chance_explains_says_so():
    """78 expected: 1.96 x sqrt(78) = 17.3, so 60 is too few, 61 is not."""
    none = NotEnoughData("not asked", 0, 1)
    span = Period(day("2024-01-01"), day("2025-01-01"))
    found = [Drivers((), 4, 100, none, 78.0, came, 0.0, span).misses for came in (52, 60, 61, 95, 96)]
    assert found == ["over", "over", "", "", "under"]


def test_of_two_attributes_that_say_the_same_one_is_in_the_model(tmp_path, monkeypatch):
    monkeypatch.setenv("CHURN_HOME", str(tmp_path / "home"))
    ids = [f"c{i:03}" for i in range(120)]
    rows = [a_subscription(c, "2023-01-01", f"2024-{i % 12 + 1:02}-15" if i % 2 else None) for i, c in enumerate(ids)]
    people = [a_customer(c, grade="AB"[i % 3 == 0], a_tier=("low", "high")[i % 3 == 0]) for i, c in enumerate(ids)]
    found = drivers(an_engine(a_company(rows, customers=people, attributes={"a_tier": "Tier"})), Scope(grain="month"))
    assert isinstance(found, Drivers)
    assert len(found.same) == 1
    assert set(found.same[0]) == {"tier", "grade"}
    assert len({row.name for row in found.rows} & {"tier", "grade"}) == 1
