"""The number an action must move, counted per calendar month and group of customers: one question for all of them.

Two kinds of months. Of customers at its start: those paying at the end of the day before. Of customers signed in it:
those whose day of signing lies in it, followed for so many days from then on. A month is only told when it lies in the
data as a whole, with the days that follow it, and when what is counted was on record from its first day on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import ibis

from data.expressions import Table, Value
from data.queries.flows import bucket, net_changes
from data.queries.local_day import local_day
from data.queries.measured import as_of, time_zone
from data.queries.origins import begun_since, first_day_of_many
from data.queries.segments import members, values_table, within
from data.records import EVERYBODY, FIRST_DAY, Segment
from data.records_improvement import ProofKind, ProofMetric, ProofMonth

if TYPE_CHECKING:
    from data.engine import Engine

CANCEL_REQUEST = "cancel_request"
"""The touch by which a customer asks to cancel."""
LONGEST_TRIAL = 90
"""Days between signing and the first paid day; where there are more, a life is counted from the first paid day.

So it is where there are more than customers are followed for: the last month is told before such a customer pays, and
would lack those that the months before it have.
"""

SOURCES: Mapping[ProofKind, str] = {
    "churn": "movements",
    "early-churn": "lifetimes",
    "first-use": "usage_daily",
    "feature": "feature_usage",
    "tickets": "tickets",
    "save-rate": "touches",
    "experiment": "assignments",
}
"""Which table a metric is counted from."""

_Counted = Mapping[tuple[str, str], Mapping[date, tuple[int, float, float]]]
"""Customers, total and sum of squares per group and part, and month."""


def proof_months(
    engine: Engine,
    metric: ProofMetric,
    groups: Mapping[str, Segment],
    first: date,
    last: date,
    *,
    by: str = "",
    leaving: Mapping[str, Segment] | None = None,
) -> tuple[ProofMonth, ...]:
    """The months from that of `first` to that of `last` that can be told whole, per group.

    groups   Name -> segment; a customer may be in several.
    by       Attribute whose values the groups are split by ('' where a customer has none).
    leaving  Name of a group -> segment whose customers are left out of it.

    Every group (and part) has a row for every month, with nobody in it where nobody counts.
    """
    months = told_months(engine, metric, first, last)
    if not months or not groups:
        return ()
    facts = _with_part(engine, _FACTS[metric.kind](engine, metric, months[0], month_after(months[-1])), by)
    found = _in_place(engine.rows(_summed(_grouped(engine, facts, groups, leaving or {}))))
    lasting = metric.kind in _AT_START and not metric.by_signing
    places = sorted({*found, *(((name, "") for name in groups) if not by else ())})
    rows = [row for place in places for row in _months(place, found.get(place, {}), months, lasting=lasting)]
    return tuple(sorted(rows, key=lambda row: (row.start, row.group, row.part)))


def saved_months(engine: Engine, windows: Sequence[int], first: date, last: date) -> dict[int, tuple[ProofMonth, ...]]:
    """Per number of days what `proof_months` says of everybody's save rate after so many: one question for all."""
    told = {days: told_months(engine, ProofMetric("save-rate", days=days), first, last) for days in windows}
    months = max(told.values(), key=len, default=())
    if not months:
        return dict.fromkeys(windows, ())
    kept = _saved(engine, windows, months[0], month_after(months[-1]))
    pays = {_after(days): kept[_after(days)].sum().cast("int64") for days in windows}
    rows = engine.rows(kept.group_by("month").agg(n=kept.count().cast("int64"), **pays))
    return {days: tuple(_saved_in(rows, days, told[days])) for days in windows}


def told_months(engine: Engine, metric: ProofMetric, first: date, last: date) -> tuple[date, ...]:
    """First days of the months between two days that lie in the data as a whole, and the days that follow them too."""
    recorded = recorded_from(engine, metric)
    if recorded is None:
        return ()
    known = as_of(engine) + timedelta(days=1 - days_after(metric))
    found: list[date] = []
    month = first.replace(day=1)
    while month <= last and month_after(month) <= known:
        found += [month] if month >= recorded else []
        month = month_after(month)
    return tuple(found)


def days_after(metric: ProofMetric) -> int:
    """For how many days after its month a customer is followed."""
    return metric.days if metric.by_signing or metric.kind == "save-rate" else 0


def month_after(day: date) -> date:
    """The first day of the month after that of a day."""
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def recorded_from(engine: Engine, metric: ProofMetric) -> date | None:
    """The first day on record of what a metric is counted from; None where the release holds none of it."""
    if not engine.has(SOURCES[metric.kind]):
        return None
    days = _recorded(engine, metric.kind)
    return engine.known((recorded_from, metric.kind), lambda: engine.rows(days.agg(first=days.day.min()))[0]["first"])


def features(engine: Engine) -> tuple[str, ...]:
    """The features customers use, the most used first."""
    return _names(engine, "feature_usage", "feature")


def ticket_categories(engine: Engine) -> tuple[str, ...]:
    """The categories of tickets, the most frequent first."""
    return _names(engine, "tickets", "category")


def _names(engine: Engine, table: str, column: str) -> tuple[str, ...]:
    if not engine.has(table):
        return ()
    rows = engine.table(table).filter(ibis._[column].notnull() & (ibis._[column] != ""))
    counts = rows.group_by(name=column).agg(n=rows.count())
    return tuple(row["name"] for row in engine.rows(counts.order_by(counts.n.desc(), counts.name.asc())))


def _recorded(engine: Engine, kind: ProofKind) -> Table:
    """The days on which a metric's source has a row."""
    table = engine.table(SOURCES[kind])
    if kind in {"churn", "early-churn"}:
        return engine.table("movements").select(day="on")
    if kind == "tickets":
        return table.select(day=local_day(table.opened_at, time_zone(engine)))
    if kind == "save-rate":
        return _requests(engine).select("day")
    return table.select("day")


def _requests(engine: Engine) -> Table:
    touches = engine.table("touches")
    touches = touches.filter(touches.kind == CANCEL_REQUEST)
    return touches.select(who="customer_id", day=local_day(touches["at"], time_zone(engine)))


def _churn(engine: Engine, metric: ProofMetric, first: date, end: date) -> Table:
    """Changes of the number of customers, and customers at the start of a month that are not there at its end."""
    n = _changes(engine, end)
    lost = (n.was & ~n.stays & (n.period >= _day(first))).cast("float64")
    return n.select("customer_id", month="period", n=_change(n), value=lost)


def _changes(engine: Engine, end: date) -> Table:
    """Customers whose presence changed in a month before `end`: whether they were there before and after."""
    m = engine.table("movements")
    return net_changes(m.filter(m.active_before != m.active_after), "month", FIRST_DAY, end)


def _change(n: Table) -> Value:
    return n.stays.cast("int64") - n.was.cast("int64")


def _feature(engine: Engine, metric: ProofMetric, first: date, end: date) -> Table:
    use = engine.table("feature_usage")
    use = use.filter((use["count"] > 0) & (use.feature == metric.of))
    return _at_start(engine, use.select(who="customer_id", day="day"), first, end, lambda counted: ibis.literal(1.0))


def _tickets(engine: Engine, metric: ProofMetric, first: date, end: date) -> Table:
    tickets = _opened(engine, metric)
    if metric.by_signing:
        return _after_signing(engine, tickets, metric, first, end)
    return _at_start(engine, tickets, first, end, lambda counted: counted.times.cast("float64"))


def _opened(engine: Engine, metric: ProofMetric) -> Table:
    tickets = engine.table("tickets")
    tickets = tickets if not metric.of else tickets.filter(tickets.category == metric.of)
    day = local_day(tickets.opened_at, time_zone(engine))
    return tickets.select(who="customer_id", day=day, amount=ibis.literal(1))


def _at_start(engine: Engine, events: Table, first: date, end: date, value: Callable[[Table], Value]) -> Table:
    """Changes of the number of customers, and a value for each that was there at the start of a month with events."""
    events = events.filter((events.day >= _day(first)) & (events.day < _day(end)))
    events = events.mutate(month=bucket(events.day, "month"))
    counted = events.group_by("who", "month").agg(times=events.count())
    stays = _stays(engine)
    there = (stays.began < counted.month) & (stays.ended.isnull() | (stays.ended >= counted.month))
    counted = counted.semi_join(stays, [counted.who == stays.owner, there])
    none = ibis.literal(0, "int64")
    counted = counted.select(customer_id="who", month="month", n=none, value=value(counted))
    n = _changes(engine, end)
    return n.select("customer_id", month="period", n=_change(n), value=ibis.literal(0.0)).union(counted)


def _stays(engine: Engine, only: Table | None = None) -> Table:
    """Each time a customer was there: owner, first day, and the first day it was gone (null while it lasts).

    only  A table of customers; of the others nothing is said.
    """
    m = engine.table("movements")
    m = m.filter(m.active_before != m.active_after)
    m = m if only is None else m.semi_join(only, "customer_id")
    m = m.mutate(ended=m.on.lead().over(ibis.window(group_by="customer_id", order_by="on")))
    return m.filter(m.active_after).select(owner="customer_id", began="on", ended="ended")


def _early_churn(engine: Engine, metric: ProofMetric, first: date, end: date) -> Table:
    signed = _signed(engine, metric, first, end)
    lost = (_days_since(signed.first_lost_on, signed.signed) <= metric.days).fill_null(False)
    return _cohort(signed, lost.cast("float64"))


def _first_use(engine: Engine, metric: ProofMetric, first: date, end: date) -> Table:
    use = engine.table("usage_daily")
    use = use.select(who="customer_id", day="day", amount=use.core_actions.fill_null(0))
    return _after_signing(engine, use, metric, first, end)


def _after_signing(engine: Engine, events: Table, metric: ProofMetric, first: date, end: date) -> Table:
    """Amounts of the events (who, day, amount) in the first days of the customers signed in a month."""
    signed = _signed(engine, metric, first, end)
    events = events.filter(events.day >= _day(first))
    age = _days_since(events.day, signed.signed)
    both = signed.left_join(events, [signed.customer_id == events.who, age >= 0, age < metric.days])
    sums = both.group_by("customer_id", "signed").agg(value=both.amount.sum().fill_null(0).cast("float64"))
    return _cohort(sums, sums.value)


def _cohort(signed: Table, value: Value) -> Table:
    month = bucket(signed.signed, "month")
    return signed.select("customer_id", month=month, n=ibis.literal(1, "int64"), value=value)


def _signed(engine: Engine, metric: ProofMetric, first: date, end: date) -> Table:
    """Customers by their day of signing in [first, end): customer_id, signed, first_lost_on.

    Those there before the data begin are left out: who signed with them and left earlier is not in the data.
    """
    lives = engine.table("lifetimes")
    # Before the join: who signed in these days pays within the longest trial.
    longest = min(LONGEST_TRIAL, metric.days)
    last = end + timedelta(days=longest)
    lives = lives.filter((lives.started_on >= _day(first)) & (lives.started_on < _day(last)))
    since = engine.known(first_day_of_many, lambda: first_day_of_many(engine))
    lives = begun_since(lives, engine, since)
    lives = lives.mutate(signed=lives.started_on)
    customers = engine.table("customers")
    if "signed_on" in customers.columns:
        customers = customers.select(known_id="customer_id", known_on="signed_on")
        lives = lives.left_join(customers, lives.customer_id == customers.known_id)
        before = _days_since(lives.started_on, lives.known_on)
        trial = ((before >= 0) & (before <= longest)).fill_null(False)
        lives = lives.mutate(signed=trial.ifelse(lives.known_on, lives.started_on))
    lives = lives.filter((lives.signed >= _day(first)) & (lives.signed < _day(end)))
    return lives.select("customer_id", "signed", "first_lost_on")


def _save_rate(engine: Engine, metric: ProofMetric, first: date, end: date) -> Table:
    kept = _saved(engine, (metric.days,), first, end)
    value = kept[_after(metric.days)].cast("float64")
    return kept.select(customer_id="who", month="month", n=ibis.literal(1, "int64"), value=value)


def _saved(engine: Engine, windows: Sequence[int], first: date, end: date) -> Table:
    """Customers that asked to cancel while they were there, by the month of it, and whether they pay so many days on.

    Of several requests of a month the first one counts.
    """
    asked = _requests(engine)
    asked = asked.filter((asked.day >= _day(first)) & (asked.day < _day(end)))
    asked = asked.mutate(month=bucket(asked.day, "month"))
    asked = asked.group_by("who", "month").agg(day=asked.day.min())
    stays = _stays(engine, asked.select(customer_id="who"))
    both = asked.inner_join(stays, asked.who == stays.owner)
    there = (both.began <= both.day) & (both.ended.isnull() | (both.ended >= both.day))
    pays = {_after(days): _covers(both, days).any() for days in windows}
    found = both.group_by("who", "month").agg(there=there.any(), **pays)
    return found.filter(found.there)


def _covers(both: Table, days: int) -> Value:
    """Whether a stay covers the end of the day that lies so many days after the request."""
    goes_on = both.ended.isnull() | (_days_since(both.ended, both.day) > days)
    return (_days_since(both.began, both.day) <= days) & goes_on


def _after(days: int) -> str:
    return f"after_{days}"


_FACTS: Mapping[ProofKind, Callable[[Engine, ProofMetric, date, date], Table]] = {
    "churn": _churn,
    "early-churn": _early_churn,
    "first-use": _first_use,
    "feature": _feature,
    "tickets": _tickets,
    "save-rate": _save_rate,
}
"""(customer_id, month, n, value) of the months in [first, end); an experiment is counted by its own queries."""

_AT_START = ("churn", "feature", "tickets")
"""Metrics of the customers at the start of a month, as long as they do not follow those signed in it."""


def _with_part(engine: Engine, facts: Table, by: str) -> Table:
    if not by:
        return facts.mutate(part=ibis.literal(""))
    values = values_table(engine, by)
    values = values.select(valued="customer_id", part=values.value)
    found = facts.left_join(values, facts.customer_id == values.valued)
    return found.select("customer_id", "month", "n", "value", part=found.part.fill_null(""))


def _grouped(engine: Engine, facts: Table, groups: Mapping[str, Segment], leaving: Mapping[str, Segment]) -> Table:
    """The facts with the name of their customer's group; those of several groups are counted once for all of them."""
    if len(groups) == 1 and not leaving:
        ((name, segment),) = groups.items()
        return within(facts, engine, segment).mutate(group=ibis.literal(name))
    named = [_named(engine, name, segment, leaving.get(name)) for name, segment in groups.items()]
    together = named[0].union(*named[1:]) if len(named) > 1 else named[0]
    return facts.inner_join(together, facts.customer_id == together.member_id)


def _named(engine: Engine, name: str, segment: Segment, leaving: Segment | None) -> Table:
    found = _of_segment(engine, segment)
    if leaving is not None:
        found = found.anti_join(_of_segment(engine, leaving).view(), "customer_id")
    return found.select(member_id="customer_id", group=ibis.literal(name))


def _of_segment(engine: Engine, segment: Segment) -> Table:
    # Lifetimes has the customers whom the customers table does not know.
    found = engine.table("lifetimes") if segment == EVERYBODY else members(engine, segment)
    return found.select("customer_id")


def _summed(facts: Table) -> Table:
    return facts.group_by("group", "month", "part").agg(
        n=facts.n.sum().cast("int64"),
        total=facts.value.sum().cast("float64"),
        squares=(facts.value * facts.value).sum().cast("float64"),
    )


def _in_place(rows: Sequence[Mapping[str, Any]]) -> _Counted:
    found: dict[tuple[str, str], dict[date, tuple[int, float, float]]] = defaultdict(dict)
    for row in rows:
        found[row["group"], row["part"]][row["month"]] = (int(row["n"]), row["total"], row["squares"])
    return found


def _months(
    place: tuple[str, str],
    counted: Mapping[date, tuple[int, float, float]],
    months: Sequence[date],
    *,
    lasting: bool,
) -> list[ProofMonth]:
    """The rows of one group and part; `lasting`: the counts are changes, which add up to the customers at the start."""
    group, part = place
    rows: list[ProofMonth] = []
    for month in months:
        n, total, squares = counted.get(month, (0, 0.0, 0.0))
        n = sum(change for start, (change, _, _) in counted.items() if start < month) if lasting else n
        rows.append(ProofMonth(month, group, n, total, squares, part))
    return rows


def _saved_in(rows: Sequence[Mapping[str, Any]], days: int, months: Sequence[date]) -> list[ProofMonth]:
    # Each of those asked stands for 1 or 0, which are their own squares.
    paid = {row["month"]: (row["n"], float(row[_after(days)]), float(row[_after(days)])) for row in rows}
    return _months(("", ""), paid, months, lasting=False)


def _days_since(day: Value, start: Value) -> Value:
    return day.delta(start, unit="day").cast("int64")


def _day(day: date) -> Value:
    return ibis.date(day.isoformat())
