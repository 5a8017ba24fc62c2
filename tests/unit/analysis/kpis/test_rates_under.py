"""A rate under one definition is that of the lens, which counts all of them in another query."""

import pytest

from analysis.kpis.definitions import lens, rates_under
from analysis.periods import periods_of
from data.engine import Engine
from data.records import EVERYBODY, Condition, DefinitionName, Scope, Segment
from tests.builders import AS_OF, a_company, a_customer, a_subscription, an_engine

SEGMENTS = {"everybody": EVERYBODY, "retail": Segment((Condition("industry", "in", ("retail",)),))}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """Thirty customers: monthly and yearly, some left, some returned, some joined and left."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHURN_HOME", str(tmp_path_factory.mktemp("under") / "home"))
        rows = []
        for i in range(30):
            interval = "year" if i % 3 == 0 else "month"
            left = f"2024-{i % 12 + 1:02d}-{i % 27 + 1:02d}" if i % 2 else None
            rows.append(a_subscription(f"c{i}", f"202{2 + i % 2}-0{i % 9 + 1}-05", left, interval=interval))
        rows += [a_subscription("c1", "2024-09-01"), a_subscription("c31", "2024-05-03", "2024-05-20")]
        people = [a_customer(f"c{i}", industry="retail" if i % 4 else "health") for i in range(32)]
        return an_engine(a_company(rows, customers=people))


@pytest.mark.slow
@pytest.mark.parametrize("segment", SEGMENTS.values(), ids=SEGMENTS)
def test_one_definition_alone_gives_the_rates_of_the_lens(engine: Engine, segment: Segment):
    periods = periods_of(Scope(), AS_OF)
    every = lens(engine, segment, periods)
    names: tuple[DefinitionName, ...] = ("start-base", "chartmogul", "stripe", "baremetrics", "renewal")
    for name in names:
        found = rates_under(engine, name, periods, segment)
        assert list(found.values()) == [row.rate for row in every if row.definition == name]
        assert list(found) == list(periods)
