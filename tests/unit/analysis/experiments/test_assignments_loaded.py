"""Assignments and outcomes made elsewhere come in beside what is known, and erase nothing of it."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from analysis.imports.load import Loaded, load_files
from data.database import open_database
from data.engine import open_engine
from data.importers.request import ImportRequest
from data.lake import Lake
from data.queries.experiments import outcomes
from data.settings import settings
from tests.builders import NOW, a_company, a_subscription, published

AT = datetime(2024, 6, 1, 12, tzinfo=UTC)


def loaded(folder: Path, content: str, **request: Any) -> Loaded:
    (folder / "offer.csv").write_text(content)
    found = settings()
    asked = ImportRequest(
        tables={"assignments": str(folder / "offer.csv")}, today=date(2026, 1, 2), home=found.home, **request
    )
    return load_files(found, open_database(found), asked, now=NOW)


def rows(done: Loaded) -> list[tuple[Any, ...]]:
    assert done.release is not None
    engine = open_engine(Lake(settings().lake_url), done.release)
    table = engine.table("assignments").drop("experiment_key").order_by("customer_id")
    return [tuple(row.values()) for row in engine.rows(table)]


def test_a_file_of_outcomes_keeps_the_moments_and_the_first_variant(tmp_path: Path):
    there = [
        {"experiment_key": "offer", "customer_id": c, "variant": "call", "assigned_at": AT, "exposed_at": seen}
        for c, seen in (("a", AT), ("b", None))
    ]
    people = [a_subscription(c) for c in "abc"]
    before = published(a_company(people, assignments=there)).release
    content = "experiment_key,customer_id,variant,spend\noffer,a,call,3\noffer,b,none,4\noffer,c,none,5\n"
    done = loaded(tmp_path, content, mode="merge")
    assert rows(done) == [("a", "call", AT, AT, 3.0), ("b", "call", AT, None, 4.0), ("c", "none", None, None, 5.0)]
    (changed,) = [note for note in done.notes if note.code == "variant_changed"]
    assert (changed.count, "For example offer/b" in changed.text) == (1, True)
    again = loaded(tmp_path, "experiment_key,customer_id,variant,kept\noffer,a,call,\noffer,b,call,yes\n", mode="merge")
    assert [row[4:] for row in rows(again)] == [(3.0, None), (4.0, 1.0), (5.0, None)]
    assert again.release is not None
    assert again.release.attributes == {"o_spend": "spend", "o_kept": "kept"}
    assert again.release.as_of == before.as_of, "an experiment's file does not say how long the other tables tell"
    assert again.release.tables["movements"] == before.tables["movements"]


def test_outcomes_alone_are_a_release(tmp_path: Path):
    done = loaded(tmp_path, "customer_id,variant,score\na,one,1\nb,two,\nc,two,0\n")
    assert done.release is not None
    assert done.release.rows["movements"] == 0
    assert all(check.passed for check in done.release.checks)
    assert outcomes(open_engine(Lake(settings().lake_url), done.release)) == {"score": "score"}
