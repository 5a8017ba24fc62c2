"""Ratios of sums over customers against tea-tasting's formula and a plain bootstrap over rows."""

import numpy as np
import pytest

from analysis.results import Estimate, NotEnoughData
from analysis.statistics.ratios import Cell, RatioSums, _linearised_error, _replicates, bootstrap_ratio, delta_ratio


def a_month(seed: int, n: int = 400) -> tuple[np.ndarray, np.ndarray]:
    """MRR at start and MRR lost of n customers: skewed amounts, a tenth of the customers lose something."""
    random = np.random.default_rng(seed)
    start = np.round(random.lognormal(8, 1, n))
    lost = np.where(random.random(n) < 0.1, np.round(start * random.choice([1.0, 0.5], n)), 0.0)
    return start, lost


def sums_of(start: np.ndarray, lost: np.ndarray) -> RatioSums:
    return RatioSums(len(start), lost.sum(), start.sum(), (lost**2).sum(), (start**2).sum(), (lost * start).sum())


def cells_of(start: np.ndarray, lost: np.ndarray) -> list[Cell]:
    return [Cell(float(part), float(whole), 1) for part, whole in zip(lost, start, strict=True) if part]


def an_estimate(found: object) -> Estimate:
    assert isinstance(found, Estimate)
    assert found.low is not None
    assert found.high is not None
    return found


@pytest.mark.parametrize("seed", range(5))
def test_the_bootstrap_agrees_with_resampling_the_rows(seed: int):
    start, lost = a_month(seed)
    found = an_estimate(bootstrap_ratio(sums_of(start, lost), cells_of(start, lost), seed=1))
    random = np.random.default_rng(2)
    picks = random.integers(0, len(start), (4000, len(start)))
    low, high = np.quantile(lost[picks].sum(axis=1) / start[picks].sum(axis=1), [0.025, 0.975])
    width = high - low
    ratios = _replicates(sums_of(start, lost), cells_of(start, lost), np.random.default_rng(1))
    assert np.quantile(ratios, [0.025, 0.975]) == pytest.approx([low, high], abs=0.12 * width)
    assert found.low <= low + 0.12 * width
    assert found.high >= high - 0.12 * width


def test_the_delta_method_equals_the_linearised_variance_written_out():
    start, lost = a_month(7)
    found = an_estimate(delta_ratio(sums_of(start, lost)))
    ratio = lost.sum() / start.sum()
    error = np.std(lost - ratio * start, ddof=1) / np.sqrt(len(start)) / start.mean()
    assert found.value == pytest.approx(ratio)
    assert _linearised_error(sums_of(start, lost)) == pytest.approx(error)
    assert found.high >= ratio + 1.959963 * error


def test_with_many_losses_too_a_large_customer_who_stays_widens_the_interval():
    start, lost = np.array([1e6, *[100.0] * 20_000]), np.array([0.0, *[50.0] * 4_000, *[0.0] * 16_000])
    by_sums = an_estimate(delta_ratio(sums_of(start, lost)))
    one_by_one = an_estimate(bootstrap_ratio(sums_of(start, lost), [Cell(50.0, 100.0, 4_000)], seed=1))
    assert (by_sums.low, by_sums.high) == pytest.approx((one_by_one.low, one_by_one.high))


def test_equal_customers_in_one_cell_are_the_same_as_one_by_one():
    start, lost = np.array([100.0] * 50), np.array([100.0] * 5 + [0.0] * 45)
    single = an_estimate(bootstrap_ratio(sums_of(start, lost), cells_of(start, lost), seed=3))
    merged = an_estimate(bootstrap_ratio(sums_of(start, lost), [Cell(100.0, 100.0, 5)], seed=3))
    assert merged.value == single.value
    assert merged.low == pytest.approx(single.low, abs=0.02)
    assert merged.high == pytest.approx(single.high, abs=0.02)


def test_the_same_seed_gives_the_same_interval():
    start, lost = a_month(9)
    sums, cells = sums_of(start, lost), cells_of(start, lost)
    assert bootstrap_ratio(sums, cells, seed=5) == bootstrap_ratio(sums, cells, seed=5)
    other = np.random.default_rng(6)
    assert not np.array_equal(_replicates(sums, cells, np.random.default_rng(5)), _replicates(sums, cells, other))


def test_nobody_lost_has_the_upper_limit_of_a_share_of_nothing():
    start = np.full(20, 100.0)
    found = an_estimate(bootstrap_ratio(sums_of(start, np.zeros(20)), [], seed=1))
    # Newcombe (1998), Table I: 0 of 20
    assert (found.value, found.low, found.high) == (0.0, 0.0, pytest.approx(0.1611, abs=5e-5))


def test_one_customer_who_stays_says_next_to_nothing():
    found = an_estimate(bootstrap_ratio(sums_of(np.array([100.0]), np.zeros(1)), [], seed=1))
    assert found.high == pytest.approx(0.793, abs=1e-3)


def test_a_large_customer_who_stays_does_not_make_small_losses_large():
    start = np.array([1000.0, *[100.0] * 10])
    lost = np.array([0.0, 100.0, *[0.0] * 9])
    random = np.random.default_rng(4)
    weights = random.poisson(1, (20_000, 11))
    whole = weights @ start
    honest = np.quantile((weights @ lost)[whole > 0] / whole[whole > 0], 0.975)
    ratios = _replicates(sums_of(start, lost), cells_of(start, lost), np.random.default_rng(1))
    assert np.quantile(ratios, 0.975) == pytest.approx(honest, abs=0.05)


def test_no_revenue_at_start_is_not_enough_data():
    nothing = RatioSums(0, 0.0, 0.0, 0.0, 0.0, 0.0)
    assert isinstance(bootstrap_ratio(nothing, [], seed=1), NotEnoughData)
    assert isinstance(delta_ratio(nothing), NotEnoughData)
