"""The move back of what was picked for being extreme, against drawing."""

import numpy as np
import pytest

from analysis.statistics.regression_to_the_mean import expected_return


@pytest.mark.parametrize(("selected", "cutoff"), [("less", 4.0), ("greater", 8.0)])
def test_it_is_what_a_simulation_gives(selected: str, cutoff: float):
    rng = np.random.default_rng(7)
    lasting = rng.normal(5, 2 * 0.6**0.5, 1_000_000)
    first, second = (lasting + rng.normal(0, 2 * 0.4**0.5, 1_000_000) for _ in range(2))
    picked = first < cutoff if selected == "less" else first > cutoff
    moved = abs(float((second - first)[picked].mean()))
    assert expected_return(5, 2, cutoff, 0.6, selected=selected) == pytest.approx(moved, rel=0.01)  # pyright: ignore[reportArgumentType]


def test_lasting_differences_do_not_move_and_far_ends_have_a_number():
    assert expected_return(0, 1, 2, 1.0, selected="greater") == 0
    assert expected_return(0, 1, 60, 0.0, selected="greater") == pytest.approx(60, rel=1e-3)


def test_a_spread_or_correlation_that_cannot_be_is_refused():
    for spread, correlation in ((0, 0.5), (1, 1.5)):
        with pytest.raises(ValueError, match="spread"):
            expected_return(0, spread, 1, correlation, selected="less")
