"""Actions, verdicts and findings as the rows and notes that reports print."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from analysis.proof import report
from analysis.results import Estimate, NotEnoughData
from data.records import Condition, Segment
from data.records_improvement import (
    Action,
    Assumption,
    Expected,
    Finding,
    Number,
    PlanAmendment,
    ProofMetric,
    ProofPlan,
    Verdict,
)

PLAN = ProofPlan(ProofMetric("early-churn", days=90), smallest_effect=0.02, baseline=0.1, ships_on=date(2026, 3, 1))
ACTION = Action("Guide", owner="Onboarding lead", draft=PLAN, id=7)
VERDICT = Verdict(
    "worked",
    "proportions",
    PLAN.metric,
    4,
    date(2026, 9, 1),
    "proof-1",
    before=0.1,
    after=0.05,
    effect=-0.05,
    low=-0.08,
    high=-0.02,
    relative=-0.5,
    relative_low=-0.7,
    relative_high=-0.2,
    p_value=0.001,
    n_before=900,
    n_after=300,
    assumptions=(Assumption("placebo", True, "No jump."), Assumption("seasonality", None, "Too short.")),
    months=(Expected(date(2026, 3, 1), 0.05, 0.1, n=100, phase="window"),),
    said=("It worked.",),
    digest="abc",
    at=datetime(2026, 9, 2, 8, tzinfo=UTC),
    who="daily",
)
JUDGED = replace(ACTION, state="worked", frozen=PLAN, shipped_on=date(2026, 3, 1), verdicts=(VERDICT,))


@pytest.mark.parametrize(
    ("plan", "wanted"),
    [
        (PLAN, 0.08),
        (replace(PLAN, metric=ProofMetric("first-use", days=30), baseline=12.0, smallest_effect=3.0), 15.0),
        (replace(PLAN, baseline=None), None),
    ],
)
def test_the_target_lies_on_the_good_side_of_the_baseline(plan: ProofPlan, wanted: float | None) -> None:
    assert report.target(plan) == (None if wanted is None else pytest.approx(wanted))


def test_an_action_without_a_plan_says_so() -> None:
    (row,) = report.rows([Action("Talks")])
    assert (row["metric"], row["baseline"], row["target"], row["effect"], row["check_on"]) == (None,) * 5
    assert report.plan_lines(Action("Talks")) == ["There is no plan of proof yet."]
    (line,) = [text for text in report.plan_lines(ACTION) if "smallest_effect" in text]
    assert line == "plan (draft) smallest_effect: 0.02"
    small = Condition("employees", "<", ("50",))
    retail = Condition("industry", "in", ("retail", "health"))
    plan = ProofPlan(ProofMetric("tickets", "onboarding", 30), Segment((small, retail), without=(small,)))
    lines = report.plan_lines(Action("Talks", draft=plan))
    assert lines[:2] == [
        "plan (draft) metric: tickets_onboarding_30",
        "plan (draft) population: employees < 50 and industry in retail|health, without those of employees < 50",
    ]
    assert not [text for text in lines if "against" in text]
    compared = replace(plan, population=Segment(), comparison="segment", against=Segment((retail,)))
    lines = report.plan_lines(Action("Talks", draft=compared))
    assert "plan (draft) population: everybody" in lines
    assert "plan (draft) against: industry in retail|health" in lines
    amended = PlanAmendment(datetime(2026, 2, 1, tzinfo=UTC), "mia", "slow", {"window_months": 3}, {"window_months": 6})
    assert report.plan_lines(replace(JUDGED, amendments=(amended,)))[-1] == "amended ['window_months']: slow (mia)"


def test_only_what_should_be_done_by_now_is_overdue() -> None:
    late = replace(ACTION, state="doing", due=date(2026, 2, 1))
    found = (late, replace(late, state="shipped"), replace(late, due=date(2026, 3, 1)), replace(late, due=None))
    assert report.overdue(found, date(2026, 3, 1)) == (late,)
    assert report.action_notes([replace(late, owner="")], date(2026, 3, 1)) == [
        "overdue since 2026-02-01: Guide (nobody)"
    ]


def test_a_verdict_is_a_row_with_its_intervals_or_the_reason_why_there_is_none() -> None:
    (row,) = report.verdict_rows([JUDGED])
    assert (row["id"], row["metric"], row["verdict"], row["code"], row["who"]) == (
        7, "early-churn_90", "worked", "proof-1", "daily",
    )  # fmt: skip
    assert row["effect"] == Estimate(-0.05, -0.08, -0.02, 300, "proportions")
    assert row["relative"] == Estimate(-0.5, -0.7, -0.2, 300, "proportions")
    unknown = replace(VERDICT, word="cannot-tell", effect=None, relative=None, said=("There are 2 months.", "Wait."))
    (row,) = report.verdict_rows([replace(JUDGED, verdicts=(unknown,))])
    assert row["effect"] == NotEnoughData("There are 2 months.", 300)
    assert isinstance(row["relative"], NotEnoughData)


def test_what_is_on_record_and_a_preview_never_mix() -> None:
    seen = replace(VERDICT, word="did-not", release=5, digest="def", at=None, said=("It did not.",))
    waits = replace(JUDGED, state="verifying")
    assert [(row["standing"], row["release"]) for row in report.standing_rows(waits, seen)] == [
        ("record", 4),
        ("preview", 5),
    ]
    notes = report.standing_notes(waits, seen)
    recorded = [note for note in notes if not note.startswith("preview: ")]
    assert notes[: len(recorded)] == recorded
    assert recorded == [
        "verdict: worked (proportions, early-churn_90)",
        "It worked.",
        "ok: placebo: No jump.",
        "?: seasonality: Too short.",
        "release 4, data up to 2026-09-01, code proof-1, digest abc",
        "round 1, on record since 2026-09-02, by daily",
    ]
    assert "preview: verdict: did-not (proportions, early-churn_90)" in notes
    assert any("judged from 2026-08-30 on" in note for note in notes)
    assert report.standing_notes(JUDGED, None) == recorded


def test_a_finding_is_a_row_with_its_figure_as_it_was_seen() -> None:
    finding = Finding("Seen", "trends", {}, 3, chart="rate", id=2, who="Product lead")
    figures = (
        Number("customer_churn_rate", "rate", 0.1, 0.05, 0.2, n=40, method="wilson"),
        Number("customer_churn_rate", "rate", None, method="too few customers"),
        None,
    )
    rows = report.finding_rows([replace(finding, number=number) for number in figures])
    assert [row["number"] for row in rows] == [
        Estimate(0.1, 0.05, 0.2, 40, "wilson"),
        NotEnoughData("too few customers"),
        None,
    ]
    assert [(row["metric"], row["unit"]) for row in rows] == [("customer_churn_rate", "rate")] * 2 + [("", "")]
