"""What sections of a pack say of experiments, of verdicts with their months, and where there is nothing to say."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from analysis.review import pack
from analysis.review.prepare import prepare
from data.database import open_database
from data.database.repositories import actions, experiments
from data.errors import ReviewError
from data.records_experiments import Decision, Experiment, LookTaken, Measure, Plan, Variant
from data.records_improvement import Action, Expected, ProofMetric, ProofPlan, Verdict
from data.settings import settings
from data.staged import StagedImport
from tests.builders import a_company, a_subscription, an_engine
from tests.unit.analysis.review.company import reviewed
from tests.unit.analysis.review.test_pack import END, START, assembled, figure, rows, section

PLAN = Plan("Call who asks", variants=(Variant("no call", 0.5), Variant("call", 0.5)), primary=Measure("retained", 90))
LOOK = LookTaken(
    1, "planned", date(2024, 11, 1), 1, "call", "retained_90", 90, 400, 0.5, 0.04, -0.01, 0.09, 1.5, 2.96, 0.13, "go on"
)


def test_experiments_show_their_last_look_and_what_was_decided() -> None:
    engine, database = an_engine(reviewed()), open_database(settings())
    begun = experiments.start(database, experiments.save_draft(database, Experiment("call", PLAN)), PLAN, START)
    final = replace(LOOK, number=2, kind="final", difference=0.05, low=0.01, high=0.09, p_value=0.01, verdict="better")
    seen = experiments.record_look(database, experiments.record_look(database, begun, [LOOK]), [final])
    seen = experiments.record_look(database, seen, [replace(LOOK, number=3, kind="later", difference=0.5)])
    ended = experiments.end(database, seen, date(2024, 12, 1))
    experiments.decide(database, ended, Decision("ship", "call", "It keeps customers.", 1, "better"))
    experiments.save_draft(database, Experiment("mail", replace(PLAN, name="Mail who asks")))

    found = assembled(engine)

    told = {row["key"]: row for row in rows(found, "plays", "experiments")}
    call, mail = told["call"], told["mail"]
    # What is seen later is whether it lasts, not the result.
    assert (call["variant"], call["effect"], call["effect_low"], call["effect_high"]) == ("call", 0.05, 0.01, 0.09)
    assert (call["verdict"], call["release"], call["decision"]) == ("better", 1, "ship")
    assert (mail["effect"], mail["verdict"], mail["decision"], mail["release"]) == (None, "", "", None)
    counts = [figure(found, "plays", f"experiments{which}")["value"] for which in ("", "_read", "_decided")]
    assert counts == [2, 1, 1]


def test_a_verdict_is_drawn_from_its_months_and_actions_that_ended_long_ago_are_left_out() -> None:
    engine, database = an_engine(reviewed()), open_database(settings())
    metric = ProofMetric("early-churn", days=90)
    plan = ProofPlan(metric, baseline=0.2, check_on=date(2024, 12, 1), smallest_effect=0.05)
    months = (
        Expected(date(2024, 5, 1), 0.2, 0.2, n=50),
        Expected(date(2024, 6, 1), 0.1, 0.2, 0.15, 0.25, n=50, phase="window"),
    )
    for title, as_of in (("Now", date(2024, 12, 31)), ("Long ago", date(2024, 8, 1))):
        made = actions.create(database, Action(title, owner="Onboarding lead", due=date(2024, 6, 1)))
        made = actions.ship(database, actions.freeze(database, made, plan), date(2024, 6, 1))
        verdict = Verdict("worked", "proportions", metric, 1, as_of, "proof-1", months=months, digest=title)
        made = actions.add_verdict(database, actions.move(database, made, "verifying"), verdict)
        actions.move(database, made, "closed")

    found = section(assembled(engine), "verdicts")

    assert [row["title"] for row in found["tables"][0]["rows"]] == ["Now"]
    (chart,) = found["charts"]
    assert (chart["title"], chart["verdict"], chart["shipped_on"]) == ("Now", "worked", "2024-06-01")
    assert [(month["start"], month["phase"], month["low"]) for month in chart["rows"]] == [
        ("2024-05-01", "baseline", None),
        ("2024-06-01", "window", 0.15),
    ]


def test_old_sources_and_texts_without_a_meaning_are_missing() -> None:
    engine = an_engine(_unclear())
    assert engine.release is not None
    as_of = engine.release.as_of
    days = {"tickets": (as_of - timedelta(days=32)).isoformat(), "touches": as_of - timedelta(days=31), "surveys": None}
    older = replace(engine, release=replace(engine.release, sources={n: {"newest": d} for n, d in days.items()}))
    found = assembled(older)
    (stale,) = rows(found, "missing", "stale")
    assert (stale["source"], stale["days"], stale["newest"]) == ("tickets", 32, days["tickets"])
    assert {"what": "losses_unmapped", "count": 6, "mrr_cents": 6000} in rows(found, "missing", "missing")
    assert rows(found, "reasons", "unmapped") == [{"text": "who knows", "customers": 6}]
    assert any("texts stand for no reason yet" in note for note in section(found, "reasons")["notes"])


def _unclear() -> StagedImport:
    lost = [a_subscription(f"c{n}", "2022-01-01", "2024-11-10", cancel_reason="who knows") for n in range(6)]
    stay = [a_subscription(f"s{n}", "2022-01-01") for n in range(20)]
    return a_company([*lost, *stay])


def test_a_quarter_that_nobody_was_there_in_and_the_one_after() -> None:
    """Nobody is there before October: nothing changed since the quarter before, and nobody is compared with anybody."""
    staged = a_company([a_subscription(f"c{n}", "2024-10-05") for n in range(12)])
    found = assembled(an_engine(staged))
    assert figure(found, "who-left", "customers_start")["value"] == 0
    assert rows(found, "in-common", "changed") == rows(found, "in-common", "unlike_others") == []


def test_a_save_that_cannot_be_followed_for_long_has_no_months_to_draw() -> None:
    asked = [
        {"touch_id": f"t{n}", "customer_id": f"c{n}", "at": _noon(date(2024, 12, 20)), "source": "crm",
         "kind": "cancel_request"} for n in range(12)
    ]  # fmt: skip
    staged = a_company([a_subscription(f"c{n}", "2022-01-01") for n in range(20)], touches=asked)
    found = section(assembled(an_engine(staged)), "saves")
    assert (found["charts"], found["figures"][0]["value"]) == ([], 0)
    assert [one["unknown"] for one in found["figures"][1:]] == [
        "no month of the quarter is followed for so long yet"
    ] * 3


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def test_a_snapshot_and_a_build_in_progress_have_no_quarter_to_review() -> None:
    database = open_database(settings())
    engine = an_engine(reviewed())
    assert engine.release is not None
    snapshot = replace(engine, release=replace(engine.release, shape="snapshot"))
    with pytest.raises(ReviewError, match="there is no quarter to review"):
        pack.assemble(snapshot, database, START, END)
    for made in (pack.assemble, prepare):
        with pytest.raises(ValueError, match="recorded release"):
            made(replace(engine, release=None), database, START, END)


def test_a_section_that_is_refused_says_so_and_the_others_stand() -> None:
    engine = an_engine(reviewed())
    without = replace(engine, files={name: files for name, files in engine.files.items() if name != "movements"})
    found = assembled(without)
    refused = [one["key"] for one in found["sections"] if "no table movements" in one["unknown"]]
    assert refused == ["who-left", "in-common", "reasons", "saves", "missing"]
    assert figure(found, "plays", "experiments")["value"] == 0
