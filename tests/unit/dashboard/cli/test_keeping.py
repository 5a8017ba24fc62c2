"""`import`, `demo`, `check`, `backup` and `restore`: what they do, what they print, and their exit codes."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from dashboard.cli.commands import app
from data.database import close_databases, open_database
from data.database.repositories import experiments, releases
from data.settings import settings
from tests.builders import a_company, a_subscription, published

SNAPSHOT = "customer_id,name,tenure_months,churned,mrr\n1,Ada,12,no,10.00\n2,Bob,3,yes,20.00\n3,Cyr,often,no,5.50\n"


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "400"})


def done(*arguments: str) -> dict[str, Any]:
    """The JSON document of a command that went well."""
    found = run(*arguments, "--json")
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def numbers() -> list[int]:
    return [release.number for release in releases.all(open_database(settings()))]


@pytest.fixture
def snapshot(tmp_path: Path) -> str:
    path = tmp_path / "snapshot.csv"
    path.write_text(SNAPSHOT, encoding="utf-8")
    return str(path)


@pytest.fixture
def loaded(snapshot: str) -> dict[str, Any]:
    return done("import", "--snapshot", snapshot, "--max-reject-share", "0.5", "--as-of", "2026-10-31")


def test_an_import_publishes_a_release_and_says_what_became_of_each_row(loaded: dict[str, Any]):
    assert (loaded["outcome"], loaded["release"], loaded["as_of"]) == ("published", 1, "2026-10-31")
    assert loaded["tables"]["customers"]["loaded"] == 2
    assert loaded["tables"]["customers"]["rejected"] == 1
    assert "often" in Path(loaded["rejects_file"]).read_text(encoding="utf-8")
    assert all(check["passed"] for check in loaded["checks"])
    assert loaded["changes"]["customers"] == {"before": None, "after": 2}
    assert run("demo", "--if-empty").exit_code == 0
    assert numbers() == [1], "the demo company keeps away from data when asked to"


def test_people_are_told_the_same_on_stderr_and_that_the_same_file_is_nothing_new(snapshot: str):
    told = run("import", "--snapshot", snapshot, "--max-reject-share", "0.5", "--as-of", "2026-10-31")
    assert (told.exit_code, told.stdout) == (0, "")
    assert "customers: 3 read, 2 loaded, 1 rejected" in told.stderr
    assert "check customers_balance: passed" in told.stderr
    assert "Rejected rows, with reasons: " in told.stderr
    assert told.stderr.splitlines()[-1] == "Release 1 as of 2026-10-31."
    again = run("import", "--snapshot", snapshot, "--max-reject-share", "0.5", "--as-of", "2026-10-31")
    assert "Nothing new: release 1 already holds these files." in again.stderr
    assert numbers() == [1]


def test_a_rehearsal_says_so_and_changes_nothing(snapshot: str):
    told = run("import", "--snapshot", snapshot, "--max-reject-share", "0.5", "--dry-run")
    assert told.stderr.splitlines()[-1] == "Nothing was changed (--dry-run)."
    assert numbers() == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--table", "customers"), "--table customers is not understood. Write it as NAME=VALUE."),
        (("--option", "gap_tolerance_days="), "--option gap_tolerance_days= is not understood"),
        (("--mapping", "nobody's"), "nobody's"),
        ((), "Nothing to import"),
    ],
)
def test_an_import_that_cannot_be_understood_is_refused_with_the_reason(arguments: tuple[str, ...], said: str):
    refused = run("import", *arguments)
    assert refused.exit_code == 1
    assert said in str(refused.exception)
    assert numbers() == []


def test_a_mode_nobody_knows_is_wrong_usage(snapshot: str):
    refused = run("import", snapshot, "--mode", "append")
    assert refused.exit_code == 2
    assert "Choose one of: replace, merge" in refused.output


def test_the_demo_company_is_made_where_nothing_is():
    made = run("demo", "--customers", "60", "--months", "13")
    assert made.exit_code == 0, made.output
    assert made.stderr.splitlines()[-1].startswith("Release 1 as of ")
    assert {one.state for one in experiments.all(open_database(settings()))} == {"ended"}
    assert done("check")["passed"]


def test_a_home_without_data_is_sound_and_told_how_to_begin():
    found = done("check")
    assert found["passed"]
    assert "python -m dashboard demo" in found["checks"][-1]["detail"]


def test_a_sound_home_passes_every_check_of_its_books():
    published(a_company([a_subscription("c1"), a_subscription("c2", ends="2024-03-01")]))
    told = run("check")
    assert (told.exit_code, told.stdout) == (0, "")
    assert "ok     stores: app database and lake are whole" in told.stderr
    assert "ok     mrr_reconciles" in told.stderr
    assert "WRONG" not in told.stderr


def test_a_slip_in_a_setting_is_found_and_ends_with_1(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHURN_LAKE_URI", "s3://bucket")
    told = run("check")
    assert told.exit_code == 1
    assert "WRONG  settings: nothing reads CHURN_LAKE_URI; remove or correct them" in told.stderr


def test_settings_that_cannot_be_used_are_the_one_thing_said(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CHURN_KEEP_RELEASES", "none")
    told = run("check", "--json")
    assert told.exit_code == 1
    (only,) = json.loads(told.stdout)["checks"]
    assert (only["name"], only["passed"]) == ("settings", False)
    assert "KEEP_RELEASES" in only["detail"]


@pytest.mark.usefixtures("loaded")
def test_a_backup_brings_every_release_back_and_replaces_nothing_unasked(churn_home: Path, tmp_path: Path):
    file = str(tmp_path / "kept.zip")
    assert run("backup", file).stderr.splitlines()[-1] == f"Written to {file}."
    assert run("backup", file).exit_code == 1
    assert run("restore", file).exit_code == 1
    close_databases()
    churn_home.rename(tmp_path / "lost")
    assert run("restore", file).stderr.splitlines()[-1] == f"Restored from {file}."
    assert numbers() == [1]
    assert done("check")["passed"]
    assert run("backup", file, "--replace", "--json").exit_code == 0
    assert run("restore", file, "--replace", "--json").exit_code == 0
