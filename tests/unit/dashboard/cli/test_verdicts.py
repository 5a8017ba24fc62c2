"""`report changes`: the verdicts of the overview's cards, on a company whose numbers can be counted by hand."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from analysis.kpis.headline import FIGURES
from dashboard.cli.commands import app, run
from tests.builders import a_company, a_customer, a_subscription, published

PERIODS = ["later_start", "later_end", "earlier_start", "earlier_end"]
KEYS = ["figure", "span", *PERIODS, "later", "earlier", "difference", "p_value", "q_value", "beyond_chance", "judged"]
APRIL_TO_MAY = ("--from", "2024-04-01", "--to", "2024-06-01")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twenty retailers and twenty in health; of the forty two are lost in April 2024, and twelve retailers in May."""
    home = tmp_path_factory.mktemp("verdicts") / "home"
    ends = {0: "2024-04-10", 20: "2024-04-10", **dict.fromkeys(range(1, 13), "2024-05-10")}
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHURN_HOME", str(home))
        ids = [f"c{i}" for i in range(40)]
        customers = [a_customer(c, industry="retail" if i < 20 else "health") for i, c in enumerate(ids)]
        published(
            a_company([a_subscription(c, ends=ends.get(i)) for i, c in enumerate(ids)], customers=customers),
        )
    return home


@pytest.fixture
def company(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHURN_HOME", str(home))


def printed(*arguments: str) -> str:
    found = CliRunner().invoke(app, ["report", "changes", *arguments])
    assert found.exit_code == 0, found.output
    return found.stdout


def changes(*arguments: str) -> dict[str, Any]:
    return json.loads(printed(*arguments, "--json"))


def churn(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Comparison -> its row of the churn rate."""
    return {row["span"]: row for row in document["rows"] if row["figure"] == "customer_churn_rate"}


@pytest.mark.usefixtures("company")
def test_a_row_says_both_values_the_difference_and_the_verdict():
    """Hand calculation: 12 of 38 in May against 2 of 40 in April; pooled z = 3.052, so p = 0.0023."""
    document = changes(*APRIL_TO_MAY)
    row = churn(document)["month"]
    assert list(row) == KEYS
    assert (row["later"]["value"], row["earlier"]["value"]) == (pytest.approx(12 / 38), 2 / 40)
    assert row["difference"] == pytest.approx(12 / 38 - 2 / 40)
    assert row["p_value"] == pytest.approx(0.0023, abs=2e-4)
    assert row["q_value"] >= row["p_value"]
    assert row["beyond_chance"] is True
    assert [row[k] for k in PERIODS] == ["2024-05-01", "2024-06-01", "2024-04-01", "2024-05-01"]
    assert {row["figure"] for row in document["rows"]} == set(FIGURES)


@pytest.mark.usefixtures("company")
def test_the_period_before_under_two_names_is_judged_once():
    document = changes(*APRIL_TO_MAY)
    found = churn(document)
    assert set(found) == {"month", "previous"}
    assert {**found["previous"], "span": "month"} == found["month"]
    tested = {(r["figure"], r["later_start"], r["earlier_start"]) for r in document["rows"] if r["p_value"] is not None}
    assert {row["judged"] for row in document["rows"]} == {len(tested)}


@pytest.mark.usefixtures("company")
def test_a_segment_is_compared_with_another_and_the_document_names_it():
    """All twelve of May are retailers: 12 of 19 against 0 of 19."""
    document = changes(
        *APRIL_TO_MAY, "--segment", "industry=retail", "--compare", "segment", "--against", "industry=health"
    )
    row = churn(document)["segment"]
    assert (row["later"]["value"], row["earlier"]["value"]) == (pytest.approx(12 / 19), 0)
    assert row["later_start"] == row["earlier_start"] == "2024-05-01"
    assert (document["filters"]["compare"], document["filters"]["against"]) == ("segment", ["industry in health"])
    assert any("no customer is in both" in note for note in document["notes"])


@pytest.mark.usefixtures("company")
def test_a_segment_inside_the_other_says_where_shared_customers_count():
    document = changes(*APRIL_TO_MAY, "--segment", "industry=retail", "--compare", "segment")
    assert any("19 customers in both are counted only in the first" in note for note in document["notes"])


@pytest.mark.usefixtures("company")
def test_everybody_against_everybody_is_no_comparison():
    document = changes(*APRIL_TO_MAY, "--compare", "segment")
    assert "segment" not in churn(document)
    assert "Both segments hold the same customers." in document["notes"]


@pytest.mark.usefixtures("company")
def test_without_a_complete_period_the_report_says_so():
    document = changes("--from", "2024-12-01", "--to", "2024-12-20", "--grain", "quarter")
    assert document["rows"] == []
    assert document["notes"][0].startswith("No period of this range is complete yet.")


@pytest.mark.usefixtures("company")
def test_text_and_csv_hold_the_same_rows():
    rows = changes(*APRIL_TO_MAY)["rows"]
    cells = list(csv.DictReader(io.StringIO(printed(*APRIL_TO_MAY, "--csv"))))
    assert [(c["figure"], c["span"], c["beyond_chance"]) for c in cells] == [
        (r["figure"], r["span"], "" if r["beyond_chance"] is None else str(r["beyond_chance"])) for r in rows
    ]
    assert float(cells[0]["later_low"]) == rows[0]["later"]["low"]
    heading, first, *_more = printed(*APRIL_TO_MAY).splitlines()
    assert heading.split() == KEYS
    assert first.split()[:2] == ["customer_churn_rate", "month"]
    assert "0.2658" in first


@pytest.mark.usefixtures("company")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("changes", "--against", "industry=retail"), "Add --compare segment, or leave it out."),
        (("kpis", "--compare", "year"), "does not depend on --compare"),
        (("kpis", "--against", "industry=retail"), "does not depend on --against"),
        (("changes", "--definition", "stripe"), "does not depend on --definition"),
    ],
)
def test_an_option_that_changes_nothing_is_refused(
    arguments: tuple[str, ...], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setattr("sys.argv", ["dashboard", "report", *arguments])
    with pytest.raises(SystemExit) as stopped:
        run()
    assert stopped.value.code == 1
    assert said in capsys.readouterr().err


@pytest.mark.usefixtures("company")
def test_another_comparison_is_wrong_usage():
    found = CliRunner().invoke(app, ["report", "changes", "--compare", "rivals"], env={"COLUMNS": "400"})
    assert found.exit_code == 2
    assert "Choose one of: previous, year, segment." in found.output


def test_a_snapshot_has_no_changes_over_time():
    published(a_company([a_subscription("c1"), a_subscription("c2", ends="2024-12-31")], shape="snapshot"))
    document = changes()
    assert document["rows"] == []
    assert any("The data are a snapshot" in note for note in document["notes"])
