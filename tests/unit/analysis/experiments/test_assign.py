"""Customers are assigned by a hash that anybody can repeat, evenly within strata, and nobody twice."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from hashlib import md5
from typing import Any

import pytest

from analysis.experiments import plans
from analysis.experiments.assign import Assigned, Followed, assign, check_assignments, exported, waiting
from data.database import open_database
from data.engine import Engine, open_engine
from data.errors import ReviewError
from data.lake import Lake
from data.records import Condition, Segment
from data.records_experiments import Experiment, Plan, Variant
from data.settings import settings
from tests.builders import NOW, a_company, a_customer, a_subscription, published

IDS = [f"c{n:03}" for n in range(90)]
OFFER = Plan("Offer", variants=(Variant("none", 0.4), Variant("call", 0.6)))
RUNNING = Experiment("offer", OFFER, "running")


def a_release(**tables: Any) -> None:
    people = [
        a_customer(c, region="north" if n % 3 else "south", csm_id=f"m{n % 9}" if n % 10 else None)
        for n, c in enumerate(IDS)
    ]
    gone = [a_subscription("gone", ends="2024-02-01")]
    published(a_company([*map(a_subscription, IDS), *gone], customers=[*people, a_customer("gone")], **tables))


def done(plan: Plan = OFFER, key: str = "offer", days: int = 0) -> tuple[Assigned, Engine]:
    found = settings()
    result = assign(found, open_database(found), Experiment(key, plan, "running"), now=NOW + timedelta(days=days))
    return result, open_engine(Lake(found.lake_url), result.release)


def variants(engine: Engine, key: str = "offer") -> dict[str, str]:
    return {row["customer_id"]: row["variant"] for row in exported(engine, key)}


def test_the_variant_follows_from_the_key_and_the_customer_and_stays():
    a_release()
    first, engine = done()
    limit = f"{int(0.4 * 2**128):032x}"
    expected = {c: "none" if md5(f"offer:{c}".encode()).hexdigest() < limit else "call" for c in IDS}
    assert variants(engine) == expected
    assert first.variants == Counter(expected.values())
    assert check_assignments(engine, OFFER, "offer") == Followed(90, 90)
    assert waiting(engine, RUNNING) == {
        "inside": 91, "paying": 90, "assigned": 90, "excluded": 0, "held_out": 0, "new": 0, "units": 0
    }  # fmt: skip
    again, _ = done()
    assert (again.customers, again.release) == (0, first.release)
    other = replace(OFFER, variants=(Variant("none", 0.5), Variant("call", 0.5)))
    followed = check_assignments(engine, other, "offer")
    assert followed.same < followed.every == 90


def test_nothing_derived_is_built_again_and_other_tables_stay():
    a_release()
    result, engine = done()
    found = settings()
    before, after = (
        open_engine(Lake(found.lake_url), r) for r in (result.release, done(key="second", days=1)[0].release)
    )
    for name in ("movements", "lifetimes", "customers"):
        assert before.files[name] == after.files[name]
    assert result.release.as_of == date(2024, 12, 31)
    assert variants(engine) == variants(after)
    assert len(variants(after, "second")) == 90


def test_strata_are_split_evenly_also_over_several_days():
    plan = replace(OFFER, variants=tuple(Variant(name, 1 / 3) for name in "abc"), strata=("region",), size=40)
    a_release()
    _, engine = done(plan)
    assert len(variants(engine)) == 40
    _, engine = done(replace(plan, size=0), days=1)
    found = variants(engine)
    by_region = Counter((n % 3 == 0, found[c]) for n, c in enumerate(IDS))
    assert set(by_region.values()) <= {10, 20}, by_region
    assert check_assignments(engine, plan, "offer") == Followed(90, 90)


def test_groups_get_one_variant_and_who_joins_later_the_same():
    late, plan = "later", replace(OFFER, unit="csm_id")
    a_release()
    _, engine = done(plan)
    groups = {f"m{n % 9}": variants(engine)[c] for n, c in enumerate(IDS) if n % 10}
    assert {variants(engine)[c] for c in IDS[::10]} == {"none", "call"}, "without a group each is assigned alone"
    assert all(variants(engine)[c] == groups[f"m{n % 9}"] for n, c in enumerate(IDS) if n % 10)
    newcomer = a_company([a_subscription(late)], customers=[a_customer(late, csm_id="m4")])
    published(replace(newcomer, mode="merge"))
    assert done(plan, days=1)[0].customers == 1
    _, engine = done(plan, days=1)
    assert variants(engine)[late] == groups["m4"]


def test_the_held_out_the_excluded_and_strangers_to_the_segment_stay_out():
    south = Segment((Condition("region", "in", ("south",)),))
    a_release(assignments=[{"experiment_key": "old", "customer_id": c, "variant": "x"} for c in IDS[:30]])
    plan = replace(OFFER, eligible=south, excludes=("old",), holdout=0.25)
    result, engine = done(plan)
    limit = f"{int(0.25 * 2**128):032x}"
    free = {c for c in IDS[30::3] if md5(f"holdout:{c}".encode()).hexdigest() >= limit}
    assert set(variants(engine)) == free
    assert result.customers == len(free) < 20
    counts = waiting(engine, replace(RUNNING, plan=plan, key="next"))
    assert (counts["inside"], counts["excluded"], counts["held_out"]) == (30, 10, 20 - len(free))


@pytest.mark.parametrize(
    ("experiment", "why"),
    [
        (replace(RUNNING, state="draft"), "start it first"),
        (replace(RUNNING, plan=replace(OFFER, assigned="elsewhere")), "import their assignments"),
        (replace(RUNNING, plan=replace(OFFER, ends_on=date(2025, 1, 1))), "last day of assignment"),
    ],
)
def test_nobody_is_assigned_to_what_does_not_take_customers(experiment: Experiment, why: str):
    found = settings()
    published(a_company([a_subscription()]))
    with pytest.raises(ReviewError, match=why):
        assign(found, open_database(found), experiment, now=NOW)


def test_nobody_is_assigned_after_somebody_else_ended_it():
    found, db = settings(), open_database(settings())
    published(a_company([a_subscription()]))
    planned = plans.create(db, replace(OFFER, hypothesis="A call keeps some", ends_on=NOW.date(), baseline=0.5))
    seen = plans.start(db, planned, NOW.date())
    plans.end(db, seen, NOW.date())
    with pytest.raises(ReviewError, match="is not running"):
        assign(found, db, seen, now=NOW)
