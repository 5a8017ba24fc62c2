"""`review`: the same pack and minutes as the pages, as files, from the command line."""

import json
from pathlib import Path
from typing import Any

from typer.testing import CliRunner, Result

from analysis.review import minutes
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
