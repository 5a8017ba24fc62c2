"""The renewal rate of the definition lens: contracts of 100.00 EUR a month, what comes due counted by hand."""

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from analysis.kpis.definitions import DefinitionRow, definitions
from analysis.results import Estimate, NotEnoughData
from analysis.statistics.proportions import score_limits
from data.engine import Engine
from data.queries.renewals import renewals
from data.records import EVERYBODY, MetricOptions, Period, Scope
from tests.builders import a_company, a_subscription, an_engine, day

JUNE = Scope(start=date(2024, 6, 1), end=date(2024, 7, 1))
YEARLY_CENTS = 120_000
"""What one contract is worth a year: 12 x 10,000 cents."""
OPTIONS = MetricOptions(reporting_currency="EUR", currency_rates=(("JPY", 0.00625),))


def a_contract(customer: str, ends: str | None = None, **values: Any) -> dict[str, Any]:
    terms: dict[str, Any] = {"starts": "2023-06-10", "mrr": 10_000, "interval": "year"} | values
    return a_subscription(customer, ends=ends, **terms)


def followed_from(starts: str) -> list[dict[str, Any]]:
    """A contract that ends on 10 June and one that is not due before 2025."""
    customer = f"followed from {starts}"
    return [a_contract(customer, "2024-06-10"), a_contract(customer, starts=starts)]


#: Per customer: the rows, and the contracts lost and due in June 2024.
IN_JUNE: dict[str, tuple[list[dict[str, Any]], tuple[int, int]]] = {
    "stays": ([a_contract("stays")], (0, 1)),
    "leaves": ([a_contract("leaves", "2024-06-10")], (1, 1)),
    "a trial that never became paid": (
        [a_contract("trial", "2024-06-08", starts="2024-05-25", trial_ends_on=day("2024-06-08"))],
        (0, 0),
    ),
    "in reporting currency: 1,600,000 x 0.00625 = 10,000": (
        [a_contract("yen", "2024-06-10", mrr=1_600_000, currency="JPY")],
        (1, 1),
    ),
    "followed by an overlapping one": (followed_from("2024-06-09"), (0, 1)),
    "followed by one that ran beside it": (followed_from("2024-01-01"), (0, 1)),
    "followed the next day": (followed_from("2024-06-10"), (0, 1)),
    "followed after three days, which are tolerated": (followed_from("2024-06-13"), (0, 1)),
    "followed after four": (followed_from("2024-06-14"), (1, 1)),
    "two that end together": ([a_contract("both", "2024-06-12"), a_contract("both", "2024-06-12")], (2, 2)),
    "one outlives the other by two days": (
        [a_contract("outlived", "2024-06-10"), a_contract("outlived", "2024-06-12")],
        (1, 2),
    ),
    "followed by a pause": (
        [
            a_contract("held", "2024-06-10"),
            a_subscription("held", "2024-06-10", None, 0, status="paused", paused_on=day("2024-06-10")),
        ],
        (0, 1),
    ),
    "paused on 5 March: the limit of 90 days is reached on 3 June": (
        [a_contract("paused", starts="2023-01-20", status="paused", paused_on=day("2024-03-05"))],
        (1, 1),
    ),
    "unpaid since 10 May: given up after 30 days, on 9 June": (
        [a_contract("unpaid", starts="2023-05-10", status="past_due", renews_on=day("2024-05-10"))],
        (1, 1),
    ),
    "begins and ends in June": ([a_contract("short", "2024-06-20", starts="2024-06-03")], (1, 1)),
    "a year ago, first day of the month": ([a_contract("y1", starts="2023-06-01")], (0, 1)),
    "a year ago, last day of the month": ([a_contract("y30", starts="2023-06-30")], (0, 1)),
    "a year ago, but in July": ([a_contract("y31", starts="2023-07-01")], (0, 0)),
    "its first day is no renewal": ([a_contract("y0", starts="2024-06-30")], (0, 0)),
    "a quarter from 31 March ends on 30 June": (
        [a_contract("q31", starts="2024-03-31", interval="quarter")],
        (0, 1),
    ),
    "a quarter from April": ([a_contract("q4", starts="2024-04-01", interval="quarter")], (0, 0)),
    "a month from 31 May ends on 30 June": ([a_contract("m31", starts="2024-05-31", interval="month")], (0, 1)),
    "a month from June": ([a_contract("m6", starts="2024-06-01", interval="month")], (0, 0)),
    "it renews when it says": ([a_contract("said", starts="2023-02-01", renews_on=day("2024-06-05"))], (0, 1)),
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """All of them in one company."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHURN_HOME", str(tmp_path_factory.mktemp("renewals") / "home"))
        return an_engine(a_company([row for rows, _ in IN_JUNE.values() for row in rows], options=OPTIONS))


def due(rows: Iterable[dict[str, Any]], customer: str) -> tuple[float, float]:
    """Contracts of 100.00 EUR a month that a customer did not renew, and that were due."""
    own = [row for row in rows if row["customer_id"] == customer]
    lost = sum(row["arr_cents"] for row in own if row["lost"])
    return lost / YEARLY_CENTS, sum(row["arr_cents"] for row in own) / YEARLY_CENTS


@pytest.mark.parametrize("case", IN_JUNE)
def test_a_contract_is_due_and_lost_as_counted_by_hand(engine: Engine, case: str):
    rows, expected = IN_JUNE[case]
    found = engine.rows(renewals(engine, EVERYBODY, [Period(date(2024, 6, 1), date(2024, 7, 1))]))
    assert due(found, rows[0]["customer_id"]) == expected


def test_a_month_from_31_march_comes_due_on_30_april_and_in_its_week_alone():
    engine = an_engine(a_company([a_contract("late", starts="2024-03-31", interval="month")]))
    mondays = [date(2024, 4, 22), date(2024, 4, 29), date(2024, 5, 6), date(2024, 5, 13)]
    weeks = [Period(first, after) for first, after in pairwise(mondays)]
    assert [row["window"] for row in engine.rows(renewals(engine, EVERYBODY, weeks))] == [1]


TEN = [a_contract(f"kept{n}") for n in range(10)]


def the_rate(*subscriptions: dict[str, Any], **company: Any) -> DefinitionRow:
    rows = definitions(an_engine(a_company(subscriptions, **company)), JUNE)
    return next(row for row in rows if row.definition == "renewal")


@pytest.mark.slow
def test_what_ends_or_comes_due_after_the_data_is_not_decided():
    leaving = a_contract("leaving", "2024-06-28", starts="2023-06-28")
    later = a_contract("later", starts="2023-06-11", renews_on=day("2024-06-11"))
    row = the_rate(*TEN, leaving, later, as_of=date(2024, 6, 10))
    assert (row.numerator, row.denominator) == (0, 10 * YEARLY_CENTS)


@pytest.mark.slow
def test_the_interval_is_by_customer_and_not_narrower_than_wilson_allows():
    # Two contracts of one customer are one chance to lose her: 10 customers of 1 and one of 2, who leaves.
    row = the_rate(*TEN, a_contract("two", "2024-06-12"), a_contract("two", "2024-06-12"))
    assert isinstance(row.rate, Estimate)
    assert (row.rate.value, row.rate.n) == (2 / 12, 11)
    # Kish's effective number: 12^2 / (10 x 1^2 + 2^2) = 144 / 14.
    low, high = score_limits(2 / 12, 144 / 14)
    assert row.rate.low is not None
    assert row.rate.high is not None
    assert row.rate.low <= low < 2 / 12 < high <= row.rate.high


@pytest.mark.slow
def test_no_loss_among_ten_still_has_an_upper_limit():
    # Wilson, 0 of 10: z^2 / (10 + z^2) = 3.8415 / 13.8415.
    rate = the_rate(*TEN).rate
    assert isinstance(rate, Estimate)
    assert (rate.value, rate.low) == (0, 0)
    assert rate.high == pytest.approx(0.27753, abs=1e-5)


@pytest.mark.slow
def test_below_ten_customers_no_rate_is_given():
    row = the_rate(*TEN[:9])
    assert row.rate == NotEnoughData("too few customers had a contract due for renewal", 9, 10)
    assert row.denominator == 9 * YEARLY_CENTS
