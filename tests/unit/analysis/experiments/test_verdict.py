"""What follows from the numbers: ship, stop, cannot tell; and what would turn it."""

from dataclasses import replace

import numpy as np
import pytest

from analysis.experiments.assumptions import agreeing
from analysis.experiments.calculator import from_file
from analysis.experiments.compare import Level, difference, net_of_cost, without
from analysis.experiments.judge import effects_of, facts_of, second_opinion
from analysis.experiments.results import Allowed, Verdict
from analysis.experiments.sensitivity import sensitivity
from analysis.experiments.verdict import fragility, verdict
from analysis.experiments.watch import unevenly_counted
from analysis.results import Comparison
from analysis.statistics.means import (
    CupedDifference,
    MeanDifference,
    cuped_difference,
    moments_of,
    moments_of_share,
    welch_difference,
)
from analysis.statistics.power import size_for_proportions
from analysis.statistics.sequential import inflation
from data.importers.outcome_file import read_outcomes
from data.records_experiments import Measure, Moments, Plan, Variant

FINAL = Allowed(1, "final", 0.05, None, 1.0)
PLAN = Plan(
    "call",
    variants=(Variant("control"), Variant("call", cost_cents=4_000)),
    secondary=(Measure("revenue"),),
    guardrails=(Measure("complaints"),),
    smallest_effect=0.05,
)
RNG = np.random.default_rng(20_261_123)


def money(mean: float, n: int) -> Moments:
    draws = RNG.normal(0, 10_000, n)
    return moments_of(draws - draws.mean() + mean)


def complaints(per_month: float, n: int) -> Moments:
    months = RNG.uniform(1, 3, n)
    opened = months * per_month + RNG.normal(0, 0.2, n)
    return moments_of(opened - opened.mean() + months.mean() * per_month, months)


def said(
    kept: tuple[int, int],
    n: int = 1_000,
    *,
    plan: Plan = PLAN,
    more: float | None = None,
    complain: float | None = None,
    allowed: Allowed = FINAL,
) -> Verdict:
    """The verdict on `call`: customers kept of n in each, cents more a customer brings, complaints more a month."""
    arms = {("control", ""): moments_of_share(kept[0], n), ("call", ""): moments_of_share(kept[1], n)}
    found = {"retained_90": arms}
    if more is not None:
        found["revenue_90"] = {("control", ""): money(50_000, n), ("call", ""): money(50_000 + more, n)}
    if complain is not None:
        found["complaints_90"] = {("control", ""): complaints(0.5, n), ("call", ""): complaints(0.5 + complain, n)}
    level = Level(allowed.level)
    effects = effects_of(plan, found, level, {v.name: v.cost_cents for v in plan.variants})
    return verdict(facts_of(plan, effects, found, allowed, "call"))


def test_what_works_and_pays_is_shipped() -> None:
    found = said((300, 400), more=9_000, complain=0.0)
    assert found.outcome == "ship"
    assert any("+50.00" in text for text in found.because)


def test_what_works_and_costs_more_than_it_brings_is_stopped() -> None:
    found = said((300, 400), more=1_000)
    assert (found.outcome, "costs more" in found.said) == ("stop", True)


def test_whether_it_pays_may_be_open() -> None:
    found = said((300, 400), more=4_300)
    assert found.outcome == "ship"
    assert "Whether it pays is not told" in found.because[-1]


def test_a_guardrail_that_broke_stops_what_works() -> None:
    found = said((300, 400), more=9_000, complain=0.3)
    assert (found.outcome, "must not get worse" in found.said) == ("stop", True)


def test_fewer_complaints_break_nothing() -> None:
    assert said((300, 400), more=9_000, complain=-0.3).outcome == "ship"


def test_harm_is_stopped() -> None:
    assert said((400, 300)).outcome == "stop"


def test_no_effect_among_many_is_stopped_and_among_few_not_told() -> None:
    assert said((3_000, 3_010), 10_000).outcome == "stop"
    few = said((30, 31), 100)
    assert few.outcome == "cannot-tell"
    # R power.prop.test(p1 = 31/102, p2 = 31/102 + .05, power = .8): 1,387 in each group.
    assert few.needed_more == pytest.approx(2 * 1_387 - 200, rel=0.01)


def test_what_works_less_than_would_be_worth_having_is_stopped_unless_it_pays() -> None:
    """20.0 % of a million customers against 20.2 %, where 5 points are worth having."""
    kept = (200_000, 202_000)
    assert said(kept, 1_000_000, plan=replace(PLAN, smallest_effect=0.001)).outcome == "ship"
    few = said(kept, 1_000_000)
    assert (few.outcome, few.because[0][:7]) == ("stop", "At best")
    paid = said(kept, 1_000_000, more=9_000)
    assert (paid.outcome, any("At best" in text for text in paid.because)) == ("ship", True)


def test_of_several_variants_more_customers_are_needed_and_fewer_are_fragile() -> None:
    plan = replace(PLAN, variants=(*PLAN.variants, Variant("mail")), secondary=(), guardrails=())
    arms = {(name, ""): moments_of_share(k, 400) for name, k in (("control", 120), ("call", 149), ("mail", 120))}
    effects = effects_of(plan, {"retained_90": arms}, Level(0.025), {})
    call = verdict(facts_of(plan, effects, {"retained_90": arms}, FINAL, "call"))
    assert call.outcome == "cannot-tell"
    # R power.prop.test(p1 = 121/402, p2 = 121/402 + .05, power = .8, sig.level = .025): 1653.4 in each group.
    base = 121 / 402
    assert call.needed_more == pytest.approx(2 * size_for_proportions(base, 0.05, alpha=0.025) - 800, abs=2)
    # 0.0293 of 149, and 0.0249 of 150: one turns the test at 0.025, where at 0.05 four would turn it back.
    assert call.would_change == ("A single customer of 400 with another outcome would turn the test.",)


def test_a_plan_read_at_any_time_needs_more_than_one_read_once() -> None:
    plan = replace(PLAN, stopping="always-valid", size=6_000, secondary=(), guardrails=())
    arms = {("control", ""): moments_of_share(150, 500), ("call", ""): moments_of_share(155, 500)}
    found = {"retained_90": arms}
    effects = effects_of(plan, found, Level(0.05, plan.size), {})
    more = verdict(facts_of(plan, effects, found, Allowed(1, "any-time", 0.05, None, 0.2), "call")).needed_more
    assert more is not None
    once = 2 * size_for_proportions(151 / 502, 0.05)
    assert (more + 1_000) / once == pytest.approx(inflation(1, "always-valid"), rel=0.03)


def test_looked_at_any_time_few_customers_that_are_all_alike_prove_nothing() -> None:
    """One in four of such experiments, of which nothing came, was called an effect."""
    arms = moments_of_share(241, 254), moments_of_share(30, 30)
    found = difference(*arms, Level(0.05, 400), share=True)
    assert isinstance(found, Comparison)
    assert found.low is not None
    assert found.low < 0
    paid = moments_of(np.tile([0.0, 0.0, 30.0, 50.0], 40)), moments_of(np.full(10, 0.0))
    of_money = difference(*paid, Level(0.05, 400), share=False)
    assert isinstance(of_money, Comparison)
    assert of_money.high is not None
    assert of_money.high > 0


def test_what_was_known_before_narrows_an_interval_that_holds_at_any_time() -> None:
    before = RNG.normal(0, 1, (2, 500))
    after = before + RNG.normal(0, 0.5, (2, 500))
    arms = moments_of(after[0], before=before[0]), moments_of(after[1], before=before[1])
    once, plain = (cuped_difference(*arms), welch_difference(*arms))
    assert isinstance(once, CupedDifference)
    assert isinstance(plain, MeanDifference)
    found = difference(*arms, Level(0.05, 1_000), share=False)
    assert isinstance(found, MeanDifference)
    assert (found.difference, found.error) == (once.difference.difference, once.difference.error)
    assert found.error < 0.6 * plain.error


def test_other_ways_hold_at_as_many_looks_as_the_effect() -> None:
    """380 of 1,000 against 440 are 2.7 standard errors apart: enough for one look, not for any number of them."""
    plan = replace(PLAN, stopping="always-valid", size=2_000, secondary=(), guardrails=())
    found = {"retained_90": {("control", ""): moments_of_share(380, 1_000), ("call", ""): moments_of_share(440, 1_000)}}
    for level, agree in ((Level(0.05, plan.size), 0), (Level(), 1)):
        effects = effects_of(plan, found, level, {})
        others = [s.difference for s in sensitivity(None, plan, effects, found)]
        assert len(others) == 2
        for other in others:
            assert isinstance(other, Comparison)
            assert other.p_value is not None
            assert (other.limits[0] > 0) == (other.p_value < 0.05) == bool(agree)
            assert agreeing(effects, sensitivity(None, plan, effects, found))[0].holds


def test_the_second_opinion_on_money_is_net_of_cost() -> None:
    plan = replace(PLAN, primary=Measure("revenue"), secondary=(), guardrails=())
    found = {"revenue_90": {("control", ""): money(50_000, 1_000), ("call", ""): money(51_000, 1_000)}}
    gross, net = (second_opinion(plan, found, "call", {"control": 0, "call": cost}) for cost in (0, 4_000))
    assert gross is not None
    assert net is not None
    assert net.better < 0.001 < 0.98 < gross.better
    assert net.loss_if_shipped == pytest.approx(3_000, rel=0.01)


def test_where_a_larger_part_of_one_variant_counts_nothing_is_read() -> None:
    assert unevenly_counted([(1_000, 800), (1_000, 730)])
    assert unevenly_counted([(100_000, 100_000), (100_000, 90_000)])
    assert not unevenly_counted([(1_000, 800), (1_000, 770)])
    assert not unevenly_counted([(1_000, 1_000), (1_000, 1_000)])
    assert not unevenly_counted([(0, 0), (5, 5)])
    rows = "".join(f"{('control', 'call')[i % 2]},{i % 7 if i % 2 or i % 5 else ''}\n" for i in range(400))
    (refusal,) = from_file(read_outcomes(f"arm,paid\n{rows}".encode(), "arm", ("paid",))).verdicts
    assert (refusal.outcome, "who counts depends" in refusal.because[0]) == ("refused", True)


def test_the_same_p_value_is_no_end_at_an_early_look() -> None:
    first = Allowed(1, "planned", 1e-6, 4.88, 0.2)
    assert said((300, 350), allowed=FINAL).outcome == "ship"
    assert said((300, 350), allowed=first).outcome == "too-early"


def test_where_less_is_better_less_is_shipped() -> None:
    plan = replace(PLAN, primary=Measure("outcome", 0, "refunds", lower=True), secondary=(), guardrails=())
    arms = {("control", ""): moments_of_share(100, 500), ("call", ""): moments_of_share(50, 500)}
    found = {plan.primary.key: arms}
    effects = effects_of(plan, found, Level(), {})
    assert verdict(facts_of(plan, effects, found, FINAL, "call")).outcome == "ship"


def test_two_variants_share_the_error_between_them() -> None:
    plan = replace(PLAN, variants=(*PLAN.variants, Variant("mail")), secondary=(), guardrails=())
    arms = {(name, ""): moments_of_share(k, 400) for name, k in (("control", 120), ("call", 150), ("mail", 120))}
    effects = effects_of(plan, {"retained_90": arms}, Level(0.025), {})
    call = next(e for e in effects if e.variant == "call")
    # 0.024891 alone (statsmodels proportions_ztest); twice that among two.
    assert call.p_adjusted == pytest.approx(2 * 0.024891, abs=1e-6)
    assert isinstance(call.difference, Comparison)
    assert call.difference.confidence == pytest.approx(0.975)


def test_a_fragile_verdict_names_how_few_customers_turn_it() -> None:
    arms = moments_of_share(50, 200), moments_of_share(68, 200)
    moved = fragility(arms, 0.05)
    assert moved == 1
    assert fragility((moments_of_share(50, 200), moments_of_share(67, 200)), 0.05) == 1
    assert fragility((moments_of_share(0, 5), moments_of_share(1, 5)), 0.05) == 3


def test_the_cost_moves_the_mean_and_nothing_else() -> None:
    arm = moments_of(np.array([1.0, 4.0, 9.0]))
    assert net_of_cost(arm, 2.0) == replace(arm, mean={"value": arm.mean["value"] - 2.0}, least=-1.0, most=7.0)
    groups = moments_of(np.array([10.0, 40.0, 90.0]), np.array([1.0, 2.0, 4.0]))
    by_hand = moments_of(np.array([8.0, 36.0, 82.0]), np.array([1.0, 2.0, 4.0]))
    assert net_of_cost(groups, 2.0).variance == pytest.approx(by_hand.variance)
    assert net_of_cost(groups, 2.0).covariance[("per", "value")] == pytest.approx(by_hand.covariance[("per", "value")])


def test_a_customer_left_out_leaves_what_the_others_have() -> None:
    rows = np.array([3.0, 8.0, 49_854.0, 17.0, 2_961.0])
    rest = without(moments_of(rows), 49_854.0)
    by_hand = moments_of(np.delete(rows, 2))
    assert (rest.n, rest.mean["value"]) == (4, pytest.approx(by_hand.mean["value"]))
    assert rest.variance["value"] == pytest.approx(by_hand.variance["value"], rel=1e-6)
