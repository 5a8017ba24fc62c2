"""What must hold for every survival curve: it never rises, its limits hold it, merged groups are the whole."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.statistics.survival import LifeCounts, SurvivalCurve, kaplan_meier, life_counts

Row = tuple[int, bool, int]
rows = st.lists(st.tuples(st.integers(0, 30), st.booleans(), st.integers(1, 50)), min_size=1, max_size=25)


def lives(found: list[Row]) -> LifeCounts:
    age, lost, n = zip(*found, strict=True)
    return life_counts(age, lost, n)


@given(rows)
@settings(max_examples=100, deadline=None)
def test_curves_fall_within_their_limits(found: list[Row]):
    curve = kaplan_meier(lives(found))
    assert isinstance(curve, SurvivalCurve)
    assert (np.diff(curve.survival) <= 0).all()
    known = ~np.isnan(curve.low)
    assert known.tolist() == (curve.survival > 0).tolist()
    low, value, high = curve.low[known], curve.survival[known], curve.high[known]
    assert ((low >= 0) & (low <= value) & (value <= high) & (high <= 1)).all()


@given(rows, rows)
@settings(max_examples=50, deadline=None)
def test_groups_add_up_to_the_whole(a: list[Row], b: list[Row]):
    whole, ones = lives([*a, *b]), (lives(a), lives(b))
    assert whole.n == sum(part.n for part in ones)
    for name in ("lost", "censored"):
        assert getattr(whole, name).sum() == sum(getattr(part, name).sum() for part in ones)
    for age, at_risk in zip(whole.age, whole.at_risk, strict=True):
        parts = [np.append(part.at_risk, 0)[np.searchsorted(part.age, age)] for part in ones]
        assert at_risk == sum(parts)
