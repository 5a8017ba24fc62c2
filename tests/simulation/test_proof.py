"""Verdicts on many made-up companies: no action without effect is called a success, and intervals hold the truth."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest

from analysis.proof.visible import smallest_visible
from analysis.results import Estimate
from data.records_improvement import ProofMetric, ProofMonth, ProofPlan, Verdict
from tests.proof_series import Shape, autocorrelated, churn, drawn, month, verdict

SEEDS = 100
WINDOW = 3


def steady(rng: np.random.Generator, months: int) -> np.ndarray:
    return np.ones(months)


def overdispersed(rng: np.random.Generator, months: int) -> np.ndarray:
    return np.maximum(1 + 0.2 * rng.normal(size=months), 0)


def going_together(rng: np.random.Generator, months: int) -> np.ndarray:
    return np.maximum(1 + 0.2 * autocorrelated(rng, months, 0.6), 0)


def wandering(rng: np.random.Generator, months: int) -> np.ndarray:
    return np.exp(0.05 * rng.normal(size=months).cumsum())


def seasonal(rng: np.random.Generator, months: int) -> np.ndarray:
    return 1 + 0.3 * np.cos(2 * np.pi * (np.arange(months) - rng.uniform(0, 12)) / 12)


def falling(rng: np.random.Generator, months: int) -> np.ndarray:
    return 0.97 ** np.arange(months)


@dataclass(frozen=True)
class World:
    """A plan and the months of a company whose figure the action changes by a factor (1 = not at all)."""

    plan: ProofPlan
    months: Callable[[np.random.Generator, float], Sequence[ProofMonth]]
    usual: float


def _alone(
    shape: Shape, baseline: int = 12, n: int = 1_000, metric: str = "churn", usual: float = 0.04, window: int = WINDOW
) -> World:
    plan = churn(baseline, window_months=window)
    if metric == "early-churn":
        plan = replace(plan, metric=ProofMetric("early-churn", days=30))

    def months(rng: np.random.Generator, factor: float) -> Sequence[ProofMonth]:
        rates = usual * shape(rng, baseline + window)
        rates[baseline:] *= factor
        return drawn(rng, rates, n)

    return World(plan, months, usual)


def _beside(shape: Shape, others: int) -> World:
    """Groups that share what happens to all, and vary by themselves too."""
    plan = churn(comparison="segment") if others == 1 else churn(comparison="units", units="country")

    def months(rng: np.random.Generator, factor: float) -> Sequence[ProofMonth]:
        common, found = shape(rng, 12 + WINDOW), list[ProofMonth]()
        names = ["treated", "comparison"] if others == 1 else ["treated", *(f"group {i}" for i in range(others))]
        for name in names:
            level = 0.04 if others == 1 else float(rng.uniform(0.03, 0.06))
            rates = level * common * (1 + 0.1 * rng.normal(size=12 + WINDOW))
            if name == "treated":
                rates[12:] *= factor
            found += drawn(rng, rates, int(rng.integers(400, 2_000)) if others > 1 else 1_000, name)
        return found

    return World(plan, months, 0.04)


WORLDS = {
    "steady": _alone(steady),
    "overdispersed": _alone(overdispersed),
    "months that go together": _alone(going_together, n=10_000),
    "wandering": _alone(wandering),
    "season, one year": _alone(seasonal),
    "season, two years": _alone(seasonal, baseline=24),
    "falling": _alone(falling),
    "signed, a year": _alone(overdispersed, n=80, metric="early-churn", usual=0.2),
    "signed, three months": _alone(steady, baseline=3, n=80, metric="early-churn", usual=0.2),
    "beside one group": _beside(seasonal, 1),
    "beside ten groups": _beside(wandering, 10),
    "beside twenty groups": _beside(wandering, 20),
}
NOTHING_ELSE = (
    "steady",
    "overdispersed",
    "signed, a year",
    "signed, three months",
    "beside one group",
    "beside twenty groups",
)
"""Where only the action and chance move the figure of the population apart from the others."""


SHORT = {
    "season, eight months": _alone(seasonal, baseline=8, n=5_000),
    "season, eight months and a window that waits": _alone(seasonal, baseline=8, n=5_000, window=8),
    "falling, eight months": _alone(falling, baseline=8, n=5_000),
    "months that go together, nine": _alone(going_together, baseline=9, n=10_000, window=6),
    "signed, season, three months": _alone(seasonal, baseline=3, n=400, metric="early-churn", usual=0.2),
    "signed, season, six months": _alone(seasonal, baseline=6, n=400, metric="early-churn", usual=0.2, window=12),
    "signed, falling, three months": _alone(falling, baseline=3, n=400, metric="early-churn", usual=0.2),
    "signed, falling, ten months": _alone(falling, baseline=10, n=400, metric="early-churn", usual=0.2, window=4),
}
"""Less than a year before and nothing beside: a season cannot be told until the same months are known."""


def _judged(world: World, factor: float, seeds: int) -> list[Verdict]:
    return [verdict(world.plan, world.months(np.random.default_rng(seed), factor)) for seed in range(seeds)]


@pytest.mark.parametrize("name", [*WORLDS, *SHORT])
def test_an_action_without_effect_is_no_success_in_at_least_95_of_100(name: str):
    words = [found.word for found in _judged((WORLDS | SHORT)[name], 1.0, SEEDS)]
    assert words.count("worked") <= 5


@pytest.mark.parametrize("name", NOTHING_ELSE)
def test_intervals_hold_the_truth_in_at_least_90_of_100(name: str):
    world, inside = WORLDS[name], 0
    seeds = 100 if world.plan.comparison == "units" else 200
    found = _judged(world, 0.6, seeds)
    for seed, one in enumerate(found):
        assert one.low is not None
        assert one.high is not None
        # What the months after would have been without the action, by the very rates they were drawn from.
        without = world.months(np.random.default_rng(seed), 1.0)
        usual = _mean_rate(without) if one.method == "synthetic" else world.usual
        inside += one.low <= -0.4 * usual <= one.high
    assert inside >= 0.9 * seeds


def _mean_rate(months: Sequence[ProofMonth]) -> float:
    treated = [row for row in months if row.group == "treated"]
    return sum(row.total for row in treated) / sum(row.n for row in treated)


@pytest.mark.parametrize("name", ["steady", "overdispersed", "signed, a year", "beside one group"])
def test_twice_the_visible_effect_is_found(name: str):
    world = WORLDS[name]
    if name == "signed, a year":
        world = _alone(steady, n=200, metric="early-churn", usual=0.2)
    found = 0
    for seed in range(50):
        before = [row for row in world.months(np.random.default_rng(seed), 1.0) if row.start < month(12)]
        visible = smallest_visible(world.plan, before)
        assert isinstance(visible, Estimate)
        factor = max(1 - 2 * visible.value / world.usual, 0.0)
        found += verdict(world.plan, world.months(np.random.default_rng(seed), factor)).word == "worked"
    assert found >= 45


def _worst_of_twelve(rng: np.random.Generator) -> list[ProofMonth]:
    """Twelve alike segments; the one with the most losses in the last quarter before shipping."""
    segments = [drawn(rng, 0.05 * overdispersed(rng, 18), 150) for _ in range(12)]
    return max(segments, key=lambda rows: sum(row.total for row in rows[12:15]))


@pytest.mark.parametrize("told", [True, False])
def test_the_worst_of_twelve_segments_does_not_pass_by_returning_to_the_mean(told: bool):
    """With the quarter left out, as plans do; and when nobody says by which months the segment was chosen."""
    chosen = {"chosen_from": month(12), "chosen_to": month(15)} if told else {}
    plan = churn(15, **chosen)
    words = [verdict(plan, _worst_of_twelve(np.random.default_rng(seed))).word for seed in range(SEEDS)]
    assert words.count("worked") <= 5


def test_a_bare_comparison_of_the_worst_segment_would_pass():
    """What the rule guards against: beside its chosen quarter the segment looks better in most cases."""
    better = 0
    for seed in range(SEEDS):
        rows = _worst_of_twelve(np.random.default_rng(seed))
        before, after = (sum(row.total for row in part) for part in (rows[12:15], rows[15:18]))
        better += after < before
    assert better >= 85
