"""Each rule fires on its own evidence, says it in numbers, and the most specific one gives the reason."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from analysis.feedback.suggestions import Event, Evidence, days_of, evidence_of
from tests.builders import judged

LOST = date(2026, 6, 1)
PRICE = Event(LOST - timedelta(days=63), "price_change", "List prices up by 8 %")
RELEASE = Event(LOST - timedelta(days=12), "release", "Product release 2026-05")


def ago(days: int) -> date:
    return LOST - timedelta(days=days)


def facts(**known: Any) -> dict[str, Any]:
    """A customer of two years whose use, tickets and talks were as usual."""
    quiet = {
        "started_on": ago(700),
        "lost_on": LOST,
        "cause": "voluntary",
        "recent_use": 280,
        "usual_use": 1540,
        "use_days": 20,
        "used_since": ago(182),
        "tickets": 1,
        "tickets_before": 3,
        "worst_csat": None,
        "contact_left_on": None,
        "downgraded_on": None,
    }
    return quiet | known


def suggestions(known: dict[str, Any], events: list[Event], folder: Path) -> tuple[Evidence, ...]:
    return evidence_of(judged([known], days_of(events), folder)[0], events)


NOTHING_RECORDED = dict.fromkeys(("recent_use", "usual_use", "use_days", "used_since", "tickets", "tickets_before"))


@pytest.mark.parametrize(
    ("known", "events", "code", "said"),
    [
        ({"cause": "payment"}, [PRICE], "payment_failure", "The last invoices were not paid; nobody cancelled."),
        ({"contact_left_on": ago(30)}, [PRICE], "key_contact_left", "A key contact left 30 days before."),
        ({"started_on": ago(80), "use_days": 6}, [], "onboarding", "Left 80 days after the start, and used it on 6 of"),
        (
            {"started_on": ago(80), "used_since": ago(80), "usual_use": 1560},
            [],
            "onboarding",
            "Left 80 days after the start, and use had fallen by 67 %.",
        ),
        ({"started_on": ago(80), **NOTHING_RECORDED}, [], "onboarding", "80 days after the start; no use is recorded"),
        ({}, [PRICE], "price", "Left 63 days after the price change “List prices up by 8 %”."),
        ({"downgraded_on": ago(100)}, [], "price", "Went down to a lower amount 100 days before."),
        ({"worst_csat": 2.0}, [], "support", "Rated support 2 of 5 in the last 60 days."),
        ({"tickets": 5}, [], "support", "Wrote 5 tickets in the last 60 days; 1.0 are usual."),
        ({"recent_use": 70}, [RELEASE], "weak_engagement", "Use in the last 28 days was 75 % below what is usual"),
        ({}, [RELEASE], "instability", "Left 12 days after “Product release 2026-05”, and nothing else stands out."),
    ],
)
def test_a_rule_says_what_it_saw(
    known: dict[str, Any], events: list[Event], code: str, said: str, tmp_path: Path
) -> None:
    first = suggestions(facts(**known), events, tmp_path)[0]

    assert first.code == code
    assert said in first.sentence()


def test_every_rule_that_fires_is_told_the_most_specific_first(tmp_path: Path) -> None:
    found = suggestions(facts(contact_left_on=ago(30), worst_csat=1.0, recent_use=0), [PRICE, RELEASE], tmp_path)

    assert [each.code for each in found] == ["key_contact_left", "price", "support", "weak_engagement"]


@pytest.mark.parametrize(
    ("known", "events"),
    [
        ({}, []),
        (NOTHING_RECORDED, []),
        (
            {"started_on": ago(50), "used_since": ago(50), "usual_use": 220},
            [PRICE],
        ),  # signed when the new price was known
        ({"recent_use": 150}, []),  # 46 % less
        ({"tickets": 5, "tickets_before": 6}, []),  # two a month are usual
        ({"started_on": ago(100), "tickets": 5, "tickets_before": 0}, []),  # too short a time to know what is usual
        ({"recent_use": 0, "used_since": ago(35)}, []),  # a week of use before is nobody's usual
        ({}, [Event(ago(400), "price_change", "Long ago"), Event(LOST + timedelta(days=3), "release", "Afterwards")]),
    ],
)
def test_without_evidence_nothing_is_suggested(known: dict[str, Any], events: list[Event], tmp_path: Path) -> None:
    assert suggestions(facts(**known), events, tmp_path) == ()
