"""A column of the customers' file that is called like one of ours: one name means one column, whatever is asked."""

from datetime import date
from typing import Any

import pytest

from analysis.customers.listing import customers
from analysis.kpis.notes import notes_on
from data.engine import Engine
from data.queries.crosstab import Dimension, crosstab_counts
from data.queries.lives import lives_by_age
from data.queries.segments import attribute_columns, file_labels, members, values_table
from data.queries.splits import split_counts
from data.records import EVERYBODY, Condition, CustomerQuery, Period, Segment
from tests.builders import a_company, a_customer, a_subscription, an_engine, published

HALF = Period(date(2024, 1, 1), date(2024, 7, 1))


def opened(folder: Any, plan: str | None) -> Engine:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHURN_HOME", str(folder / "home"))
        rows = [a_subscription(f"c{i}", "2023-06-01", "2024-03-01" if i < 2 else None, plan=plan) for i in range(5)]
        people = [a_customer(f"c{i}", a_plan="of the file", a_industry="own", a_status="VIP") for i in range(5)]
        labels = {"a_plan": "Plan", "a_industry": "Industry", "a_status": "Status"}
        return an_engine(a_company(rows, customers=people, attributes=labels))


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return opened(tmp_path_factory.mktemp("both"), "of the contract")


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return opened(tmp_path_factory.mktemp("one"), None)


def readings(engine: Engine, attribute: str) -> set[tuple[str, ...]]:
    """The values of an attribute as each kind of question sees them: values, cross-tabs, survival, splits."""
    by = [Dimension(attribute)]
    split = split_counts(engine, EVERYBODY, "month", HALF.start, HALF.end, attribute)
    found = [
        {row["value"] for row in engine.rows(values_table(engine, attribute))},
        *({row["v0"] for row in crosstab_counts(engine, EVERYBODY, by, when)} for when in (None, HALF)),
        set(lives_by_age(engine, EVERYBODY, "day", (attribute,)).values[0]),
        {value for value, _day in split.active},
    ]
    return {tuple(sorted(values)) for values in found}


@pytest.mark.parametrize(("attribute", "value"), [("plan", "of the contract"), ("customer_plan", "of the file")])
def test_a_plan_is_that_of_the_subscription_and_the_files_is_customer_plan(both: Engine, attribute: str, value: str):
    assert readings(both, attribute) == {(value,)}
    segment = Segment((Condition(attribute, "in", (value,)),))
    assert len(both.rows(members(both, segment))) == 5


def test_where_subscriptions_have_no_plan_it_is_the_files(one: Engine):
    assert readings(one, "plan") == {("of the file",)}
    assert "customer_plan" not in attribute_columns(one)
    assert file_labels(one)["plan"] == "Plan"


def test_an_import_says_which_column_has_another_name_from_now_on():
    people = [a_customer("c1", a_plan="of the file")]

    def loaded(plan: str | None) -> tuple[str, ...]:
        rows = [a_subscription("c1", plan=plan)]
        return published(a_company(rows, customers=people, attributes={"a_plan": "Plan"})).notes

    assert loaded(None) == ()
    (said,) = loaded("of the contract")
    assert said.startswith("The column Plan of the customers' file is the attribute customer_plan: plan is what")
    assert loaded("of the next contract") == ()
    (said,) = loaded(None)
    assert said.startswith("The column Plan of the customers' file is the attribute plan from now on")


def test_a_status_is_never_the_files(one: Engine):
    assert {row["value"] for row in one.rows(values_table(one, "status"))} == {"active", "lost"}
    assert {row["value"] for row in one.rows(values_table(one, "customer_status"))} == {"VIP"}


def test_an_empty_column_of_ours_hides_none_of_the_file(both: Engine):
    """Nobody's industry was mapped: the further column called so is the industry."""
    assert readings(both, "industry") == {("own",)}


def test_a_list_of_customers_shows_both_under_the_names_they_are_asked_by(both: Engine):
    (row, *_) = customers(both, CustomerQuery())
    assert row.attributes["plan"] == "of the contract"
    assert row.attributes["customer_plan"] == "of the file"
    assert "Plan" not in row.attributes


def test_which_names_two_columns_have_is_asked_once_of_a_release(both: Engine):
    with pytest.MonkeyPatch.context() as watched:
        asked: list[object] = []
        run = Engine.arrow
        watched.setattr(Engine, "arrow", lambda self, question: asked.append(question) or run(self, question))
        found = attribute_columns(both)
        asked.clear()
        assert attribute_columns(both) == found
        assert asked == []


def test_a_plan_of_the_file_is_that_of_today_too(both: Engine):
    (said,) = notes_on("start-base", EVERYBODY, ["customer_plan"])
    assert "those of today" in said
