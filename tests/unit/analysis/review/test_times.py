"""How long a meeting was at an item, and where it goes on."""

from datetime import UTC, date, datetime, timedelta

from analysis.review.times import at_item, before, beside, moved, spent
from data.records_reviews import Item, Review, Step

BEGUN = datetime(2026, 11, 23, 9, tzinfo=UTC)


def a_step(item: int, minute: int) -> Step:
    return Step(item, BEGUN + timedelta(minutes=minute), "Onboarding lead")


def test_time_at_an_item_is_counted_as_often_as_the_meeting_comes_back_to_it() -> None:
    steps = [a_step(0, 0), a_step(1, 5), a_step(2, 12), a_step(1, 20)]
    now = BEGUN + timedelta(minutes=21)
    assert [spent(steps, item, now) / timedelta(minutes=1) for item in (0, 1, 2, 3)] == [5, 8, 8, 0]


def test_a_clock_that_is_set_back_takes_no_time_away() -> None:
    assert spent([a_step(1, 5), a_step(1, 3)], 1, BEGUN + timedelta(minutes=4)) == timedelta(minutes=1)


def test_the_meeting_goes_on_and_back_within_its_agenda() -> None:
    items = [Item("free", id=number) for number in (7, 3)]
    assert [beside(items, 0, 1), beside(items, 7, 1), beside(items, 3, 1)] == [7, 3, 3]
    assert [beside(items, 7, -1), beside(items, 0, -1)] == [0, 0]
    assert beside(items, 99, 1) == 7  # one that was taken off the agenda meanwhile


def test_a_meeting_is_where_the_last_step_led() -> None:
    review = Review(date(2026, 7, 1), date(2026, 10, 1))
    assert at_item(review) == 0
    assert at_item(Review(date(2026, 7, 1), date(2026, 10, 1), steps=(a_step(0, 0), a_step(4, 1)))) == 4


def test_an_item_moves_within_the_agenda_and_one_that_left_it_moves_nothing():
    assert [moved([1, 2, 3], 1, 1), moved([1, 2, 3], 3, -1)] == [[2, 1, 3], [1, 3, 2]]
    assert [moved([1, 2, 3], 1, -1), moved([1, 2, 3], 3, 1), moved([1, 2, 3], 9, 1)] == [[1, 2, 3]] * 3


def test_the_item_before_is_the_one_the_meeting_left_last():
    at = datetime(2026, 11, 22, 9, tzinfo=UTC)
    steps = [Step(item, at, "mia") for item in (0, 4, 7, 7)]
    assert [before(steps), before(steps[:2]), before([])] == [4, 0, 0]
