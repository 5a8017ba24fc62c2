"""What a plan needs, from the company's own rates: sizes, months, power, and what the population can show at all."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from analysis.experiments.planning import (
    HORIZONS,
    Need,
    Own,
    PowerRow,
    months_until,
    need,
    own,
    population,
    power_curve,
    reach,
    smallest_effect,
    with_own_rates,
)
from analysis.results import NotEnoughData
from analysis.statistics.means import moments_of, moments_of_share
from analysis.statistics.sequential import inflation
from data.records import Condition, Segment
from data.records_experiments import Measure, Moments, Plan, Variant
from tests.builders import a_company, a_customer, a_subscription, an_engine

HALF = Own(moments_of_share(500, 1000), None, there=60, per_month=20.0)
PLAN = Plan("Call", smallest_effect=0.25)
REVENUE = Measure("revenue")


def sizes(plan: Plan, known: Own = HALF) -> Need:
    found = need(plan, known)
    assert isinstance(found, Need)
    return found


def shares(*parts: float) -> tuple[Variant, ...]:
    return tuple(Variant(f"v{i}", share) for i, share in enumerate(parts))


def test_a_share_needs_as_many_customers_as_r_says():
    """R: power.prop.test(p1 = .50, p2 = .75, power = .80) gives n = 57.67 in each group."""
    found = sizes(PLAN)
    assert (found.size, found.by_variant, found.baseline) == (116, (("control", 58), ("offer", 58)), 0.5)
    assert (found.customers, found.times, found.comparisons, found.design_effect) == (116, 1.0, 1, None)


def test_a_mean_needs_as_many_customers_as_r_says():
    """R: power.t.test(delta = 10, sd = 20, power = .80) gives n = 63.77 in each group."""
    plan = replace(PLAN, primary=REVENUE, smallest_effect=10.0, baseline=100.0, spread=20.0)
    assert sizes(plan).by_variant == (("control", 64), ("offer", 64))


def test_a_measure_of_which_less_is_better_is_to_fall():
    """R: power.prop.test(p1 = .20, p2 = .10, power = .80) gives n = 198.96 in each group; a rise needs 293.2."""
    plan = replace(PLAN, primary=Measure("outcome", 0, "left", lower=True), smallest_effect=0.1)
    assert sizes(plan, replace(HALF, customers=moments_of_share(200, 1000))).size == 2 * 199


def test_what_was_known_before_is_taken_out_of_the_spread_of_money():
    before, noise = np.tile([-1.0, 1.0], 200), np.repeat([-0.75, 0.75], 200)
    known = replace(HALF, customers=moments_of(100 + before + noise, before=before))
    plain = replace(HALF, customers=moments_of(100 + before + noise))
    plan = replace(PLAN, primary=REVENUE, smallest_effect=0.1)
    # The figure before explains 1 / (1 + 0.75²) = 64 % of the variance.
    assert sizes(plan, known).size == pytest.approx(0.36 * sizes(plan, plain).size, rel=0.01)


def test_several_variants_share_the_chance_of_a_false_alarm():
    three = sizes(replace(PLAN, variants=shares(0.4, 0.3, 0.3)))
    alone = sizes(replace(PLAN, alpha=0.025, variants=shares(4 / 7, 3 / 7)))
    assert three.comparisons == 2
    assert three.by_variant[0] == alone.by_variant[0]


def test_a_closed_variant_needs_nobody():
    found = sizes(replace(PLAN, variants=shares(0.5, 0.5, 0.0)))
    assert (found.size, found.comparisons, found.by_variant[2]) == (116, 1, ("v2", 0))


@pytest.mark.parametrize("stopping", ["obrien-fleming", "pocock", "always-valid"])
def test_looks_cost_customers(stopping: Any):
    found = sizes(replace(PLAN, stopping=stopping, looks=5))
    assert found.times == inflation(5, stopping, 0.05, 0.8) > 1
    assert found.size == pytest.approx(2 * 57.67 * found.times, abs=2)


def test_months_are_counted_from_those_there_now_those_who_come_and_the_holdout():
    assert sizes(PLAN).months == pytest.approx((116 - 60) / 20)
    assert sizes(PLAN).wait == pytest.approx(90 / 30.4375)
    held = replace(PLAN, holdout=0.5)
    assert months_until(held, HALF, 116) == pytest.approx((232 - 60) / 20)
    assert population(held, HALF, 12) == 150
    assert months_until(PLAN, HALF, 50) == 0.0
    assert months_until(PLAN, replace(HALF, per_month=0.0), 116) is None


def test_the_effect_that_everybody_shows_needs_everybody():
    for found in reach(PLAN, HALF):
        assert isinstance(found.effect, float)
        needed = sizes(replace(PLAN, smallest_effect=found.effect)).size
        assert needed == pytest.approx(found.units, abs=2)
    assert [(found.months, found.units) for found in reach(PLAN, HALF)] == [(m, 60 + 20 * m) for m in HORIZONS]
    effects = [found.effect for found in reach(PLAN, HALF)]
    assert effects == sorted(effects, reverse=True)


def test_power_is_the_promised_one_at_the_smallest_effect():
    for plan in (
        PLAN,
        replace(PLAN, stopping="pocock", looks=4),
        replace(PLAN, variants=shares(0.5, 0.3, 0.2)),
        replace(PLAN, primary=REVENUE, smallest_effect=10.0, baseline=100.0, spread=20.0),
    ):
        curve = power_curve(plan, HALF, sizes(plan).size)
        assert not isinstance(curve, NotEnoughData)
        at = {round(row.effect / plan.smallest_effect, 6): row.power for row in curve}
        assert at[1.0] == pytest.approx(plan.power, abs=0.01)
        powers = [row.power for row in curve]
        assert powers == sorted(powers)
        assert len(curve) == 20


def test_the_power_curve_stops_at_what_is_possible():
    high = replace(HALF, customers=moments_of_share(900, 1000))
    curve = power_curve(replace(PLAN, smallest_effect=0.08), high, 400)
    assert not isinstance(curve, NotEnoughData)
    assert curve[-1] == PowerRow(pytest.approx(0.1), pytest.approx(1.0, abs=0.01))


def test_the_company_s_own_rates_are_those_of_customers_who_paid_a_horizon_ago():
    left = [a_subscription(f"left{n}", ends="2024-12-10") for n in range(4)]
    new = [a_subscription(f"new{n}", "2024-12-20") for n in range(6)]
    stay = [a_subscription(f"stay{n}") for n in range(8)]
    people = [a_customer(row["customer_id"], country="DE" if n % 2 else "FR") for n, row in enumerate(left + stay)]
    engine = an_engine(a_company([*left, *new, *stay], customers=people))
    known = own(engine, replace(PLAN, unit="country", primary=Measure("retained", 30)))

    assert (known.customers.n, known.customers.mean["value"]) == (12, pytest.approx(8 / 12))
    assert known.groups is not None
    assert (known.groups.n, known.groups.mean["per"]) == (2, 6)
    assert known.there == 14
    assert known.per_month == pytest.approx(6 / 182 * 30.4375)


def test_who_left_since_counts_in_the_own_rate_of_those_who_are_active_now():
    left = [a_subscription(f"left{n}", ends="2024-12-10") for n in range(4)]
    stay = [a_subscription(f"stay{n}") for n in range(16)]
    people = [
        a_customer(row["customer_id"], status="gone" if row in left else "active", country="DE") for row in left + stay
    ]
    engine = an_engine(a_company([*left, *stay], customers=people))
    active, german = Condition("status", "in", ("active",)), Condition("country", "in", ("DE",))
    plan = replace(PLAN, primary=Measure("retained", 30))
    for eligible in (Segment((active, german)), Segment((german,), (Condition("status", "in", ("gone",)),))):
        known = own(engine, replace(plan, eligible=eligible))
        assert (known.customers.n, known.customers.mean["value"], known.there) == (20, 0.8, 16)


def test_of_renewals_as_many_more_are_needed_as_have_none_due():
    """Ten contracts of a year that fall due in the last 90 days of 2024, and thirty in spring."""
    due = [a_subscription(f"due{n}", "2023-11-15", interval="year") for n in range(12)]
    later = [a_subscription(f"later{n}", "2023-04-01", interval="year") for n in range(36)]
    plan = replace(PLAN, primary=Measure("renewed"), baseline=0.5)
    known = own(an_engine(a_company([*due, *later])), plan)
    assert (known.customers.n, known.counted) == (12, 0.25)
    assert sizes(plan, known).size == pytest.approx(4 * 115.4, abs=2)
    few = replace(known, there=464, per_month=0.0)
    assert smallest_effect(plan, few, 12) == pytest.approx(0.25, abs=0.002)
    curve = power_curve(plan, few, 464)
    assert not isinstance(curve, NotEnoughData)
    assert curve[9] == PowerRow(0.25, pytest.approx(0.8, abs=0.005))


def groups_of(means: np.ndarray, size: int) -> Own:
    """Groups of one size whose customers are all alike."""
    each = np.repeat(means, size)
    return Own(moments_of(each), moments_of(means * size, per=np.full(len(means), float(size))), len(each), 10.0)


def test_customers_who_are_all_alike_within_their_group_count_as_one():
    means = np.tile([0.0, 1.0], 200)
    alone, grouped = groups_of(means, 1), groups_of(means, 5)
    plan = replace(PLAN, unit="country")
    assert sizes(plan, grouped).size == sizes(plan, alone).size
    assert sizes(plan, grouped).customers == 5 * sizes(plan, grouped).size
    assert sizes(plan, grouped).design_effect == pytest.approx(5, rel=0.01)
    assert population(plan, grouped, 0) == 400
    assert isinstance(smallest_effect(plan, replace(grouped, there=90), 0), NotEnoughData)
    assert sizes(replace(plan, smallest_effect=0.499), groups_of(means[:12] / 2, 500)).size == 20
    assert months_until(plan, grouped, 500) == pytest.approx((2500 - 2000) / 10)


def test_customers_who_have_nothing_in_common_lose_nothing_in_groups():
    chance = np.random.default_rng(4)
    rows = chance.random((400, 5)) < 0.5
    known = Own(moments_of(rows.ravel()), moments_of(rows.sum(1), per=np.full(400, 5.0)), 2000, 10.0)
    assert sizes(replace(PLAN, unit="country"), known).design_effect == pytest.approx(1, abs=0.2)


def test_groups_find_the_effect_as_often_as_promised():
    """A thousand experiments on groups of about seven whose rates differ (intraclass correlation 0.2)."""
    chance = np.random.default_rng(1)

    def drawn(rate: float, *shape: int) -> tuple[np.ndarray, np.ndarray]:
        size = chance.poisson(6, shape) + 1
        return chance.binomial(size, chance.beta(4 * rate, 4 * (1 - rate), shape)).astype(float), size.astype(float)

    stayed, size = drawn(0.6, 3000)
    each = np.repeat([1.0, 0.0], [int(stayed.sum()), int(size.sum() - stayed.sum())])
    known = Own(moments_of(each), moments_of(stayed, per=size), len(each), 10.0)
    found = sizes(replace(PLAN, unit="country", baseline=None, smallest_effect=0.08), known)

    def judged(rate: float) -> tuple[np.ndarray, np.ndarray]:
        stayed, size = drawn(rate, 1000, found.by_variant[0][1])
        ratio = stayed.sum(1) / size.sum(1)
        apart = stayed - ratio[:, None] * size
        return ratio, (apart**2).sum(1) / size.sum(1) ** 2

    (base, error), (value, other) = judged(found.baseline), judged(found.baseline + 0.08)
    assert np.mean((value - base) / np.sqrt(error + other) > 1.96) == pytest.approx(0.8, abs=0.03)


def test_a_plan_takes_what_it_does_not_say_from_the_data():
    money = Own(moments_of(np.tile([5_000.0, 15_000.0], 50)), None, 100, 0.0)
    plan = with_own_rates(replace(PLAN, primary=REVENUE, smallest_effect=2_000.0), money)
    assert isinstance(plan, Plan)
    assert (plan.baseline, plan.spread) == (10_000, pytest.approx(5_025, abs=1))
    assert plan.size == sizes(plan, money).size > 0
    said = with_own_rates(replace(PLAN, baseline=0.4), HALF)
    assert isinstance(said, Plan)
    assert (said.baseline, said.spread) == (0.4, None)


@pytest.mark.parametrize(
    ("plan", "known"),
    [
        (PLAN, replace(HALF, customers=Moments(0, {}))),
        (PLAN, replace(HALF, customers=moments_of_share(5, 9))),
        (replace(PLAN, primary=REVENUE), replace(HALF, customers=moments_of(np.full(50, 7.0)))),
        (PLAN, replace(HALF, customers=moments_of_share(990, 1000))),
        (PLAN, replace(HALF, customers=moments_of_share(1000, 1000))),
        (replace(PLAN, unit="country"), HALF),
        (replace(PLAN, smallest_effect=0.0), HALF),
        (replace(PLAN, variants=shares(0.0, 1.0)), HALF),
        (replace(PLAN, variants=shares(1.0)), HALF),
        (replace(PLAN, alpha=1.0), HALF),
        (replace(PLAN, power=1.0), HALF),
        (replace(PLAN, looks=0), HALF),
        (replace(PLAN, holdout=1.0), HALF),
    ],
)
def test_no_size_is_guessed_where_none_can_be_computed(plan: Plan, known: Own):
    assert isinstance(need(plan, known), NotEnoughData)
    assert isinstance(with_own_rates(plan, known), NotEnoughData)


def test_a_population_that_is_too_small_for_any_effect_says_so():
    nobody = replace(HALF, there=0, per_month=0.1)
    assert isinstance(smallest_effect(PLAN, nobody, 12), NotEnoughData)
    assert isinstance(power_curve(PLAN, HALF), NotEnoughData)
