"""Losses of several periods that are looked up once answer every question as if it were asked alone."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from data.engine import Engine
from data.queries.judged_losses import asked_by_many, looked_up
from data.queries.loss_groups import Place, loss_groups
from data.queries.loss_list import loss_rows
from data.queries.loss_rules import EventDays
from data.records import EVERYBODY, Condition, LossQuery, Period, Segment
from tests.builders import a_company, a_customer, a_subscription, an_engine

SPRING, SUMMER = Period(date(2024, 4, 1), date(2024, 7, 1)), Period(date(2024, 8, 1), date(2024, 11, 1))
DAYS = EventDays(price_changes=(date(2024, 3, 1),), upheavals=(date(2024, 8, 1),))
RETAIL = Segment((Condition("industry", "in", ("retail",)),))


def _ticket(number: int, customer: str, on: date, csat: int) -> dict[str, Any]:
    at = datetime(on.year, on.month, on.day, 9, tzinfo=UTC)
    return {"ticket_id": str(number), "customer_id": customer, "opened_at": at, "category": "bug", "csat": csat}


@pytest.fixture
def engine() -> Engine:
    """One leaves in spring, comes back and leaves in summer: each time for another reason; three leave once."""
    rows = [
        a_subscription("twice", "2022-01-01", "2024-05-10", 3000, cancel_reason="price"),
        a_subscription("twice", "2024-07-05", "2024-09-20", 4000, cancel_reason="support"),
        a_subscription("spring", "2022-01-01", "2024-06-10", 2000, cancel_reason="price"),
        a_subscription("summer", "2022-01-01", "2024-08-10", 1000),
        a_subscription("small", "2022-01-01", "2024-08-10", 500, cancel_reason="other"),
        a_subscription("stays", "2022-01-01"),
    ]
    tickets = [_ticket(1, "twice", date(2024, 9, 1), 1), _ticket(2, "spring", date(2024, 6, 1), 5)]
    customers = [a_customer(name, industry="retail" if name != "small" else "energy") for name in
                 ("twice", "spring", "summer", "small", "stays")]  # fmt: skip
    return an_engine(a_company(rows, customers=customers, tickets=tickets))


ASKED = (
    LossQuery(period=SPRING),
    LossQuery(period=SUMMER, limit=2),
    LossQuery(period=SUMMER, rules=("csat", "event"), limit=1),
    LossQuery(period=SUMMER, customers=("twice", "small"), without=("small",)),
    LossQuery(period=SUMMER, texts=(("support", ""), ("other", "")), search="twi"),
    LossQuery(period=SUMMER, left=Period(date(2024, 8, 1), date(2024, 9, 1))),
    LossQuery(RETAIL, period=SUMMER),
    LossQuery(),
)


def _answers(engine: Engine) -> list[Any]:
    places = (Place(), Place(grain="month"), Place(attribute="industry"))
    groups = [loss_groups(engine, EVERYBODY, one, DAYS, places) for one in (SPRING, SUMMER, None)]
    told = [sorted(map(str, rows)) for per in groups for rows in per]
    return told + [[{**row} for row in loss_rows(engine, query, DAYS)] for query in ASKED]


def test_questions_asked_together_are_answered_as_each_alone(engine: Engine):
    alone = _answers(engine)
    with asked_by_many(engine, EVERYBODY, (SPRING, SUMMER), DAYS):
        assert _answers(engine) == alone
        # Asked for again within, nothing is looked up again, and what is held stays.
        with asked_by_many(engine, EVERYBODY, (SPRING, SUMMER), DAYS):
            pass
        assert looked_up(engine, EVERYBODY, SUMMER, DAYS) is not None
    assert looked_up(engine, EVERYBODY, SUMMER, DAYS) is None


def test_each_loss_of_a_customer_has_its_own_words_and_deeds(engine: Engine):
    with asked_by_many(engine, EVERYBODY, (SPRING, SUMMER), DAYS):
        first, second = (
            next(row for row in loss_rows(engine, LossQuery(period=period), DAYS) if row["customer_id"] == "twice")
            for period in (SPRING, SUMMER)
        )
    assert (first["lost_on"], first["mrr_cents"], first["stated"], first["worst_csat"]) == (
        date(2024, 5, 10), 3000, "price", None,
    )  # fmt: skip
    assert (second["lost_on"], second["mrr_cents"], second["stated"], second["worst_csat"]) == (
        date(2024, 9, 20), 4000, "support", 1,
    )  # fmt: skip


def test_losses_of_another_question_are_looked_up_by_themselves(engine: Engine):
    with asked_by_many(engine, EVERYBODY, (SPRING, SUMMER), DAYS):
        assert looked_up(engine, RETAIL, SUMMER, DAYS) is None
        assert looked_up(engine, EVERYBODY, SUMMER, EventDays()) is None
        (groups,) = loss_groups(engine, EVERYBODY, SUMMER, EventDays())
    assert sum(row["customers"] for row in groups) == 3
