"""Numbers, money and dates read as the language writes them."""

from datetime import date

import pytest

from dashboard import formats
from dashboard.language import NAMES, speaking


@pytest.mark.parametrize(("currency", "text"), [("USD", "$1,234.56"), ("JPY", "¥123,456"), ("", "1,234.56")])
def test_minor_units_become_money_of_their_currency(currency: str, text: str):
    with speaking("en"):
        assert formats.money(123456, currency) == text


def test_a_rate_becomes_percent_and_a_difference_of_rates_percentage_points():
    with speaking("en"):
        assert formats.value(0.0234, "rate") == "2.3%"
        assert formats.change(-0.0234, "rate") == "−2.3 pts"


def test_a_rate_that_rounds_to_zero_has_no_sign():
    with speaking("en"):
        assert formats.rate(-0.000001) == "0.00%"
        assert formats.points(-0.0001) == "+0.0 pts"


def test_chinese_money_counts_in_ten_thousands():
    with speaking("zh_Hans"):
        assert formats.money(123456700, "USD", compact=True) == "US$123.5万"


@pytest.mark.parametrize(("grain", "text"), [("month", "Oct 2026"), ("quarter", "Q4 2026"), ("year", "2026")])
def test_a_period_is_named_after_its_first_day(grain: formats.Grain, text: str):
    with speaking("en"):
        assert formats.period(date(2026, 10, 1), grain) == text


@pytest.mark.parametrize("code", NAMES)
def test_charts_get_seven_days_and_twelve_months_in_every_language(code: str):
    words = formats.vega_locale(code, "CNY")["time"]
    assert (len(words["days"]), len(words["months"])) == (7, 12)


def test_the_week_of_charts_starts_on_sunday_as_vega_expects():
    assert formats.vega_locale("en")["time"]["days"][0] == "Sunday"


def test_text_from_data_is_shown_letter_by_letter_where_markdown_is_read():
    assert formats.plain("[a](http://b) *c* <i>") == r"\[a\]\(http\://b\) \*c\* \<i\>"
