"""What the company did, as charts annotate it: releases, the price rise, the incident, the retention offers."""

from datetime import date, timedelta

import pyarrow as pa

from data.sample.columns import arrow_table
from data.sample.timeline import Timeline, month_day
from data.sample.truth import EXPERIMENTS

#: Day of the month on which the quarterly product release comes out.
RELEASE_DAY = 15


def releases_log_table(line: Timeline) -> pa.Table:
    """Return the rows of `releases_log`; the planted events are there whether or not they have an effect."""
    events = sorted(event for event in _events(line) if line.first <= event[0] <= line.as_of)
    return arrow_table(
        "releases_log",
        {
            "event_id": [f"E-{number:03}" for number in range(1, len(events) + 1)],
            "on": [on for on, _, _ in events],
            "kind": [kind for _, kind, _ in events],
            "title": [title for _, _, title in events],
        },
    )


def release_days(line: Timeline) -> list[date]:
    """Return the days of the quarterly product releases."""
    return [month_day(line.first, 3 * n + 1).replace(day=RELEASE_DAY) for n in range(line.months // 3)]


def _events(line: Timeline) -> list[tuple[date, str, str]]:
    return [
        (line.onboarding_on, "release", "Guided onboarding replaces the manual set-up"),
        (line.price_on, "price_change", "List prices up by 8 %"),
        (line.bad_from - timedelta(days=30), "incident", "Move to a new payment provider: direct debits fail"),
        *((on, "release", f"Product release {on:%Y-%m}") for on in release_days(line)),
        *((line.month_start(e.starts), "campaign", f"Retention offer: {e.offer} ({e.key})") for e in EXPERIMENTS),
    ]
