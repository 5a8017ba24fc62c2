"""What must hold of every comparison of two variants, whatever the counts and the amounts."""

from math import isfinite

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from analysis.results import Comparison, NotEnoughData
from analysis.statistics.always_valid import asymptotic_confidence_sequence
from analysis.statistics.balance import standardised_difference
from analysis.statistics.bayesian import beta_binomial
from analysis.statistics.means import (
    cuped_difference,
    merge,
    moments_of,
    moments_of_share,
    ratio_difference,
    welch_difference,
)
from analysis.statistics.outliers import bootstrap_mean_difference
from analysis.statistics.proportions import agresti_caffo_difference, score_difference
from analysis.statistics.relative_lift import fieller_lift, relative_lift
from analysis.statistics.risk_ratios import risk_ratio
from analysis.statistics.sample_ratio import sample_ratio_test
from data.records_experiments import Moments

#: Cents, with many customers who pay nothing, losses included.
AMOUNTS = some.one_of(some.just(0), some.integers(-500, 100_000), some.sampled_from([4_900, 9_900]))
ROWS = some.lists(some.tuples(AMOUNTS, some.integers(1, 9), AMOUNTS), min_size=0, max_size=30)


@some.composite
def counts(draw: some.DrawFn) -> tuple[int, int, int, int]:
    n_control, n_treat = draw(some.integers(0, 300)), draw(some.integers(0, 40))
    return draw(some.integers(0, n_control)), n_control, draw(some.integers(0, n_treat)), n_treat


def moments(rows: list[tuple[int, int, int]]) -> Moments:
    columns = np.array(rows, dtype=float).reshape(-1, 3)
    return moments_of(columns[:, 0], per=columns[:, 1], before=columns[:, 2])


def said(found: Comparison | NotEnoughData) -> list[float] | None:
    """Difference, limits and p-value; None where nothing is said. What is said is finite."""
    if isinstance(found, NotEnoughData):
        return None
    numbers = [found.difference, found.low, found.high, found.p_value]
    assert all(n is None or isfinite(n) for n in numbers)
    assert found.low is None or found.low <= found.difference <= found.high
    assert found.p_value is None or 0 <= found.p_value <= 1
    return numbers


def mirrored(numbers: list[float] | None) -> list[float] | None:
    if numbers is None:
        return None
    difference, low, high, p_value = numbers
    return [-difference, None if high is None else -high, None if low is None else -low, p_value]


def same(ours: list[float] | None, theirs: list[float] | None, near: float = 1e-9) -> None:
    assert (ours is None) == (theirs is None)
    for a, b in zip(ours or (), theirs or (), strict=True):
        assert a == b if a is None or b is None else a == pytest.approx(b, rel=1e-6, abs=near)


@settings(max_examples=20)
@given(counts())
def test_relabelling_shares_flips_signs_only(of: tuple[int, int, int, int]):
    turned = (of[2], of[3], of[0], of[1])
    same(said(score_difference(*of)), mirrored(said(score_difference(*turned))))
    if of[1] and of[3]:
        found, other = beta_binomial(*of), beta_binomial(*turned)
        assert (found.better, found.low) == pytest.approx((1 - other.better, -other.high), abs=1e-8)
        assert found.loss_if_treatment == pytest.approx(other.loss_if_control, rel=1e-6, abs=1e-12)
        assert agresti_caffo_difference(*of).low >= -1


@settings(max_examples=25)
@given(ROWS, ROWS)
def test_relabelling_amounts_flips_signs_only(left: list, right: list):
    a, b = moments(left), moments(right)
    for method in (welch_difference, ratio_difference, lambda *s: asymptotic_confidence_sequence(*s, tuned_at=50)):
        same(said(method(a, b)), mirrored(said(method(b, a))), near=1e-6)
    found, turned = cuped_difference(a, b), cuped_difference(b, a)
    if isinstance(found, NotEnoughData):
        assert isinstance(turned, NotEnoughData)
    else:
        same(said(found.difference), mirrored(said(turned.difference)), near=1e-6)
        assert found.theta == pytest.approx(turned.theta)
    if a.n and b.n:
        assert standardised_difference(a, b) == pytest.approx(-standardised_difference(b, a))


@settings(max_examples=25)
@given(some.lists(ROWS, min_size=1, max_size=5))
def test_merging_aggregates_equals_recomputing(parts: list):
    merged, whole = merge([moments(part) for part in parts]), moments([row for part in parts for row in part])
    assert (merged.n, merged.least, merged.most) == (whole.n, whole.least, whole.most)
    assert merged.mean == pytest.approx(whole.mean)
    if whole.n > 1:
        assert merged.variance == pytest.approx(whole.variance, abs=1e-6)
        assert merged.covariance == pytest.approx(whole.covariance, abs=1e-6)


@settings(max_examples=25)
@given(ROWS, ROWS, some.integers(-1_000_000, 1_000_000))
def test_adding_a_constant_to_money_changes_nothing_in_the_effect(left: list, right: list, constant: int):
    def added(rows: list) -> list:
        return [(value + constant, per, before) for value, per, before in rows]

    sides, moved = (moments(left), moments(right)), (moments(added(left)), moments(added(right)))
    same(said(welch_difference(*sides)), said(welch_difference(*moved)), near=1e-5)
    found, other = cuped_difference(*sides), cuped_difference(*moved)
    if not isinstance(found, NotEnoughData):
        same(said(found.difference), said(other.difference), near=1e-5)
    arms = [
        [np.array([row[0] for row in rows], dtype=float) for rows in (one, two)]
        for one, two in ((left, right), (added(left), added(right)))
    ]
    drawn = [bootstrap_mean_difference(*pair, seed=3) for pair in arms]
    same(said(drawn[0]), said(drawn[1]), near=1e-5)


@settings(max_examples=25)
@given(ROWS, ROWS, some.integers(2, 1_000))
def test_cents_or_euros_give_one_relative_effect(left: list, right: list, times: int):
    sides = moments(left), moments(right)
    scaled = [moments([(value * times, per, before) for value, per, before in rows]) for rows in (left, right)]
    for method in (relative_lift, fieller_lift):
        same(said(method(*sides)), said(method(*scaled)))


@given(counts())
def test_a_ratio_is_never_below_0_and_never_made_up(of: tuple[int, int, int, int]):
    found = risk_ratio(*of)
    if not of[0] or not of[3]:
        assert isinstance(found, NotEnoughData)
    else:
        assert 0 <= found.low <= found.value <= (found.high if found.high is not None else np.inf)


@given(some.lists(some.integers(0, 60), min_size=2, max_size=4), some.randoms())
def test_the_order_of_variants_does_not_matter_to_the_split(observed: list[int], random):
    shares = [1 + random.randrange(3) for _ in observed]
    order = random.sample(range(len(observed)), len(observed))
    found, other = (
        sample_ratio_test([observed[i] for i in o], [shares[i] for i in o]) for o in (range(len(observed)), order)
    )
    if isinstance(found, NotEnoughData):
        assert sum(observed) == 0
    else:
        assert found.p_value == pytest.approx(other.p_value, abs=0.01 if found.method == "simulated" else 1e-9)


@given(some.integers(0, 300), some.integers(0, 300))
def test_shares_from_counts_and_from_rows_are_the_same(successes: int, failures: int):
    rows = np.repeat([1.0, 0.0], [successes, failures])
    counted, seen = moments_of_share(successes, successes + failures), moments_of(rows)
    assert counted.mean == pytest.approx(seen.mean)
    assert counted.variance == pytest.approx(seen.variance)
    assert (counted.n, counted.least, counted.most) == (seen.n, seen.least, seen.most)
