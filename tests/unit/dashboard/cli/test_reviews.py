"""`review`: the same pack and minutes as the pages, as files, from the command line."""

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from analysis.review import minutes
from analysis.review.numbers import numbers, unit_of
from data.database import open_database
from data.database.repositories import reviews
from data.settings import settings
from tests.builders import published
from tests.unit.analysis.review.company import reviewed

ZIP = b"PK\x03\x04"


def called(*arguments: str) -> Result:
    from dashboard.cli.commands import app

    return CliRunner().invoke(app, list(arguments))


def told(*arguments: str) -> dict[str, Any]:
    done = called(*arguments, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_review_is_prepared_listed_and_written_with_its_minutes(tmp_path: Path) -> None:
    published(reviewed())
    made = told("review", "prepare", "--quarter", "2024Q4")
    assert (made["quarter"], made["state"], made["release"]) == ("2024Q4", "prepared", 1)
    assert told("review", "list")["reviews"] == [made]

    written = told("review", "pack", "--quarter", "2024Q4", "--out", str(tmp_path / "pack.docx"))
    assert (written["digest"], written["release"]) == (made["digest"], 1)
    assert (tmp_path / "pack.docx").read_bytes().startswith(ZIP)

    database = open_database(settings())
    review = reviews.get(database, 1)
    reviews.end(database, reviews.start(database, review))
    minutes.sign(database, 1, "Moderator")
    told("review", "minutes", "--quarter", "2024Q4", "--out", str(tmp_path / "m.html"), "--language", "zh_Hans")
    assert "Moderator" in (tmp_path / "m.html").read_text(encoding="utf-8")


def test_what_cannot_be_written_is_refused(tmp_path: Path) -> None:
    assert called("review", "pack", "--quarter", "2024Q4", "--out", "pack.odt").exit_code == 2
    done = called("review", "minutes", "--quarter", "2024Q4", "--out", str(tmp_path / "m.docx"))
    assert "is not prepared yet" in str(done.exception)


def test_a_quarter_without_a_review_is_answered_from_the_newest_data(tmp_path: Path) -> None:
    published(reviewed())
    written = told("review", "pack", "--quarter", "2024Q4", "--out", str(tmp_path / "pack.html"))
    assert written["release"] == 1
    assert b"Churn review Q4 2024" in (tmp_path / "pack.html").read_bytes()
    assert told("review", "list")["reviews"] == []


def test_every_number_of_a_prepared_review_is_reported_from_its_frozen_pack(tmp_path: Path) -> None:
    published(reviewed())
    made = told("review", "prepare", "--quarter", "2024Q4")
    published(reviewed(further=5))
    found = told("report", "review", "--quarter", "2024Q4")

    assert (found["release"], found["as_of"], found["filters"]["quarter"]) == (1, "2024-12-31", "2024Q4")
    assert made["digest"] in found["notes"][0]
    assert found["notes"][0].startswith("Frozen on data release 1, as of 2024-12-31; pack ")
    frozen = reviews.get(open_database(settings()), 1).pack
    assert frozen is not None
    for section in frozen["sections"]:
        mine = [row for row in found["rows"] if row["section"] == section["key"]]
        figures = {row["name"]: row for row in mine if not row["table"] and row["name"]}
        assert list(figures) == [one["name"] for one in section["figures"]]
        for one in section["figures"]:
            assert {name: figures[one["name"]][name] for name in NUMBERS} == {name: one[name] for name in NUMBERS}
        for table in section["tables"]:
            cells = [row for row in mine if row["table"] == table["key"]]
            assert len(cells) == len(table["rows"]) * len(table["columns"])
    churn = next(row for row in found["rows"] if row["name"] == "customer_churn_rate")
    assert (churn["value"], churn["before"], churn["n"], churn["unit"]) == (12 / 120, 3 / 123, 120, "rate")
    first = {r["name"]: r["value"] for r in found["rows"] if r["table"] == "largest_losses" and r["row"] == 1}
    assert (first["name"], first["mrr_cents"], first["lost_on"]) == ("C12", 12_000, "2024-11-10")
    assert [row["unknown"][:20] for row in found["rows"] if row["section"] == "verdicts"] == ["No action has been r"]

    written = told("review", "pack", "--quarter", "2024Q4", "--out", str(tmp_path / "pack.html"))
    assert written["rows"] == found["rows"]
    lines = called("report", "review", "--quarter", "2024Q4", "--csv").stdout.splitlines()
    assert (lines[0], len(lines)) == (",".join(found["rows"][0]), len(found["rows"]) + 1)


NUMBERS = ("unit", "value", "low", "high", "n", "before", "p", "unknown", "have", "needed")


def test_a_report_of_a_review_says_what_it_needs() -> None:
    published(reviewed())
    assert "`review prepare --quarter 2024Q4`" in str(called("report", "review", "--quarter", "2024Q4").exception)
    assert "Give its quarter with --quarter" in str(called("report", "review").exception)
    assert "does not depend on --quarter" in str(called("report", "kpis", "--quarter", "2024Q4").exception)
    told("review", "prepare", "--quarter", "2024Q4")
    other = called("report", "review", "--quarter", "2024Q4", "--release", "7")
    assert "frozen on data release 1. Leave --release out" in str(other.exception)


def test_cells_are_written_with_their_units_and_whom_they_count() -> None:
    columns = [{"field": "effect", "name": "effect", "kind": "measured"},
               {"field": "who", "name": "who", "kind": "conditions"},
               {"field": "of", "name": "of", "kind": "metric"}]  # fmt: skip
    who = [{"attribute": "industry", "operator": "in", "values": ["retail", "energy"]}]
    of = {"kind": "early-churn", "of": "", "days": 90}
    rows = [{"effect": -0.1, "effect_low": -0.2, "effect_high": 0.0, "measure": "retained", "who": who, "of": of},
            {"effect": None, "unit": "money", "who": [], "of": None}]  # fmt: skip
    table = {"key": "t", "columns": columns, "rows": rows}
    section = {"key": "s", "unknown": "", "figures": [], "tables": [table]}
    found = numbers({"sections": [section]})
    assert [(r["row"], r["name"], r["unit"], r["value"], r["low"], r["high"]) for r in found] == [
        (1, "effect", "rate", -0.1, -0.2, 0.0),
        (1, "who", "conditions", "industry in retail|energy", None, None),
        (1, "of", "metric", "early-churn_90", None, None),
        (2, "effect", "money", None, None, None),
        (2, "who", "conditions", "", None, None),
        (2, "of", "metric", None, None, None),
    ]
    assert unit_of({}) == "number"
