"""Names after @ are found as people write them; a finding says something and knows what it was chosen by."""

from dataclasses import replace
from datetime import date

import pytest

from analysis.improvement import comments, findings
from data.database import Database, open_database
from data.errors import ReviewError
from data.records import Condition, Segment
from data.records_improvement import Action, Comment, Finding, ProofMetric
from data.settings import settings

RETAIL = Segment((Condition("industry", "in", ("retail",)),))
FINDING = Finding("Retail leaves", "drivers", {}, 3, segment=RETAIL, start=date(2026, 1, 1), end=date(2026, 4, 1))


@pytest.fixture
def db() -> Database:
    return open_database(settings())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@mia and @Noor: look", ("mia", "Noor")),
        ("@onboarding LEAD, please", ("Onboarding lead",)),
        ("@Onboarding leader", ("Onboarding",)),
        ("mia@example.com @ @@", ()),
        ("(@j.doe), @j.doe.", ("j.doe",)),
        ("请@王芳看一下", ("王芳",)),
        ("请 @李雷 看", ("李雷",)),
    ],
)
def test_names_are_those_written_with_an_at(text: str, found: tuple[str, ...]) -> None:
    assert comments.mentions(text, ("Onboarding", "Onboarding lead", "王芳", "")) == found


def test_people_are_whoever_actions_know() -> None:
    one = Action("x", owner="Noor", department="Success", who="mia", comments=(Comment("y", who="Ada"),))
    assert comments.people([one, Action("z")]) == ("Ada", "Noor", "Success", "mia")


def test_a_finding_says_something_in_a_sentence(db: Database) -> None:
    kept = findings.keep(db, replace(FINDING, sentence="  Retail \n leaves "))
    assert kept.sentence == "Retail leaves"
    for changed, said in (
        ({"sentence": " "}, "says nothing yet"),
        ({"sentence": "x" * 501}, "501 letters; 500 are possible"),
        ({"end": date(2025, 1, 1)}, "end before they begin"),
    ):
        with pytest.raises(ReviewError, match=said):
            findings.keep(db, replace(FINDING, **changed))
    assert findings.restore(db, findings.archive(db, kept)).archived is False


def test_what_a_finding_was_chosen_by_stays_out_of_the_baseline_of_its_plan() -> None:
    plan = findings.plan_from(FINDING, ProofMetric("churn"))
    assert (plan.population, plan.chosen_from, plan.chosen_to) == (RETAIL, date(2026, 1, 1), date(2026, 4, 1))
