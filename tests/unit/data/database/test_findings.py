"""Findings come back as they were seen: the view, the release, the number; those of a newer program are refused."""

from dataclasses import replace
from datetime import date

import pytest

from data.database import Database
from data.database.repositories import audit, findings
from data.errors import Busy, DataProblem, NoData
from data.proof_documents import number_from
from data.records import Condition, Segment
from data.records_improvement import Finding, Number

FINDING = Finding(
    "Teams of <b>agencies</b> leave 三倍 as often",
    "drivers",
    {"attribute": ("industry",), "compare": ("plan", "country")},
    3,
    chart="forest",
    number=Number("churn", "rate", 0.1 + 0.2, 1 / 3, None, 0.9, 412, "risk ratio"),
    segment=Segment((Condition("industry", "in", ("agency",)),), (Condition("plan", "not in", ("Solo",)),)),
    start=date(2026, 7, 1),
    end=date(2026, 10, 1),
    reason="onboarding",
)


def test_a_finding_comes_back_as_it_was_seen(database: Database) -> None:
    kept = findings.keep(database, FINDING, who="mia")

    assert replace(kept, id=0, version=0, at=None, who="") == FINDING
    assert (kept.who, kept.at is not None) == ("mia", True)
    assert findings.get(database, kept.id) == kept
    assert audit.entries(database, subject="findings")[0].who == "mia"


def test_a_finding_without_a_number_has_none(database: Database) -> None:
    kept = findings.keep(database, Finding("Nobody asks", "losses", {}, 3))
    assert (kept.number, kept.segment.conditions, kept.params) == (None, (), {})


def test_words_can_be_put_better_only_over_what_was_seen(database: Database) -> None:
    seen = findings.keep(database, FINDING)
    better = findings.keep(database, replace(seen, sentence="Agencies leave"), who="noor")
    assert (better.sentence, better.id, better.version) == ("Agencies leave", seen.id, 2)
    with pytest.raises(Busy, match="was changed by somebody else"):
        findings.keep(database, replace(seen, sentence="They leave"))
    assert findings.get(database, seen.id).sentence == "Agencies leave"


def test_an_archived_finding_is_off_the_list_and_comes_back(database: Database) -> None:
    first, second = (findings.keep(database, FINDING) for _ in range(2))
    archived = findings.archive(database, first)

    assert findings.all(database) == (second,)
    assert findings.all(database, archived=True) == (second, archived)
    with pytest.raises(Busy):
        findings.archive(database, first)
    assert findings.all(database) != findings.all(database, archived=True)
    assert findings.restore(database, archived).archived is False
    assert len(findings.all(database)) == 2


def test_what_is_not_there_is_said(database: Database) -> None:
    with pytest.raises(NoData, match="There is no finding 7"):
        findings.get(database, 7)


def test_a_number_of_a_newer_program_is_refused_rather_than_cut() -> None:
    with pytest.raises(DataProblem, match="has the unit 'joy'"):
        number_from({"metric": "churn", "unit": "joy", "value": 1.0})
    with pytest.raises(DataProblem, match="has the field 'colour'"):
        number_from({"metric": "churn", "unit": "rate", "value": 1.0, "colour": "red"})
