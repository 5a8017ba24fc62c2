"""Keep as finding: whatever a chart, card or table shows is kept with its view, release, number and days."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import keep
from dashboard.gateway import findings, proof
from dashboard.tables import Column
from data.records import Condition, Segment
from data.records_improvement import Finding
from tests.pages.app import open_app


def kept(at: AppTest, code: str, **fields: str) -> Finding:
    """What is stored when somebody presses the button of a chart, card or table and keeps what the dialog proposes."""
    at.button(key=f"keep-{code}").click().run()
    if "keep.who" in {field.key for field in at.text_input}:
        at.text_input(key="keep.who").input("Product lead")
    for key, text in fields.items():
        at.text_area(key=f"keep.{key}").input(text)
    at.button(key="keep.save").click().run()
    assert not at.exception
    return findings.everything()[0]


@pytest.mark.usefixtures("own_demo")
def test_a_point_of_a_chart_is_kept_with_its_view_its_month_and_its_interval():
    at = open_app("trends", segment="industry:in:retail", period="last-24")
    found = kept(at, "rate")
    assert (found.page, found.chart, found.release, found.who) == ("trends", "rate", 1, "Product lead")
    assert found.segment == Segment((Condition("industry", "in", ("retail",)),))
    assert found.params == {"segment": ("industry:in:retail",), "period": ("last-24",)}
    assert (found.start, found.end) == (date(2026, 10, 1), date(2026, 11, 1))
    assert found.number is not None
    assert found.number.unit == "rate"
    assert found.number.low is not None
    assert found.number.high is not None
    assert found.number.value is not None
    assert found.number.low < found.number.value < found.number.high
    assert "Oct 2026" in found.sentence
    assert found.number.metric == "customer_churn_rate"
    worth = proof.proposed(found, 1)
    assert worth is not None
    assert worth[1] <= worth[0] <= worth[2]
    assert worth[2] > 0


@pytest.mark.usefixtures("own_demo")
def test_a_chart_of_one_value_is_kept_with_its_customers():
    at = open_app("trends", part="split", by="region", period="last-12")
    found = kept(at, "panel-0")
    (only,) = found.segment.conditions
    assert (only.attribute, only.operator) == ("region", "in")
    assert found.sentence.startswith(f"{only.values[0]}: ")
    assert proof.proposed(found, 1) is not None


@pytest.mark.usefixtures("own_demo")
def test_a_card_and_a_table_keep_the_words_somebody_chose():
    at = open_app("overview")
    found = kept(at, "card-customer_churn_rate", sentence="We lose more than we win.")
    assert found.sentence == "We lose more than we win."
    assert (found.start, found.end) == (date(2026, 10, 1), date(2026, 11, 1))
    assert found.number is not None
    assert found.number.n is not None
    table = kept(open_app("reasons", by="channel"), "table-reasons")
    assert table.number is not None
    assert table.number.metric == "customers"


@pytest.mark.usefixtures("own_demo")
def test_a_finding_that_says_nothing_is_not_kept():
    at = open_app("overview")
    at.button(key="keep-card-customer_churn_rate").click().run()
    at.text_area(key="keep.sentence").input("   ")
    at.button(key="keep.save").click().run()
    assert findings.everything() == ()
    assert "The finding says nothing yet" in at.session_state["keep.refused"]


@pytest.mark.usefixtures("demo")
def test_a_bar_has_no_limits_and_points_are_kept_as_shares():
    rows = [{"step": "New", "amount": 12.0, "shown": "+12", "low": 3.0, "high": 15.0, "kind": "gain"}]
    (bar,) = keep.of_rows("bridge", {"steps": rows}, "count")
    assert (bar.name, bar.number.value, bar.number.low) == ("New", 12.0, None)
    (effect,) = keep.of_rows(
        "d", {"effects": [{"name": "x", "value": 2.5, "low": 1.0, "high": 4.0, "shown": "2.5"}]}, "points"
    )
    assert (effect.number.unit, effect.number.value, effect.number.low) == ("rate", 0.025, 0.01)
    (money,) = keep.of_rows("m", {"bars": [{"name": "x", "amount": 7.5, "shown": "7.50"}]}, "money")
    assert (money.number.unit, money.number.value) == ("money", 750.0)


@pytest.mark.usefixtures("demo")
def test_a_row_of_a_table_is_called_by_its_words_and_carries_its_limits():
    columns = [Column("name", "Plan"), Column("rate", "Rate", "rate"), Column("rate_low", "Low", "rate")]
    rows = [{"name": "basic", "rate": 0.2, "rate_low": 0.1, "rate_high": 0.3}, {"name": "pro", "rate": None}]
    (only,) = keep.of_table(rows, columns)
    assert (only.name, only.number.value, only.number.low, only.number.high) == ("basic · Rate", 0.2, 0.1, 0.3)
