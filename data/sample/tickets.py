"""Support tickets: ordinary questions, trouble at the start, and the surge before a customer leaves."""

import numpy as np
import pyarrow as pa

from data.sample.billing import ordered
from data.sample.columns import arrow_table, labels, moments, present, row_ids
from data.sample.firms import Firms, pick
from data.sample.lives import Columns
from data.sample.presence import known
from data.sample.relations import Relations
from data.sample.timeline import Days, Ints, Timeline, days

CATEGORIES = ("how-to", "bug", "billing", "performance", "integration", "onboarding")
ORDINARY_SHARES = (0.40, 0.22, 0.14, 0.10, 0.14)
SURGE_SHARES = (0.10, 0.35, 0.20, 0.22, 0.13)
ONBOARDING = CATEGORIES.index("onboarding")
PRIORITIES = ("low", "normal", "high", "urgent")
ORDINARY_PRIORITIES = (0.25, 0.55, 0.16, 0.04)
SURGE_PRIORITIES = (0.08, 0.37, 0.35, 0.20)
START_DAYS = 30
START_TICKETS = 0.8
RATED_SHARE = 0.45
HOUR = 3600


def tickets_table(about: Relations, rng: np.random.Generator) -> pa.Table:
    """Return the rows of `tickets`."""
    parts = [_ordinary(about, rng), _start(about, rng), _surge(about, rng)]
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    keep = (joined["day"] >= about.firms.signed_on[joined["customer"]]) & (joined["day"] <= days(about.line.as_of))
    tickets = ordered({name: values[keep] for name, values in joined.items()}, "day")
    return _table(tickets, about.firms, about.line, rng)


def _ordinary(about: Relations, rng: np.random.Generator) -> Columns:
    runs, truth = about.runs, about.truth
    a_day = (0.1 + 0.1 * np.sqrt(about.firms.users[runs.customer])) / 30
    count = rng.poisson(a_day * runs.lengths)
    customer = np.repeat(runs.customer, count)
    day = np.repeat(runs.starts_on, count) + (rng.random(len(customer)) * np.repeat(runs.lengths, count)).astype(int)
    # Who has given up does not write any more.
    silent = about.fading.within(customer, day, truth.surge_days[1] - 1)
    stays = ~silent | (rng.random(len(customer)) < truth.quiet_factor)
    category = pick(ORDINARY_SHARES, len(customer), rng)
    return _part(customer[stays], day[stays], category[stays], surge=False)


def _start(about: Relations, rng: np.random.Generator) -> Columns:
    firms = about.firms
    guided = firms.signed_on >= days(about.line.onboarding_on)
    count = rng.poisson(START_TICKETS * np.where(guided, about.truth.onboarding_ticket_factor, 1.0))
    customer = np.repeat(np.arange(len(firms)), count)
    day = firms.signed_on[customer] + rng.integers(0, START_DAYS, len(customer))
    return _part(customer, day, np.full(len(customer), ONBOARDING), surge=False)


def _surge(about: Relations, rng: np.random.Generator) -> Columns:
    fading, (earliest, latest) = about.fading, about.truth.surge_days
    count = rng.poisson(about.truth.surge_tickets, len(fading.customer))
    customer = np.repeat(fading.customer, count)
    day = np.repeat(fading.leaves_on, count) - rng.integers(latest, earliest + 1, len(customer))
    return _part(customer, day, pick(SURGE_SHARES, len(customer), rng), surge=True)


def _part(customer: Ints, day: Days, category: Ints, *, surge: bool) -> Columns:
    return {"customer": customer, "day": day, "category": category, "surge": np.full(len(customer), surge)}


def _table(tickets: Columns, firms: Firms, line: Timeline, rng: np.random.Generator) -> pa.Table:
    who, surge = tickets["customer"], tickets["surge"]
    n = len(who)
    opened = moments(tickets["day"], 7 * HOUR + rng.random(n) * 11 * HOUR)
    answered = opened + (rng.lognormal(np.log(3 * HOUR), 0.9, n)).astype("timedelta64[s]")
    resolved = answered + (rng.lognormal(np.log(20 * HOUR), 1.0, n)).astype("timedelta64[s]")
    score = np.clip(np.rint(rng.normal(np.where(surge, 2.8, 4.3), 0.9)), 1, 5)
    rated = (rng.random(n) < RATED_SHARE) & ~np.isnat(known(resolved, line))
    draw = rng.random(n)
    priority = np.where(surge, _priority(SURGE_PRIORITIES, draw), _priority(ORDINARY_PRIORITIES, draw))
    return arrow_table(
        "tickets",
        {
            "ticket_id": row_ids("T", firms.ids, who),
            "customer_id": firms.ids.take(pa.array(who)),
            "opened_at": opened,
            "first_response_at": known(answered, line),
            "resolved_at": known(resolved, line),
            "category": labels(CATEGORIES, tickets["category"]),
            "priority": labels(PRIORITIES, priority),
            "csat": present(score, rated),
            "reopened": rng.random(n) < np.where(surge, 0.18, 0.05),
        },
    )


def _priority(shares: tuple[float, ...], draw: np.ndarray) -> Ints:
    return np.searchsorted(np.cumsum(shares)[:-1], draw, side="right")
