"""The customers an interval resamples are those its value counts."""

from datetime import date
from typing import get_args

import pytest

from analysis.kpis.report import kpis
from analysis.results import Estimate
from data.engine import Engine
from data.queries.flows import loss_cells, net_flows
from data.records import EVERYBODY, Grain, Scope
from tests.builders import a_company, a_subscription, an_engine
from tests.parity.companies import contracts

FROM, TO = date(2022, 1, 1), date(2025, 1, 1)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CHURN_HOME", str(tmp_path_factory.mktemp("cells") / "home"))
        return an_engine(contracts())


@pytest.mark.parametrize("grain", get_args(Grain))
def test_cells_add_up_to_the_sums_of_every_period(engine: Engine, grain: Grain):
    flows = net_flows(engine, EVERYBODY, grain, FROM, TO)
    cells = loss_cells(engine, EVERYBODY, grain, FROM, TO, [row["period"] for row in flows])
    for row in flows:
        own = [c for c in cells if c["period"] == row["period"]]
        changes = [(c["before"] - c["after"], c["customers"], c["was"]) for c in own]
        assert sum(change * n for change, n, _ in changes) == row["net"]
        assert sum(change**2 * n for change, n, _ in changes) == row["net_squared"]
        assert sum(max(change, 0) * n for change, n, was in changes if was) == row["lost"]
        assert sum(n for change, n, _ in changes if change) == row["movers"]


def test_a_customer_who_is_new_in_the_net_reading_widens_no_net_rate():
    # Joined and left in January, back in March with 50.00: new in March, since no month ended with her.
    there = [a_subscription(f"b{n}", "2023-01-01", "2024-03-15" if n == 0 else None) for n in range(20)]
    back = [a_subscription("x", "2024-01-05", "2024-01-20", 5000), a_subscription("x", "2024-03-10", None, 5000)]
    march = Scope(start=date(2024, 3, 1), end=date(2024, 4, 1))
    (alone,) = kpis(an_engine(a_company(there)), march).rows
    (beside,) = kpis(an_engine(a_company([*there, *back])), march).rows
    assert beside.mrr_new_cents == 5000
    assert isinstance(beside.net_mrr_churn_rate, Estimate)
    assert beside.net_mrr_churn_rate.value == 1 / 20
    assert beside.net_mrr_churn_rate == alone.net_mrr_churn_rate
