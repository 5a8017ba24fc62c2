"""The page words what the layers below name by code: the two lists say the same."""

from analysis.feedback.suggestions import SENTENCES, Evidence
from dashboard import reason_words
from dashboard.language import speaking
from data.reasons import FIRST_QUESTIONNAIRE, FIRST_TAXONOMY
from data.records_interviews import Reason, Taxonomy


def test_the_list_and_the_questions_everybody_starts_with_are_translated_as_they_stand():
    assert {reason.code: reason.label for reason in FIRST_TAXONOMY.reasons} == reason_words.REASONS
    assert {question.id: question.wording for question in FIRST_QUESTIONNAIRE.questions} == reason_words.QUESTIONS


def test_the_evidence_of_every_rule_is_worded_as_in_the_report():
    assert dict(SENTENCES) == reason_words.EVIDENCE


def test_what_somebody_wrote_stands_in_every_language_as_it_was_written():
    own = Taxonomy(2, (Reason("price", "Too dear"), Reason("support", "Support")))
    with speaking("zh_Hans"):
        assert reason_words.reason(own, "price") == "Too dear"
        assert reason_words.reason(own, "support") == "客户支持"
        assert reason_words.reason(own, "") == "–"
        assert reason_words.question("help", "Did you call?") == "Did you call?"
        assert "94" in reason_words.evidence(Evidence("price", "price_change", (("days", 94), ("title", "List"))))


def test_a_part_is_named_with_its_whole_and_the_whole_as_not_yet_divided():
    split = Taxonomy(2, (Reason("price", "Price", archived=True), Reason("rise", "Price rise", parent="price")))
    with speaking("en"):
        assert reason_words.reason(split, "rise") == "Price · Price rise"
        assert reason_words.reason(split, "price") == "Price (not yet divided)"
