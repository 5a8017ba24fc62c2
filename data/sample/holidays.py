"""Statutory holidays on fixed days, by country: the days on which the demo company's customers hardly work."""

import numpy as np

from data.sample.firms import COUNTRIES
from data.sample.timeline import Days, Flags, Ints

#: (month, day) of the holidays that fall on the same date every year.
FIXED_HOLIDAYS: dict[str, tuple[tuple[int, int], ...]] = {
    "Germany": ((1, 1), (5, 1), (10, 3), (12, 25), (12, 26)),
    "France": ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)),
    "Netherlands": ((1, 1), (4, 27), (12, 25), (12, 26)),
    "Austria": ((1, 1), (1, 6), (5, 1), (8, 15), (10, 26), (11, 1), (12, 8), (12, 25), (12, 26)),
    "Spain": ((1, 1), (1, 6), (5, 1), (8, 15), (10, 12), (11, 1), (12, 6), (12, 8), (12, 25)),
    "Poland": ((1, 1), (1, 6), (5, 1), (5, 3), (8, 15), (11, 1), (11, 11), (12, 25), (12, 26)),
}


def is_holiday(country: Ints, day: Days) -> Flags:
    """Say of each customer's country and day whether it is a holiday there."""
    month = day.astype("datetime64[M]")
    of_month = (day - month.astype("datetime64[D]")).astype(np.int64) + 1
    return _calendar()[country, month.astype(np.int64) % 12, of_month]


def _calendar() -> Flags:
    """One flag per country, month (0-11) and day (1-31)."""
    calendar = np.zeros((len(COUNTRIES), 12, 32), dtype=bool)
    for code, country in enumerate(COUNTRIES):
        for month, day in FIXED_HOLIDAYS[country]:
            calendar[code, month - 1, day] = True
    return calendar
