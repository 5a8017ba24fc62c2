"""`report`: the documents of the command-line contract, on small companies whose numbers can be counted by hand."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from dashboard.cli.commands import app, run
from tests.builders import a_company, a_customer, a_subscription, published

RANGE = ("--from", "2024-03-01", "--to", "2024-05-01")


def a_small_company():
    return a_company(
        [
            a_subscription("c1"),
            a_subscription("c2", ends="2024-03-15", cancel_kind="payment"),
            a_subscription("c3", starts="2024-04-02", mrr=500),
            a_subscription("c4", starts="2024-04-03", ends="2024-04-20"),
            a_subscription("c5", mrr=2000, ends="2024-04-10", cancel_kind="voluntary"),
        ],
        customers=[
            a_customer("c1", industry="retail", a_tier="gold"),
            a_customer("c2", industry="retail", a_tier="Gold, old"),
            *(a_customer(f"c{i}", industry="health") for i in (3, 4, 5)),
        ],
        attributes={"a_tier": "Tier"},
    )


@pytest.fixture(scope="module")
def small_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with the small company, published once for the tests that only read."""
    home = tmp_path_factory.mktemp("small") / "home"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHURN_HOME", str(home))
        published(a_small_company())
    return home


@pytest.fixture
def small_company(small_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHURN_HOME", str(small_home))


def the_report(*arguments: str) -> dict[str, Any]:
    found = CliRunner().invoke(app, ["report", *arguments, "--json"])
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


@pytest.mark.usefixtures("small_company")
def test_kpis_say_who_came_and_who_left():
    document = the_report("kpis", *RANGE)
    assert {k: document[k] for k in ("report", "release", "as_of", "definition")} == {
        "report": "kpis",
        "release": 1,
        "as_of": "2024-12-31",
        "definition": "start-base",
    }
    march, april = document["rows"]
    assert (march["customers_start"], march["customers_churned"], march["churned_involuntary"]) == (3, 1, 1)
    assert (april["customers_start"], april["customers_new"], april["customers_churned"]) == (2, 1, 1)
    assert april["early_churn"] == 1
    assert (april["mrr_start_cents"], april["mrr_end_cents"]) == (3000, 1500)
    assert march["customer_churn_rate"]["value"] == pytest.approx(1 / 3)
    assert march["customer_churn_rate"]["method"] == "wilson"
    assert march["avoidable_churn_rate"]["unknown"]


@pytest.mark.usefixtures("small_company")
def test_a_segment_narrows_every_number():
    rows = the_report("kpis", *RANGE, "--segment", "industry=health")["rows"]
    assert [row["customers_start"] for row in rows] == [1, 1]
    assert the_report("kpis", *RANGE, "--segment", "Tier=Gold\\, old")["rows"][0]["customers_churned"] == 1
    assert the_report("kpis", *RANGE, "--segment", "industry=health|retail")["rows"][0]["customers_start"] == 3
    assert the_report("kpis", *RANGE, "--segment", "industry!=health")["rows"][0]["customers_start"] == 2


@pytest.mark.usefixtures("small_company")
def test_both_bridges_balance():
    for bridge in ("net", "activity"):
        for row in the_report("kpis", *RANGE, "--bridge", bridge)["rows"]:
            moved = sum(row[f"mrr_{k}_cents"] for k in ("new", "reactivation", "expansion", "contraction", "churn"))
            assert row["mrr_start_cents"] + moved == row["mrr_end_cents"]
            came = row["customers_new"] + row["customers_reactivated"] - row["customers_churned"]
            assert row["customers_start"] + came == row["customers_end"]


@pytest.mark.usefixtures("small_company")
def test_definitions_stand_side_by_side():
    rows = [r for r in the_report("definitions", *RANGE)["rows"] if r["period_start"] == "2024-04-01"]
    found = {r["definition"]: (r["numerator"], r["denominator"]) for r in rows}
    assert found["start-base"] == (1, 2)
    assert found["chartmogul"] == (1, 2)
    assert found["stripe"] == (2, 4)  # c4 and c5 left in 30 days; 2 active 30 days before, 2 new since
    assert found["baremetrics"] == (2, 2)
    assert found["renewal"] == (3000 * 12, 4000 * 12)  # c1 came due, c4 and c5 ended


@pytest.mark.usefixtures("small_company")
def test_movements_are_listed_in_order_of_day():
    rows = the_report("movements", *RANGE, "--kind", "churn")["rows"]
    assert [(r["customer_id"], r["on"], r["delta_cents"], r["cause"]) for r in rows] == [
        ("c2", "2024-03-15", -1000, "payment"),
        ("c5", "2024-04-10", -2000, "voluntary"),
        ("c4", "2024-04-20", -1000, "unknown"),
    ]
    assert len(the_report("movements", "--limit", "2")["rows"]) == 2


@pytest.mark.usefixtures("small_company")
def test_customers_carry_their_attributes_and_what_they_paid_before_they_left():
    rows = {r["customer_id"]: r for r in the_report("customers")["rows"]}
    assert len(rows) == 5
    assert (rows["c5"]["status"], rows["c5"]["mrr_cents"], rows["c5"]["churned_on"]) == ("lost", 2000, "2024-04-10")
    assert rows["c1"]["attributes"]["Tier"] == "gold"
    assert {r["customer_id"] for r in the_report("customers", "--lost")["rows"]} == {"c2", "c4", "c5"}
    assert {r["customer_id"] for r in the_report("customers", "--active")["rows"]} == {"c1", "c3"}
    assert {r["customer_id"] for r in the_report("customers", "--active", *RANGE)["rows"]} == {"c1", "c3"}


def test_csv_keeps_formulas_as_text():
    published(a_company([a_subscription("c1")], customers=[a_customer("c1", industry='=HYPERLINK("x")')]))
    found = CliRunner().invoke(app, ["report", "customers", "--csv"])
    (row,) = csv.DictReader(io.StringIO(found.stdout))
    assert row["industry"] == '\'=HYPERLINK("x")'


@pytest.mark.usefixtures("small_company")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("kpis", "--segment", "colour=red"), "There is no attribute colour"),
        (("kpis", "--from", "2024-05-01", "--to", "2024-05-01"), "is empty"),
        (("customers", "--lost", "--active"), "exclude each other"),
        (("kpis", "--release", "9"), "Release 9 does not exist"),
        (("kpis", "--segment", "industry<five"), "compares with something that is no number"),
        (("kpis", "--segment", "status=lost"), "would be 0 or 100 % by construction"),
        (("split", "--by", "status"), "would be 0 or 100 % by construction"),
        (("movements", "--definition", "stripe"), "Leave it out, or ask for: kpis, split, seasons, forecast"),
        (("split", "--by", "industry", "--bridge", "activity"), "does not depend on --bridge"),
        (("kpis", "--by", "industry"), "does not depend on --by"),
        (("changes", "--against", "industry=health"), "Add --compare segment, or leave it out"),
        (("customers", *RANGE), "Say which customers of the range"),
        (("movements", "--from", "2024-03-01"), "Give both --from and --to, or neither"),
        (("split",), "Give it with --by, for example --by industry"),
        (("kpis", "--segment", "industry"), "industry is no condition. Write attribute=value"),
    ],
)
def test_a_wrong_question_gets_a_plain_answer_and_exit_1(
    arguments: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("sys.argv", ["dashboard", "report", *arguments])
    with pytest.raises(SystemExit) as stopped:
        run()
    told = capsys.readouterr()
    assert stopped.value.code == 1
    assert said in told.err
    assert told.out == ""


@pytest.mark.usefixtures("small_company")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("weather",), "there is no report weather"),
        (("kpis", "--from", "soon"), "--from soon is no day"),
        (("kpis", "--json", "--csv"), "choose one of them"),
        (("kpis", "--to", "9999-12-31"), "lies outside 1900-01-01 to 2200-01-01"),
        (("kpis", "--grain", "decade"), "Choose one of: week, month, quarter, year"),
        (("kpis", "--release", "\u00b2"), "neither the number of a release nor latest"),
        (("kpis", "--release", "99999999999999999999"), "neither the number of a release nor latest"),
    ],
)
def test_words_the_command_does_not_know_are_wrong_usage_and_exit_2(arguments: tuple[str, ...], said: str):
    found = CliRunner().invoke(app, ["report", *arguments], env={"COLUMNS": "400"})
    assert found.exit_code == 2
    assert said in found.output


def test_a_column_of_the_file_named_like_one_of_the_report_stands_beside_it():
    customers = [a_customer("c1", a_status="VIP", a_mrr_cents="71")]
    published(
        a_company(
            [a_subscription("c1")], customers=customers, attributes={"a_status": "status", "a_mrr_cents": "mrr_cents"}
        )
    )
    found = CliRunner().invoke(app, ["report", "customers", "--csv"])
    (row,) = csv.DictReader(io.StringIO(found.stdout))
    assert (row["status"], row["customer_status"]) == ("active", "VIP")
    assert (row["mrr_cents"], row["attributes mrr_cents"]) == ("1000", "71")


def test_without_data_the_answer_says_what_to_do(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    monkeypatch.setattr("sys.argv", ["dashboard", "report", "kpis"])
    with pytest.raises(SystemExit) as stopped:
        run()
    assert stopped.value.code == 1
    assert "dashboard demo" in capsys.readouterr().err


@pytest.mark.slow
def test_a_company_whose_subscriptions_never_started_has_reports_of_nothing():
    published(a_company([a_subscription("c1", "2025-03-01")], customers=[a_customer("c1")]))
    for row in the_report("kpis")["rows"]:
        assert (row["customers_start"], row["customers_end"], row["mrr_end_cents"]) == (0, 0, 0)
        assert row["customer_churn_rate"]["unknown"]
    assert the_report("movements")["rows"] == []
    assert {r["rate"].get("value") for r in the_report("definitions")["rows"]} == {None}
    assert the_report("customers")["rows"][0]["status"] == "never"
    for name in ("seasons", "forecast", "events"):
        the_report(name)
    assert the_report("split", "--by", "industry")["rows"] == []


@pytest.mark.usefixtures("small_company")
def test_published_figures_over_a_month_and_over_a_year_stand_in_columns_of_their_own():
    """Published: Recurly 3.27 % a month, SaaS Capital 2023 gross retention 90 to 93 % a year."""
    rows = the_report("benchmarks")["rows"]
    churn = next(r for r in rows if r["metric"] == "customer_churn_rate")
    kept = next(r for r in rows if r["metric"] == "grr_12m")
    assert (churn["monthly_low"], churn["annual_low"]) == (0.0327, None)
    assert (kept["monthly_low"], kept["annual_low"], kept["annual_high"]) == (None, 0.90, 0.93)
    assert len(the_report("benchmarks", "--old")["rows"]) > len(rows)


@pytest.mark.usefixtures("small_company")
@pytest.mark.slow
def test_reports_say_what_a_definition_counts_and_that_plans_are_todays():
    """Hand calculation: of 3 customers on 2 March one leaves by 1 April under the 30 days of Stripe."""
    document = the_report("split", *RANGE, "--by", "plan", "--definition", "stripe")
    assert document["definition"] == "stripe"
    said = " ".join(document["notes"])
    assert "its rate is over 30 days" in said
    assert "are those of today" in said
    assert "are those of today" in " ".join(the_report("kpis", *RANGE, "--segment", "plan=Basic")["notes"])
    assert "are those of today" not in " ".join(the_report("kpis", *RANGE)["notes"])


@pytest.mark.slow
def test_a_rate_over_a_year_stands_in_no_column_with_rates_over_a_month():
    """Hand calculation: of two yearly plans a year before 1 May 2024 one leaves in that year, 1 / 2 over 365 days."""
    yearly = {"interval": "year"}
    published(
        a_company(
            [
                a_subscription("y1", "2023-01-01", **yearly),
                a_subscription("y2", "2023-01-01", "2024-01-01", **yearly),
                a_subscription("m1", "2023-01-01"),
            ]
        )
    )
    rows = [r for r in the_report("definitions", *RANGE)["rows"] if r["period_start"] == "2024-04-01"]
    found = {r["definition"]: (r["rate"], r["annual_rate"]) for r in rows}
    assert found["baremetrics-annual"][0] is None
    assert found["baremetrics-annual"][1]["value"] == 0.5
    assert all(annual is None for name, (_, annual) in found.items() if name != "baremetrics-annual")


@pytest.mark.usefixtures("small_company")
@pytest.mark.parametrize(
    ("name", "way_out"),
    [
        ("win-back", "`daily` fills it"),
        ("verdicts", "`daily` gives each on its day"),
        ("findings", "Keep as finding"),
    ],
)
def test_a_list_with_nothing_on_it_names_the_way_out(name: str, way_out: str):
    told = the_report(name)
    assert told["rows"] == []
    assert way_out in told["notes"][0]
