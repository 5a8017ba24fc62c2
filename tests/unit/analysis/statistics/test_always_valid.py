"""Always-valid intervals at their edges; what they promise over all looks is simulated elsewhere."""

from math import sqrt

import numpy as np
import pytest

from analysis.results import NotEnoughData
from analysis.statistics.always_valid import (
    always_valid_p,
    asymptotic_confidence_sequence,
    bernoulli_confidence_sequence,
    critical_z,
    mixture_sprt,
    relative_confidence_sequence,
    sequence_of,
)
from analysis.statistics.means import moments_of, moments_of_share


def test_the_p_value_is_below_alpha_exactly_when_the_interval_leaves_out_0():
    for n in (40, 1_000, 90_000):
        z = critical_z(n, tuned_at=1_000)
        assert always_valid_p(z, n, tuned_at=1_000) == pytest.approx(0.05)
        assert always_valid_p(0, n, tuned_at=1_000) == 1


def test_it_is_shortest_about_where_it_is_tuned():
    widths = {n: critical_z(n, tuned_at=n) / sqrt(1) for n in (500, 5_000)}
    assert widths[500] == pytest.approx(widths[5_000])
    elsewhere = [critical_z(5_000, tuned_at=tuned) for tuned in (500, 5_000, 50_000)]
    assert min(elsewhere) == elsewhere[1]


def test_any_estimate_with_an_error_has_one():
    sides = moments_of_share(100, 1_000), moments_of_share(130, 1_000)
    whole = asymptotic_confidence_sequence(*sides, tuned_at=5_000)
    assert sequence_of(whole.difference, whole.error, 2_000, tuned_at=5_000) == whole
    assert sequence_of(whole.difference, whole.error, 0.4, tuned_at=1).p_value == pytest.approx(whole.p_value)
    assert sequence_of(1.0, 0.0, 10, tuned_at=10).low is None


def test_what_cannot_be_said_is_not():
    some = moments_of_share(3, 40)
    assert isinstance(asymptotic_confidence_sequence(moments_of_share(1, 1), some, tuned_at=100), NotEnoughData)
    assert isinstance(relative_confidence_sequence(moments_of_share(1, 1), some, tuned_at=100), NotEnoughData)
    assert isinstance(relative_confidence_sequence(moments_of_share(0, 40), some, tuned_at=100), NotEnoughData)
    assert asymptotic_confidence_sequence(*[moments_of([2.0, 2.0])] * 2, tuned_at=100).p_value is None
    assert isinstance(mixture_sprt(0, 1.0, variance=1.0, mixing=1.0), NotEnoughData)
    assert mixture_sprt(1e6, 9.0, variance=1.0, mixing=1.0)[1] == 0
    assert isinstance(bernoulli_confidence_sequence(0, 0, tuned_at=9), NotEnoughData)
    with pytest.raises(ValueError, match="no proportion"):
        bernoulli_confidence_sequence(2, 1, tuned_at=9)


@pytest.mark.parametrize("trials", [1, 4, 60])
def test_the_exact_one_holds_the_share_it_saw(trials: int):
    for successes in range(trials + 1):
        found = bernoulli_confidence_sequence(successes, trials, tuned_at=50)
        assert 0 <= found.low <= found.value <= found.high <= 1


def test_the_exact_one_covers_at_all_customers_at_once():
    """2,000 series of 300 customers who leave at 10 %: at most 5 % are ever outside."""
    random = np.random.default_rng(5)
    seen = random.binomial(1, 0.1, (2_000, 300)).cumsum(axis=1)
    ever = np.zeros(2_000, dtype=bool)
    for n in range(10, 301, 10):
        outside = {
            k: not found.low <= 0.1 <= found.high
            for k in np.unique(seen[:, n - 1])
            if (found := bernoulli_confidence_sequence(int(k), n, tuned_at=100))
        }
        ever |= np.array([outside[k] for k in seen[:, n - 1]])
    assert ever.mean() <= 0.05
