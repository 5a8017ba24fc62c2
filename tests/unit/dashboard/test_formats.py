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


@pytest.mark.parametrize(
    ("code", "unit", "text"),
    [
        ("en", "rate", "−2.14 pts (−3.40 pts … −0.88 pts)"),
        ("zh_Hans", "rate", "−2.14 个百分点 (−3.40 个百分点 … −0.88 个百分点)"),
        ("en", "relative", "−2.1% (−3.4% … −0.9%)"),
        ("en", "number", "−0.021 (−0.034 … −0.009)"),
    ],
)
def test_an_effect_has_signs_its_unit_and_its_interval(code: str, unit: str, text: str):
    with speaking(code):
        assert formats.effect(-0.0214, -0.034, -0.0088, unit) == text


def test_an_effect_in_money_is_written_in_full_with_its_currency():
    with speaking("en"):
        assert formats.effect(123_456, -5_00, 250_000, "money", "USD") == "+$1,234.56 (−$5.00 … +$2,500.00)"


def test_an_effect_without_both_limits_stands_alone_and_one_that_rounds_to_nothing_has_no_minus():
    with speaking("en"):
        assert formats.effect(-0.0214, -0.034, None) == "−2.14 pts"
        assert formats.effect(None) == formats.NOTHING
        assert [formats.signed(-0.00001, unit) for unit in ("rate", "relative", "number")] == [
            "+0.00 pts", "+0.0%", "+0",
        ]  # fmt: skip


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
