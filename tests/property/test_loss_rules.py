"""The rules as the engine reads them are the rules as one would read them loss by loss, whatever came before a loss."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from analysis.feedback.suggestions import Event, Evidence, days_of, evidence_of
from tests.builders import judged

LOST = date(2026, 6, 1)
Row = dict[str, Any]


def by_reading(row: Row, events: Sequence[Event]) -> list[Evidence]:
    """Every rule in turn, in plain Python."""
    if row["cause"] == "payment":
        return [Evidence("payment_failure", "payment")]
    lost, signed = row["lost_on"], row["age_from"]
    # Of whom nobody knows since when they were customers nobody can say that they left early.
    age = 10_000 if signed is None else (lost - signed).days
    fall, found = the_fall(row), list[Evidence]()
    if row["contact_left_on"]:
        found.append(Evidence("key_contact_left", "contact", (("days", (lost - row["contact_left_on"]).days),)))
    if age <= 91 and row["use_days"] is None:
        found.append(Evidence("onboarding", "early", (("age", age),)))
    elif age <= 91 and row["use_days"] <= 14:
        found.append(Evidence("onboarding", "early_little_use", (("age", age), ("used", row["use_days"]))))
    elif age <= 91 and fall is not None and fall >= 0.5:
        found.append(Evidence("onboarding", "early_fall", (("age", age), ("fall", round(100 * fall)))))
    change = the_last(events, {"price_change"}, lost, 123)
    if change is not None and (signed or row["started_on"]) < change.on:
        found.append(Evidence("price", "price_change", (("days", (lost - change.on).days), ("title", change.title))))
    elif row["downgraded_on"]:
        found.append(Evidence("price", "downgrade", (("days", (lost - row["downgraded_on"]).days),)))
    found += the_support(row)
    if fall is not None and fall >= 0.5:
        found.append(Evidence("weak_engagement", "use_fell", (("fall", round(100 * fall)),)))
    event = the_last(events, {"release", "incident"}, lost, 30)
    if not found and event is not None:
        found.append(Evidence("instability", "event", (("days", (lost - event.on).days), ("title", event.title))))
    return found


def the_fall(row: Row) -> float | None:
    if not row["usual_use"]:
        return None
    days = (row["lost_on"] - row["used_since"]).days - 28
    return None if days < 14 else 1 - row["recent_use"] / 28 / (row["usual_use"] / days)


def the_support(row: Row) -> list[Evidence]:
    if row["worst_csat"] is not None and row["worst_csat"] <= 2:
        return [Evidence("support", "csat", (("score", round(row["worst_csat"])),))]
    tickets, known = row["tickets"] or 0, (row["lost_on"] - row["tickets_from"]).days - 60
    if tickets < 4 or known < 60:
        return []
    usual = (row["tickets_before"] or 0) * 60 / min(known, 180)
    enough = tickets >= 3 * usual
    return [Evidence("support", "tickets", (("tickets", tickets), ("usual", f"{usual:.1f}")))] if enough else []


def the_last(events: Sequence[Event], kinds: set[str], lost: date, days: int) -> Event | None:
    near = [e for e in events if e.kind in kinds and 0 <= (lost - e.on).days <= days]
    return max(near, key=lambda event: event.on, default=None)


def a_loss(chance: random.Random) -> Row:
    """Facts around the limits of the rules; of every table there may be none."""
    lost = LOST - timedelta(days=chance.choice([0, 0, 1, 30, 31, 123, 124, 400]))
    row: Row = dict.fromkeys(("used_since", "use_days", "usual_use", "tickets", "tickets_before", "worst_csat"))
    row |= {"lost_on": lost, "started_on": lost - timedelta(days=chance.choice([14, 89, 91, 92, 119, 120, 121, 700]))}
    row["age_from"] = chance.choice(
        [row["started_on"]] * 3 + [None, lost - timedelta(days=chance.choice([91, 92, 800]))]
    )
    row["tickets_from"] = chance.choice([row["started_on"], lost - timedelta(days=chance.choice([119, 120, 300]))])
    row["cause"] = chance.choice(["", "voluntary", "voluntary", "payment", "paused"])
    if chance.random() < 0.8:
        since = lost - timedelta(days=chance.choice([1, 28, 41, 42, 43, 91, 182]))
        use = {"recent_use": chance.randrange(0, 300), "usual_use": chance.choice([0, 1, 200, 550, 600, 1540])}
        row |= {"used_since": since, "use_days": chance.choice([0, 13, 14, 15, 28]), **use}
    if chance.random() < 0.8:
        row |= {"tickets": chance.randrange(0, 9), "tickets_before": chance.randrange(0, 9)}
        row["worst_csat"] = chance.choice([None, None, 1.0, 2.0, 2.5, 4.0])
    for name, most in (("contact_left_on", 90), ("downgraded_on", 180)):
        row[name] = lost - timedelta(days=chance.randrange(0, most)) if chance.random() < 0.2 else None
    return row


def some_events(chance: random.Random) -> list[Event]:
    found = {
        (LOST - timedelta(days=chance.randrange(-5, 160)), chance.choice(["price_change", "release", "incident", "x"]))
        for _ in range(chance.randrange(0, 7))
    }
    return [Event(on, kind, f"{kind} of {on}") for on, kind in sorted(found)]


@pytest.mark.parametrize("seed", range(4))
def test_the_engine_reads_the_rules_as_python_does(seed: int, tmp_path: Path):
    chance = random.Random(seed)
    events, rows = some_events(chance), [a_loss(chance) for _ in range(1_000)]

    found = judged(rows, days_of(events), tmp_path)
    expected = [by_reading(row, events) for row in rows]
    assert [list(evidence_of(row, events)) for row in found] == expected
    assert [row["first"] for row in found] == [evidence[0].rule if evidence else "" for evidence in expected]
    assert len({evidence[0].rule for evidence in expected if evidence}) >= 8
