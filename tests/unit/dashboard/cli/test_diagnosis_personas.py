"""`report crosstab` and `report decomposition`: rows and notes of the command-line contract."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from dashboard.cli.commands import app, run
from tests.builders import a_company, a_customer, a_subscription, published


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eighty retailers, half of whom leave in May 2024, and eighty in health who stay."""
    home = tmp_path_factory.mktemp("personas") / "home"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHURN_HOME", str(home))
        rows = [a_subscription(f"r{i}", "2023-01-01", "2024-05-10" if i < 40 else None) for i in range(80)]
        rows += [a_subscription(f"h{i}", "2023-01-01") for i in range(80)]
        customers = [
            a_customer(f"{k}{i}", industry=n) for k, n in (("r", "retail"), ("h", "health")) for i in range(80)
        ]
        published(a_company(rows, customers=customers))
    return home


@pytest.fixture(autouse=True)
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHURN_HOME", str(home))


def the_report(*arguments: str) -> dict[str, Any]:
    found = CliRunner().invoke(app, ["report", *arguments, "--json"])
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def refused(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str:
    monkeypatch.setattr("sys.argv", ["dashboard", "report", *arguments])
    with pytest.raises(SystemExit) as stopped:
        run()
    assert stopped.value.code == 1
    return capsys.readouterr().err


def test_a_crosstab_has_a_key_per_dimension():
    document = the_report("crosstab", "--by", "industry", "--by", "plan")
    retail = next(row for row in document["rows"] if row["industry"] == "retail")
    assert list(retail) == [
        "industry",
        "plan",
        "customers",
        "churned",
        "rate",
        "lift",
        "lift_at_age",
        "first_losses",
        "mrr_lost_cents",
        "p_adjusted",
        "verdict",
    ]
    assert (retail["customers"], retail["churned"], retail["mrr_lost_cents"]) == (80, 40, 40_000)
    assert (retail["rate"]["value"], retail["lift"]["value"], retail["verdict"]) == (0.5, 2.0, "more than others")
    assert any("independent with p = " in note for note in document["notes"])


def test_a_crosstab_of_one_cell_says_what_is_missing():
    document = the_report("crosstab", "--by", "plan")
    assert document["rows"][0]["verdict"] == "not enough data"
    assert "two groups" in document["notes"][0]


def test_a_decomposition_adds_up_to_the_change():
    document = the_report(
        "decomposition",
        "--by",
        "industry",
        "--from",
        "2024-04-01",
        "--to",
        "2024-07-01",
        "--grain",
        "quarter",
        "--against",
        "previous",
    )
    assert list(document["rows"][0])[:7] == [
        "segment",
        "share_before",
        "share_after",
        "rate_before",
        "rate_after",
        "mix_effect",
        "rate_effect",
    ]
    assert sum(row["mix_effect"] + row["rate_effect"] for row in document["rows"]) == pytest.approx(0.25, abs=1e-12)


def test_a_decomposition_without_customers_gives_the_reason():
    document = the_report("decomposition", "--by", "industry", "--against", "2020-01-01..2020-02-01")
    assert document["rows"] == []
    assert "no customers" in document["notes"][0]


def test_what_is_missing_or_useless_is_refused(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    assert "--by" in refused(capsys, monkeypatch, "decomposition")
    assert "--by" in refused(capsys, monkeypatch, "crosstab")
    assert "does not depend on --limit" in refused(capsys, monkeypatch, "crosstab", "--by", "plan", "--limit", "3")


def test_personas_give_conditions_that_segments_take():
    document = the_report("personas")
    assert [row["conditions"] for row in document["rows"]] == ["industry=retail"]
    (row,) = document["rows"]
    assert list(row)[:7] == ["conditions", "customers", "churned", "rate", "lift", "confirmed", "p_adjusted"]
    kept = the_report("crosstab", "--by", "industry", "--segment", row["conditions"])["rows"]
    assert [cell["customers"] for cell in kept] == [row["customers"]]


def test_few_losses_are_no_search():
    document = the_report("personas", "--segment", "industry=health")
    assert document["rows"] == []
    assert "who left" in document["notes"][0]
