"""What people paste, and what they get back where a test cannot be made."""

import re
from typing import Any

import pytest

from analysis.experiments.calculator import from_counts, from_file, parse_counts
from analysis.experiments.report import quick_notes
from analysis.results import Comparison, NotEnoughData
from data.errors import DataProblem, ReviewError
from data.importers.outcome_file import columns_of, read_outcomes


@pytest.mark.parametrize(
    "text",
    [
        "control=8502/44700\ngate 40=8279/45489",
        "control: 8502 / 44700\n\ngate 40: 8279 of 45489",
        "control\t8502\t44700\ngate 40\t8279\t45489\n",
        "control,8502,44700\ngate 40,8279,45489",
        "control = 8,502/44,700\ngate 40 = 8.279 / 45.489",
        "control 8502 44700\ngate 40 8279 45489",
    ],
)
def test_counts_are_read_as_people_paste_them(text: str) -> None:
    assert parse_counts(text) == {"control": (8_502, 44_700), "gate 40": (8_279, 45_489)}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("control=8502/44700", "at least two"),
        ("a=1/2\na=2/3", "twice"),
        ("a=5/2\nb=1/2", "no share"),
        ("a=1/2\nb=half", "half"),
        ("a=8.5/10\nb=1/2", "8.5"),
        ("a=-1/10\nb=1/2", "-1"),
        ("", "at least two"),
        ("a" + " " * 100_000 + "half\nb=1/2", "^a half is not understood"),
        ("a=1/" + "9" * 5_000 + "\nb=1/2", "not understood"),
        ("a=1/" + "9" * 20 + "\nb=1/2", "at most 1,000,000,000,000 customers"),
        ("\n".join(f"{i}=1/2" for i in range(21)), "21 variants are given; at most 20"),
    ],
)
def test_what_is_no_count_is_named(text: str, why: str) -> None:
    with pytest.raises(ReviewError, match=why):
        parse_counts(text)


def test_nobody_kept_in_the_control_still_has_an_interval_and_a_test() -> None:
    (effect,) = from_counts({"control": (0, 100), "offer": (5, 100)}).effects
    assert isinstance(effect.difference, Comparison)
    assert effect.difference.p_value == pytest.approx(0.059383, abs=1e-6)
    low, high = effect.difference.limits
    assert low <= 0.05 <= high
    assert effect.relative is None


def test_nobody_kept_anywhere_has_no_p_value() -> None:
    said = from_counts({"control": (0, 100), "offer": (0, 100)})
    (effect,) = said.effects
    assert isinstance(effect.difference, Comparison)
    assert effect.difference.p_value is None
    low, high = effect.difference.limits
    assert low < 0 < high
    assert said.verdicts[0].outcome == "cannot-tell"


def test_an_empty_variant_is_not_enough_data() -> None:
    said = from_counts({"control": (0, 0), "offer": (1, 2)}, shares=(0.01, 0.99))
    assert isinstance(said.effects[0].difference, NotEnoughData)
    assert said.verdicts[0].outcome == "cannot-tell"


def test_a_broken_split_is_refused() -> None:
    said = from_counts({"control": (400, 1000), "offer": (300, 700)})
    assert said.split.state == "broken"
    assert said.verdicts[0].outcome == "refused"


def test_an_uneven_split_that_was_planned_is_none() -> None:
    said = from_counts({"control": (180, 900), "offer": (40, 100)}, shares=(0.9, 0.1))
    assert said.split.state == "fine"
    assert said.verdicts[0].outcome == "ship"


def test_swapped_variants_turn_the_sign_only() -> None:
    one = from_counts({"a": (40, 200), "b": (60, 210)}, control="a").effects[0].difference
    other = from_counts({"a": (40, 200), "b": (60, 210)}, control="b").effects[0].difference
    assert isinstance(one, Comparison)
    assert isinstance(other, Comparison)
    assert one.difference == pytest.approx(-other.difference)
    assert one.limits == pytest.approx((-other.limits[1], -other.limits[0]))
    assert one.p_value == pytest.approx(other.p_value)


def test_more_are_asked_for_until_a_worthwhile_effect_shows() -> None:
    (verdict,) = from_counts({"control": (20, 100), "offer": (24, 100)}, smallest_effect=0.05).verdicts
    assert verdict.outcome == "cannot-tell"
    # R power.prop.test(p1 = 21/102, p2 = 21/102 + .05, power = .8): 1,095 per group; rule of 16: 1,047.
    assert verdict.needed_more is not None
    assert 1_900 < verdict.needed_more < 2_200


FILE = "id;arm;paid;kept;early\n" + "".join(
    f"{i};{'b' if i % 2 else 'a'};{i % 7 + (2 if i % 2 else 0)},5;{'yes' if i % 3 else 'no'};{i % 7}\n"
    for i in range(200)
)


def test_a_file_is_read_with_decimal_commas_and_yes_or_no() -> None:
    content = FILE.encode()
    assert columns_of(content) == ("id", "arm", "paid", "kept", "early")
    said = from_file(read_outcomes(content, "arm", ("paid", "kept")))
    paid, kept = said.effects
    assert paid.measure.column == "paid"
    assert isinstance(paid.difference, Comparison)
    assert paid.difference.method == "welch"
    assert isinstance(kept.difference, Comparison)
    assert kept.difference.method == "miettinen-nurminen"
    assert {effect.p_adjusted for effect in said.effects} > {None} or all(e.p_adjusted for e in said.effects)


def test_a_figure_from_before_narrows_the_interval() -> None:
    plain = from_file(read_outcomes(FILE.encode(), "arm", ("paid",))).effects[0].difference
    before = from_file(read_outcomes(FILE.encode(), "arm", ("paid", "early")), before="early").effects[0].difference
    assert isinstance(plain, Comparison)
    assert isinstance(before, Comparison)
    assert before.method == "cuped"
    assert before.limits[1] - before.limits[0] < 0.01 * (plain.limits[1] - plain.limits[0])


@pytest.mark.parametrize(
    ("variant", "outcome", "why"),
    [("arm", "nothing", "no column"), ("id", "paid", "200 different"), ("arm", "arm", "neither|no number")],
)
def test_a_file_that_cannot_be_read_so_says_why(variant: str, outcome: str, why: str) -> None:
    with pytest.raises((DataProblem, ReviewError), match=why):
        from_file(read_outcomes(FILE.encode(), variant, (outcome,)))


@pytest.mark.parametrize("how", [{"before": "paid"}, {"per": "paid", "kind": "ratio"}])
def test_an_outcome_is_not_compared_with_itself(how: dict[str, Any]) -> None:
    with pytest.raises(ReviewError, match="Give another column"):
        from_file(read_outcomes(FILE.encode(), "arm", ("paid",)), **how)


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ({"kind": "ratio"}, "A ratio needs the column"),
        ({"kind": "ratio", "per": "early"}, "early was not read"),
        ({"control": "c"}, "There is no variant c. There are: a, b"),
        ({"shares": (0.5, 0.6)}, "The shares must be 2 numbers"),
    ],
)
def test_what_does_not_fit_the_file_is_named(how: dict[str, Any], why: str) -> None:
    with pytest.raises(ReviewError, match=re.escape(why)):
        from_file(read_outcomes(FILE.encode(), "arm", ("paid",)), **how)


def test_cells_that_are_no_number_are_counted_aloud() -> None:
    said = from_file(read_outcomes(FILE.replace("\n0;a;0,5", "\n0;a;soon").encode(), "arm", ("paid", "early")))
    assert "1 cells of paid are neither" in " ".join(quick_notes(said))
    ratio = from_file(read_outcomes(FILE.encode(), "arm", ("paid", "early")), kind="ratio", per="early")
    assert isinstance(ratio.effects[0].difference, Comparison)


def test_a_mean_is_no_proportion() -> None:
    with pytest.raises(ReviewError, match="no yes or no"):
        from_file(read_outcomes(FILE.encode(), "arm", ("paid",)), kind="proportion")
