"""The planted truth is written once, and the page that explains it says the same."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from data.sample.truth import ALL_EFFECTS, NEUTRAL, Truth, planted

DOC = (Path(__file__).parents[4] / "docs" / "demo-company.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("effect", sorted(ALL_EFFECTS))
def test_every_effect_has_its_section_with_its_sizes(effect: str) -> None:
    section = re.search(rf"^### {effect}\n(.*?)(?=^##)", DOC, re.MULTILINE | re.DOTALL)
    assert section is not None
    documented = dict(re.findall(r"`(\w+)` = (\([^)]*\)|\d+(?:\.\d+)?)", section[1]))
    expected = {name: getattr(Truth(), name) for name in NEUTRAL[effect]}
    assert expected.keys() <= documented.keys()
    for name, value in expected.items():
        numbers = [float(number) for number in re.findall(r"\d+(?:\.\d+)?", documented[name])]
        assert numbers == list(value if isinstance(value, tuple) else [value]), name


def test_no_section_describes_an_effect_that_does_not_exist() -> None:
    assert set(re.findall(r"^### (\w+)$", DOC, re.MULTILINE)) == ALL_EFFECTS


def test_all_effects_together_are_the_truth_itself() -> None:
    assert planted() == Truth()


@pytest.mark.parametrize("effect", sorted(ALL_EFFECTS))
def test_leaving_one_effect_out_changes_its_own_sizes_only(effect: str) -> None:
    truth = planted(ALL_EFFECTS - {effect})
    changed = {f.name for f in fields(Truth) if getattr(truth, f.name) != getattr(Truth(), f.name)}
    assert changed == set(NEUTRAL[effect])
