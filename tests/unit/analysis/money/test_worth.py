"""What a point of retention is worth, against arithmetic by hand."""

import pytest

from analysis.money.worth import _row, more_revenue, worth
from analysis.results import Estimate, NotEnoughData
from data.records import Scope
from tests.builders import a_company, a_subscription, an_engine


def test_two_months_of_a_thousand_at_ten_percent_against_nine():
    """Without: 900 + 810; with: 910 + 828.1."""
    assert more_revenue(1_000, 0, 0.10, 0.01, 2) == pytest.approx(28.1)


def test_who_joins_stays_longer_too():
    """Nobody today, 100 join each month; without: 100 + 190, with: 100 + 191."""
    assert more_revenue(0, 100, 0.10, 0.01, 2) == pytest.approx(1.0)


def test_the_range_reaches_the_churn_at_which_the_step_saves_all_of_it():
    """Churn 1.7 % (0.9 to 2.6), a step of 1 point: at 1 % churn more is gained than at either end."""
    found = _row(12, 0.01, 17_000_000, 0, Estimate(0.0173, 0.0088, 0.0259, 6, "x")).today_cents
    assert found.high == more_revenue(17_000_000, 0, 0.01, 0.01, 12)
    assert found.high > found.value


def test_no_more_than_all_churn_can_be_saved():
    assert more_revenue(1_000, 0, 0.005, 0.01, 12) == more_revenue(1_000, 0, 0.005, 0.005, 12)


def test_a_company_that_loses_nothing_is_refused_a_worth():
    assert isinstance(worth(an_engine(a_company([a_subscription()])), Scope(), 0.01), NotEnoughData)


def test_the_range_holds_the_value():
    lost = [
        a_subscription(f"c{i}", "2023-01-01", f"2024-{7 + i % 6:02}-15" if i % 4 == 0 else None) for i in range(120)
    ]
    found = worth(an_engine(a_company(lost)), Scope(), 0.01)
    assert not isinstance(found, NotEnoughData)
    assert found.churn.n == 6
    for row in found.rows:
        for answer in (row.today_cents, row.joining_cents, row.whole_cents):
            assert answer.low is not None
            assert answer.high is not None
            assert answer.low <= answer.value <= answer.high
        assert row.whole_cents.value == pytest.approx(row.today_cents.value + row.joining_cents.value)


def test_no_range_is_made_up_for_a_churn_without_an_interval():
    with pytest.raises(ValueError, match="no interval"):
        _row(12, 0.01, 17_000_000, 0, Estimate(0.0173, None, None, 6, "x"))
