"""Questions are added, reworded, ordered and retired; no answer ever changes the question it was given to."""

import pytest

from analysis.feedback.questionnaire import rewritten
from data.errors import ReviewError
from data.reasons import FIRST_QUESTIONNAIRE


def test_a_question_left_out_is_retired_and_a_new_one_gets_an_id_of_its_own() -> None:
    rows = [("return", "When would you return?", True), ("", "Who decided?", True), ("help", "Help?", False)]
    changed = rewritten(FIRST_QUESTIONNAIRE, rows)

    assert [(q.id, q.wording) for q in changed.asked] == [
        ("return", "When would you return?"),
        ("question_1", "Who decided?"),
    ]
    assert {q.id for q in changed.questions if q.retired} == {"help", "main_reason", "better", "replacement"}


def test_the_id_of_a_retired_question_is_never_given_again() -> None:
    once = rewritten(FIRST_QUESTIONNAIRE, [("", "Who decided?", True)])
    again = rewritten(once, [("", "Who paid?", True)])

    assert [q.id for q in again.asked] == ["question_2"]


def test_an_interview_without_a_question_is_refused() -> None:
    with pytest.raises(ReviewError, match="at least one question"):
        rewritten(FIRST_QUESTIONNAIRE, [("help", "Help?", False)])
