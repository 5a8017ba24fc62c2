"""However often a result is looked at: false alarms stay within what was promised, and effects are found as often."""

import numpy as np
import pytest

from analysis.experiments.compare import Level, difference
from analysis.results import Comparison
from analysis.statistics.always_valid import always_valid_p, critical_z
from analysis.statistics.means import moments_of_share
from analysis.statistics.power import size_for_means, size_for_proportions
from analysis.statistics.sequential import inflation, spending_bounds

RUNS, LOOKS, ALPHA, POWER = 20_000, 10, 0.05, 0.8
PLANS = ["fixed", "obrien-fleming", "pocock", "always-valid"]
#: Three standard errors of a rate that RUNS runs give.
ERROR = 3 * np.sqrt(ALPHA * (1 - ALPHA) / RUNS)


def z_of_shares(random: np.random.Generator, sizes: np.ndarray, rates: tuple[float, float], runs: int = RUNS):
    """z of the pooled test at each look, runs by looks; sizes: customers at each look, looks by (control, treatment)."""
    steps = np.diff(sizes, axis=0, prepend=0)
    control, treat = (random.binomial(steps[:, arm], rates[arm], (runs, len(steps))).cumsum(axis=1) for arm in (0, 1))
    n_control, n_treat = sizes[:, 0], sizes[:, 1]
    pooled = (control + treat) / (n_control + n_treat)
    error = np.sqrt(np.maximum(pooled * (1 - pooled), 1e-12) * (1 / n_control + 1 / n_treat))
    return (treat / n_treat - control / n_control) / error


def bounds_of(plan: str, sizes: np.ndarray, planned: float) -> np.ndarray:
    """|z| to stop at, per look; the last look spends whatever is left."""
    whole = sizes.sum(axis=1)
    if plan == "always-valid":
        return np.array([critical_z(float(n), alpha=ALPHA, tuned_at=planned) for n in whole])
    if plan == "fixed":
        return np.where(np.arange(len(whole)) < len(whole) - 1, np.inf, 1.959964)
    spent = [*(min(1.0, n / planned) for n in whole[:-1]), 1.0]
    return np.array(spending_bounds(list(whole), alpha=ALPHA, kind=plan, spent=spent).z)


def dealt(total: np.ndarray, shares: tuple[float, float]) -> np.ndarray:
    return np.column_stack([np.rint(total * share / sum(shares)) for share in shares]).astype(int)


@pytest.mark.parametrize("plan", PLANS)
def test_ten_looks_raise_no_more_false_alarms_than_one(plan: str):
    """Even and uneven arms; looks at even times, and at odd ones that end before the size planned."""
    random = np.random.default_rng(20261123)
    even = dealt(np.arange(1, LOOKS + 1) * 400, (1, 1))
    odd = dealt(np.array([600, 700, 1_500, 1_520, 2_000, 2_900, 3_000, 3_050, 3_400, 3_500]), (3, 2))
    for sizes in (even, odd):
        z = z_of_shares(random, sizes, (0.2, 0.2))
        alarms = (np.abs(z) >= bounds_of(plan, sizes, 4_000)).any(axis=1).mean()
        assert alarms <= ALPHA + ERROR
        assert plan == "always-valid" or alarms >= ALPHA - 0.006


def test_a_fixed_test_made_ten_times_is_wrong_every_fifth_time():
    z = z_of_shares(np.random.default_rng(1), dealt(np.arange(1, LOOKS + 1) * 400, (1, 1)), (0.2, 0.2))
    assert (np.abs(z) >= 1.96).any(axis=1).mean() == pytest.approx(0.193, abs=0.01)


@pytest.mark.parametrize("plan", PLANS)
def test_skewed_money_raises_no_more_false_alarms_either(plan: str):
    """Ten looks at two groups of log-normal amounts of which half are 0, Welch's standard error at each look."""
    runs, step = 3_000, 60
    random = np.random.default_rng(20261124)
    rows = np.exp(random.normal(4, 0.7, (runs, 2, LOOKS, step))) * (random.random((runs, 2, LOOKS, step)) < 0.5)
    rows -= rows.mean()
    n = np.arange(1, LOOKS + 1) * step
    mean = rows.sum(axis=3).cumsum(axis=2) / n
    variance = ((rows * rows).sum(axis=3).cumsum(axis=2) - n * mean**2) / (n - 1)
    z = (mean[:, 1] - mean[:, 0]) / np.sqrt(variance.sum(axis=1) / n)
    sizes = dealt(2 * n, (1, 1))
    alarms = (np.abs(z) >= bounds_of(plan, sizes, 2 * n[-1])).any(axis=1).mean()
    assert alarms <= ALPHA + 3 * np.sqrt(ALPHA * (1 - ALPHA) / runs)


@pytest.mark.parametrize("plan", PLANS)
@pytest.mark.parametrize("shares", [(1.0, 1.0), (3.0, 1.0)])
def test_a_plan_finds_what_it_was_made_for_as_often_as_it_says(plan: str, shares: tuple[float, float]):
    """Churn of 20 % against 14 %, and its size times the inflation of five looks: 80 %, give or take two points."""
    looks = 5
    control = size_for_proportions(0.2, -0.06, power=POWER, alpha=ALPHA, shares=shares)
    whole = control * sum(shares) / shares[0] * inflation(looks, plan, ALPHA, POWER)
    sizes = dealt(whole * np.arange(1, looks + 1) / looks, shares)
    z = z_of_shares(np.random.default_rng(7), sizes, (0.2, 0.14))
    found = (-z >= bounds_of(plan, sizes, whole)).any(axis=1).mean()
    assert found == pytest.approx(POWER, abs=0.02)


def test_a_plan_for_means_finds_what_it_was_made_for():
    random, n = np.random.default_rng(8), int(np.ceil(size_for_means(50, 9, power=0.9)))
    control, treat = random.normal(100, 50, (4_000, n)), random.normal(109, 50, (4_000, n))
    error = np.sqrt((control.var(axis=1, ddof=1) + treat.var(axis=1, ddof=1)) / n)
    found = ((treat.mean(axis=1) - control.mean(axis=1)) / error >= 1.963).mean()
    assert found == pytest.approx(0.9, abs=0.02)


def test_the_always_valid_p_value_of_the_best_of_all_looks_is_still_valid():
    """The smallest of 500 p-values, one after every eight customers, is below 5 % in 5 % of runs at most."""
    sizes = dealt(np.arange(50, 550) * 8, (1, 1))
    z = z_of_shares(np.random.default_rng(9), sizes, (0.3, 0.3), runs=2_000)
    farthest = np.abs(z) / [critical_z(float(n), tuned_at=4_000) for n in sizes.sum(axis=1)]
    assert (farthest.max(axis=1) >= 1).mean() <= ALPHA
    best = farthest.max(axis=1).argmax()
    look = farthest[best].argmax()
    p = always_valid_p(z[best, look], float(sizes[look].sum()), tuned_at=4_000)
    assert (p <= ALPHA) == (farthest[best, look] >= 1)


@pytest.mark.parametrize("base", [0.5, 0.8, 0.95])
def test_looking_from_the_first_customers_on_raises_no_false_alarms_where_one_in_ten_gets_the_offer(base: float):
    """Of two or three customers all stay or all leave by chance: without care four of ten runs call that an effect."""
    random, alarms, runs = np.random.default_rng(11), 0, 200
    looks = sorted({int(4 * 1.15**i) for i in range(36)})
    for _ in range(runs):
        treated, kept = random.random((2, looks[-1])) < [[0.1], [base]]
        for n in looks:
            arms = [kept[:n][treated[:n] == arm] for arm in (False, True)]
            control, offer = (moments_of_share(int(arm.sum()), len(arm)) for arm in arms)
            found = difference(control, offer, Level(ALPHA, 400), share=True)
            if isinstance(found, Comparison) and not found.limits[0] <= 0 <= found.limits[1]:
                alarms += 1
                break
    assert alarms / runs <= ALPHA + 3 * np.sqrt(ALPHA * (1 - ALPHA) / runs)
