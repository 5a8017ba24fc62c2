"""Cookie Cats through the quick calculator: the published figures of the experiment on 90,189 players."""

from pathlib import Path

import pytest

from analysis.experiments.calculator import Quick, from_counts, from_file, parse_counts
from analysis.experiments.report import quick_notes
from analysis.results import Comparison, Estimate
from data.importers.outcome_file import read_outcomes

OUTCOMES = ("retention_7", "retention_1", "sum_gamerounds")


@pytest.fixture(scope="module")
def read_as_a_file(shared_datasets: Path) -> Quick:
    content = (shared_datasets / "cookie_cats" / "cookie_cats.csv").read_bytes()
    return from_file(read_outcomes(content, "version", OUTCOMES))


def found(quick: Quick, column: str) -> Comparison:
    effect = next(e for e in quick.effects if e.measure.column == column)
    assert isinstance(effect.difference, Comparison)
    return effect.difference


def test_seven_days_later_fewer_players_are_left_behind_the_later_gate(read_as_a_file: Quick) -> None:
    control, treated = read_as_a_file.arms
    assert (control.variant, control.eligible, control.retained) == ("gate_30", 44_700, 8_502)
    assert (treated.variant, treated.eligible, treated.retained) == ("gate_40", 45_489, 8_279)
    for arm, rate in ((control, 0.190201), (treated, 0.182000)):
        assert isinstance(arm.rate, Estimate)
        assert arm.rate.value == pytest.approx(rate, abs=5e-7)
    difference = found(read_as_a_file, "retention_7")
    assert difference.difference == pytest.approx(-0.008201, abs=5e-7)
    assert difference.p_value == pytest.approx(0.001554, abs=5e-7)
    # Wald's limits are those published; the score interval is as long within a hundred-thousandth.
    assert difference.limits == pytest.approx((-0.013282, -0.003121), abs=2e-5)
    assert read_as_a_file.verdicts[0].outcome == "stop"


def test_the_statistic_of_the_test_is_said(read_as_a_file: Quick) -> None:
    # Published for the control less the variant: 3.164359.
    assert any("p 0.00155425" in note and "z -3.164359" in note for note in quick_notes(read_as_a_file))


def test_one_day_later_it_is_not_told(read_as_a_file: Quick) -> None:
    assert found(read_as_a_file, "retention_1").p_value == pytest.approx(0.074410, abs=5e-7)


def test_the_split_warns_and_does_not_refuse(read_as_a_file: Quick) -> None:
    assert read_as_a_file.split.p_value == pytest.approx(0.008608, abs=5e-7)
    assert read_as_a_file.split.state == "warning"


def test_three_outcomes_at_once_are_one_family(read_as_a_file: Quick) -> None:
    first = next(e for e in read_as_a_file.effects if e.measure.column == "retention_7")
    assert first.p_adjusted == pytest.approx(3 * 0.001554, abs=2e-6)


def test_the_one_player_of_fifty_thousand_rounds_is_named_and_counts(read_as_a_file: Quick) -> None:
    # Means with and without it: datasets/cookie_cats/README.md.
    assert found(read_as_a_file, "sum_gamerounds").difference == pytest.approx(51.298775 - 52.456264, abs=1e-6)
    others = [s for s in read_as_a_file.sensitivity if s.measure.column == "sum_gamerounds"]
    named = next(s for s in others if "49,854" in s.what)
    assert isinstance(named.difference, Comparison)
    assert named.difference.difference == pytest.approx(51.298775 - 51.342111, abs=1e-6)
    assert "6390605" in named.what


def test_pasted_counts_say_the_same(read_as_a_file: Quick) -> None:
    pasted = from_counts(parse_counts("gate_30=8502/44700\ngate_40=8279/45489"))
    (effect,) = pasted.effects
    assert effect.difference == found(read_as_a_file, "retention_7")
    assert pasted.split == read_as_a_file.split
