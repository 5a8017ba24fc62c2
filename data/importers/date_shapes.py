"""The shapes a date is written in, from digits and separators to a format DuckDB reads."""

import re
from dataclasses import dataclass
from typing import Literal

Order = Literal["ymd", "dmy", "mdy"]

_MONTH_NAMES = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
#: RE2 patterns shared by SQL and this module's shapes.
MONTHS = rf"(?i)\b({_MONTH_NAMES})[a-z]*"
WEEKDAY = r"(?i)^(mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+"
FRACTION = r"(:\d\d)[.,]\d+"
ZONE = r"(:\d\d(?:\s*[AaPp][Mm])?)\s*(?:Z|z|UTC|GMT|\(UTC\)|[+-]\d\d:?\d\d|[+-]\d\d)$"

_TIME = re.compile(r"^(?P<gap>T|,? ?)(?P<clock>9{1,2}:99(?::99)?)(?P<half> ?[AaPp][Mm])?$")
_CHINESE_TIME = re.compile(r"^ ?9{1,2}时99分(?:99秒)?$")


@dataclass(frozen=True)
class Shape:
    """How values of one shape are read.

    formats   strptime formats by order of day and month; one entry when the shape leaves no choice.
    unit      `seconds`, `milliseconds`, `microseconds` since 1970, or `days` since 1899-12-30 (Excel); no formats then.
    month_only  No day is written: the first of the month is meant.
    """

    formats: dict[Order, str]
    unit: str = ""
    month_only: bool = False

    @property
    def open(self) -> bool:
        """Whether day and month could change places."""
        return len(self.formats) > 1


#: (pattern of the date part, order -> format with {s} for the separator found)
_DATES: tuple[tuple[re.Pattern[str], dict[Order, str]], ...] = (
    (re.compile(r"9999(?P<s>[-/._ ])9{1,2}(?P=s)9{1,2}"), {"ymd": "%Y{s}%m{s}%d"}),
    (re.compile(r"9{1,2}(?P<s>[-/._ ])9{1,2}(?P=s)9999"), {"dmy": "%d{s}%m{s}%Y", "mdy": "%m{s}%d{s}%Y"}),
    (
        re.compile(r"9{1,2}(?P<s>[-/.])9{1,2}(?P=s)99"),
        {"dmy": "%d{s}%m{s}%y", "mdy": "%m{s}%d{s}%y", "ymd": "%y{s}%m{s}%d"},
    ),
    (re.compile(r"9999年9{1,2}月9{1,2}日"), {"ymd": "%Y年%m月%d日"}),
    (re.compile(r"9999年9{1,2}月9{1,2}号"), {"ymd": "%Y年%m月%d号"}),
    (re.compile(r"9{8}"), {"ymd": "%Y%m%d"}),
    (re.compile(r"9{1,2}(?P<s>[-/. ]?)b(?P=s)9999"), {"dmy": "%d{s}%b{s}%Y"}),
    (re.compile(r"9{1,2}(?P<s>[-/. ]?)b(?P=s)99"), {"dmy": "%d{s}%b{s}%y"}),
    (re.compile(r"b 9{1,2}(?P<s>,? )9999"), {"mdy": "%b %d{s}%Y"}),
    (re.compile(r"9999(?P<s>[-/. ])b(?P=s)9{1,2}"), {"ymd": "%Y{s}%b{s}%d"}),
)
_MONTHS_ONLY: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"9999(?P<s>[-/.])9{1,2}"), "%Y{s}%m"),
    (re.compile(r"9{1,2}(?P<s>[/.-])9999"), "%m{s}%Y"),
    (re.compile(r"b(?P<s>[- ])9999"), "%b{s}%Y"),
    (re.compile(r"9999年9{1,2}月"), "%Y年%m月"),
)
_NUMBERS = {10: "seconds", 13: "milliseconds", 16: "microseconds"}


def shape_of(pattern: str, excel: bool) -> Shape | None:
    """Return how values are read whose digits are all replaced by 9 and month names by b; None when that is no date."""
    if pattern.strip("9.") == "":
        found = _number(pattern, excel)
        if found is not None:
            return found
    for date, formats in _DATES:
        match = date.match(pattern)
        rest = _time(pattern[match.end() :]) if match else None
        if match and rest is not None:
            separator = match.groupdict().get("s", "")
            return Shape({order: form.replace("{s}", separator) + rest for order, form in formats.items()})
    return _month_only(pattern)


def _number(pattern: str, excel: bool) -> Shape | None:
    whole = pattern.split(".")[0]
    if excel and len(whole) == 5:
        return Shape({}, "days")
    if pattern == "9" * 14:
        return Shape({"ymd": "%Y%m%d%H%M%S"})
    unit = _NUMBERS.get(len(whole)) if set(whole) == {"9"} else None
    return Shape({}, unit) if unit else None


def _time(rest: str) -> str | None:
    """Return the format of what follows the date; nothing for nothing, None when it is no time."""
    if not rest:
        return ""
    if _CHINESE_TIME.match(rest):
        gap = " " if rest.startswith(" ") else ""
        return gap + ("%H时%M分%S秒" if "秒" in rest else "%H时%M分")
    match = _TIME.match(rest)
    if not match:
        return None
    half = match["half"] or ""
    clock = "%I:%M" if half else "%H:%M"
    seconds = ":%S" if match["clock"].count(":") == 2 else ""
    return match["gap"] + clock + seconds + (" %p" if half.startswith(" ") else "%p" if half else "")


def _month_only(pattern: str) -> Shape | None:
    for month, form in _MONTHS_ONLY:
        match = month.fullmatch(pattern)
        if match:
            return Shape({"ymd": form.replace("{s}", match.groupdict().get("s", ""))}, month_only=True)
    return None


def order_of(wish: str) -> Order | None:
    """Return the order a reader's wish names (dmy, mdy, ymd), None when it is a format or nothing."""
    words: dict[Order, tuple[str, ...]] = {
        "dmy": ("dmy", "day-first", "dayfirst", "dd/mm/yyyy", "dd-mm-yyyy", "dd.mm.yyyy", "eu"),
        "mdy": ("mdy", "month-first", "monthfirst", "mm/dd/yyyy", "mm-dd-yyyy", "us"),
        "ymd": ("ymd", "iso", "yyyy-mm-dd"),
    }
    return next((order for order, spelled in words.items() if wish.strip().lower() in spelled), None)
