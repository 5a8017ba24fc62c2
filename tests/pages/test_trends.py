"""The sections of the trends page, their addresses, and what people note."""

from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.gateway import figures, trends
from dashboard.language import speaking
from dashboard.trend_ahead import accuracy
from dashboard.trend_charts import SECTIONS
from data.records import Scope
from tests.pages.app import open_app

pytestmark = pytest.mark.usefixtures("demo")


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("locale", ["en-US", pytest.param("zh-CN", marks=pytest.mark.slow)])
def test_every_section_opens_by_its_address(section: str, locale: str):
    at = open_app("trends", part=section, locale=locale)
    assert not at.error


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("grain", ["week", "quarter", "year"])
@pytest.mark.slow
def test_every_section_opens_in_every_grain(section: str, grain: str):
    assert not open_app("trends", part=section, grain=grain).error


def test_an_unknown_section_is_the_usual_one():
    at = open_app("trends", part="nowhere")
    assert at.selectbox(key="rate").value == "customer_churn_rate"


def test_the_counts_of_a_split_add_up_to_the_report():
    rows = trends.by_attribute(Scope(), "industry")
    for whole in figures.report(Scope()).rows:
        mine = [row for row in rows if row.period_start == whole.period_start]
        assert sum(row.customers_start for row in mine) == whole.customers_start
        assert sum(row.customers_churned for row in mine) == whole.customers_churned


def test_the_forecast_says_how_such_forecasts_did():
    found = trends.ahead(Scope())
    with speaking("en"):
        assert "lay inside the interval" in accuracy(found)


def test_what_somebody_notes_stands_among_the_events_until_it_is_withdrawn(demo: Path):
    assert demo.exists()
    trends.note(date(2026, 5, 5), "Sales team halved")
    span = date(2026, 5, 1), date(2026, 6, 1)
    assert "Sales team halved" in [event.title for event in trends.happened(*span)]
    trends.withdraw(trends.notes(*span)[0])
    assert trends.notes(*span) == []
    assert "Sales team halved" not in [event.title for event in trends.happened(*span)]


def captions(at: AppTest) -> str:
    return " ".join(c.value for c in at.caption)


def test_the_outcome_is_no_attribute_to_split_by():
    at = open_app("trends", part="split")
    assert "plan" in at.selectbox(key="by").options or "Plan" in at.selectbox(key="by").options
    assert not {"status", "Status"} & set(at.selectbox(key="by").options)


def test_a_split_by_plan_says_that_the_plan_is_todays():
    assert "are those of today" in captions(open_app("trends", part="split", by="plan"))
    assert "are those of today" not in captions(open_app("trends", part="split", by="industry"))


def test_a_link_that_filters_churn_by_its_outcome_is_refused_in_words():
    at = open_app("trends", segment="status:in:lost")
    assert "by construction" in at.error[0].value


def test_another_definition_says_what_its_rate_is_over():
    assert "its rate is over 30 days" in captions(open_app("trends", definition="stripe"))
