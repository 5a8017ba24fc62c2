"""The verdict: its words, what it refuses, its sentences and digest."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from analysis.proof.judge import CODE
from analysis.proof.window import check_on
from data.records_improvement import ProofMetric, ProofMonth, ProofPlan, Verdict
from tests.proof_series import churn, counted, drawn, month, verdict

STEADY = [40, 38, 42, 41, 39, 40, 43, 37, 40, 41, 39, 40]


def _limits(found: Verdict) -> tuple[float, float]:
    assert found.low is not None
    assert found.high is not None
    return found.low, found.high


def _named(found: Verdict, name: str) -> bool | None:
    return next(one.passed for one in found.assumptions if one.name == name)


def test_a_clear_fall_worked_and_says_by_how_much():
    found = verdict(churn(), counted([*STEADY, 20, 18, 21], 1_000))
    assert (found.word, found.method, found.code, found.release) == ("worked", "interrupted-series", CODE, 7)
    assert found.effect == pytest.approx(-0.0203, abs=0.0005)
    low, high = _limits(found)
    assert low < -0.0203 < high < 0
    assert found.relative == pytest.approx(-0.51, abs=0.02)
    assert found.relative_low is not None
    assert found.relative_high is not None
    assert found.relative_low < -0.51 < found.relative_high < 0
    assert (found.n_before, found.n_after, found.months_more) == (12_000, 3_000, None)
    assert found.before == pytest.approx(0.04)
    assert found.after == pytest.approx(59 / 3_000)
    assert found.p_value is not None
    assert found.p_value < 0.05
    assert found.said[0] == "It worked: the figure moved the way it should, by more than chance."
    assert found.said[1].startswith("The effect: −2.03 pts [")
    assert found.said[1].endswith("; 1.97 % instead of the 4.00 % expected without it.")


def test_a_clear_rise_did_not_work_and_proposes_reopening():
    found = verdict(churn(), counted([*STEADY, 62, 65, 60], 1_000))
    assert found.word == "did-not"
    assert "wrong way" in found.said[0]
    assert found.said[-1] == "Reopen the action with another measure, or close it."


def test_no_change_of_many_customers_rules_out_an_effect_worth_having():
    found = verdict(churn(smallest_effect=0.02), counted([4_000 + 10 * (i % 3) for i in range(15)], 100_000))
    assert found.word == "did-not"
    assert found.said[0] == "It did not work: an effect worth having (+2.00 pts) would have shown."
    assert _limits(found)[0] > -0.02


def test_waiting_is_said_in_months():
    found = verdict(churn(smallest_effect=0.0195), counted([*(36 + i % 3 for i in range(12)), 28, 27, 29], 900))
    assert found.word == "cannot-tell"
    assert found.months_more is not None
    assert 1 <= found.months_more <= 21
    assert found.said[-1] in {
        "One month more would likely tell.",
        f"{found.months_more} months more would likely tell.",
    }


def test_what_no_waiting_shows_is_said():
    found = verdict(churn(smallest_effect=0.0001), counted([*(36 + i % 3 for i in range(12)), 34, 35, 33], 900))
    assert (found.word, found.months_more) == ("cannot-tell", None)
    assert found.said[-1].startswith("No number of further months would tell")


@pytest.mark.parametrize(("after", "word"), [([62, 65, 60], "worked"), ([20, 18, 21], "did-not")])
def test_for_a_save_rate_more_is_better(after: list[int], word: str):
    plan = replace(churn(), metric=ProofMetric("save-rate", days=30))
    assert verdict(plan, counted([*STEADY, *after], 100)).word == word


def test_nothing_is_read_before_the_window_is_over():
    plan, months = churn(), counted([*STEADY, 20, 18, 21], 1_000)
    last = check_on(plan, month(12)) - timedelta(days=1)
    early = verdict(plan, months, as_of=last - timedelta(days=1))
    assert (early.word, early.effect, early.months_more) == ("cannot-tell", None, 1)
    assert early.said[0] == "Cannot tell yet: 2 of 3 months of the window lie in the data."
    assert verdict(plan, months, as_of=last).word == "worked"
    assert verdict(plan, months, as_of=month(11)).months_more == 4


def test_months_whose_customers_are_still_followed_are_not_read():
    plan = replace(churn(), metric=ProofMetric("early-churn", days=60))
    months = counted([*STEADY, 20, 18, 21], 1_000)
    assert verdict(plan, months, as_of=month(15)).word == "cannot-tell"
    assert verdict(plan, months, as_of=month(15) + timedelta(days=59)).word == "worked"


def test_what_is_missing_is_said():
    assert "7 usable months before shipping, and 8 are needed" in verdict(churn(7), counted([40] * 10, 500)).said[0]
    without = [
        replace(row, n=0, total=0.0, squares=0.0) if row.start == month(13) else row
        for row in counted([*STEADY, 9, 9, 9], 500)
    ]
    found = verdict(churn(), without)
    assert found.said == ("Cannot tell: 2 months after shipping have customers to count, and 3 are needed.",)
    assert found.months_more == 1
    few = [
        replace(row, n=2, total=0.0, squares=0.0) if row.start >= month(12) else row
        for row in counted([*STEADY, 9, 9, 9], 500)
    ]
    assert "6 customers were counted after shipping, and 10 are needed" in verdict(churn(), few).said[0]
    assert verdict(churn(), counted([0] * 15, 500)).said == ("Cannot tell: the series does not vary.",)
    nothing = verdict(churn(), [])
    assert (nothing.word, nothing.before, nothing.months) == ("cannot-tell", None, ())


def test_the_month_of_shipping_and_the_chosen_ones_are_left_out_and_shown():
    plan = churn(chosen_from=month(10), chosen_to=month(12), ships_on=month(12) + timedelta(days=4))
    found = verdict(plan, counted([*STEADY[:10], 90, 95, 30, 20, 18, 21], 1_000))
    phases = [one.phase for one in found.months]
    assert phases == ["baseline"] * 10 + ["left-out"] * 3 + ["window"] * 3
    assert found.before == pytest.approx(0.0401)
    assert found.word == "worked"
    window = found.months[-1]
    assert window.seen == 0.021
    assert (window.low or 0) < (window.without or 0) < (window.high or 0)
    assert found.months[11].without is None


def test_a_comparison_takes_off_what_happened_to_both():
    common = [40, 44, 38, 41, 45, 39, 42, 40, 43, 41, 38, 42, 21, 20, 22]
    both = [*counted(common, 1_000), *counted([x + (i % 3) for i, x in enumerate(common)], 1_000, "comparison")]
    plan = churn(comparison="segment")
    found = verdict(plan, both)
    assert found.method == "difference-in-differences"
    assert found.word != "worked"
    assert abs(found.effect or 1) < 0.005
    assert found.months[0].comparison == 0.04
    alone = verdict(churn(), counted(common, 1_000))
    assert alone.word == "worked", "without the comparison the same months pass"


EARLY = replace(churn(3), metric=ProofMetric("early-churn", days=30))


def test_months_of_signing_need_three_months_before_and_something_to_compare_with():
    fell, stayed = counted([80, 84, 79, 40, 38, 41], 400), counted([81, 80, 83, 79, 82, 80], 400, "comparison")
    beside = verdict(replace(EARLY, comparison="segment"), [*fell, *stayed])
    assert (beside.method, beside.word) == ("difference-in-differences", "worked")
    same = [*fell, *(replace(row, group="comparison") for row in fell)]
    both = verdict(replace(EARLY, comparison="segment"), same)
    assert (both.word, both.effect) == ("cannot-tell", 0.0)
    alone = verdict(EARLY, fell)
    assert [one.without for one in alone.months[:3]] == [pytest.approx(0.2025)] * 3
    assert (alone.word, alone.method, alone.months_more) == ("cannot-tell", "proportions", None)
    assert _named(alone, "seasonality") is None
    assert alone.said[-1].startswith("Waiting alone does not help")


@pytest.mark.parametrize(("baseline", "more"), [(8, 5), (9, 3), (10, 1), (11, None)])
def test_without_a_year_to_compare_with_a_verdict_waits_for_the_same_months(baseline: int, more: int | None):
    plan, months = churn(baseline), counted([*STEADY[:baseline], *[20] * 12], 1_000)
    found = verdict(plan, months)
    assert found.months_more == more
    if more is None:
        assert found.word == "worked"
        return
    assert found.word == "cannot-tell"
    assert found.high is not None
    assert found.high < 0
    assert "would likely tell: then the same months a year before can be looked at." in found.said[-1]
    assert verdict(replace(plan, window_months=3 + more), months).word == "worked"
    shorter = verdict(replace(plan, window_months=2 + more), months)
    assert (shorter.word, shorter.months_more) == ("cannot-tell", 1)


def test_a_season_that_is_not_known_may_hide_an_effect_as_well():
    many = counted([4_000 + 10 * (i % 3) for i in range(20)], 100_000)
    found = verdict(churn(8, smallest_effect=0.02), many)
    assert (found.word, found.months_more) == ("cannot-tell", 5)
    assert found.said[0].startswith("Cannot tell: no effect worth having was seen, but something else may have hidden")
    assert verdict(churn(8, smallest_effect=0.02, window_months=8), many).word == "did-not"


def _figures(means: Sequence[float], n: int = 400) -> list[ProofMonth]:
    return [ProofMonth(month(i), "treated", n, m * n, n * (m * m + 4)) for i, m in enumerate(means)]


def test_numbers_are_said_without_percent():
    plan = ProofPlan(ProofMetric("first-use", days=30), ships_on=month(12), smallest_effect=0.5)
    found = verdict(plan, _figures([5.0, 5.1, 4.9, 5.05, 4.95, 5.0, 5.1, 4.9, 5.0, 5.0, 5.1, 4.9, 6.3, 6.2, 6.4]))
    assert (found.word, found.method) == ("worked", "proportions")
    assert found.said[1].startswith("The effect: +1.3 [")
    assert found.said[1].endswith("6.3 instead of the 5 expected without it.")


def _many(rng: np.random.Generator, others: int, fall: float) -> list[ProofMonth]:
    common = rng.normal(0, 0.002, 15).cumsum()
    groups = ["treated", *(f"group {i}" for i in range(others))]
    levels = {name: rng.uniform(0.04, 0.07) + common for name in groups}
    levels["treated"][12:] *= 1 - fall
    return [row for name in groups for row in drawn(rng, levels[name], 1_500, name)]


def test_many_other_groups_make_a_twin_and_few_are_taken_together():
    plan = churn(comparison="units", units="country")
    found = verdict(plan, _many(np.random.default_rng(1), 12, 0.5))
    assert (found.word, found.method) == ("worked", "synthetic")
    assert "12 other groups" in next(one for one in found.said if one.startswith("How:"))
    assert _named(found, "units") is True
    few = verdict(plan, _many(np.random.default_rng(1), 6, 0.5))
    assert few.method == "difference-in-differences"
    assert _named(few, "units") is None


def test_same_release_and_code_give_the_same_digest_and_anything_else_another():
    plan, months = churn(), counted([*STEADY, 20, 18, 21], 1_000)
    first, again = verdict(plan, months), verdict(plan, tuple(months))
    assert first == again
    assert len(first.digest) == 64
    others = [
        verdict(plan, months, release=8),
        verdict(plan, counted([*STEADY, 20, 18, 22], 1_000)),
        verdict(replace(plan, smallest_effect=0.02), months),
        verdict(plan, months, events=[(month(12), "Price change")]),
        verdict(plan, months, as_of=date(2041, 1, 1)),
        verdict(plan, months, parts={"plan": []}),
    ]
    assert len({first.digest, *(one.digest for one in others)}) == 7


def test_an_experiment_is_judged_by_itself():
    with pytest.raises(ValueError, match=r"analysis\.experiments"):
        verdict(replace(churn(), metric=ProofMetric("experiment", of="offer")), [])


@pytest.mark.parametrize("baseline", [4, 7])
def test_a_fall_that_began_before_is_no_success_with_few_months_of_signing(baseline: int):
    """As clusters that do not drift, most of these would be: five percent less of itself a month, action or none."""
    plan = replace(churn(baseline), metric=ProofMetric("early-churn", days=30))
    rates = 0.2 * 0.95 ** np.arange(baseline + 3)
    words = [verdict(plan, drawn(np.random.default_rng(seed), rates, 400)).word for seed in range(30)]
    assert words.count("worked") <= 5
