"""Subgroup discovery counts as pandas does and leaves out what has no value."""

import pandas as pd
import pytest

from analysis.statistics.subgroups import best_subgroups

PLAN = ["a", "a", "b", "b", "b", None, "a", float("nan")]
SIZE = [1, 2, 1, 1, 2, 1, 2, 2]
LEFT = [True, False, True, True, False, True, False, False]


def test_every_rule_counts_as_pandas_does():
    frame = pd.DataFrame({"plan": PLAN, "size": SIZE, "left": LEFT})
    for found in best_subgroups({"plan": PLAN, "size": SIZE}, LEFT, depth=2, most=99):
        covered = frame
        for column, value in found.rule:
            covered = covered[covered[column] == value]
        assert (found.n, found.positives) == (len(covered), covered["left"].sum())
        expected = len(covered) / 8 * (covered["left"].mean() - 0.5)
        assert found.wracc == pytest.approx(expected)


def test_a_missing_value_is_no_condition():
    found = best_subgroups({"plan": PLAN}, LEFT, depth=1, most=9)
    assert {rule.rule[0][1] for rule in found} == {"a", "b"}


def test_a_column_of_another_length_is_refused():
    with pytest.raises(ValueError, match="one value per customer"):
        best_subgroups({"plan": ["a"]}, LEFT, depth=1, most=1)
