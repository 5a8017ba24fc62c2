"""The metric dictionary read day by day: slow, obvious Python without Ibis or pandas, to compare the engine with.

Written from "Movements" and "Roll-forward of a period" alone. Two choices the dictionary leaves open are taken as the
project decided: a paused customer stays a customer with amount 0 until the pause limit, and in the net reading a
returner who was never there at the end of an earlier period counts as new.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from data.records import MetricOptions

Row = Mapping[str, Any]
ONE_DAY = timedelta(days=1)
FAR = date(9999, 1, 1)
DECIDED = frozenset({"voluntary", "pause", "pause_limit"})


@dataclass(frozen=True)
class Span:
    """Days [starts, ends) with an amount; `held` is a pause. `why` is the reason of the end."""

    starts: date
    ends: date
    cents: int
    why: str | None
    held: bool = False


@dataclass(frozen=True)
class Day:
    """A customer at the end of a day: amount and presence, and what ended or was paused on that day."""

    on: date
    cents: int
    here: bool
    ended: frozenset[str]


@dataclass(frozen=True)
class Change:
    """A movement."""

    customer: str
    on: date
    kind: str
    delta: int
    after: int
    cause: str | None


# --- what the rows say -------------------------------------------------------------------------------------------


def spans_of_contracts(rows: Sequence[Row], invoices: Sequence[Row], options: MetricOptions, as_of: date) -> list[Span]:
    """The paid and held spans of one customer's subscriptions."""
    found: list[Span] = []
    for row in rows:
        starts = max(row["starts_on"], row["trial_ends_on"] or row["starts_on"])
        ends = row["ends_on"] or FAR
        if row["status"] == "paused":
            found += _paused(row, starts, rows, options, as_of)
        elif row["status"] == "past_due":
            lapse = _lapse(row, starts, invoices, options, as_of)
            found.append(Span(starts, min(ends, lapse or ends), row["mrr_cents"], "payment"))
        else:
            found.append(Span(starts, ends, row["mrr_cents"], row["cancel_kind"]))
    return [s for s in found if s.starts < s.ends and (s.cents > 0 or s.held)]


def _lapse(row: Row, starts: date, invoices: Sequence[Row], options: MetricOptions, as_of: date) -> date | None:
    """The day a past-due row is given up: the dunning limit after its first unpaid due date."""
    dues = [i["due_on"] for i in invoices if not i["paid_on"] and i["status"] == "open" and i["amount_cents"] > 0]
    dues = [due for due in dues if starts <= due <= as_of]
    if not dues and row["renews_on"] and row["renews_on"] <= as_of:
        dues = [row["renews_on"]]
    return min(dues) + timedelta(days=options.dunning_limit_days) if dues else None


def _paused(row: Row, starts: date, rows: Sequence[Row], options: MetricOptions, as_of: date) -> list[Span]:
    """A paused row: paid up to the pause, then held until it ends or the limit is reached."""
    itself = row["mrr_cents"] == 0 or _follows_a_paid_row(row, starts, rows, options)
    if row["paused_on"]:
        since = row["paused_on"]
    elif itself:
        since = starts
    else:
        since = row["ends_on"] or as_of
    limit = since + timedelta(days=options.pause_limit_days)
    own_end = row["ends_on"] or FAR
    until = min(limit, own_end) if row["paused_on"] or itself else limit
    return [Span(starts, since, row["mrr_cents"], "pause"), Span(since, until, 0, "pause_limit", held=True)]


def _follows_a_paid_row(row: Row, starts: date, rows: Sequence[Row], options: MetricOptions) -> bool:
    """Whether another paid row of the customer ends where this one starts, within the tolerance."""
    others = [r for r in rows if r is not row and r["status"] != "paused" and r["mrr_cents"] > 0 and r["ends_on"]]
    return any(timedelta(0) <= starts - r["ends_on"] <= timedelta(days=options.gap_tolerance_days) for r in others)


def spans_of_activity(days: Mapping[date, int], options: MetricOptions) -> list[Span]:
    """Each purchase keeps a customer for the window; what overlaps is one span with its net spend per month."""
    window = timedelta(days=options.activity_window_days)
    found: list[list[date]] = []
    for on in sorted(days):
        if found and on <= found[-1][-1] + window:
            found[-1].append(on)
        else:
            found.append([on])
    spans = []
    for run in found:
        ends = run[-1] + window
        spend = sum(days[on] for on in run)
        monthly = spend / ((ends - run[0]).days / (365.25 / 12))
        spans.append(Span(run[0], ends, max(_half_away(monthly), 0), "inactivity"))
    return spans


def _half_away(value: float) -> int:
    return int(value + 0.5) if value >= 0 else -int(-value + 0.5)


# --- day by day --------------------------------------------------------------------------------------------------


def days_of(spans: Sequence[Span], as_of: date, tolerance: int = 0) -> list[Day]:
    """The customer on every day up to the as-of date, gaps up to `tolerance` days filled with the amount before."""
    if not spans or min(s.starts for s in spans) > as_of:
        return []
    on, found = min(s.starts for s in spans), []
    while on <= as_of:
        running = [s for s in spans if s.starts <= on < s.ends]
        ended = {s.why for s in spans if s.ends == on and s.why} | {"pause" for s in spans if s.held and s.starts == on}
        found.append(Day(on, sum(s.cents for s in running), bool(running), frozenset(ended)))
        on += ONE_DAY
    return _bridged(found, tolerance)


def _bridged(days: list[Day], tolerance: int) -> list[Day]:
    found = list(days)
    i = 0
    while i < len(found):
        j = i
        while j < len(found) and not found[j].here:
            j += 1
        # The gap is days i to j-1: one that began before the first day or still lasts is none.
        if i < j < len(found) and i > 0 and j - i <= tolerance:
            for k in range(i, j):
                found[k] = Day(found[k].on, found[i - 1].cents, True, frozenset())
        i = j + 1
    return found


def movements_of(customer: str, days: Sequence[Day]) -> list[Change]:
    """Every change of amount or presence from one day to the next."""
    found: list[Change] = []
    cents, here = 0, False
    for day in days:
        if (day.cents, day.here) != (cents, here):
            kind = _kind(cents, here, day, first=not found)
            cause = _cause(kind, cents, here, day)
            found.append(Change(customer, day.on, kind, day.cents - cents, day.cents, cause))
        cents, here = day.cents, day.here
    return found


def _kind(cents: int, here: bool, day: Day, *, first: bool) -> str:
    if not here:
        return "new" if first else "reactivation"
    if not day.here:
        return "churn"
    return "expansion" if day.cents > cents else "contraction"


def _cause(kind: str, cents: int, here: bool, day: Day) -> str | None:
    if kind == "churn":
        if "payment" in day.ended:
            return "payment"
        if day.ended & {"pause", "pause_limit"}:
            return "paused"
        return next(iter(day.ended), "unknown")
    if kind == "contraction" and "pause" in day.ended and "payment" not in day.ended:
        return "paused"
    return "resumed" if kind == "expansion" and here and cents == 0 else None


# --- the roll-forward --------------------------------------------------------------------------------------------


def net_flows(
    customers: Mapping[str, Sequence[Day]], first_of: Callable[[date], date], as_of: date
) -> dict[date, dict[str, int]]:
    """Per calendar period: customers and cents of each kind, every customer compared at its start and its end."""
    found: dict[date, dict[str, int]] = {}
    for days in customers.values():
        _compare(days, first_of, as_of, found)
    return {period: {name: n for name, n in row.items() if n} for period, row in found.items() if any(row.values())}


def _compare(
    days: Sequence[Day], first_of: Callable[[date], date], as_of: date, found: dict[date, dict[str, int]]
) -> None:
    arrived = next((d.on for d in days if d.here), None)
    cents, here, seen, ended = 0, False, False, frozenset[str]()
    at_start = (cents, here)
    for day in days:
        if here and not day.here:
            ended = day.ended
        cents, here = day.cents, day.here
        if day.on != as_of and first_of(day.on + ONE_DAY) == first_of(day.on):
            continue
        period = first_of(day.on)
        joined = arrived is not None and first_of(arrived) == period
        kind = _net_kind(at_start, (cents, here), joined=joined, seen=seen)
        row = found.setdefault(period, {})
        _add(row, f"n_{kind}", 1)
        _add(row, f"cents_{kind}", cents - at_start[0])
        _add(row, "early_churn", int(joined and not here))
        _add(row, "involuntary", int(kind == "churn" and "payment" in ended))
        _add(row, "voluntary", int(kind == "churn" and "payment" not in ended and bool(ended & DECIDED)))
        seen, at_start = seen or here, (cents, here)


def _net_kind(before: tuple[int, bool], after: tuple[int, bool], *, joined: bool, seen: bool) -> str:
    if not before[1] and after[1]:
        return "reactivation" if seen and not joined else "new"
    if before[1] and not after[1]:
        return "churn"
    if before[1] and after[0] != before[0]:
        return "expansion" if after[0] > before[0] else "contraction"
    return "none"


def _add(row: dict[str, int], name: str, n: int) -> None:
    row[name] = row.get(name, 0) + n


def by_customer(rows: Iterable[Row]) -> dict[str, list[Row]]:
    """Rows of each customer."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["customer_id"], []).append(row)
    return found
