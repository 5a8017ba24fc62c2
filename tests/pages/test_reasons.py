"""The reasons page: its numbers are the report's, and every section opens on much, little and no data."""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from analysis.feedback.groups import Part
from analysis.periods import shift
from dashboard.cli.commands import app
from dashboard.gateway import customers, interviews, releases
from dashboard.gateway.reasons import behind, by_attribute, looked
from dashboard.reason_page import SECTIONS
from data.records import Condition, CustomerQuery, Period, Scope
from tests.pages.app import open_app

RANGE = ("--from", "2025-11-01", "--to", "2026-11-01")


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_opens_by_its_address(section: str):
    # What differs between languages is looked at once, in the ones with most words.
    at = open_app("reasons", part=section, locale="zh-CN" if section in {"kinds", "groups"} else "en-US")
    assert not at.error


def tables(at: AppTest) -> str:
    return " ".join(str(table.value.to_dict("records")) for table in at.table)


@pytest.mark.usefixtures("demo")
def test_the_numbers_of_the_page_are_those_of_the_report():
    told = CliRunner().invoke(app, ["report", "reasons", *RANGE, "--json"])
    rows = json.loads(told.stdout)["rows"]
    shown = looked(Scope(), Period(date(2025, 11, 1), date(2026, 11, 1))).report

    assert [(r.reason, r.kind, r.customers, r.mrr_cents) for r in shown.rows] == [
        (r["reason"], r["kind"], r["customers"], r["mrr_cents"]) for r in rows
    ]
    stated = [row for row in rows if row["kind"] == "stated"]
    at = open_app("reasons", reason=stated[0]["reason"])
    lists = [frame.value for frame in at.dataframe]
    assert len(lists[-1]) == stated[0]["customers"]
    assert lists[-1]["mrr_cents"].sum() * 100 == pytest.approx(stated[0]["mrr_cents"])


@pytest.mark.usefixtures("demo")
def test_a_bar_and_a_point_list_as_many_customers_as_they_count():
    found = looked(Scope(), Period(date(2025, 11, 1), date(2026, 11, 1)))
    code = next(row.reason for row in found.report.rows if row.kind == "suggested")
    largest = max(found.by_time, key=lambda part: part.customers * (part.of.suggested == code)).of.place
    month = Period(date.fromisoformat(largest), shift(date.fromisoformat(largest), "month", 1))
    listed = behind(found, "suggested", [code], left=month)
    assert len(listed) == counted(found.by_time, largest, code) > 0
    by_industry = by_attribute(found, "industry")
    value = by_industry[0].of.place
    listed = behind(found, "suggested", [code], narrowed=(Condition("industry", "in", (value,)),))
    assert len(listed) == counted(by_industry, value, code)


def counted(parts: tuple[Part, ...], place: str, code: str) -> int:
    return sum(part.customers for part in parts if (part.of.place, part.of.suggested) == (place, code))


@pytest.mark.usefixtures("demo")
def test_three_reasons_stand_beside_each_other_with_how_often_they_part():
    at = open_app("reasons", part="kinds")
    assert "losses that have both" in " ".join(m.value for m in at.markdown)
    assert "Suggested by behaviour" in tables(at)


@pytest.mark.usefixtures("demo")
def test_a_search_finds_the_quotes_with_the_words():
    at = open_app("reasons", part="words", find="PRICE")
    quotes = [m.value for m in at.markdown if m.value.startswith("“")]
    assert quotes
    assert all("price" in quote.lower() for quote in quotes)


@pytest.mark.usefixtures("demo")
def test_without_interviews_there_is_no_avoidable_rate():
    at = open_app("reasons", part="avoidable")
    assert "100\\.0%" in " ".join(m.value for m in at.markdown)
    assert "hold interviews" in at.info[0].value


def test_data_of_another_shape_count_their_losses_and_say_that_no_reason_was_given(other_shape: str):
    """Hand count of the snapshot: every fourth of 40. Of the others the list of those lost in the range counts them."""
    in_range = CustomerQuery("definition", period=releases.whole_range(Scope()))
    lost = 10 if other_shape == "snapshot" else customers.totals(in_range).customers
    at = open_app("reasons")
    assert f"**0 of {lost} losses have such a reason" in " ".join(m.value for m in at.markdown)
    assert "No reason was given or imported" in at.info[0].value
    # Days that nobody knows suggest nothing, however short the tenure.
    suggested = [part for part in looked(Scope(), None).parts if part.of.suggested]
    assert bool(suggested) == (other_shape == "usage")


def test_no_data_is_no_error(churn_home: Path):
    assert not churn_home.exists()
    assert not open_app("reasons").error


@pytest.mark.usefixtures("own_demo")
def test_what_somebody_says_of_an_imported_text_holds_for_everything_imported():
    said: Counter[str] = Counter()
    for part in looked(Scope(), None).parts:
        said[part.of.said] += part.customers if part.of.said else 0
    first = min(said, key=lambda text: (-said[text], text))
    at = open_app("reasons", part="mapping", whose="ever")
    edit = {"edited_rows": {0: {"reason": "Support"}}, "added_rows": [], "deleted_rows": []}
    key = at.session_state["reason-mapping.seen"][0]
    at.session_state[key] = edit
    # Somebody else saves another text meanwhile: nothing of either is lost.
    interviews.save_mapping(interviews.feedback().mapping, {"theirs": "price"}, 1)
    at.run()
    assert at.session_state["reason-mapping.seen"][0] == key
    at.button(key="reason-mapping.save").click().run()
    assert "was saved since version 0 was read" in at.error[0].value
    at.button(key="reason-mapping.discard").click().run()
    key = at.session_state["reason-mapping.seen"][0]
    at.session_state[key] = edit
    at.button(key="reason-mapping.save").click().run()

    assert not at.exception
    after = looked(Scope(), None)
    assert {part.of.stated for part in after.parts if part.of.said == first} == {"support"}
    assert dict(after.feedback.mapping.texts) == {first.replace("_", " "): "support", "theirs": "price"}
    assert after.report.mapping == 2
    # The editor of other texts is another one: an edit of row 0 never moves to another text.
    edited = at.session_state["reason-mapping.seen"][0]
    other = open_app("reasons", part="mapping", whose="range")
    assert other.session_state["reason-mapping.seen"][0] != edited
