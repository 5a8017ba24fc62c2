"""Several looks: bounds, probabilities to stop, and how much larger a plan must be."""

from math import inf

import numpy as np
import pytest

from analysis.statistics.sequential import (
    exit_probabilities,
    inflation,
    pocock_constant,
    spending_bounds,
    spent_alpha,
)

UNEVEN = [900, 1_000, 3_100]


@pytest.mark.parametrize("looks", [UNEVEN, [2_000, 2_004, 4_000]])
@pytest.mark.parametrize("drift", [0.0, 2.8])
def test_probabilities_to_stop_are_those_of_the_joint_normal_distribution(drift: float, looks: list[int]):
    """Another way: z at the looks is multivariate normal with correlations sqrt(n_i / n_j)."""
    from scipy.stats import multivariate_normal

    times, bounds = np.array(looks) / looks[-1], [2.5, 2.1, 2.0]
    shares = np.minimum.outer(times, times) / np.sqrt(np.outer(times, times))
    found = exit_probabilities(looks, bounds, drift=drift)
    for k in (1, 2, 3):
        means = drift * np.sqrt(times[:k])
        joint = multivariate_normal(means, shares[:k, :k], allow_singular=True)
        inside = joint.cdf(bounds[:k], lower_limit=[-b for b in bounds[:k]])
        assert sum(found.upper[:k]) + sum(found.lower[:k]) == pytest.approx(1 - inside, abs=2e-5)


def test_a_last_look_with_fewer_customers_than_planned_spends_all_that_is_left():
    """10,000 planned, looks at 4,000 and, because nobody came any more, at 5,500: the past and the real numbers count."""
    found = spending_bounds([4_000, 5_500], spent=[0.4, 1.0])
    assert found.spent[-1] == 0.05
    stopped = exit_probabilities([4_000, 5_500], found.z)
    assert sum(stopped.upper) + sum(stopped.lower) == pytest.approx(0.05, abs=1e-9)
    assert 1.96 < found.z[1] < spending_bounds([4_000, 10_000], spent=[0.4, 1.0]).z[1] + 0.01


@pytest.mark.parametrize("kind", ["obrien-fleming", "pocock", "power"])
def test_bounds_of_uneven_looks_spend_what_they_may(kind: str):
    found = spending_bounds(UNEVEN, spent=[0.2, 0.25, 1], kind=kind, alpha=0.1)
    stopped = exit_probabilities(UNEVEN, found.z)
    assert np.cumsum(np.add(stopped.upper, stopped.lower)) == pytest.approx(found.spent, abs=1e-9)
    assert found.spent == tuple(spent_alpha(share, alpha=0.1, kind=kind) for share in (0.2, 0.25, 1))


def test_looks_very_early_and_very_near_each_other_keep_the_promise():
    found = spending_bounds([1, 2, 5_000, 5_001, 10_000], spent=[0.0001, 0.0002, 0.5, 0.5001, 1])
    assert found.z[:2] == (inf, inf)
    stopped = exit_probabilities([1, 2, 5_000, 5_001, 10_000], found.z)
    assert sum(stopped.upper) == pytest.approx(0.025, abs=1e-8)


def test_what_is_spent_is_spent():
    again = spending_bounds([1, 2, 3], spent=[0.5, 0.5, 1.2])
    assert again.z[1] == inf
    assert again.spent[-1] == 0.05
    assert spent_alpha(0, kind="pocock") == 0
    assert spending_bounds([0.5]).z == pytest.approx((2.9626,), abs=1e-4)


def test_a_last_look_at_the_same_customers_may_still_spend_what_is_left():
    """Nobody came after the first look: |z| of one test is then judged by two bounds, the lower one of which counts."""
    for later in (4_000, 3_990):
        found = spending_bounds([4_000, later], spent=[0.4, 1.0])
        assert found.z[1] == pytest.approx(1.96, abs=0.002)
    assert spending_bounds([0], spent=[1.0]).z == pytest.approx((1.959964,), abs=1e-6)


def test_a_plan_with_one_look_is_the_fixed_test():
    assert spending_bounds([400], spent=[1]).z == pytest.approx((1.959964,), abs=1e-6)
    assert inflation(1, "pocock") == inflation(7, "fixed") == 1
    with pytest.raises(ValueError, match="one look"):
        spending_bounds([])
    with pytest.raises(ValueError, match="a share"):
        spending_bounds([1, 2], spent=[1])
    with pytest.raises(ValueError, match="one look"):
        inflation(0, "pocock")


def test_inflations_are_those_of_the_textbook():
    """Jennison & Turnbull (2000), table 2.2: a constant bound at five looks needs 1.229 times the size (0.05, 0.8)."""
    drift, bounds = 2.801585 * 1.229**0.5, [pocock_constant(5)] * 5
    assert sum(exit_probabilities(range(1, 6), bounds, drift=drift).upper) == pytest.approx(0.8, abs=1e-3)
    assert 1.02 < inflation(5, "obrien-fleming") < 1.03
    assert 1.2 < inflation(5, "pocock") < 1.229
    assert 1.7 < inflation(10, "always-valid") < inflation(1, "always-valid") < 2
