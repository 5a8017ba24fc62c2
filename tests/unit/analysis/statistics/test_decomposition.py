"""A change taken apart adds up exactly, also where segments appear or vanish."""

from math import fsum

import pytest
from hypothesis import given
from hypothesis import strategies as some

from analysis.statistics.decomposition import (
    kitagawa,
    mix_against_the_mean,
    oaxaca_three_fold,
    product_decomposition,
)

SEGMENT = some.tuples(some.integers(0, 5000), some.floats(0, 1), some.integers(0, 5000), some.floats(0, 1))


def rates(weights: list[int], given_rates: list[float]) -> list[float | None]:
    """A segment without customers has no rate."""
    return [rate if weight else None for weight, rate in zip(weights, given_rates, strict=True)]


@given(some.lists(SEGMENT, min_size=1, max_size=12))
def test_mix_and_rate_add_up_to_the_change_exactly(segments: list[tuple[int, float, int, float]]):
    """The change computed apart: weighted mean after less weighted mean before, to 1e-12."""
    w1, r1, w2, r2 = (list(column) for column in zip(*segments, strict=True))
    if sum(w1) and sum(w2):
        found = kitagawa(w1, rates(w1, r1), w2, rates(w2, r2))
        before = fsum(w * r for w, r in zip(w1, r1, strict=True)) / sum(w1)
        after = fsum(w * r for w, r in zip(w2, r2, strict=True)) / sum(w2)
        assert fsum((*found.mix_by_segment, *found.rate_by_segment)) == pytest.approx(after - before, abs=1e-12)
        assert found.mix + found.rate == pytest.approx(found.total, abs=1e-12)


@given(some.lists(SEGMENT, min_size=1, max_size=12))
def test_mix_against_the_mean_sums_to_the_same_mix(segments: list[tuple[int, float, int, float]]):
    """To 1e-12, also where segments appear, vanish (no customers on a side, no rate) or were never there."""
    w1, r1, w2, r2 = (list(column) for column in zip(*segments, strict=True))
    if sum(w1) and sum(w2):
        given_to_both = (w1, rates(w1, r1), w2, rates(w2, r2))
        found = kitagawa(*given_to_both)
        assert fsum(mix_against_the_mean(*given_to_both)) == pytest.approx(found.mix, abs=1e-12)
        assert fsum((*mix_against_the_mean(*given_to_both), *found.rate_by_segment)) == pytest.approx(
            found.total, abs=1e-12
        )


def test_more_of_those_who_leave_less_often_than_everybody_lowers_the_mean():
    """Hand calculation: shares 60 and 40 % become 80 and 20 %; rates 2 and 6 %, means 3.6 and 2.8 %, so R = 3.2 %."""
    counted = ([60, 40], [0.02, 0.06], [80, 20], [0.02, 0.06])
    assert kitagawa(*counted).mix_by_segment == pytest.approx((0.2 * 0.02, -0.2 * 0.06))
    assert mix_against_the_mean(*counted) == pytest.approx((0.2 * (0.02 - 0.032), -0.2 * (0.06 - 0.032)))


@given(some.lists(SEGMENT, min_size=2, max_size=6), some.randoms(use_true_random=False))
def test_relabelling_the_segments_changes_no_effect(segments: list[tuple[int, float, int, float]], random):
    w1, r1, w2, r2 = (list(column) for column in zip(*segments, strict=True))
    if sum(w1) and sum(w2):
        order = list(range(len(segments)))
        random.shuffle(order)
        found = kitagawa(w1, rates(w1, r1), w2, rates(w2, r2))
        moved = kitagawa(*([column[i] for i in order] for column in (w1, rates(w1, r1), w2, rates(w2, r2))))
        assert moved.mix_by_segment == tuple(found.mix_by_segment[i] for i in order)
        assert moved.total == pytest.approx(found.total, abs=1e-15)


def test_a_new_segment_and_a_vanished_one_belong_to_mix():
    """Hand calculation: half of the customers go at 10 %, others come at 30 %; those who stay do not change."""
    found = kitagawa([50, 50, 0], [0.2, 0.1, None], [50, 0, 50], [0.2, None, 0.3])
    assert found.mix_by_segment == pytest.approx((0, -0.05, 0.15))
    assert found.rate_by_segment == (0, 0, 0)


def test_opposite_signs_get_no_percentage():
    """Hand calculation: mix 0.1, rate -0.05: "200 % of the change" would mislead."""
    assert kitagawa([1, 1], [0.1, 0.3], [0, 1], [None, 0.25]).mix_share is None


@pytest.mark.parametrize(
    "bad", [([0], [0.1], [1], [0.1]), ([-1, 2], [0.1, 0.1], [1, 1], [0.1, 0.1]), ([1], [None], [1], [0.1])]
)
def test_a_segment_needs_a_size_and_a_rate(bad: tuple[list[float], ...]):
    for method in (kitagawa, mix_against_the_mean):
        with pytest.raises(ValueError):
            method(*bad)


@given(some.lists(some.tuples(some.floats(0.01, 50), some.floats(0.01, 50)), min_size=1, max_size=5))
def test_the_factors_of_a_product_add_up(pairs: list[tuple[float, float]]):
    before, after = ({str(i): pair[side] for i, pair in enumerate(pairs)} for side in (0, 1))
    product_before = product_after = 1.0
    for a, b in pairs:
        product_before, product_after = product_before * a, product_after * b
    total = fsum(product_decomposition(before, after).values())
    assert total == pytest.approx(product_after - product_before, rel=1e-9, abs=1e-9 * (product_before + product_after))


def test_factors_differ_in_name():
    with pytest.raises(ValueError, match="same factors"):
        product_decomposition({"rate": 1}, {"amount": 1})


def test_a_gap_lies_between_two_groups():
    with pytest.raises(ValueError, match="two groups"):
        oaxaca_three_fold([1.0, 2.0], ["a", "a"], {"x": [1.0, 2.0]})


def test_covariates_that_repeat_each_other_are_refused_or_add_up():
    """Four customers a group, y = x and y = 2 x: the gap is 2.5, all of it in the coefficients."""
    x = [1.0, 2.0, 3.0, 4.0] * 2
    y = [1.0, 2.0, 3.0, 4.0, 2.0, 4.0, 6.0, 8.0]
    found = oaxaca_three_fold(y, [0] * 4 + [1] * 4, {"x": x})
    assert (found.gap, found.coefficients) == pytest.approx((2.5, 2.5))
    assert (found.endowments, found.interaction) == pytest.approx((0, 0), abs=1e-9)
