"""The list behind a number holds exactly the customers that the number counts."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import drill
from dashboard.gateway import customers, figures
from dashboard.gateway.releases import chosen
from data.records import Condition, CustomerQuery, Period, Scope
from tests.pages.app import open_app

pytestmark = pytest.mark.usefixtures("demo")

BARS = {
    "churn": "customers_churned",
    "new": "customers_new",
    "reactivation": "customers_reactivated",
    "involuntary": "churned_involuntary",
    "voluntary": "churned_voluntary",
    "unknown_cause": "churned_unknown",
    "early_churn": "early_churn",
    "start": "customers_start",
    "end": "customers_end",
}


@pytest.mark.parametrize("kind", BARS)
@pytest.mark.slow
def test_the_list_behind_a_bar_is_as_long_as_the_bar(kind: str):
    for row in figures.report(Scope()).rows[::4]:
        query = CustomerQuery(kind=kind, period=Period(row.period_start, row.period_end))
        assert customers.totals(query).customers == getattr(row, BARS[kind])


def test_decided_failed_and_unknown_losses_are_all_losses():
    for row in figures.report(Scope()).rows:
        assert row.churned_involuntary + row.churned_voluntary + row.churned_unknown == row.customers_churned


def test_a_link_with_a_period_shows_its_customers():
    row = figures.report(Scope()).rows[-1]
    first, until = row.period_start.isoformat(), row.period_end.isoformat()
    at = open_app("customers", who="churn", first=first, until=until)
    shown = " ".join(m.value for m in at.markdown)
    assert f"{row.customers_churned} customers" in shown


def test_the_list_of_everybody_has_every_customer():
    at = open_app("customers")
    assert f"{chosen().rows['lifetimes']} customers" in " ".join(m.value for m in at.markdown)


def test_an_empty_cell_shows_a_dash_and_never_the_word_none():
    at = open_app("customers")
    (table,) = at.dataframe
    assert table.value["churned_on"].isna().any()
    assert table.proto.placeholder == "–"


def test_a_search_nobody_fits_says_so_and_offers_no_file():
    at = open_app("customers", find="nobody is called so")
    assert "No customer fits" in at.info[0].value
    assert at.get("download_button") == []


def test_a_list_of_a_period_can_be_left_for_the_list_of_everybody():
    at = open_app("customers", who="definition", under="stripe", first="2026-03-01", until="2026-04-01")
    assert "Definition: 30 days, new customers in the base (Stripe)" in [c.value for c in at.caption]
    at.button(key="asked.forget").click().run()
    assert not {"first", "until"} & set(at.query_params)
    assert at.selectbox(key="who").value == "all"
    assert f"{chosen().rows['lifetimes']} customers" in " ".join(m.value for m in at.markdown)


def test_a_mark_narrows_the_list_and_leaves_the_filters_alone():
    only = drill.write([Condition("plan", "in", ("Starter",)), Condition("started_on", ">=", ("2025-01-01",))])
    at = open_app("customers", who="lost", only=only)
    assert "segment" not in at.query_params
    chip = at.button(key="asked.widen")
    assert chip.label == "Plan is Starter · Customer since from Jan 1, 2025"
    narrow = size_of(at)
    chip.click().run()
    assert "only" not in at.query_params
    assert size_of(at) > narrow > 0


def size_of(at: AppTest) -> int:
    """How many customers the page says there are."""
    said = next(m.value for m in at.markdown if "customers," in m.value)
    return int(said.removeprefix("**").split()[0].replace(",", ""))


def test_what_was_searched_for_on_another_page_is_not_searched_for_here():
    at = open_app("customers", find="nobody is called so", who="lost")
    assert at.info
    at.query_params.clear()
    at.switch_page("../pages/overview.py").run()
    at.switch_page("../pages/customers.py").run()
    assert (at.text_input(key="find").value, at.selectbox(key="who").value) == ("", "all")
    assert not {"find", "who"} & set(at.query_params)
