"""Numbers, money and dates as the reader's language writes them. Percent exists only here."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import lru_cache, wraps
from typing import ParamSpec

from babel import dates, numbers
from babel.core import Locale

from dashboard.language import _, current, ngettext
from data.records import Grain, Period

#: What stands where there is no value.
NOTHING = "–"
#: Unit of a metric: a rate 0-1, money in minor units, a count, or a plain ratio.
UNITS = ("rate", "money", "count", "ratio")
_SKELETONS: dict[Grain, str] = {"month": "yMMM", "quarter": "yQQQ", "year": "y", "week": "yMMMd"}

_P = ParamSpec("_P")


def _remembered(write: Callable[_P, str]) -> Callable[_P, str]:
    """Keep what was written, per language: each rerun of a page writes the same hundreds of texts again."""

    @lru_cache(maxsize=4096)
    def known(code: str, *args: _P.args, **kwargs: _P.kwargs) -> str:
        return write(*args, **kwargs)

    @wraps(write)
    def in_this_language(*args: _P.args, **kwargs: _P.kwargs) -> str:
        return known(current(), *args, **kwargs)

    return in_this_language


@_remembered
def rate(value: float, digits: int | None = None) -> str:
    """A rate 0-1 as percent: 0.0234 -> 2.3%, and 0.0023 -> 0.23%, so that small rates still differ."""
    if digits is None:
        digits = 2 if 0 < abs(value) < 0.00995 else 1
    pattern = f"0.{'0' * digits}%" if digits else "0%"
    written = numbers.format_percent(_settled(value, digits + 2), format=pattern, locale=current())
    return written.replace("-", "−")


def _settled(value: float, digits: int) -> float:
    """The value as it will be shown, without the minus of a zero."""
    return round(value, digits) + 0.0


@_remembered
def points(value: float, digits: int = 1) -> str:
    """A difference of rates in percentage points, with its sign."""
    pattern = f"+0.{'0' * digits};−0.{'0' * digits}"
    amount = numbers.format_decimal(_settled(value * 100, digits), format=pattern, locale=current())
    return _("{amount} pts").format(amount=amount)


@_remembered
def probability(value: float) -> str:
    """A p- or q-value: = 0.034, or < 0.001."""
    if value < 0.001:
        return "< " + numbers.format_decimal(0.001, format="0.000", locale=current())
    return "= " + numbers.format_decimal(value, format="0.000", locale=current())


def plain_points(value: float) -> str:
    """A distance between rates in percentage points, without a sign or unit."""
    return numbers.format_decimal(value * 100, format="0.0", locale=current())


@_remembered
def count(value: float) -> str:
    """A count with the language's grouping."""
    return numbers.format_decimal(round(value), locale=current())


@_remembered
def decimal(value: float) -> str:
    """A plain number with the digits that count: 1,204, 41.7, 2.41, 0.038."""
    digits = 0 if abs(value) >= 1_000 else 1 if abs(value) >= 10 else 2 if abs(value) >= 1 else 3
    written = numbers.format_decimal(abs(round(value, digits)), format=_decimals(digits), locale=current())
    return f"−{written}" if round(value, digits) < 0 else written


def _decimals(digits: int) -> str:
    return "#,##0." + "#" * digits if digits else "#,##0"


def ratio(value: float) -> str:
    """A plain ratio: 2.41×."""
    return numbers.format_decimal(value, format="0.00", locale=current()) + "×"


def exponent(currency: str) -> int:
    """Digits after the point of a currency's minor unit: 2 for USD, 0 for JPY; 2 when the currency is unknown."""
    return numbers.get_currency_precision(currency) if currency else 2


@_remembered
def money(cents: float, currency: str = "", *, compact: bool = False, digits: int = 1) -> str:
    """Minor units as money; without a currency a plain number, since none was given."""
    amount = cents / 10 ** exponent(currency)
    if compact and abs(amount) >= 10_000:
        return _compact_money(amount, currency, digits)
    whole = compact and abs(amount) >= 100
    if not currency:
        return numbers.format_decimal(amount, format="#,##0" if whole else "#,##0.00", locale=current())
    if whole:
        return numbers.format_currency(
            round(amount), currency, locale=current(), currency_digits=False, format="¤#,##0"
        )
    return numbers.format_currency(amount, currency, locale=current())


def _compact_money(amount: float, currency: str, digits: int) -> str:
    if not currency:
        return numbers.format_compact_decimal(amount, fraction_digits=digits, locale=current())
    return numbers.format_compact_currency(amount, currency, fraction_digits=digits, locale=current())


def value(amount: float, unit: str, currency: str = "") -> str:
    """An amount in the unit of its metric."""
    if unit == "rate":
        return rate(amount)
    if unit == "money":
        return money(amount, currency, compact=True)
    return ratio(amount) if unit == "ratio" else count(amount)


def change(difference: float, unit: str, currency: str = "") -> str:
    """A difference in the unit of its metric, always with its sign; rates change in percentage points."""
    if unit == "rate":
        return points(difference)
    sign = "−" if difference < 0 else "+"
    return sign + value(abs(difference), unit, currency)


@_remembered
def signed(amount: float, unit: str, currency: str = "") -> str:
    """An effect with its sign: rates in points, `relative` as a percentage of what would have been, money in full."""
    if unit == "rate":
        return points(amount, 2)
    if unit == "relative":
        return _with_sign(amount, rate(abs(amount), 1))
    return _with_sign(amount, money(abs(amount), currency) if unit == "money" else decimal(abs(amount)))


def _with_sign(amount: float, written: str) -> str:
    return f"−{written}" if amount < 0 and any(digit in "123456789" for digit in written) else f"+{written}"


def limits(low: float | None, high: float | None, unit: str, currency: str = "") -> str:
    """The limits of an effect, each with its sign; nothing where one is missing."""
    if low is None or high is None:
        return ""
    return f"{signed(low, unit, currency)} … {signed(high, unit, currency)}"


def effect(
    amount: float | None, low: float | None = None, high: float | None = None, unit: str = "rate", currency: str = ""
) -> str:
    """An effect with its interval in brackets, as every page and document writes it; a dash where there is none.

    unit  rate (in points), relative (as a share of what would have been), money, or any other for a plain number.
    """
    if amount is None:
        return NOTHING
    inside = limits(low, high, unit, currency)
    return signed(amount, unit, currency) + (f" ({inside})" if inside else "")


def interval(low: float, high: float, unit: str, currency: str = "") -> str:
    """Two limits with an en dash between."""
    return f"{value(low, unit, currency)} – {value(high, unit, currency)}"


@_remembered
def day(moment: date) -> str:
    """A day in the language's medium form."""
    return dates.format_date(moment, format="medium", locale=current())


@_remembered
def moment(at: datetime) -> str:
    """A moment in UTC, to the minute."""
    return f"{day(at)} {dates.format_time(at, format='short', locale=current())} UTC"


@_remembered
def days_ago(days: int) -> str:
    """How long ago, in words: today, 3 days ago, 2 months ago."""
    if days <= 0:
        return _("today")
    return dates.format_timedelta(timedelta(days=-days), add_direction=True, locale=current(), threshold=1.2)


@_remembered
def period(start: date, grain: Grain) -> str:
    """The name of the period of this grain that starts on a day: Oct 2026, Q4 2026, 2026."""
    name = dates.format_skeleton(_SKELETONS[grain], start, locale=current())
    return _("Week of {day}").format(day=name) if grain == "week" else name


def span(period: Period) -> str:
    """A period as its first and last day; the end is half-open in the data, inclusive for readers."""
    return f"{day(period.start)} – {day(period.end - timedelta(days=1))}"


def customers(n: int) -> str:
    """A number of customers in words."""
    return ngettext("{n} customer", "{n} customers", n).format(n=count(n))


def vega_locale(code: str, currency: str = "") -> dict[str, dict[str, object]]:
    """Number and date words for Vega-Lite's `config.locale`."""
    locale = Locale.parse(code)
    symbol = numbers.get_currency_symbol(currency, locale=locale) if currency else ""
    return {
        "number": {
            "decimal": numbers.get_decimal_symbol(locale),
            "thousands": numbers.get_group_symbol(locale),
            "grouping": [3],
            "currency": [symbol, ""],
        },
        "time": {
            "dateTime": "%x, %X",
            "date": "%Y-%m-%d",
            "time": "%H:%M",
            "periods": [locale.day_periods["format"]["abbreviated"].get(p, p) for p in ("am", "pm")],
            "days": [locale.days["format"]["wide"][(d + 6) % 7] for d in range(7)],
            "shortDays": [locale.days["format"]["abbreviated"][(d + 6) % 7] for d in range(7)],
            "months": [locale.months["format"]["wide"][m] for m in range(1, 13)],
            "shortMonths": [locale.months["format"]["abbreviated"][m] for m in range(1, 13)],
        },
    }


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Text from data made safe for places that read Markdown: shown letter by letter, never as markup."""
    return "".join(f"\\{c}" if c in _MARKUP else c for c in text.replace("\n", " "))


_MARKUP = frozenset("\\`*_{}[]()<>#+-.!|~$:&")
