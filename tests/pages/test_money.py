"""The money page: its numbers are the reports', and each section says what it cannot."""

import json
from datetime import date
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from analysis.money.at_risk import AtRisk
from analysis.money.worth import Worth
from dashboard import formats, money_ahead
from dashboard.cli.commands import app
from dashboard.gateway import customers, money
from dashboard.gateway.releases import chosen
from dashboard.language import speaking
from data.records import CustomerQuery, Period, Scope
from tests.pages.app import open_app

CURRENCY = "EUR"


def report(*words: str) -> dict[str, Any]:
    found = CliRunner().invoke(app, ["report", *words, "--json"])
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def text_of(at: AppTest) -> str:
    parts = [*at.header, *at.subheader, *at.markdown, *at.caption, *at.info]
    cells = [str(v) for table in at.table[1:] for row in table.value.to_dict("records") for v in row.values()]
    return " ".join([*(part.value for part in parts), *cells]).replace("\\", "")


def told(answer: dict[str, Any]) -> str:
    with speaking("en"):
        value, interval = (
            formats.value(answer["value"], "money", CURRENCY),
            formats.interval(answer["low"], answer["high"], "money", CURRENCY),
        )
    return f"{value} ({interval})"


@pytest.mark.usefixtures("demo")
def test_what_was_lost_is_what_the_report_says():
    rows = report("losses", "--by", "plan")["rows"]
    shown = text_of(open_app("money", by="plan"))
    with speaking("en"):
        for row in rows:
            assert formats.money(row["mrr_lost_cents"], CURRENCY) in shown
            assert formats.count(row["customers"]) in shown
    half = report("losses")["notes"][0].split()[0]
    assert f"{half} of " in shown


@pytest.mark.usefixtures("demo")
def test_a_range_is_offered_where_it_changes_something():
    at = open_app("money")
    assert [w for w in at.radio if w.key == "filters.period"]
    at.segmented_control(key="part").set_value("risk").run()
    assert not [w for w in at.radio if w.key == "filters.period"]
    assert "are at risk until" in text_of(at)


@pytest.mark.usefixtures("demo")
def test_the_worth_of_half_a_point_is_what_the_report_says():
    rows = [row for row in report("worth")["rows"] if row["points"] == 0.005]
    shown = text_of(open_app("money", part="worth", points="0.5"))
    assert rows
    for row in rows:
        assert told(row["whole_cents"]) in shown
        assert told(row["today_cents"]) in shown


@pytest.mark.usefixtures("demo")
def test_the_revenue_at_risk_is_what_the_report_says():
    found = report("at-risk")
    shown = text_of(open_app("money", part="risk"))
    for row in found["rows"]:
        assert told(row["at_risk_cents"]) in shown
    assert found["notes"][1].split(" past")[0] in shown


@pytest.mark.usefixtures("demo")
def test_what_can_be_taken_away_is_the_report():
    worth, risk = money.worth_of(Scope(), 0.005), money.revenue_at_risk(Scope())
    assert isinstance(worth, Worth)
    assert isinstance(risk, AtRisk)
    reported = [row for row in report("worth")["rows"] if row["points"] == 0.005]
    for row, told_row in zip(map(money_ahead._worth_flat, worth.rows), reported, strict=True):
        for name in ("today_cents", "joining_cents", "whole_cents"):
            value, low, high = (told_row[name][key] for key in ("value", "low", "high"))
            assert (row[name], row[f"{name}_low"], row[f"{name}_high"]) == pytest.approx((value, low, high))
    rows = money_ahead._risk_flat(risk)
    assert len(rows) == 3 + len(risk.past)
    coming = report("at-risk")["rows"]
    assert [row["expected_cents"] for row in rows[:3]] == pytest.approx([r["at_risk_cents"]["value"] for r in coming])
    assert ["came_cents" in row for row in rows] == [False] * 3 + [True] * len(risk.past)


@pytest.mark.usefixtures("demo")
def test_revenue_at_risk_leads_to_the_customers_who_pay_it():
    found = money.revenue_at_risk(Scope())
    assert isinstance(found, AtRisk)
    (link,) = (link for link in open_app("money", part="risk").get("page_link") if "who=" in link.proto.query_string)
    assert "who=end&first=2026-10-01&until=2026-11-01" in link.proto.query_string
    listed = CustomerQuery("end", period=Period(date(2026, 10, 1), date(2026, 11, 1)))
    totals = customers.totals(listed, chosen().number)
    assert (totals.customers, totals.mrr_cents) == (found.customers, found.mrr_cents)


@pytest.mark.usefixtures("other_shape")
def test_data_without_contracts_say_what_they_cannot_show():
    for part in ("losses", "worth", "risk"):
        at = open_app("money", part=part)
        assert text_of(at)
        assert not at.error


@pytest.mark.usefixtures("demo")
def test_the_loss_by_stated_reason_is_that_of_the_reasons():
    rows = report("reasons", "--from", "2025-11-01", "--to", "2026-11-01")["rows"]
    shown = text_of(open_app("money", by="stated-reason"))
    with speaking("en"):
        for row in rows:
            if row["kind"] == "stated":
                assert formats.money(row["mrr_cents"], CURRENCY) in shown
