"""Holding an interview: what may be finished, who is neutral, whom to ask next."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from analysis.feedback import taxonomy
from analysis.feedback.interviews import differences, finish, owns_the_account, recode, reopen, save_draft, start
from data.database import Database, open_database
from data.database.repositories import taxonomies
from data.errors import Busy, ReviewError
from data.records_interviews import Answer, Interview
from data.settings import settings

LOST, TODAY = date(2026, 3, 10), date(2026, 3, 31)


@pytest.fixture
def db() -> Database:
    return open_database(settings())


def a_draft(db: Database, **written: Any) -> Interview:
    return replace(start(db, "c1", LOST, "mia"), **{"interviewer": "Noor", "on": LOST, "diagnosed": "price", **written})


def test_a_new_draft_has_the_questions_of_the_day_and_keeps_their_wording(db: Database):
    first = start(db, "c1", LOST, "mia")
    asked = taxonomies.questionnaire(db)
    taxonomies.save_questionnaire(db, replace(asked, questions=(replace(asked.questions[0], wording="Why?"),)))
    second = start(db, "c1", LOST, "mia")

    assert [answer.wording for answer in first.answers] == [question.wording for question in asked.questions]
    assert [answer.wording for answer in second.answers] == ["Why?"]
    assert (first.questionnaire, second.questionnaire) == (1, 2)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ({"interviewer": "  "}, "Who held the interview is missing"),
        ({"on": None}, "The day of the interview is missing"),
        ({"on": LOST - timedelta(days=91)}, "Give a day from 2025-12-10 to 2026-03-31"),
        ({"on": TODAY + timedelta(days=1)}, "An interview on 2026-04-01 cannot be about a loss on 2026-03-10"),
        ({"diagnosed": ""}, "Nothing was written down yet"),
    ],
)
def test_an_interview_that_cannot_be_is_refused_and_stays_a_draft(db: Database, written: dict[str, Any], said: str):
    with pytest.raises(ReviewError, match=said):
        finish(db, a_draft(db, **written), "mia", TODAY)


@pytest.mark.parametrize("on", [LOST - timedelta(days=90), TODAY])
def test_the_first_and_the_last_day_are_allowed(db: Database, on: date):
    assert finish(db, a_draft(db, on=on), "mia", TODAY).state == "done"


def test_a_loss_without_a_day_may_have_been_talked_about_long_ago(db: Database):
    draft = a_draft(db, on=LOST - timedelta(days=400))
    assert finish(db, draft, "mia", TODAY, dated=False).state == "done"


def test_an_interview_without_a_reason_is_finished_when_something_was_said(db: Database):
    said = (Answer("main_reason", "Why?", "We closed."),)
    assert finish(db, a_draft(db, diagnosed="", answers=said), "mia", TODAY).diagnosed == ""


def test_who_owns_the_account_may_ask_and_it_is_noted(db: Database):
    assert finish(db, a_draft(db, interviewer=" MIA "), "mia", TODAY).own_account
    assert not save_draft(db, a_draft(db), "mia").own_account
    assert not owns_the_account("", "")
    noted = save_draft(db, a_draft(db, interviewer="Mia"), "mia")
    assert save_draft(db, replace(noted, competitor="Acme"), None).own_account


def test_a_draft_whose_reason_was_split_meanwhile_has_to_choose_again(db: Database):
    draft = save_draft(db, a_draft(db), "mia")
    taxonomies.save(db, taxonomy.split(taxonomies.newest(db), "price", ["List price", "Price rise"]))
    taxonomies.save(db, taxonomy.merge(taxonomies.newest(db), ["support"], "poor_experience"))

    again = save_draft(db, replace(draft, stated="support"), "mia")
    assert (again.diagnosed, again.stated, again.taxonomy) == ("", "poor_experience", 3)


def test_only_reasons_of_the_newest_list_can_be_given_later(db: Database):
    done = finish(db, a_draft(db), "mia", TODAY)
    with pytest.raises(ReviewError, match="There is no reason war in version 1"):
        recode(db, done, "war")
    assert recode(db, done, "support").recodings[0].diagnosed == "support"


def test_a_finished_interview_is_corrected_until_reports_under_an_older_list_rest_on_it(db: Database):
    done = finish(db, a_draft(db, diagnosed="price"), "", TODAY)
    again = finish(db, replace(reopen(db, done), diagnosed="support"), "", TODAY)
    assert (again.id, again.state, again.diagnosed) == (done.id, "done", "support")
    with pytest.raises(ReviewError, match="Reports rest on the reasons"):
        reopen(db, recode(db, again, "price"))


def test_two_who_write_the_same_draft_do_not_write_over_each_other(db: Database):
    seen = save_draft(db, a_draft(db), "mia")
    theirs = save_draft(db, replace(seen, competitor="Acme"), "mia")
    mine = replace(seen, competitor="Globex", answers=(replace(seen.answers[0], text="Too dear"), *seen.answers[1:]))

    with pytest.raises(Busy):
        save_draft(db, mine, "mia")
    assert differences(theirs, mine) == ("competitor", "answers.main_reason")
