"""What an action may keep, computed by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from analysis.proof.gain import priority, proposed
from data.engine import Engine
from data.records import EVERYBODY, Condition, Segment
from data.records_improvement import Action, Finding, Number, ProofMetric, ProofPlan
from tests.builders import a_company, a_customer, a_subscription, an_engine

HEALTH = Segment((Condition("industry", "in", ("health",)),))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Ten customers at 1000 and ten of health at 2000; in October one of the others leaves, in November five start."""
    rows = [a_subscription(f"other {n}", "2023-01-01", "2024-10-10" if n == 0 else None) for n in range(10)]
    rows += [a_subscription(f"health {n}", "2023-01-01", mrr=2000) for n in range(10)]
    rows += [a_subscription(f"new {n}", "2024-11-05", mrr=500) for n in range(5)]
    people = [a_customer(r["customer_id"], industry=r["customer_id"].split()[0]) for r in rows]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHURN_HOME", str(tmp_path_factory.mktemp("gain") / "home"))
        return an_engine(a_company(rows, customers=people))


def _finding(number: Number, segment: Segment = EVERYBODY, months: int = 1) -> Finding:
    return Finding(
        "Seen", "trends", {}, 1, number=number, segment=segment, start=date(2024, 11 - months, 1), end=date(2024, 11, 1)
    )


def test_a_rate_above_that_of_all_others_is_worth_its_excess(engine: Engine):
    found = proposed(engine, _finding(Number("customer_churn_rate", "rate", 0.3, 0.15, 0.5), HEALTH))
    # A tenth of the others left in October; health pays 20,000.
    assert found == (4_000, 1_000, 8_000)


def test_a_rate_of_several_months_is_first_made_one_of_a_month(engine: Engine):
    found = proposed(engine, _finding(Number("customer_churn_rate", "rate", 1 - 0.9**2), HEALTH, months=2))
    # Over two months 1 of 20 customer-months of the others was lost.
    assert found == (round((0.1 - 1 / 20) * 20_000),) * 3


def test_a_rate_below_that_of_the_others_is_worth_nothing(engine: Engine):
    assert proposed(engine, _finding(Number("customer_churn_rate", "rate", 0.05, 0.0, 0.2), HEALTH)) == (0, 0, 2_000)


def test_money_and_customers_are_spread_over_the_months_of_the_finding(engine: Engine):
    money = Number("mrr_lost_cents", "money", 80_000, 60_000, 90_000)
    assert proposed(engine, _finding(money, months=4)) == (20_000, 15_000, 22_500)
    straddling = replace(money, low=-60_000)
    assert proposed(engine, _finding(straddling, months=4)) == (20_000, 0, 22_500)
    lost = Number("customers_lost", "count", 8)
    assert proposed(engine, _finding(lost, HEALTH, months=4)) == (4_000,) * 3
    days = replace(_finding(money), start=date(2024, 8, 20), end=date(2024, 11, 20))
    assert proposed(engine, days) == (round(80_000 * 365.25 / 12 / 92), round(60_000 * 365.25 / 12 / 92), 29_776)


def test_no_money_follows_from_other_numbers(engine: Engine):
    assert proposed(engine, _finding(Number("feature_use", "rate", 0.3), HEALTH)) is None
    assert proposed(engine, _finding(Number("customer_churn_rate", "rate", 0.3))) is None
    assert proposed(engine, _finding(Number("nps", "score", 3.0), HEALTH)) is None
    assert proposed(engine, _finding(Number("early-churn_90", "rate", 0.3), HEALTH)) is None
    assert proposed(engine, _finding(Number("bridge", "money", 3e6), HEALTH)) is None
    assert proposed(engine, _finding(Number("customers_start", "count", 10), HEALTH)) is None
    assert proposed(engine, _finding(Number("customer_churn_rate", "rate", None), HEALTH)) is None
    assert proposed(engine, ProofPlan(ProofMetric("feature", "a"), smallest_effect=0.1)) is None


def test_a_plan_is_worth_its_smallest_effect_on_what_is_at_risk_in_a_month(engine: Engine):
    plan = ProofPlan(ProofMetric("churn"), HEALTH, smallest_effect=0.02)
    assert proposed(engine, plan) == (400, 400, 400)
    signed = ProofPlan(ProofMetric("early-churn", days=90), smallest_effect=0.1)
    # 2,500 was signed in November, nothing in the eleven months around it.
    assert proposed(engine, signed) == (round(0.1 * 2_500 / 12), 0, 250)


def test_a_plan_for_nobody_is_worth_nothing_that_could_be_said(engine: Engine):
    nobody = Segment((Condition("industry", "in", ("mining",)),))
    assert proposed(engine, ProofPlan(ProofMetric("churn"), nobody, smallest_effect=0.02)) is None


def test_what_keeps_most_for_a_day_of_work_comes_first():
    sure = Action("a", gain_cents=10_000, effort_days=5, confidence="high")
    assert priority(sure) == 1_600
    assert priority(Action("b", gain_cents=10_000, effort_days=5)) == 1_000
    assert priority(Action("c", gain_cents=10_000, effort_days=0.1)) == 10_000
    assert priority(Action("d", gain_cents=10_000)) is None
    assert priority(Action("e", effort_days=2)) is None


def test_the_save_rate_is_worth_what_those_pay_who_ask(tmp_path: Path):
    touches = [
        {
            "touch_id": str(n),
            "customer_id": f"c{n % 4}",
            "at": datetime(2024, m, 5, tzinfo=UTC),
            "kind": "cancel_request",
        }
        for n, m in enumerate([1, 6, 6, 7])
    ]
    engine = an_engine(a_company([a_subscription(f"c{n}", "2023-01-01") for n in range(4)], touches=touches))
    plan = ProofPlan(ProofMetric("save-rate", days=30), smallest_effect=0.5)
    # From February, the first whole month on record, to November, after which 30 days are known: 3 requests at 1,000.
    assert proposed(engine, plan) == (150, 0, 1_000)
