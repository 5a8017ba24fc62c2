"""The sections of the personas page: their numbers are the reports', and a click leads to those customers."""

import json

import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from analysis.personas.crosstab import crosstab
from analysis.results import Estimate, NotEnoughData
from dashboard import drill, persona_drivers, persona_words
from dashboard.cli.commands import app
from dashboard.gateway import customers, engines, personas, releases
from dashboard.gateway.releases import chosen
from data.records import CustomerQuery, Scope, Segment
from tests.pages.app import open_app

pytestmark = pytest.mark.usefixtures("demo")


def table_of(at: AppTest) -> list[dict[str, str]]:
    return at.table[-1].value.to_dict("records")


@pytest.mark.parametrize("section", ["crosstab", "typical", "before", "drivers", "change"])
def test_every_section_opens_in_chinese_and_says_what_it_found(section: str):
    at = open_app("personas", part=section, whom="period", locale="zh-CN")
    assert not at.error
    assert at.header or at.info


def test_the_table_of_a_crosstab_is_the_report():
    at = open_app("personas", by="plan", whom="ever", **{"and": "industry"})
    found = personas.by_attributes(Scope(), ("plan", "industry"))
    assert found == crosstab(engines.engine(*engines.at()), Scope(), ["plan", "industry"])
    shown = {(row["Plan"], row["Industry"]): (row["Customers"], row["Lost"]) for row in table_of(at)}
    assert shown == {cell.values: (str(cell.customers), str(cell.churned)) for cell in found.cells}


def test_small_cells_say_so_and_show_no_rate():
    rows = table_of(open_app("personas", by="industry", **{"and": "plan"}))
    small = [row for row in rows if int(row["Customers"]) < 10]
    assert small
    assert {row["Rate"] for row in small} == {"not enough data"}


def test_in_a_period_the_customers_behind_a_cell_are_its_losses():
    period = releases.whole_range(Scope())
    scope = Scope(start=period.start, end=period.end)
    for cell in personas.by_attributes(scope, ("plan",)).cells:
        behind = CustomerQuery("definition", segment=Segment(drill.read(drill.write(cell.conditions))), period=period)
        assert customers.totals(behind, chosen().number).customers == cell.churned


def test_the_search_says_that_nothing_is_more_than_chance_where_nothing_is():
    found = personas.typical(Scope())
    at = open_app("personas", part="typical", whom="ever")
    none = isinstance(found, NotEnoughData) or not found.found
    assert none == any("beyond chance" in h.value or "Not enough" in h.value for h in (*at.header, *at.info))


def test_the_parts_of_a_change_add_up_on_the_page():
    at = open_app("personas", part="change", of="plan", grain="quarter")
    found = personas.changed(Scope(grain="quarter"), "plan", "previous")
    assert not isinstance(found, NotEnoughData)
    assert isinstance(found.rate_after, Estimate)
    assert isinstance(found.rate_before, Estimate)
    assert found.parts.mix + found.parts.rate == pytest.approx(
        found.rate_after.value - found.rate_before.value, abs=1e-12
    )
    assert len(table_of(at)) == len(found.effects)


def test_a_driver_leads_to_the_lost_with_its_value_and_a_measure_nowhere():
    found = personas.associations(Scope())
    assert not isinstance(found, NotEnoughData)
    marks = {mark["name"]: mark for mark in persona_drivers.chart(found, {}).data["effects"]}
    measure = marks[persona_words.measure("tickets_60")]
    assert {name: measure[name] for name in drill.NOWHERE} == drill.NOWHERE
    (row, *_) = (row for row in found.rows if row.lost)
    mark = marks[f"{row.name}: {row.value}"]
    assert drill.read(mark["narrowed"]) == row.conditions
    behind = CustomerQuery("churn", segment=Segment(row.conditions), period=found.span)
    assert 0 < customers.totals(behind, chosen().number).customers <= row.lost


def test_the_comparison_before_leaving_leads_to_the_lost_it_compares():
    at = open_app("personas", part="before", whom="ever")
    found = personas.before(Scope())
    assert not isinstance(found, NotEnoughData)
    (link,) = (link for link in at.get("page_link") if "only=" in link.proto.query_string)
    assert link.proto.label == f"See {found.lost + found.unmatched} customers"


def test_behaviours_that_look_back_are_offered_only_without_a_period():
    tickets = "tickets_in_last_60_days"
    assert tickets in personas.behaviours(chosen().number, of_period=False)
    assert tickets not in personas.behaviours(chosen().number, of_period=True)


@pytest.mark.slow
def test_the_page_opens_on_data_without_contracts(other_shape: str):
    for section in ("typical", "before", "drivers"):
        assert not open_app("personas", part=section).error, other_shape


def test_what_goes_before_leaving_and_with_it_can_be_had_as_reports():
    view = releases.whole_range(Scope())
    days = ["--from", view.start.isoformat(), "--to", view.end.isoformat()]
    told = json.loads(CliRunner().invoke(app, ["report", "before", *days, "--json"]).stdout)
    found = personas.before(Scope(start=view.start, end=view.end))
    assert not isinstance(found, NotEnoughData)
    assert [(r["measure"], r["pairs"]) for r in told["rows"]] == [
        (row.measure, None if isinstance(row.found, NotEnoughData) else row.found.pairs) for row in found.rows
    ]
    drivers = json.loads(CliRunner().invoke(app, ["report", "drivers", "--json"]).stdout)
    assert drivers["rows"] or drivers["notes"]
