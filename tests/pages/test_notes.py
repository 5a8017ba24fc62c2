"""Notes on the charts over time: written on the page, shown among the events, taken back."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.gateway import trends
from tests.pages.app import open_app

pytestmark = pytest.mark.usefixtures("own_demo")

EVER = date(2024, 1, 1), date(2027, 1, 1)


def save(at: AppTest, on: date | None, title: str) -> None:
    at.date_input(key="note.on").set_value(on)
    at.text_input(key="note.title").set_value(title)
    next(button for button in at.button if button.label == "Save").click().run()
    assert not at.exception


def told(at: AppTest) -> str:
    return " ".join(m.value for m in at.markdown)


def remove(at: AppTest) -> None:
    next(button for button in at.button if str(button.key).startswith("note.")).click().run()


def test_a_note_on_any_day_that_can_be_chosen_stands_among_the_events_until_it_is_taken_back():
    """Before, the day after the chart could be chosen too; its note was kept and never seen."""
    at = open_app("trends")
    last = at.date_input(key="note.on").max
    save(at, last, "  Sales team *halved* ")
    assert [(note.on, note.title) for note in trends.notes(*EVER)] == [(last, "Sales team *halved*")]
    assert r"Sales team \*halved\* (note)" in told(at)
    remove(at)
    assert trends.notes(*EVER) == []
    assert "halved" not in told(at)


def test_a_note_without_a_day_or_words_is_asked_for_them():
    at = open_app("trends")
    for on, title in [(None, "No day"), (date(2026, 5, 5), "   ")]:
        save(at, on, title)
        assert [w.value for w in at.warning] == ["A note needs a day and a few words."]
    assert trends.notes(*EVER) == []


def test_a_note_somebody_else_took_back_meanwhile_is_gone_and_the_page_says_why():
    """Before, the page said that something had gone wrong."""
    trends.note(date(2026, 5, 5), "Seen by two")
    at = open_app("trends")
    trends.withdraw(trends.notes(*EVER)[0])
    remove(at)
    assert not at.exception
    assert ["changed by somebody else" in toast.value for toast in at.toast] == [True]
    assert "Seen by two" not in told(at)
