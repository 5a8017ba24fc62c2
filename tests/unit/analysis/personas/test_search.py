"""The typical lost customer on a small company: found by name, never by its outcome, and nothing without losses."""

import pytest

from analysis.personas.search import Personas, personas
from analysis.results import Estimate, NotEnoughData
from data.engine import Engine
from data.errors import UnknownSegment
from data.queries.customers import customer_count
from data.records import Condition, CustomerQuery, Scope, Segment
from tests.builders import a_company, a_customer, a_subscription, an_engine

#: As many attributes as a wide file has; each of them joined alone would nest a question too deep.
MANY = {f"a_x{i}": f"X {i}" for i in range(40)}
TIERS = ("gold", "silver", "bronze")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """720 customers, of whom each seventh leaves; of bronze customers with fewer than 50 employees two of three do."""
    home = tmp_path_factory.mktemp("search") / "home"
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHURN_HOME", str(home))
        rows, customers = [], []
        for i in range(720):
            tier, employees = TIERS[i % 3], (5, 30, 100, 400)[i // 3 % 4]
            leaves = i // 12 % 3 < 2 if tier == "bronze" and employees < 50 else i // 12 % 7 == 0
            rows.append(a_subscription(f"c{i}", "2023-01-01", "2024-05-10" if leaves else None))
            industry = "mining" if i == 0 else "health"
            customers.append(
                a_customer(f"c{i}", employees=employees, industry=industry, a_tier=tier, a_churned=str(leaves))
            )
        return an_engine(
            a_company(rows, customers=customers, attributes={"a_tier": "Tier", "a_churned": "Churned", **MANY})
        )


def found_by(engine: Engine, *attributes: str) -> Personas:
    found = personas(engine, Scope(), attributes)
    assert isinstance(found, Personas)
    return found


def test_the_group_is_found_by_name_with_its_customers(engine: Engine):
    (one,) = found_by(engine).found
    assert set(one.conditions) == {Condition("tier", "in", ("bronze",)), Condition("employees", "<", ("50",))}
    assert (one.customers, one.churned, one.confirmed) == (120, 80, True)
    counted = customer_count(engine, CustomerQuery("lost", segment=Segment(one.conditions)))
    assert counted["customers"] == one.churned
    assert isinstance(one.lift_confirmed, Estimate)
    assert one.lift_confirmed.low is not None
    assert one.lift_confirmed.low > 1


def test_the_outcome_is_not_looked_at_and_refused_when_named(engine: Engine):
    assert "churned" not in found_by(engine).attributes
    with pytest.raises(UnknownSegment):
        personas(engine, Scope(), ["churned"])


def test_only_the_attributes_named_are_looked_at(engine: Engine):
    assert found_by(engine, "tier").attributes == ("tier",)


def test_the_same_seed_halves_the_same_way(engine: Engine):
    first, again = found_by(engine), found_by(engine)
    assert first == again
    assert first.searched + first.confirming == 720
    other = personas(engine, Scope(), seed=1)
    assert isinstance(other, Personas)
    assert other.searched != first.searched or other.found != first.found


def test_without_enough_losses_nothing_is_searched(engine: Engine):
    gold = Scope(segment=Segment((Condition("tier", "in", ("gold",)), Condition("employees", ">", ("300",)))))
    assert isinstance(personas(engine, gold), NotEnoughData)
