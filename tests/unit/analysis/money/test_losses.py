"""Who makes up the loss."""

import pytest

from analysis.kpis.report import kpis
from analysis.money.losses import concentration, losses_by
from analysis.results import NotEnoughData
from data.engine import Engine
from data.errors import UnknownSegment
from data.records import Scope
from tests.builders import a_company, a_customer, a_subscription, an_engine, day

SCOPE = Scope(day("2024-01-01"), day("2025-01-01"))
#: MRR lost, largest first: 600, 200, 100, 50, 50.
AMOUNTS = (50, 600, 100, 200, 50)


@pytest.fixture
def engine() -> Engine:
    rows = [a_subscription(f"c{i}", "2023-05-01", f"2024-0{i + 2}-10", mrr) for i, mrr in enumerate(AMOUNTS)]
    stays = [a_subscription(f"s{i}", "2023-05-01") for i in range(3)]
    people = [a_customer(f"c{i}", industry="retail" if i < 2 else None) for i in range(len(AMOUNTS))]
    return an_engine(a_company([*rows, *stays], customers=[*people, *(a_customer(f"s{i}") for i in range(3))]))


def test_half_is_reached_by_the_largest_loss_and_four_fifths_by_two(engine: Engine):
    found = concentration(engine, SCOPE)
    assert not isinstance(found, NotEnoughData)
    assert (found.customers, found.lost_cents, found.half, found.four_fifths) == (5, 1_000, 1, 2)
    assert [place.cents for place in found.places] == [600, 800, 900, 950, 1_000]
    assert -found.lost_cents == sum(row.mrr_churn_cents for row in kpis(engine, SCOPE).rows)


def test_values_add_up_to_the_whole_and_customers_without_one_have_a_row(engine: Engine):
    rows = losses_by(engine, SCOPE, "industry")
    assert [(row.value, row.customers, row.mrr_lost_cents) for row in rows] == [("retail", 2, 650), ("", 3, 350)]
    assert sum(row.share for row in rows) == pytest.approx(1.0)


def test_a_range_without_a_loss_has_no_concentration_and_an_outcome_splits_nothing(engine: Engine):
    quiet = Scope(day("2023-06-01"), day("2023-08-01"))
    assert isinstance(concentration(engine, quiet), NotEnoughData)
    assert losses_by(engine, quiet, "industry") == ()
    with pytest.raises(UnknownSegment, match="status says whether"):
        losses_by(engine, SCOPE, "status")
