"""Restricted means of groups in which hardly anybody was lost."""

from analysis.lifecycle.survival import survival
from analysis.results import NotEnoughData
from data.records import Scope
from tests.builders import a_company, a_customer, a_subscription, an_engine


def test_a_group_without_losses_has_no_mean_and_sets_no_horizon():
    lost = [a_subscription(f"a{i}", "2023-01-01", f"2023-{2 + i % 10:02}-15" if i % 2 else None) for i in range(60)]
    none = [a_subscription(f"b{i}", "2024-11-01") for i in range(20)]
    people = [a_customer(row["customer_id"], industry=row["customer_id"][0]) for row in (*lost, *none)]
    found = survival(an_engine(a_company([*lost, *none], customers=people)), Scope(), ["industry"])
    assert not isinstance(found, NotEnoughData)
    groups = {group.group: group for group in found.groups}
    assert found.horizon > 365
    assert groups["b"].mean == NotEnoughData("too few losses for a mean", 0, 5)
    assert not isinstance(groups["a"].mean, NotEnoughData)
    assert isinstance(found.differences["b"], NotEnoughData)
