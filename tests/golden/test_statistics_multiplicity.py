"""Comparisons judged together, against the example of Benjamini & Hochberg and statsmodels."""

import pytest

from analysis.statistics.multiplicity import benjamini_hochberg

CASES = [
    pytest.param(
        [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528, 0.759, 1.0],
        [0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.06385714285714286, 0.06385714285714286, 0.0645, 0.07650000000000001,
         0.48600000000000004, 0.5811818181818182, 0.7148749999999999, 0.7532307692307693, 0.8132142857142857, 1.0],
        4,
        id="bh-1995",
    ),
    pytest.param([1e-05, 0.012, 0.034, 0.049, 0.051], [5e-05, 0.03, 0.051, 0.051, 0.051], 2, id="mt-crosstab-5"),
]  # fmt: skip


@pytest.mark.parametrize(("p_values", "q_values", "findings"), CASES)
def test_q_values_equal_benjamini_hochberg_1995(p_values: list[float], q_values: list[float], findings: int):
    """Published: section 4.1 of the paper rejects 4 of 15 at 5 %; the second case is statsmodels 0.15.0."""
    found = benjamini_hochberg(p_values)
    assert found == pytest.approx(q_values, rel=1e-6, abs=1e-9)
    assert sum(q < 0.05 for q in found if q is not None) == findings
