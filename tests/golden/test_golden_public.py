"""The public golden cases through the product's own functions."""

import pytest

from tests import datasets
from tests.golden.adapter import NOT_YET, OPS
from tests.golden.golden_cases import GoldenCase, differences, golden_cases, with_rows

#: Data that no package brings which can be installed beside numpy 2.
NOT_INSTALLABLE = {"subgroup-titanic-1"}
CASES = [case for case in golden_cases() if case.op in OPS and case.id not in NOT_INSTALLABLE]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_numbers_of_the_case_are_ours(case: GoldenCase):
    assert not differences(case, OPS[case.op](with_rows(case)))


def test_every_case_is_tried_or_says_what_it_waits_for():
    if not golden_cases():
        # As for the data sets: for a developer without them; with CI=true a skipped golden test fails the run.
        pytest.skip(datasets.HOW_TO_NAME_IT)
    left = {case.op for case in golden_cases() if case.op not in OPS and not {case.op, case.area} & NOT_YET.keys()}
    assert not left
    stale = {name for name in NOT_YET if name in OPS}
    assert not stale


def test_a_wrong_number_is_told():
    case = GoldenCase("x", "a", "o", {}, {"p": 0.05, "ci": [0.1, None]}, {"rel": 1e-6})
    assert differences(case, {"p": 0.05, "ci": [0.1, None]}) == []
    assert differences(case, {"p": 0.051, "ci": [0.1, 0.2]}) == ["p: 0.051 is not 0.05", "ci[1]: 0.2 is not None"]
    assert differences(case, {"p": 0.05}) == ["ci: not given"]
