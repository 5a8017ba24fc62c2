"""Synthetic twins against another solver, and placebo ranks by hand."""

from typing import Any

import numpy as np
import pytest

from analysis.results import NotEnoughData
from analysis.statistics.synthetic_control import placebo_in_space, synthetic_gaps, synthetic_weights


@pytest.mark.parametrize("seed", range(5))
def test_weights_are_those_of_a_general_solver(seed: int):
    from scipy.optimize import minimize

    rng = np.random.default_rng(seed)
    donors, treated = rng.normal(0.05, 0.02, (6, 15)), rng.normal(0.05, 0.02, 15)

    def loss(w: np.ndarray) -> float:
        return float(((treated - w @ donors) ** 2).sum()) * 1e4

    theirs: Any = minimize(
        loss, np.full(6, 1 / 6), bounds=[(0, 1)] * 6, constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
        method="SLSQP", options={"ftol": 1e-14, "maxiter": 1_000},
    )  # fmt: skip
    ours = synthetic_weights(treated, donors)
    assert ours.sum() == pytest.approx(1)
    assert ours.min() >= 0
    assert loss(ours) <= theirs.fun + 1e-9


def test_a_unit_that_is_a_mean_of_others_is_found():
    donors = np.random.default_rng(1).normal(size=(4, 20))
    treated = 0.25 * donors[0] + 0.75 * donors[2]
    assert synthetic_weights(treated, donors) == pytest.approx([0.25, 0, 0.75, 0], abs=1e-9)
    treated[15:] += 2
    assert synthetic_gaps(treated, donors, 15) == pytest.approx([0.0] * 15 + [2.0] * 5, abs=1e-9)


def test_the_treated_one_ranks_first_only_where_its_gap_stands_out():
    rng = np.random.default_rng(2)
    panel = rng.normal(size=(21, 30)) * 0.1 + rng.normal(size=30).cumsum()
    none = placebo_in_space(panel[0], panel[1:], 24)
    panel[0, 24:] += 2
    some = placebo_in_space(panel[0], panel[1:], 24)
    assert not isinstance(none, NotEnoughData)
    assert not isinstance(some, NotEnoughData)
    assert (some.rank, some.units, some.p_value) == (1, 21, pytest.approx(1 / 21))
    assert none.rank > 1
    assert none.ratios == some.ratios, "the treated unit is in no other twin"
    assert some.gaps[24:].mean() == pytest.approx(2, abs=0.2)


def test_equal_units_rank_last_and_too_few_say_so():
    same = [[0.0] * 6] * 4
    found = placebo_in_space(same[0], same[1:], 4)
    assert not isinstance(found, NotEnoughData)
    assert (found.ratio, found.rank, found.p_value) == (1.0, 4, 1.0)
    assert isinstance(placebo_in_space([1.0, 2.0], [[1.0, 2.0]], 1), NotEnoughData)
    with pytest.raises(ValueError, match="another unit"):
        synthetic_weights([1.0], [])
