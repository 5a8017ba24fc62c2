"""A condition is said as one sentence, whatever its names and values are."""

import pytest

from dashboard import segment_words
from dashboard.language import speaking
from data.records import Condition, Operator

LABELS = {"age": "Age of the firm", "trainings": "Trainings attended"}


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (Condition("age", "in", ("age", "")), "Age of the firm is age, (none)"),
        (Condition("trainings", "not in", ("1", "2", "3")), "Trainings attended is not 1, 2 …"),
        (Condition("seats", ">=", ("5",)), "seats at least 5"),
        (Condition("lost_at_age", "<", ("90",)), "Days until the first loss less than 90"),
        (Condition("first_lost_on", ">=", ("2026-03-01",)), "First lost on from Mar 1, 2026"),
        (Condition("first_lost_on", "not in", ("",)), "First lost on is not (none)"),
        (Condition("age", ">", ("2026-03-01",)), "Age of the firm more than 2026-03-01"),
    ],
)
def test_a_condition_is_said_with_its_label_and_no_other_word_is_touched(condition: Condition, said: str):
    with speaking("en"):
        assert segment_words.condition(condition, LABELS) == said


@pytest.mark.parametrize("operator", ["in", "not in", "<", "<=", ">", ">="])
def test_every_operator_has_its_sentence_in_both_languages(operator: Operator):
    for attribute, value in (("age", "7"), ("churned_on", "2026-03-01")):
        condition = Condition(attribute, operator, (value,))
        with speaking("en"):
            english = segment_words.condition(condition, {})
        with speaking("zh_Hans"):
            chinese = segment_words.condition(condition, {})
        assert english != chinese
        assert "{" not in english + chinese
