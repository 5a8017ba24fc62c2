"""Restricted means of groups in which hardly anybody was lost."""

from analysis.lifecycle.ratios import risk_ratios
from analysis.lifecycle.survival import survival
from analysis.results import NotEnoughData
from data.records import Condition, Scope, Segment
from tests.builders import a_company, a_customer, a_subscription, an_engine, day


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


def test_groups_known_only_from_late_ages_have_curves_and_means_of_those_who_reached_them():
    """Of the plan that is sold no more, one customer was lost alone at a low age; 20 are known from the third year on."""
    first = "2023-01-01"
    new = [
        a_subscription(f"n{i:02}", f"2023-{1 + i % 6:02}-02", "2024-06-20" if i % 2 else None, plan="New")
        for i in range(40)
    ]
    old = [
        a_subscription(f"o{i:02}", first, f"2024-{1 + i % 9:02}-15" if i % 2 or not i else None, plan="Old")
        for i in range(21)
    ]
    signed = {"o00": "2022-12-30"} | {f"o{i:02}": f"2020-0{1 + i % 3}-05" for i in range(1, 21)}
    people = [
        a_customer(row["customer_id"], signed_on=day(signed.get(row["customer_id"], str(row["starts_on"]))))
        for row in (*new, *old)
    ]
    engine = an_engine(a_company([*new, *old], customers=people))
    found = survival(engine, Scope(), ["plan"])
    assert not isinstance(found, NotEnoughData)
    groups = {group.group: group for group in found.groups}
    assert (groups["New"].begins, groups["New"].customers, found.reached) == (0, 40, 0)
    assert groups["Old"].begins == 1061 == (day(first) - day("2020-02-05")).days
    assert groups["Old"].customers == 20
    assert groups["Old"].curve.survival[-1] > 0
    assert groups["Old"].mean == NotEnoughData("customers are known from a later age on only", 0, 1061)
    assert isinstance(found.differences["Old"], NotEnoughData)
    alone = survival(engine, Scope(segment=Segment((Condition("plan", "in", ("Old",)),))))
    assert not isinstance(alone, NotEnoughData)
    assert (alone.reached, alone.groups[0].begins) == (1061, 1061)
    assert alone.groups[0].mean.value > 1061
    assert isinstance(found.test, NotEnoughData), "no age has customers of both plans"
    assert isinstance(risk_ratios(engine, Scope(), ["plan"]), NotEnoughData)
