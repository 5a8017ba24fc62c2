"""Two segments are compared without a customer in both; every count is by hand."""

from datetime import date

import pytest

from analysis.kpis.apart import Apart, apart
from analysis.kpis.report import kpis
from data.engine import Engine
from data.queries.segments import members
from data.records import EVERYBODY, Condition, Scope, Segment
from tests.builders import a_company, a_customer, a_subscription, an_engine

#: (industry, region) -> customers, of them lost in December 2024.
CELLS = {
    ("retail", "north"): (12, 2),
    ("retail", "south"): (12, 3),
    ("health", "north"): (15, 1),
    ("health", "south"): (11, 0),
}


def where(**values: str) -> Segment:
    return Segment(tuple(Condition(name, "in", (value,)) for name, value in values.items()))


RETAIL, HEALTH, NORTH = where(industry="retail"), where(industry="health"), where(region="north")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    home = tmp_path_factory.mktemp("apart") / "home"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHURN_HOME", str(home))
        customers, rows = [], []
        for (industry, region), (n, lost) in CELLS.items():
            ids = [f"{industry}-{region}-{i}" for i in range(n)]
            customers += [a_customer(c, industry=industry, region=region) for c in ids]
            rows += [a_subscription(c, "2022-12-01", "2024-12-10" if i < lost else None) for i, c in enumerate(ids)]
        return an_engine(a_company(rows, customers=customers))


def compared(engine: Engine, mine: Segment, theirs: Segment) -> Apart | None:
    scope = Scope(start=date(2024, 12, 1), end=date(2025, 1, 1), segment=mine)
    return apart(engine, scope, kpis(engine, scope).rows[-1], theirs)


def counts(found: Apart | None) -> tuple[tuple[int, int], tuple[int, int], int, str]:
    assert found is not None
    this, other = ((row.customers_start, row.customers_churned) for row in (found.this, found.other))
    return this, other, found.shared, found.counted_in


def test_customers_in_both_count_on_this_side_only(engine: Engine):
    """24 retailers lose 5; of 27 in the north 12 are retailers, and the other 15 lose 1."""
    assert counts(compared(engine, RETAIL, NORTH)) == ((24, 5), (15, 1), 12, "this")


def test_segments_without_a_common_customer_are_compared_as_they_are(engine: Engine):
    assert counts(compared(engine, RETAIL, HEALTH)) == ((24, 5), (26, 1), 0, "this")


def test_against_everybody_a_segment_is_compared_with_the_rest(engine: Engine):
    assert counts(compared(engine, RETAIL, EVERYBODY)) == ((24, 5), (26, 1), 24, "this")


@pytest.mark.slow
def test_a_segment_inside_this_one_is_compared_with_the_rest_of_this_one(engine: Engine):
    assert counts(compared(engine, EVERYBODY, RETAIL)) == ((26, 1), (24, 5), 24, "other")
    both = where(industry="retail", region="north")
    assert counts(compared(engine, RETAIL, both)) == ((12, 3), (12, 2), 12, "other")


@pytest.mark.slow
def test_the_same_customers_twice_cannot_be_compared(engine: Engine):
    assert compared(engine, RETAIL, RETAIL) is None
    assert compared(engine, EVERYBODY, EVERYBODY) is None


def test_without_leaves_out_who_meets_every_condition_and_nobody_else(engine: Engine):
    """Of 50 customers 12 are retailers in the north."""
    left = members(engine, Segment(without=where(industry="retail", region="north").conditions))
    assert engine.rows(left.agg(n=left.count()))[0]["n"] == 38
    left = members(engine, Segment(RETAIL.conditions, without=NORTH.conditions))
    assert engine.rows(left.agg(n=left.count()))[0]["n"] == 12
