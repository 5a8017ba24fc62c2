"""A day's work is done once, however often it is asked for and by however many at a time; on both databases."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier
from typing import Any

import pytest

from analysis.improvement import actions as steps
from analysis.proof import daily, verdicts
from data.database import Database
from data.database.repositories import actions, releases, win_back
from data.engine import Engine
from data.errors import ReviewError
from data.records_improvement import Action, Call, ProofMetric, ProofPlan
from tests.builders import a_company, a_subscription, an_engine

SHIPPED = date(2024, 4, 1)
TODAY = date(2025, 1, 1)
#: Who left and when; the last one is a customer again since October.
LOST = {"c1": "2024-02-10", "c2": "2024-03-05", "c3": "2024-08-10", "c4": "2024-01-20"}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Forty customers since 2022 of whom four leave for the price, up to the end of 2024; one of them comes back."""
    stays = [a_subscription(f"s{n}", starts="2022-01-01") for n in range(36)]
    lost = [a_subscription(c, starts="2022-01-01", ends=end, cancel_reason="price") for c, end in LOST.items()]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHURN_HOME", str(tmp_path_factory.mktemp("daily") / "home"))
        return an_engine(a_company([*stays, *lost, a_subscription("c4", starts="2024-10-01", mrr=700)]))


def a_shipped(db: Database, on: date = SHIPPED, **words: Any) -> Action:
    plan = ProofPlan(ProofMetric("churn"), smallest_effect=0.02, ships_on=on)
    one = steps.create(db, replace(Action("Price lock", owner="Pricing lead", due=on, reason="price"), **words))
    return steps.ship(db, steps.agree(db, one, plan, on), on)


def told(deeds: tuple[daily.Deed, ...]) -> list[tuple[str, int]]:
    return [(deed.what, deed.action) for deed in deeds]


def test_what_was_done_is_not_done_twice(engine: Engine, database: Database) -> None:
    due = a_shipped(database, title="Reminders", reason="")
    recent = a_shipped(database, date(2024, 12, 1))
    proposed = steps.create(database, Action("Talks"))
    win_back.add(database, [Call(recent.id, "c4", date(2024, 1, 20), "reason", name="C4")])

    first = daily.run(engine, database, TODAY, who="daily")

    assert sorted(told(first)) == [
        ("verdict", due.id),
        ("verifying", due.id),
        ("verifying", recent.id),
        ("win-back", 0),
        ("win-back", recent.id),
    ]
    judged = actions.get(database, due.id)
    assert [verdict.who for verdict in judged.verdicts] == ["daily"]
    assert judged.state == judged.verdicts[0].word == next(deed.word for deed in first if deed.what == "verdict")
    assert actions.get(database, recent.id).state == "verifying"
    assert actions.get(database, proposed.id) == proposed
    # Who is here again needs no call.
    assert [(call.customer_id, call.state) for call in win_back.all(database)] == [
        ("c1", "open"),
        ("c2", "open"),
        ("c3", "open"),
        ("c4", "returned"),
    ]

    kept = actions.all(database), win_back.all(database), database.data_version()
    assert daily.run(engine, database, TODAY, who="daily") == ()
    assert (actions.all(database), win_back.all(database), database.data_version()) == kept


def test_a_verdict_is_recorded_on_the_newest_release_alone(engine: Engine, database: Database) -> None:
    """Who could choose among releases could choose the kinder one; the others may be read."""
    assert engine.release is not None
    older = releases.record(database, engine.release)
    newest = releases.record(database, engine.release)
    one = a_shipped(database, reason="")
    with pytest.raises(ReviewError, match=f"Release {older.number} is not the newest.*release {newest.number}"):
        verdicts.record(replace(engine, release=older), database, one)
    assert verdicts.preview(replace(engine, release=older), database, one) is not None
    assert len(verdicts.record(replace(engine, release=newest), database, one).verdicts) == 1


def test_two_at_once_leave_what_one_leaves(engine: Engine, database: Database) -> None:
    due = a_shipped(database, reason="")
    a_shipped(database, date(2024, 12, 1))
    together = Barrier(2)

    def run(who: str) -> tuple[daily.Deed, ...]:
        together.wait()
        return daily.run(engine, database, TODAY, who=who)

    with ThreadPoolExecutor(2) as pool:
        deeds = [deed for done in pool.map(run, ("cron", "somebody")) for deed in done]

    judged = actions.get(database, due.id)
    assert len(judged.verdicts) == 1
    assert [step.after for step in judged.history].count("verifying") == 1
    assert [call.customer_id for call in win_back.all(database)] == ["c1", "c2", "c3"]
    assert sum(deed.added for deed in deeds) == 3
    # What the other one was quicker with is no error, and left as it is.
    assert {deed.what for deed in deeds} <= {"verifying", "verdict", "win-back", "refused"}
    assert told(daily.run(engine, database, TODAY)) == []


def test_a_verdict_waits_for_its_data_and_one_that_cannot_be_given_keeps_no_other_waiting(
    engine: Engine, database: Database
) -> None:
    late = a_shipped(database, date(2024, 11, 1), title="Reminders", reason="")
    plan = ProofPlan(ProofMetric("experiment", "gone"), smallest_effect=0.1, ships_on=SHIPPED)
    tried = steps.create(database, Action("Call", owner="Retention lead", due=SHIPPED))
    tried = steps.ship(database, steps.agree(database, tried, plan, SHIPPED), SHIPPED)
    due = a_shipped(database, reason="")

    for _again in range(2):
        found = {
            deed.action: deed for deed in daily.run(engine, database, date(2025, 2, 1)) if deed.what != "verifying"
        }
        assert found[late.id].what == "overdue"
        assert "the data reach to 2024-12-31" in found[late.id].said
        assert found[tried.id].what == "refused"
        assert "gone" in found[tried.id].said
    assert len(actions.get(database, due.id).verdicts) == 1
    assert not actions.get(database, late.id).verdicts
    assert verdicts.due(actions.all(database), date(2025, 1, 31)) == (
        actions.get(database, tried.id),
        actions.get(database, late.id),
    )
