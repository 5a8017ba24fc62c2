"""Interviews, the list of reasons and the questions come back as they were written, and only over what was seen."""

from dataclasses import replace
from datetime import date

import pytest

from data.database import Database
from data.database.repositories import audit, interviews, taxonomies
from data.errors import Busy, NoData
from data.reasons import FIRST_QUESTIONNAIRE, FIRST_TAXONOMY
from data.records_interviews import Answer, Interview, Question, Reason, ReasonMapping

DRAFT = Interview(
    "c1",
    date(2026, 3, 1),
    interviewer="mia",
    on=date(2026, 3, 9),
    channel="video",
    stated="price",
    diagnosed="support",
    avoidable="yes",
    competitor="Acme 有限公司",
    return_condition="A person who answers",
    help_sought="yes",
    own_account=True,
    answers=(Answer("help", "Did you look for help?", "Three times. <b>No</b> answer."),),
)


def test_an_interview_comes_back_as_it_was_written(database: Database) -> None:
    stored = interviews.save(database, DRAFT, who="mia")

    assert replace(stored, id=0, version=0) == DRAFT
    assert interviews.get(database, stored.id) == stored
    assert interviews.all(database, state="draft") == interviews.all(database, customer_id="c1") == (stored,)
    assert interviews.all(database, state="done") == ()


def test_one_loss_has_several_interviews(database: Database) -> None:
    interviews.save(database, DRAFT)
    interviews.save(database, replace(DRAFT, interviewer="noor"))

    assert [each.interviewer for each in interviews.all(database)] == ["mia", "noor"]


def test_a_change_of_an_answer_alone_refuses_the_next_one_who_did_not_see_it(database: Database) -> None:
    seen = interviews.save(database, DRAFT)
    mine = replace(seen, answers=(Answer("help", "Did you look for help?", "Yes"),))
    changed = interviews.save(database, mine)

    assert changed.answers[0].text == "Yes"
    with pytest.raises(Busy, match="was changed by somebody else"):
        interviews.save(database, replace(seen, competitor="Other"))
    assert interviews.get(database, seen.id) == changed


def test_a_later_reason_stands_beside_the_first(database: Database) -> None:
    seen = interviews.save(database, replace(DRAFT, state="done"))
    recoded = interviews.recode(database, seen, "slow answers", 2, who="noor")

    assert (recoded.diagnosed, recoded.taxonomy) == ("support", 1)
    assert [(r.diagnosed, r.taxonomy, r.who) for r in recoded.recodings] == [("slow answers", 2, "noor")]
    with pytest.raises(Busy):
        interviews.recode(database, seen, "price", 2)


def test_an_archived_interview_is_on_no_list_and_cannot_be_opened(database: Database) -> None:
    seen = interviews.save(database, DRAFT)
    interviews.archive(database, seen)

    assert interviews.all(database) == ()
    with pytest.raises(NoData, match="There is no interview"):
        interviews.get(database, seen.id)


def test_who_wrote_what_is_in_the_audit_log(database: Database) -> None:
    seen = interviews.save(database, DRAFT, who="mia")
    interviews.save(database, replace(seen, competitor="Other"), who="noor")

    found = audit.entries(database, subject="interviews", record=seen.id)
    assert [(each.who, each.action) for each in found] == [("noor", "changed"), ("mia", "created")]
    assert found[0].after is not None
    assert found[0].after["competitor"] == "Other"


def test_the_first_interview_keeps_the_list_and_the_questions_it_was_made_under(database: Database) -> None:
    assert taxonomies.history(database) == (FIRST_TAXONOMY,)
    interviews.save(database, DRAFT)

    assert taxonomies.history(database) == (FIRST_TAXONOMY,)
    assert taxonomies.questionnaire(database) == taxonomies.questionnaire(database, 1) == FIRST_QUESTIONNAIRE
    assert audit.entries(database, subject="settings_documents")


def test_a_change_of_the_list_is_its_next_version_and_both_stay(database: Database) -> None:
    more = replace(FIRST_TAXONOMY, reasons=(*FIRST_TAXONOMY.reasons, Reason("war", "War", "no")), remap=(("a", "b"),))
    saved = taxonomies.save(database, more, who="mia")

    assert saved == replace(more, version=2) == taxonomies.newest(database)
    assert taxonomies.history(database) == (FIRST_TAXONOMY, saved)
    with pytest.raises(Busy, match="Version 2"):
        taxonomies.save(database, more)


def test_questions_change_in_versions_too(database: Database) -> None:
    asked = replace(FIRST_QUESTIONNAIRE, questions=(Question("main_reason", "Why?"),))
    saved = taxonomies.save_questionnaire(database, asked)

    assert saved.version == 2
    assert taxonomies.questionnaire(database) == saved
    assert taxonomies.questionnaire(database, 1) == FIRST_QUESTIONNAIRE


def test_the_mapping_of_an_older_list_is_found_again(database: Database) -> None:
    assert taxonomies.mapping(database) == ReasonMapping(0, 1)
    first = taxonomies.save_mapping(database, ReasonMapping(0, 1, (("too dear", "price"),)))
    second = taxonomies.save_mapping(database, replace(first, taxonomy=2, texts=(("too dear", "list_price"),)))

    assert taxonomies.mapping(database) == second
    assert taxonomies.mapping(database, 1) == first
