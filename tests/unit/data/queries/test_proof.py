"""What an action must move, on a company small enough to count by hand."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from data.engine import Engine
from data.queries.proof import features, proof_months, recorded_from, saved_months, ticket_categories, told_months
from data.records import EVERYBODY, Condition, Segment
from data.records_improvement import ProofMetric
from tests.builders import a_company, a_customer, a_subscription, an_engine, day

ALL = {"treated": EVERYBODY}
JANUARY, MARCH, MAY, JUNE, DECEMBER = (date(2024, m, 1) for m in (1, 3, 5, 6, 12))
CHURN = ProofMetric("churn")


def _at(on: str, hour: int = 9) -> datetime:
    found = day(on)
    return datetime(found.year, found.month, found.day, hour, tzinfo=UTC)


def _tickets() -> list[dict[str, Any]]:
    rows = [
        ("stays", "2024-01-01", "bug"),
        ("stays", "2024-03-31", "onboarding"),
        ("stays", "2024-03-02", "onboarding"),
        ("leaves", "2024-03-10", "onboarding"),
        ("leaves", "2024-04-02", "onboarding"),
        ("joins in May", "2024-05-03", "onboarding"),
        ("joins in May", "2024-06-01", "onboarding"),
        ("joins in May", "2024-06-02", "onboarding"),
        ("left and came back", "2024-05-20", "bug"),
    ]
    return [
        {"ticket_id": str(n), "customer_id": c, "opened_at": _at(on), "category": category}
        for n, (c, on, category) in enumerate(rows)
    ]


def _use() -> dict[str, list[dict[str, Any]]]:
    daily = [("stays", "2024-01-01", 5), ("joins in May", "2024-05-02", 7), ("joins in May", "2024-05-31", 2)]
    daily += [("joins in May", "2024-06-01", 90), ("leaves early", "2024-05-12", 4)]
    weekly = [("stays", "2024-01-01", "a", 1), ("stays", "2024-03-01", "a", 2), ("stays", "2024-03-09", "a", 1)]
    weekly += [
        ("leaves", "2024-03-03", "a", 0),
        ("leaves", "2024-03-03", "b", 3),
        ("joins in May", "2024-05-03", "a", 1),
    ]
    return {
        "usage_daily": [{"customer_id": c, "day": day(on), "core_actions": n} for c, on, n in daily],
        "feature_usage": [{"customer_id": c, "day": day(on), "feature": f, "count": n} for c, on, f, n in weekly],
    }


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The company; to be read, not written."""
    subscriptions = [
        a_subscription("stays", "2024-01-01"),
        a_subscription("leaves", "2024-01-01", "2024-04-01"),
        a_subscription("left and came back", "2024-01-01", "2024-05-06"),
        a_subscription("left and came back", "2024-05-20"),
        a_subscription("joins in May", "2024-05-16"),
        a_subscription("leaves early", "2024-05-10", "2024-06-09"),
        a_subscription("signed long ago", "2024-05-10"),
    ]
    people = [
        a_customer("stays", industry="retail"),
        a_customer("leaves", industry="health"),
        a_customer("left and came back"),
        a_customer("joins in May", signed_on=day("2024-05-02"), industry="retail"),
        a_customer("leaves early", industry="health"),
        a_customer("signed long ago", signed_on=day("2023-11-01")),
    ]
    requests = [("leaves", "2024-03-05"), ("leaves", "2024-03-20"), ("left and came back", "2024-05-06")]
    requests += [("stays", "2024-05-09"), ("leaves", "2024-05-09"), ("stays", "2024-12-05")]
    touches = [
        {"touch_id": str(n), "customer_id": c, "at": _at(on), "source": "crm", "kind": "cancel_request"}
        for n, (c, on) in enumerate([("nobody", "2024-01-01"), *requests])
    ]
    touches.append({"touch_id": "x", "customer_id": "stays", "at": _at("2024-02-01"), "source": "crm", "kind": "call"})
    company = a_company(subscriptions, customers=people, tickets=_tickets(), touches=touches, **_use())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHURN_HOME", str(tmp_path_factory.mktemp("proof") / "home"))
        return an_engine(company)


def _counts(engine: Engine, metric: ProofMetric, month: date, **asked: Any) -> tuple[int, float, float]:
    (row,) = proof_months(engine, metric, ALL, month, month, **asked)
    assert row.start == month
    return row.n, row.total, row.squares


@pytest.mark.parametrize(
    ("month", "n", "lost"),
    [(JANUARY, 0, 0), (date(2024, 2, 1), 3, 0), (MARCH, 3, 0), (date(2024, 4, 1), 3, 1), (MAY, 2, 0), (JUNE, 5, 1)],
)
def test_who_is_there_at_the_start_of_a_month_and_gone_at_its_end_is_lost(
    engine: Engine, month: date, n: int, lost: int
):
    assert _counts(engine, CHURN, month) == (n, lost, lost)


def test_months_are_told_for_every_group_even_where_nobody_is_in_it(engine: Engine):
    health = Segment((Condition("industry", "in", ("health",)),))
    nobody = Segment((Condition("industry", "in", ("mining",)),))
    found = proof_months(engine, CHURN, {"treated": health, "comparison": nobody}, MARCH, date(2024, 4, 30))
    assert [(m.start.month, m.group, m.n, m.total) for m in found] == [
        (3, "comparison", 0, 0),
        (3, "treated", 1, 0),
        (4, "comparison", 0, 0),
        (4, "treated", 1, 1),
    ]


def test_a_split_adds_up_to_the_whole(engine: Engine):
    found = proof_months(engine, CHURN, ALL, JUNE, JUNE, by="industry")
    assert {m.part: (m.n, m.total) for m in found} == {"": (2, 0), "health": (1, 1), "retail": (2, 0)}


def test_a_month_is_told_only_with_the_days_that_follow_it(engine: Engine):
    assert told_months(engine, CHURN, date(2024, 11, 15), date(2025, 3, 1)) == (date(2024, 11, 1), DECEMBER)
    early = ProofMetric("early-churn", days=90)
    # Who signed on 30 September is followed up to 29 December, who signed on 31 October beyond the data.
    assert told_months(engine, early, date(2024, 8, 1), DECEMBER)[-1] == date(2024, 9, 1)
    assert told_months(engine, ProofMetric("early-churn", days=92), date(2024, 8, 1), DECEMBER)[-1] == date(2024, 9, 1)
    assert told_months(engine, ProofMetric("early-churn", days=93), date(2024, 8, 1), DECEMBER)[-1] == date(2024, 8, 1)


def test_who_signed_in_a_month_is_lost_within_the_days_from_signing_on(engine: Engine):
    # Who signed half a year before it paid is counted from its first paid day, who had a trial from its signing.
    assert _counts(engine, ProofMetric("early-churn", days=30), MAY) == (3, 1, 1)
    assert _counts(engine, ProofMetric("early-churn", days=29), MAY) == (3, 0, 0)


def test_a_month_keeps_its_customers_when_those_with_a_longer_trial_come_to_pay(tmp_path: Path):
    """Counted once they pay, they would be in every month but the last, which is told before."""
    subscriptions = [a_subscription("no trial", "2024-01-10"), a_subscription("long trial", "2024-03-20")]
    people = [a_customer("no trial"), a_customer("long trial", signed_on=day("2024-01-25"))]
    company = a_company([a_subscription("old", "2023-11-01"), *subscriptions], customers=people)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHURN_HOME", str(tmp_path))
        found = proof_months(an_engine(company), ProofMetric("early-churn", days=30), ALL, JANUARY, MARCH)
    assert [(m.start.month, m.n) for m in found] == [(1, 1), (2, 0), (3, 1)]


def test_first_use_is_counted_from_signing_on_and_without_the_day_after(engine: Engine):
    # 7 on the day of signing, 2 on the 30th day; 90 on the day after those; the other one 4.
    assert _counts(engine, ProofMetric("first-use", days=30), MAY) == (3, 13, 81 + 16)


def test_use_of_a_feature_counts_each_customer_of_the_start_once(engine: Engine):
    assert _counts(engine, ProofMetric("feature", of="a"), MARCH) == (3, 1, 1)
    assert _counts(engine, ProofMetric("feature", of="b"), MARCH) == (3, 1, 1)
    # Who joined within the month was not there at its start.
    assert _counts(engine, ProofMetric("feature", of="a"), MAY) == (2, 0, 0)


def test_tickets_are_those_of_customers_there_at_the_start(engine: Engine):
    assert _counts(engine, ProofMetric("tickets", of="onboarding"), MARCH) == (3, 3, 4 + 1)
    assert _counts(engine, ProofMetric("tickets"), MAY) == (2, 1, 1)
    # The ticket of who was gone since the first of the month is nobody's of April.
    assert _counts(engine, ProofMetric("tickets", of="onboarding"), date(2024, 4, 1)) == (3, 1, 1)


def test_tickets_of_the_first_days_are_those_of_who_signed(engine: Engine):
    assert _counts(engine, ProofMetric("tickets", of="onboarding", days=30), MAY) == (3, 1, 1)
    assert _counts(engine, ProofMetric("tickets", of="onboarding", days=31), MAY) == (3, 2, 4)


def test_who_asks_twice_in_a_month_asks_once_and_who_is_gone_does_not_ask(engine: Engine):
    # Asked on 5 March, gone since 1 April: 26 days it pays.
    assert _counts(engine, ProofMetric("save-rate", days=26), MARCH) == (1, 1, 1)
    assert _counts(engine, ProofMetric("save-rate", days=27), MARCH) == (1, 0, 0)
    # One asked on its last day and came back a fortnight later, one stays; the third had left.
    assert _counts(engine, ProofMetric("save-rate", days=13), MAY) == (2, 1, 1)
    assert _counts(engine, ProofMetric("save-rate", days=14), MAY) == (2, 2, 2)


def test_saves_after_several_spans_of_days_are_those_of_each_alone(engine: Engine):
    found = saved_months(engine, (13, 14, 90), JANUARY, DECEMBER)
    for days, months in found.items():
        assert months == proof_months(engine, ProofMetric("save-rate", days=days), {"": EVERYBODY}, JANUARY, DECEMBER)
    # The longer somebody is followed, the fewer months can be told.
    assert len(found[90]) < len(found[13])
    assert saved_months(engine, (13, 14), date(2025, 6, 1), date(2025, 6, 30)) == {13: (), 14: ()}


def test_nothing_is_told_of_months_before_the_record_begins(engine: Engine):
    assert recorded_from(engine, ProofMetric("tickets")) == JANUARY
    assert proof_months(engine, ProofMetric("tickets"), ALL, date(2023, 11, 1), JANUARY)[0].start == JANUARY


def test_features_and_categories_are_named_by_how_often_they_come(engine: Engine):
    assert features(engine) == ("a", "b")
    assert ticket_categories(engine) == ("onboarding", "bug")


def test_without_the_table_there_are_no_months(tmp_path: Path):
    engine = an_engine(a_company([a_subscription("c1", "2024-01-01")]))
    for metric in (
        ProofMetric("first-use", days=30),
        ProofMetric("feature", of="a"),
        ProofMetric("save-rate", days=90),
    ):
        assert recorded_from(engine, metric) is None
        assert proof_months(engine, metric, ALL, JANUARY, DECEMBER) == ()
    assert features(engine) == ticket_categories(engine) == ()
