"""The pack of a quarter: counted by hand, frozen on its release, each section for itself."""

import json
from datetime import date
from typing import Any

import pytest

from analysis.review import pack
from analysis.review.quarters import last_whole, name_of, quarter_of
from data.database import Database, open_database
from data.database.repositories import interviews, releases
from data.engine import Engine, open_engine
from data.errors import ReviewError
from data.lake import Lake
from data.records import Period
from data.records_interviews import Interview
from data.records_reviews import QUESTIONS
from data.release import publish
from data.settings import Settings, settings
from tests.builders import NOW, a_company, a_subscription, an_engine
from tests.unit.analysis.review.company import LOST, reviewed

START, END = date(2024, 10, 1), date(2025, 1, 1)
TALK = Interview(
    "c12", date(2024, 11, 10), state="done", interviewer="noor", on=date(2024, 11, 20), diagnosed="support"
)


def section(found: dict[str, Any], key: str) -> dict[str, Any]:
    return next(one for one in found["sections"] if one["key"] == key)


def figure(found: dict[str, Any], key: str, name: str) -> dict[str, Any]:
    return next(one for one in section(found, key)["figures"] if one["name"] == name)


def rows(found: dict[str, Any], key: str, name: str) -> list[dict[str, Any]]:
    return next(one for one in section(found, key)["tables"] if one["key"] == name)["rows"]


@pytest.fixture
def engine() -> Engine:
    return an_engine(reviewed())


def assembled(engine: Engine) -> dict[str, Any]:
    return pack.assemble(engine, open_database(settings()), START, END)


def test_the_five_questions_are_answered_from_the_quarter_counted_by_hand(engine: Engine) -> None:
    interviews.save(open_database(settings()), TALK)
    found = assembled(engine)

    churn = figure(found, "who-left", "customer_churn_rate")
    assert (churn["value"], churn["before"], churn["n"]) == (LOST / 120, 3 / 123, 120)
    assert churn["low"] < LOST / 120 < churn["high"]
    assert figure(found, "who-left", "mrr_churn_cents")["value"] == sum(1000 * n for n in range(1, 13))
    listed = rows(found, "who-left", "largest_losses")
    assert [(row["customer_id"], row["mrr_cents"]) for row in listed[:2]] == [("c12", 12_000), ("c11", 11_000)]
    assert (listed[0]["diagnosed"], listed[3]["stated"], listed[0]["lost_on"]) == ("support", "price", "2024-11-10")

    retail, energy = sorted(rows(found, "in-common", "unlike_others")[:2], key=lambda row: -row["churned"])
    assert (retail["attribute"], retail["value"], retail["verdict"]) == ("industry", "retail", "more")
    assert (retail["churned"], retail["customers"], energy["churned"]) == (12, 20, 0)

    stated = next(row for row in rows(found, "reasons", "reasons") if row["kind"] == "stated")
    assert (stated["reason"], stated["customers"], stated["mrr_cents"]) == ("price", 9, 45_000)
    assert figure(found, "reasons", "undiagnosed_share")["value"] == 11 / 12

    saved = figure(found, "saves", "saved_60")
    assert (saved["value"], saved["n"], saved["months"]) == (0.5, 20, 1)
    assert figure(found, "saves", "cancel_requests")["value"] == 20
    assert figure(found, "saves", "saved_90")["unknown"] == "no month of the quarter is followed for so long yet"
    assert figure(found, "plays", "plays_recorded")["value"] is None


def test_a_pack_is_plain_json_in_the_order_of_the_questions_and_tells_how_far_it_is(engine: Engine) -> None:
    steps: list[tuple[str, int, int | None]] = []
    database = open_database(settings())
    found = pack.assemble(engine, database, START, END, lambda p: steps.append((p.step, p.rows, p.total)))
    keys = [one["key"] for one in found["sections"]]
    assert keys == ["verdicts", *QUESTIONS, "missing"]
    assert steps == [(key, place, len(keys)) for place, key in enumerate(keys)]
    assert json.loads(json.dumps(found)) == found
    assert (found["quarter"], found["before"], found["release"]) == ("2024Q4", ["2024-07-01", "2024-10-01"], 1)


def test_a_section_that_cannot_be_answered_says_why_and_the_others_stand() -> None:
    found = assembled(an_engine(a_company([a_subscription(f"c{n}") for n in range(20)])))
    assert "No request to cancel is recorded" in section(found, "saves")["unknown"]
    assert section(found, "reasons")["unknown"] == "Nobody was lost."
    assert figure(found, "who-left", "customers_churned")["value"] == 0


def test_the_same_release_gives_the_same_pack_after_later_imports(empty_database: Settings) -> None:
    database = open_database(empty_database)
    first = publish(empty_database, database, reviewed(), now=NOW).release
    frozen = _digest(empty_database, database, first.number)
    later = publish(empty_database, database, reviewed(further=5), now=NOW).release

    assert _digest(empty_database, database, first.number) == frozen
    assert _digest(empty_database, database, later.number) != frozen
    database.close()


def _digest(place: Settings, database: Database, number: int) -> str:
    engine = open_engine(Lake(place.lake_url), releases.get(database, number))
    return pack.digest(pack.assemble(engine, database, START, END))


def test_a_quarter_the_data_do_not_hold_wholly_is_refused(engine: Engine) -> None:
    database = open_database(settings())
    with pytest.raises(ReviewError, match="The data end on 2024-12-31, before the quarter 2025Q1 does"):
        pack.assemble(engine, database, date(2025, 1, 1), date(2025, 4, 1))
    with pytest.raises(ReviewError, match="a quarter of the calendar"):
        pack.assemble(engine, database, date(2024, 10, 2), END)


def test_quarters_are_written_and_read_as_people_do() -> None:
    assert quarter_of("2026q3") == quarter_of("2026-Q3") == Period(date(2026, 7, 1), date(2026, 10, 1))
    assert name_of(date(2026, 10, 1)) == "2026Q4"
    assert last_whole(date(2026, 9, 30)) == last_whole(date(2026, 12, 30)) == quarter_of("2026Q3")
    with pytest.raises(ReviewError, match="2026Q5 names no quarter"):
        quarter_of("2026Q5")
