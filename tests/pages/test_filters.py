"""The filter bar: what is chosen there is what the page counts, what the link says, and what can be undone."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.gateway import customers
from data.records import Condition, CustomerQuery, Operator, Segment
from tests.pages.app import open_app

pytestmark = pytest.mark.usefixtures("demo")


def popovers(at: AppTest) -> list[str]:
    return [str(block.proto.popover.label) for block in at.get("popover")]


def count(*conditions: Condition) -> str:
    n = customers.totals(CustomerQuery(segment=Segment(conditions))).customers
    return f"{n} customers"


def size_of_list(at: AppTest) -> str:
    return next(m.value for m in at.markdown if m.value.startswith("**") and "customer" in m.value).lstrip("*")


def the_condition(attribute: str, operator: Operator, *values: str) -> Condition:
    return Condition(attribute, operator, values)


def test_an_own_range_of_any_years_holds_its_last_day_and_stands_in_the_link():
    """Before, days more than ten years ago or after the data were not shown, nor could old ones be chosen."""
    at = open_app("definitions", period="custom", start="2016-01-01", end="2027-01-01", grain="year")
    assert at.date_input(key="filters.start").value == date(2016, 1, 1)
    assert at.date_input(key="filters.end").value == date(2026, 12, 31)
    at.date_input(key="filters.end").set_value(date(2025, 12, 31)).run()
    assert at.query_params["end"] == "2026-01-01"
    assert "Jan 1, 2016 – Dec 31, 2025 · Years" in popovers(at)
    assert at.selectbox(key="of").options[:2] == ["2025", "2024"]


def test_a_range_that_ends_before_it_starts_is_explained_and_can_be_mended():
    at = open_app("definitions", period="custom", start="2026-05-01", end="2026-04-01")
    assert "Choose a start before the end" in at.error[0].value
    at.date_input(key="filters.start").set_value(date(2026, 3, 1)).run()
    assert not at.error


def test_a_grain_that_is_clicked_again_stays_and_everything_can_be_reset():
    at = open_app("definitions", grain="quarter")
    at.segmented_control(key="filters.grain").set_value(None).run()
    assert "Last 12 complete periods · Quarters" in popovers(at)
    at.button(key="filters.reset").click().run()
    assert "Last 12 complete periods · Months" in popovers(at)
    assert "grain" not in at.query_params
    assert "filters.reset" not in [button.key for button in at.button]


def test_a_condition_counts_once_it_has_values_and_not_before():
    at = open_app("customers")
    everybody = size_of_list(at)
    at.selectbox(key="filters.segment.add").set_value("industry").run()
    assert at.multiselect(key="filters.segment.0.values").value == []
    assert size_of_list(at) == everybody
    assert "segment" not in at.query_params
    at.multiselect(key="filters.segment.0.values").set_value(["retail"]).run()
    assert size_of_list(at).startswith(count(the_condition("industry", "in", "retail")))
    assert at.query_params["segment"] == "industry:in:retail"
    at.selectbox(key="filters.segment.0.operator").set_value("not in").run()
    assert size_of_list(at).startswith(count(the_condition("industry", "not in", "retail")))
    assert "Industry is not retail" in popovers(at)


def test_a_list_of_values_is_no_limit_and_a_limit_no_list():
    at = open_app("customers", segment="employees:ge:50")
    above = the_condition("employees", ">=", "50")
    assert size_of_list(at).startswith(count(above))
    assert at.number_input(key="filters.segment.0.values").value == 50
    at.number_input(key="filters.segment.0.values").set_value(80.0).run()
    assert at.query_params["segment"] == "employees:ge:80"
    at.selectbox(key="filters.segment.0.operator").set_value("<").run()
    assert size_of_list(at).startswith(count(the_condition("employees", "<", "80")))
    at.selectbox(key="filters.segment.0.operator").set_value("in").run()
    assert at.multiselect(key="filters.segment.0.values").value == []
    assert "segment" not in at.query_params


def test_of_two_conditions_either_can_be_taken_away():
    at = open_app("customers", segment="industry:in:retail")
    at.selectbox(key="filters.segment.add").set_value("employees").run()
    at.selectbox(key="filters.segment.1.operator").set_value(">").run()
    at.number_input(key="filters.segment.1.values").set_value(20.5).run()
    both = the_condition("industry", "in", "retail"), the_condition("employees", ">", "20.5")
    assert size_of_list(at).startswith(count(*both))
    assert "Industry is retail and 1 more" in popovers(at)
    at.button(key="filters.segment.0.remove").click().run()
    assert size_of_list(at).startswith(count(both[1]))
    assert at.query_params["segment"] == "employees:gt:20.5"
    at.number_input(key="filters.segment.0.values").set_value(None).run()
    assert "All customers" in popovers(at)


def test_a_limit_in_a_link_that_is_no_number_is_explained():
    """Before, the page fell over it."""
    at = open_app("customers", segment="employees:lt:many")
    assert "something that is no number" in at.error[0].value
    at.number_input(key="filters.segment.0.values").set_value(50.0).run()
    assert not at.error
    assert size_of_list(at).startswith(count(the_condition("employees", "<", "50")))


def test_a_condition_on_an_attribute_these_data_lack_can_be_taken_away():
    at = open_app("customers", segment="shoe_size:in:44")
    assert "There is no attribute shoe" in at.error[0].value
    at.button(key="filters.segment.0.remove").click().run()
    assert not at.error
    assert size_of_list(at).startswith(count())
