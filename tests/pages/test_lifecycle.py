"""The sections of the lifecycle page, on companies of every shape, and the way from a mark to its customers."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from typer.testing import CliRunner

from analysis.statistics.event_rates import RateRatio
from dashboard import drill
from dashboard.cli.commands import app
from dashboard.gateway import lifecycle
from dashboard.lifecycle_page import SECTIONS
from data.records import Scope
from tests.builders import a_company, a_subscription, published
from tests.pages.app import open_app


def report(*words: str) -> dict[str, Any]:
    found = CliRunner().invoke(app, ["report", *words, "--json"])
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def asked(mark: dict[str, Any]) -> str:
    """The conditions of a mark as --segment takes them."""
    signs = {"in": "="}
    return ",".join(
        f"{c.attribute}{signs.get(c.operator, c.operator)}{c.values[0]}" for c in drill.read(mark["narrowed"])
    )


def chart_data(at: AppTest, place: int = 0) -> list[dict[str, Any]]:
    import pyarrow as pa

    proto = at.get("vega_lite_chart")[place].proto
    return pa.ipc.open_stream(proto.datasets[0].data.data).read_all().to_pylist()


def titles(at: AppTest) -> list[str]:
    return [header.value for header in at.header]


@pytest.mark.usefixtures("demo")
def test_the_heatmap_shows_the_cells_of_the_report_and_leads_to_its_customers():
    at = open_app("lifecycle")
    assert titles(at)[0].startswith("After 12 months, ")
    reported = {(row["cohort_start"], row["age"]): row for row in report("cohorts")["rows"]}
    cells = [cell for cell in chart_data(at) if not cell["place"].startswith("000")]
    assert len(cells) == len([key for key in reported if reported[key]["retention"].get("value") is not None])
    for cell in cells:
        row = reported[cell["start"], cell["age"]]
        assert cell["value"] == pytest.approx(row["retention"]["value"])
        assert cell["complete"] == row["complete"]
    cell = next(cell for cell in cells if cell["age"] == 3)
    row = reported[cell["start"], 3]
    conditions = asked(cell)
    listed = report(
        "customers",
        "--kind",
        cell["who"],
        "--segment",
        conditions,
        "--from",
        cell["start"],
        "--to",
        cell["end"],
    )
    assert len(listed["rows"]) == row["active"]
    points = [point for point in chart_data(at, 2) if point["state"] == "observed"]
    for point in (points[0], points[-1]):
        same = next(cell for cell in cells if cell["age"] == 3 and cell["place"].endswith(f"|{point['name']}"))
        assert all(point[name] == same[name] for name in drill.NOWHERE)


@pytest.mark.usefixtures("demo")
def test_cohorts_can_be_values_of_an_attribute_and_shares_of_the_age_before():
    at = open_app("lifecycle", **{"cohort-by": "plan"})
    assert {cell["place"].split("|")[1] for cell in chart_data(at)} >= {"Average", "Starter", "Team"}
    assert {cell["who"] for cell in chart_data(at)} == {""}, "no list holds who is left of a group after an age"
    at = open_app("lifecycle", share="previous", cohort="quarter")
    assert all(cell["age"] > 0 for cell in chart_data(at))


@pytest.mark.usefixtures("demo")
def test_survival_tells_curves_numbers_at_risk_and_the_test():
    at = open_app("lifecycle", part="survival", **{"group-by": "plan", "within": "industry"})
    assert any("log-rank, p" in text.value.replace("\\", "") for text in at.markdown)
    told = {row["Group"]: row for row in at.table[-1].value.to_dict("records")}
    notes = report("survival", "--by", "plan", "--by", "industry")["notes"]
    for group in told:
        assert any(
            note.startswith(f"{group}: {told[group]['Customers']} customers, {told[group]['Lost']} lost")
            for note in notes
        )
    points = [p for p in chart_data(at) if p["group"] == "Starter" and p["age"] > 300]
    conditions = asked(points[0])
    lost = len(report("customers", "--segment", conditions)["rows"])
    reported = [r for r in report("survival", "--by", "plan")["rows"] if r["group"] == "Starter"]
    assert lost == sum(row["events"] for row in reported if row["day"] <= points[0]["age"])


@pytest.mark.usefixtures("demo")
def test_the_bars_of_risk_and_stages_are_the_customers_they_lead_to():
    for part, counted in (("risk", "a month; {n} lost, "), ("journey", "), {n} customers")):
        at = open_app("lifecycle", part=part)
        bars = chart_data(at)
        for bar in (bars[0], bars[-1]):
            listed = report("customers", "--segment", asked(bar))["rows"]
            assert counted.format(n=len(listed)) in bar["shown"]
    moments = lifecycle.around(Scope(), 90)
    assert [m.code for m in moments][:1] == ["trial_end"]
    known = [m for m in moments[:16] if isinstance(m.ratio, RateRatio) and m.ratio.value and m.ratio.low]
    assert len(chart_data(at, 1)) == len(known) > 4
    own = [mark for mark in chart_data(at, 1) if not mark["place"].endswith(")")]
    assert {mark["who"] for mark in own} == {""}


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.slow
def test_every_section_opens_in_chinese(section: str):
    assert not open_app("lifecycle", part=section, locale="zh-CN").error


@pytest.mark.slow
def test_data_without_contracts_say_what_can_be_drawn(other_shape: str):
    at = open_app("lifecycle")
    assert bool(at.info) == (other_shape == "snapshot")
    assert bool(at.get("vega_lite_chart")) == (other_shape != "snapshot")
    at = open_app("lifecycle", part="survival")
    assert at.get("vega_lite_chart")
    assert chart_data(at)
    assert any("Nobody cancels here" in c.value for c in at.caption) == (other_shape == "shop")
    at = open_app("lifecycle", part="risk")
    for bar in chart_data(at)[:3]:
        listed = report("customers", "--segment", asked(bar))["rows"]
        assert f"{len(listed)} lost" in bar["shown"]
    assert bool(open_app("lifecycle", part="journey").info) == (other_shape in {"snapshot", "shop", "usage"})


def test_two_customers_have_no_cohort_no_curve_and_no_peak():
    published(a_company([a_subscription("c1", "2024-09-01"), a_subscription("c2", "2024-09-01", "2024-11-15")]))
    assert titles(open_app("lifecycle"))[0] == "What is left of each cohort?"
    at = open_app("lifecycle", part="survival")
    assert not at.error
    assert "Fewer than 10 customers" in " ".join(c.value for c in at.caption)
    assert titles(open_app("lifecycle", part="risk")) == ["At which age do customers leave?"]
    assert not open_app("lifecycle", part="journey").error
