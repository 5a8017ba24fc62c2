"""The worked examples in the docs run and give what they say."""

import doctest

import pytest

from tests.architecture.source import ROOT


@pytest.mark.parametrize("name", ["docs/statistics.md"])
def test_the_examples_give_what_the_page_says(name: str) -> None:
    found = doctest.testfile(str(ROOT / name), module_relative=False, encoding="utf-8")
    assert found.attempted > 0
    assert found.failed == 0
