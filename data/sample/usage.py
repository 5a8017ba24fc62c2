"""What customers do in the product: daily totals, and weekly totals of each feature."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from data.sample.columns import arrow_table, labels
from data.sample.events import release_days
from data.sample.firms import Firms
from data.sample.holidays import is_holiday
from data.sample.presence import Presence, in_blocks
from data.sample.relations import Relations
from data.sample.timeline import Days, Floats, Ints, Timeline, days

FEATURES = ("contacts", "pipeline", "reports", "automations", "integrations", "mobile", "forecasts")
FEATURE_WEIGHTS = (0.30, 0.22, 0.16, 0.12, 0.09, 0.07, 0.04)
#: Share of customers that ever use a feature; everybody uses the first.
FEATURE_ADOPTION = (1.0, 0.85, 0.8, 0.6, 0.5, 0.45, 0.35)
NEWEST_FEATURE = len(FEATURES) - 1
WEEKEND_LEVEL = 0.1
FIRST_MONTH_DAYS = 30
FIRST_DAY_LEVEL = 0.6
ACTIONS_A_USER = 6.0
#: Customers up to which every day is kept; a larger company keeps recent days of a part of its customers.
FULL_HISTORY_UP_TO = 5_000
RECENT_DAYS = 180
CUSTOMERS_WITH_USAGE = 50_000
#: Days of customers worked on at a time, which bounds the memory.
BLOCK_DAYS = 500_000


@dataclass(frozen=True)
class Habits:
    """How much each customer uses the product, and each feature of it, when all is well."""

    engagement: Floats
    adoption: Floats


def usage_tables(about: Relations, runs: Presence, rng: np.random.Generator) -> dict[str, pa.Table]:
    """Return the rows of `usage_daily` and `feature_usage` for these runs of days."""
    shape = (len(about.firms), len(FEATURES))
    adoption = (rng.random(shape) < FEATURE_ADOPTION) * rng.uniform(0.5, 1.5, shape) * FEATURE_WEIGHTS
    habits = Habits(rng.uniform(0.35, 0.9, len(about.firms)), adoption)
    parts = [_block(about, habits, block, rng) for block in in_blocks(runs, BLOCK_DAYS) or [runs]]
    return {name: pa.concat_tables([part[name] for part in parts]) for name in parts[0]}


def runs_with_usage(runs: Presence, customers: int, line: Timeline, firms: Firms) -> Presence:
    """Return the days for which use is kept: all of them, or recent days of every so many customers."""
    if customers <= FULL_HISTORY_UP_TO:
        return runs
    every = -(-customers // CUSTOMERS_WITH_USAGE)
    kept = runs.chosen(np.flatnonzero(firms.numbers[runs.customer] % every == 0))
    return kept.since(days(line.as_of) - np.timedelta64(RECENT_DAYS - 1, "D"))


def _block(about: Relations, habits: Habits, runs: Presence, rng: np.random.Generator) -> dict[str, pa.Table]:
    customer, day = runs.customer_days()
    level = about.fading.level(customer, day)
    usual = about.firms.users[customer] * habits.engagement[customer]
    users = rng.poisson(usual * level * _calendar_level(about, customer, day) * _first_month(about, customer, day))
    seen = np.flatnonzero(users)
    customer, day, level, users = customer[seen], day[seen], level[seen], users[seen]
    # People who stay do less, too: depth shrinks with the square root, on top of fewer users.
    actions = rng.poisson(users * ACTIONS_A_USER * np.sqrt(level))
    features = 1 + rng.binomial(len(FEATURES) - 1, 0.45 * level)
    daily = arrow_table(
        "usage_daily",
        {
            "customer_id": about.firms.ids.take(pa.array(customer)),
            "day": day,
            "logins": users + rng.poisson(0.7 * users),
            "active_users": users,
            "minutes": np.round(users * rng.gamma(4.0, 6.0, len(users)) * np.sqrt(level), 1),
            "core_actions": actions,
            "features_used": np.minimum(features, 1 + actions),
            "new_feature_actions": np.minimum(rng.poisson(0.8 * users * level * _novelty(about.line, day)), actions),
        },
    )
    return {"usage_daily": daily, "feature_usage": _features(about, habits, (customer, day, actions), rng)}


def _calendar_level(about: Relations, customer: Ints, day: Days) -> Floats:
    weekday = (day.astype(np.int64) + 3) % 7  # 1 January 1970 was a Thursday; Monday is 0
    holiday = is_holiday(about.firms.country[customer], day)
    return np.where(weekday >= 5, WEEKEND_LEVEL, 1.0) * np.where(holiday, about.truth.holiday_activity, 1.0)


def _first_month(about: Relations, customer: Ints, day: Days) -> Floats:
    """New customers start slowly; the guided onboarding makes their first month busier."""
    age = (day - about.firms.signed_on[customer]).astype(np.int64)
    guided = about.firms.signed_on[customer] >= days(about.line.onboarding_on)
    level = FIRST_DAY_LEVEL + (1.0 - FIRST_DAY_LEVEL) * age / FIRST_MONTH_DAYS
    return np.where(age < FIRST_MONTH_DAYS, level * np.where(guided, about.truth.onboarding_use_factor, 1.0), 1.0)


def _novelty(line: Timeline, day: Days) -> Floats:
    """How much of what is new draws people on a day: most right after a product release, nothing after 90 days."""
    releases = days(release_days(line))
    place = np.searchsorted(releases, day, side="right") - 1
    age = (day - releases[np.maximum(place, 0)]).astype(np.int64)
    return np.where((place >= 0) & (age < 90), np.exp(-age / 30.0), 0.0)


def _features(about: Relations, habits: Habits, daily: tuple[Ints, Days, Ints], rng: np.random.Generator) -> pa.Table:
    """Weekly totals, dated on the customer's last active day of the week."""
    customer, day, actions = daily
    week = customer * 100_000 + (day.astype(np.int64) + 3) // 7
    first = np.flatnonzero(np.diff(week, prepend=-1))
    last = np.append(first[1:], len(week)) - 1 if len(week) else first
    who, on = customer[last], day[last]
    total = np.add.reduceat(actions, first) if len(first) else actions
    share = habits.adoption[who]
    # Breadth shrinks: what is used less goes first.
    share[:, 1:] *= about.fading.level(who, on)[:, None] ** np.arange(1, len(FEATURES))
    share[on < days(about.line.onboarding_on), NEWEST_FEATURE] = 0.0
    counts = rng.poisson(total[:, None] * share)
    row, feature = np.nonzero(counts)
    return arrow_table(
        "feature_usage",
        {
            "customer_id": about.firms.ids.take(pa.array(who[row])),
            "day": on[row],
            "feature": labels(FEATURES, feature),
            "count": counts[row, feature],
        },
    )
