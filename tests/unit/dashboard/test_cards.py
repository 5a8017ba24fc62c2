"""A card says what is known, and plainly what is not."""

from analysis.results import Estimate, NotEnoughData
from dashboard.cards import Card, Change, course, markup
from dashboard.language import speaking


def a_card(**parts: object) -> Card:
    usual = {"key": "k", "title": "Churn", "unit": "rate", "definition": "d"}
    return Card(**{**usual, "answer": Estimate(0.05, 0.04, 0.07, 916, "wilson"), **parts})


def test_a_value_stands_with_its_interval():
    with speaking("en"):
        text = markup(a_card())
    assert "5.0%" in text
    assert "95% interval 4.0% – 7.0%" in text


def test_no_number_is_shown_where_there_is_none():
    with speaking("en"):
        text = markup(a_card(answer=NotEnoughData("no customers", 4, 10)))
    assert "Not enough data" in text
    assert "at least 10 are needed" in text
    assert "%" not in text


def test_text_in_a_card_is_escaped():
    assert "<script>" not in markup(a_card(title="<script>x</script>"))


def test_a_change_within_chance_has_no_colour():
    text = markup(a_card(changes=(Change("MoM", "+0.1", "even"),)))
    assert "better" not in text
    assert "worse" not in text


def test_two_points_make_no_course():
    assert course((0.1, None, 0.2)) == ""
