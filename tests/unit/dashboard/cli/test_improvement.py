"""`daily`, `action` and the reports of actions: what they print and refuse, on the demo company."""

import json
import os
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from analysis.improvement import actions as steps
from analysis.improvement.demo import write_actions
from dashboard.cli.commands import app
from dashboard.gateway.clock import today
from data.database import Database, open_database
from data.database.repositories import actions as stored
from data.engine import open_engine
from data.lake import Lake
from data.reasons import FIRST_TAXONOMY
from data.records_improvement import Action, ProofMetric, ProofPlan
from data.sample.stage import stage_demo
from data.settings import settings
from tests.builders import published

MONTHS = 24


def run(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "400"})


def done(*arguments: str) -> dict[str, Any]:
    """The JSON document of a command that went well."""
    found = run(*arguments, "--json")
    assert found.exit_code == 0, found.output
    return json.loads(found.stdout)


def refused(*arguments: str) -> str:
    """The reason of a command that was refused."""
    found = run(*arguments)
    assert found.exit_code != 0
    return str(found.exception) + found.output


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A demo company of 500 customers without use, up to the last whole month, with its actions."""
    place = str(tmp_path_factory.mktemp("actions") / "home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHURN_HOME", place)
        release = published(stage_demo(500, MONTHS, 7, end=today(), usage=False)).release
        write_actions(open_database(settings()), open_engine(Lake(settings().lake_url), release), MONTHS, today())
        yield place


@pytest.fixture(autouse=True)
def at_home(home: str, churn_home: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHURN_HOME", home)
    assert os.environ["CHURN_HOME"] == home


def _db() -> Database:
    return open_database(settings())


def _judged() -> Action:
    return next(action for action in stored.all(_db()) if action.verdicts)


def a_draft(**plan: Any) -> Action:
    """A proposed action that nothing but its own test moves."""
    known = {"smallest_effect": 0.01, "ships_on": today() + timedelta(days=30)} | plan
    action = Action(
        "An action of a test", owner="Somebody", due=today(), draft=ProofPlan(ProofMetric("churn"), **known)
    )
    return steps.create(_db(), action)


def test_the_report_has_the_columns_it_promises():
    found = done("report", "actions")
    keys = ["action", "owner", "status", "metric", "baseline", "target", "effect", "verdict", "check_on"]
    assert found["rows"]
    assert all(list(row) == keys for row in found["rows"])
    judged = [row for row in found["rows"] if row["verdict"]]
    assert judged
    assert judged[0]["effect"].keys() >= {"value", "low", "high"} or "unknown" in judged[0]["effect"]
    assert any(note.startswith("overdue since") for note in found["notes"])


def test_the_list_names_numbers_and_can_be_narrowed():
    found = done("action", "list")["actions"]
    assert len(found) == len({row["id"] for row in found}) == len(stored.all(_db()))
    assert {row["status"] for row in done("action", "list", "--state", "verifying")["actions"]} == {"verifying"}
    assert "not known" in refused("action", "list", "--state", "lost")


def test_what_is_on_record_is_told_and_not_judged_anew(monkeypatch: pytest.MonkeyPatch):
    action = _judged()
    (verdict,) = action.verdicts
    found = done("report", "proof", "--key", str(action.id))
    assert {row["phase"] for row in found["rows"]} >= {"baseline", "window"}
    assert {(row["standing"], row["release"], row["code"]) for row in found["rows"]} == {("record", 1, verdict.code)}
    assert [row["seen"] for row in found["rows"]] == [month.seen for month in verdict.months]
    assert any(verdict.digest in note for note in found["notes"])
    assert any(note.startswith("round 1, on record since") for note in found["notes"])
    assert not any(note.startswith("preview") for note in found["notes"])
    assert "Give its number" in refused("report", "proof")

    # Another version of the code would say another thing of it; the record stays what it is.
    monkeypatch.setattr("analysis.proof.judge.CODE", "proof-of-a-test")
    assert done("report", "proof", "--key", str(action.id)) == found


def test_what_is_still_to_be_judged_is_shown_as_a_preview():
    waits = next(action for action in stored.all(_db()) if action.state == "verifying" and not action.verdicts)
    found = done("report", "proof", "--key", str(waits.id))
    assert {row["standing"] for row in found["rows"]} == {"preview"}
    assert found["notes"][0] == "No verdict is on record yet."
    assert all(note.startswith("preview: ") for note in found["notes"][1:])
    assert "nothing of this is on record" in run("action", "verdict", str(waits.id)).stderr
    assert stored.get(_db(), waits.id) == waits
    assert "nothing to judge" in refused("report", "proof", "--key", str(a_draft().id))


def test_every_verdict_on_record_is_a_row_with_all_its_numbers():
    on_record = {(action.id, one.digest) for action in stored.all(_db()) for one in action.verdicts}
    rows = done("report", "verdicts")["rows"]
    assert {(row["id"], row["digest"]) for row in rows} == on_record
    action = _judged()
    (row,) = done("report", "verdicts", "--key", str(action.id))["rows"]
    (one,) = action.verdicts
    names = ("before", "after", "p_value", "n_before", "n_after", "months_more", "release", "code", "round", "who")
    assert {name: row[name] for name in names} == {name: getattr(one, name) for name in names}
    assert [row["effect"][end] for end in ("value", "low", "high")] == [one.effect, one.low, one.high]
    assert row["relative"].keys() >= {"value", "low", "high"} or "unknown" in row["relative"]
    waits = next(action for action in stored.all(_db()) if action.state == "verifying" and not action.verdicts)
    nothing = done("report", "verdicts", "--key", str(waits.id))
    assert nothing["rows"] == []
    assert "`daily`" in nothing["notes"][0]


def test_a_verdict_that_stands_on_record_is_given_again_bit_for_bit():
    action = _judged()
    found = done("action", "verdict", str(action.id))
    assert found["recorded"] is True
    assert found["verdict"]["digest"] == action.verdicts[-1].digest
    shown = run("action", "show", str(action.id))
    assert action.verdicts[-1].digest in shown.output
    assert done("action", "show", str(action.id))["title"] == action.title


def test_a_verdict_is_not_recorded_before_its_day():
    waits = next(action for action in stored.all(_db()) if action.state == "verifying")
    assert "Looking earlier" in refused("action", "verdict", str(waits.id), "--record")
    assert not stored.get(_db(), waits.id).verdicts


def test_an_action_is_moved_on_and_refuses_what_its_state_does_not_allow():
    number = str(a_draft().id)
    assert "not agreed yet" in refused("action", "move", number, "ship")
    agreed = done("action", "move", number, "agree")
    assert agreed["state"] == "agreed"
    assert agreed["frozen"]["baseline"] > 0
    assert agreed["frozen"]["check_on"] is not None
    assert done("action", "move", number, "begin")["state"] == "doing"
    assert done("action", "move", number, "ship")["state"] == "shipped"
    assert done("action", "move", number, "verify")["state"] == "verifying"
    assert "no verdict" in refused("action", "move", number, "wait", "--months", "3")
    assert "not known" in refused("action", "move", number, "frozen")


def test_what_a_plan_lacks_is_said_when_it_is_to_be_agreed_on():
    said = refused("action", "move", str(a_draft(smallest_effect=0.0, window_months=1).id), "agree")
    assert "above 0" in said
    assert "1 months after shipping" in said


def test_a_frozen_plan_is_amended_on_record_until_it_ships_and_never_after():
    number = str(a_draft().id)
    assert "no frozen plan" in refused("action", "amend", number, "--set", "window_months=6", "--reason", "x")
    done("action", "move", number, "agree")
    amended = done(
        "action", "amend", number, "--set", "window_months=6", "--set", "population=region=east", "--reason", "More"
    )
    assert amended["frozen"]["window_months"] == 6
    assert amended["frozen"]["population"]["conditions"][0]["values"] == ["east"]
    assert amended["amendments"][0]["reason"] == "More"
    assert "is not a value" in refused("action", "amend", number, "--set", "window_months=x", "--reason", "x")
    assert "FIELD is one of" in refused("action", "amend", number, "--set", "visible=1", "--reason", "x")
    done("action", "move", number, "ship")
    before = stored.get(_db(), int(number))
    assert "cannot change" in refused("action", "amend", number, "--set", "window_months=3", "--reason", "x")
    assert stored.get(_db(), int(number)) == before


def test_a_day_does_what_is_due_once():
    number = a_draft().id
    done("action", "move", str(number), "agree")
    done("action", "move", str(number), "ship")
    first = done("daily")["done"]
    assert [(deed["what"], deed["action"]) for deed in first if deed["action"] == number] == [("verifying", number)]
    assert stored.get(_db(), number).state == "verifying"
    again = run("daily")
    assert again.exit_code == 0
    assert "Nothing is due" in again.stderr
    late = done("daily", "--on", (today() + timedelta(days=200)).isoformat())["done"]
    assert ("overdue", number) in [(deed["what"], deed["action"]) for deed in late]


def test_findings_and_the_win_back_list_are_told():
    found = done("report", "findings")["rows"]
    assert found
    assert all(row["sentence"] and row["release"] == 1 and row["page"] and row["chart"] for row in found)
    assert any(row["segment"] for row in found)
    assert all(row["who"].endswith(" lead") for row in found)
    done("daily")
    called = done("report", "win-back")["rows"]
    reasons = {action.id for action in stored.all(_db()) if action.reason}
    assert {row["action"] for row in called} <= reasons
    assert {row["stated"] for row in called} <= {reason.code for reason in FIRST_TAXONOMY.reasons} | {""}
    assert not [row for row in called if row["words"] and row["words"] == row["stated"]]
    assert all(row["owner"].startswith("Success manager ") for row in called)
    assert all(date.fromisoformat(row["lost_on"]) <= today() for row in called)
