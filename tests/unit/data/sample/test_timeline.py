"""Month arithmetic on arrays of days, and the calendar of the demo company."""

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from data.sample.timeline import days, last_month_end, months_between, months_later, timeline


def test_a_month_later_is_the_same_day_or_the_last_one() -> None:
    start = days([date(2024, 1, 31), date(2024, 1, 15), date(2023, 12, 31)])
    assert months_later(start, 1).tolist() == [date(2024, 2, 29), date(2024, 2, 15), date(2024, 1, 31)]


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)), st.integers(0, 200))
def test_months_later_is_that_many_months_away_and_never_on_a_later_day(start: date, months: int) -> None:
    later = months_later(days([start]), months)
    assert months_between(start, later).tolist() == [months]
    assert later[0].item().day <= start.day


@given(st.dates(date(1990, 1, 1), date(2100, 1, 1)))
def test_the_last_month_end_is_a_month_end_less_than_a_month_back(day: date) -> None:
    end = last_month_end(day)
    assert end <= day
    assert (day - end).days < 31
    assert (np.datetime64(end) + 1).item().day == 1


@given(st.integers(6, 120), st.dates(date(2000, 1, 1), date(2060, 1, 1)))
def test_events_lie_in_order_and_on_firsts_of_months(months: int, end: date) -> None:
    line = timeline(months, end)
    assert line.first <= line.onboarding_on < line.price_on < line.bad_from < line.bad_to
    assert {day.day for day in (line.first, line.onboarding_on, line.price_on, line.bad_from)} == {1}
    assert line.bad_from.month in (1, 4, 7, 10)


def test_the_default_company_has_the_dates_of_its_page() -> None:
    line = timeline(36, date(2026, 11, 22))
    assert (line.first, line.as_of) == (date(2023, 11, 1), date(2026, 10, 31))
    assert (line.onboarding_on, line.price_on) == (date(2025, 5, 1), date(2025, 11, 1))
    assert (line.bad_from, line.bad_to) == (date(2026, 4, 1), date(2026, 7, 1))
