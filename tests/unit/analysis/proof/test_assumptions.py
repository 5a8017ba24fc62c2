"""What a verdict takes for granted: each check passes, fails and says when it cannot be made."""

from dataclasses import replace
from datetime import timedelta

import pytest

from data.records import Condition, Segment
from data.records_improvement import Assumption, ProofMetric, ProofMonth, Verdict
from tests.proof_series import churn, counted, month, verdict

STEADY = [40, 38, 42, 41, 39, 40, 43, 37, 40, 41, 39, 40]
FALL = [*STEADY, 20, 18, 21]


def _of(found: Verdict, name: str) -> Assumption:
    return next(one for one in found.assumptions if one.name == name)


def test_a_drift_that_goes_on_holds_the_word_back_and_one_the_other_way_does_not():
    falling = [*range(60, 36, -2), 20, 19, 20]
    found = verdict(churn(), counted(falling, 20_000))
    assert _of(found, "pre-trend").said.startswith("Before, it already drifted this way, by −0.01 pts a month; ")
    rising = verdict(churn(), counted([*range(30, 54, 2), 20, 19, 20], 20_000))
    assert _of(rising, "pre-trend") == Assumption(
        "pre-trend", True, "Before, it drifted the other way, by +0.01 pts a month."
    )


def test_a_fall_beyond_the_drift_stands():
    falling = [50 - i // 2 for i in range(12)]
    found = verdict(churn(), counted([*falling, 10, 9, 10], 1_000))
    assert _of(found, "pre-trend").passed is True
    assert "the effect is more than that going on" in _of(found, "pre-trend").said
    assert found.word == "worked"


def test_a_drift_alone_is_no_success():
    series = [round(2_000 - 100 * i + 10 * (-1) ** i) for i in range(15)]
    found = verdict(churn(), counted(series, 20_000))
    assert _of(found, "pre-trend").passed is False
    assert found.word == "cannot-tell"


def test_an_effect_before_the_action_is_told():
    found = verdict(
        churn(),
        counted(
            [4_000, 3_980, 4_010, 4_000, 4_020, 3_990, 4_000, 4_010, 3_990, 2_000, 2_010, 1_990, 1_000, 990, 1_010],
            100_000,
        ),
    )
    assert _of(found, "placebo").passed is False
    assert "the same is found" in _of(found, "placebo").said
    fewer = verdict(churn(9), counted([*STEADY[:9], 20, 18, 21], 1_000))
    assert _of(fewer, "placebo").said == "A trial without the action needs 11 months before; there are 9."
    still = verdict(churn(), counted([40] * 11 + [41] + [20, 18, 21], 1_000))
    assert _of(still, "placebo").said == "A trial without the action cannot be made: the series does not vary."


def test_the_same_months_of_last_year_are_looked_at():
    fell = verdict(churn(), counted(FALL, 1_000))
    assert _of(fell, "seasonality").said == (
        "Beside the same months a year before it moved by −2.03 pts; "
        "with less than two years before, no yearly wave can be taken off."
    )
    short = verdict(churn(9), counted([*STEADY[:9], 20, 18, 21], 1_000))
    assert _of(short, "seasonality").passed is None
    two_years = verdict(churn(24), counted([*STEADY, *STEADY, 20, 18, 21], 1_000))
    assert "a yearly wave is taken off" in _of(two_years, "seasonality").said
    assert two_years.word == "worked"


def test_a_season_seen_a_year_before_holds_the_word_back():
    """Three good months each year, and large numbers: without the check the second time is a success."""
    year = [2_000, 2_010, 1_990, *([4_000, 4_020, 3_980] * 3)]
    found = verdict(churn(chosen_from=month(1), chosen_to=month(2)), counted([*year, 2_000, 2_010, 1_990], 100_000))
    assert found.high is not None
    assert found.high < 0
    assert found.word == "cannot-tell"
    assert _of(found, "seasonality").said.endswith(" pts only: the season may be all there is.")
    assert "Waiting alone does not help" in found.said[-1]
    unknown = verdict(churn(chosen_from=month(0), chosen_to=month(2)), counted([*year, 2_000, 2_010, 1_990], 100_000))
    assert _of(unknown, "seasonality").passed is None, "of the same months a year before one is left"


def test_a_drift_the_wrong_way_may_hide_an_effect():
    """It rose by a tenth of a point a month: that it stays where it was is a fall, and no proof of no effect."""
    rising = [4_000 + 100 * i + 300 * (-1) ** i for i in range(12)]
    found = verdict(churn(smallest_effect=0.006), counted([*rising, 5_100, 5_110, 5_090], 100_000))
    assert (_of(found, "pre-trend").passed, found.word) == (False, "cannot-tell")
    assert _of(found, "pre-trend").said.endswith("a month; that going on may hide an effect worth having.")
    assert found.said[0].startswith("Cannot tell: no effect worth having was seen")
    slow = [4_000 + 3 * i + (-1) ** i for i in range(12)]
    plain = verdict(churn(), counted([*slow, 4_036, 4_040, 4_041], 100_000))
    assert (_of(plain, "pre-trend").passed, plain.word) == (True, "did-not")
    assert "even beside that going on an effect worth having would have shown" in _of(plain, "pre-trend").said


def test_a_rise_three_months_before_may_hide_an_effect():
    rose = [4_000, 3_980, 4_010, 4_000, 4_020, 3_990, 4_000, 4_010, 3_990, 4_900, 4_910, 4_890]
    found = verdict(churn(smallest_effect=0.03), counted([*rose, 4_900, 4_910, 4_890], 100_000))
    assert "it moved the wrong way" in _of(found, "placebo").said
    assert found.word == "cannot-tell"


def test_a_season_may_hide_an_effect():
    """Three bad months each year: that they were as usual this time is a fall beside those of the year before."""
    year = [8_000, 8_010, 7_990, *([4_000, 4_020, 3_980] * 3)]
    plan = churn(chosen_from=month(1), chosen_to=month(2), smallest_effect=0.035)
    found = verdict(plan, counted([*year, 4_000, 4_010, 3_990], 100_000))
    assert _of(found, "seasonality").said.endswith("the season may hide an effect worth having.")
    assert found.word == "cannot-tell"


def test_another_mix_may_hide_an_effect():
    months = counted([600 + 5 * (-1) ** i for i in range(12)] + [602, 598, 600], 10_000)
    parts = {"plan": _split([5_000] * 12 + [9_000] * 3, [5_000] * 12 + [1_000] * 3)}
    found = verdict(churn(), months, parts=parts)
    assert verdict(churn(), months).word == "did-not"
    assert (found.word, _of(found, "mix").passed) == ("cannot-tell", False)
    assert _of(found, "mix").said.endswith("(plan) and may hide an effect worth having.")


def _split(small: list[int], large: list[int]) -> list[ProofMonth]:
    """Customers of two plans: one leaves at 10 %, the other at 2 %; only their numbers change."""
    rows: list[ProofMonth] = []
    for name, rate, sizes in (("small", 0.10, small), ("large", 0.02, large)):
        rows += [
            replace(row, n=n, total=n * rate, squares=n * rate)
            for row, n in zip(counted([0] * 15, 1, part=name), sizes, strict=True)
        ]
    return rows


def test_another_mix_of_customers_is_no_effect():
    small, large = [5_000] * 12 + [1_000] * 3, [5_000] * 12 + [9_000] * 3
    months = counted([600 + 5 * (-1) ** i for i in range(12)] + [280, 282, 279], 10_000)
    plain = verdict(churn(), months)
    assert plain.word == "worked"
    assert _of(plain, "mix").passed is None
    held = verdict(churn(), months, parts={"plan": _split(small, large), "country": _split([5_000] * 15, [5_000] * 15)})
    assert held.word == "cannot-tell"
    assert _of(held, "mix") == Assumption(
        "mix", False, "Another mix of customers makes −3.20 pts of the change (plan): the rest may be chance."
    )
    kept = verdict(churn(), months, parts={"plan": _split([5_000] * 15, [5_000] * 15)})
    assert kept.word == "worked"
    one = verdict(churn(), months, parts={"plan": [row for row in _split(small, large) if row.part == "small"]})
    assert _of(one, "mix").passed is None


def test_the_mix_of_the_comparison_is_taken_off():
    months = counted([600 + 5 * (-1) ** i for i in range(12)] + [280, 282, 279], 10_000)
    other = counted([600 - 5 * (-1) ** i for i in range(12)] + [600, 602, 599], 10_000, "comparison")
    parts = _split([5_000] * 12 + [1_000] * 3, [5_000] * 12 + [9_000] * 3)
    plan = churn(comparison="segment")
    both = verdict(
        plan, [*months, *other], parts={"plan": [*parts, *(replace(row, group="comparison") for row in parts)]}
    )
    assert both.word == "worked", "the mix of both changed alike"
    assert _of(verdict(plan, [*months, *other], parts={"plan": parts}), "mix").passed is None


def test_regression_to_the_mean_is_said_with_its_size():
    plan = churn(chosen_from=month(9), chosen_to=month(12))
    found = verdict(plan, counted([*STEADY[:9], 60, 62, 61, 20, 18, 21], 1_000))
    said = _of(found, "regression-to-the-mean").said
    assert said.startswith(
        "The months by which the action was chosen are not compared with: from 6.10 % (others before: 4.00 %) −"
    )
    low = verdict(plan, counted([*STEADY[:9], 20, 22, 21, 38, 40, 41], 1_000))
    assert "(others before: 4.00 %) +" in _of(low, "regression-to-the-mean").said
    earlier = verdict(churn(chosen_from=month(-9), chosen_to=month(-6)), counted(FALL, 1_000))
    assert _of(earlier, "regression-to-the-mean").said.endswith("not compared with.")
    assert _of(verdict(churn(), counted(FALL, 1_000)), "regression-to-the-mean").passed is None


def test_other_events_are_said_and_judge_nothing():
    events = [(month(11) + timedelta(days=3), f"Event {i}") for i in range(5)] + [(month(2), "long ago")]
    found = verdict(churn(), counted(FALL, 1_000), events=events)
    assert found.word == "worked"
    assert _of(found, "other-events").said.endswith("Event 2 (2024-12-04); and 2 more.")
    one = verdict(churn(), counted(FALL, 1_000), events=events[:1])
    assert _of(one, "other-events") == Assumption(
        "other-events", None, "Other events that may have had a part, which holds nothing back: Event 0 (2024-12-04)."
    )
    assert _of(verdict(churn(), counted(FALL, 1_000)), "other-events").passed is True


def test_attributes_that_may_have_changed_since_are_named():
    small = Segment((Condition("plan", "in", ("Starter",)), Condition("employees", "<", ("50",))))
    against = Segment((Condition("region", "in", ("north",)),))
    assert _of(verdict(churn(population=small), counted(FALL, 1_000)), "population") == Assumption(
        "population",
        None,
        "Who is counted goes by employees, plan as known today, or when a customer left: who changed since moves along.",
    )
    names = [one.name for one in verdict(churn(against=against), counted(FALL, 1_000)).assumptions]
    assert "population" not in names


def test_what_the_log_names_on_the_day_of_shipping_is_the_action_itself():
    case = verdict(churn(), counted(FALL, 1_000), events=[(month(12), "Guided onboarding")])
    own, others = [one for one in case.assumptions if one.name == "other-events"]
    assert own.said == "On the day it shipped the log names Guided onboarding: taken for the action."
    assert others.said == "No other event is on record from a month before shipping on."


@pytest.mark.parametrize(("days", "told"), [(90, True), (0, False)])
def test_customers_followed_past_shipping_are_told_of(days: int, told: bool):
    metric = ProofMetric("early-churn", days=days) if days else ProofMetric("churn")
    found = verdict(replace(churn(), metric=metric), counted(FALL, 1_000))
    assert any(one.name == "followed" for one in found.assumptions) is told
    later = verdict(
        replace(churn(), metric=ProofMetric("early-churn", days=10), ships_on=month(12) + timedelta(days=12)),
        counted([*FALL, 20], 1_000),
    )
    assert not any(one.name == "followed" for one in later.assumptions)


def test_the_error_of_the_textbook_is_asked_too():
    found = _of(verdict(churn(), counted(FALL, 1_000)), "autocorrelation")
    assert found.passed is True
    assert "with the error of Newey and West: −2.03 pts [" in found.said
