"""What an experiment compares, per customer assigned: one row each, a measure's columns empty where it does not count.

The columns of measure number i are `value_i`, `per_i` (what a ratio divides by) and `before_i` (the same figure in the
days before the assignment). Horizons are half-open: `days` days from the day of assignment on. Only what was known on
that day decides who counts; nothing that happened later does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING

import ibis

from data.contracts import OUTCOME_PREFIX as OUTCOME
from data.expressions import Table, Value
from data.queries.local_day import local_day
from data.queries.renewals import due_for
from data.queries.segments import attribute_key, values_table, within
from data.records_experiments import NEEDS, Measure, Reading

if TYPE_CHECKING:
    from data.engine import Engine

DAYS_A_MONTH = 365.25 / 12
_PER_MONTH = ("complaints", "downgraded")
"""Counted per month as a customer: who is kept stays for longer, and has more time to complain or to pay less."""
_RATIOS = ("use-per-day", *_PER_MONTH)


def assigned(engine: Engine, key: str) -> Table:
    """Assignments of an experiment: customer_id, variant, exposed, assigned_on (in the reporting zone), outcomes."""
    rows = engine.table("assignments")
    rows = rows.filter(rows.experiment_key == key)
    return rows.select(
        "customer_id",
        "variant",
        *(name for name in rows.columns if name.startswith(OUTCOME)),
        exposed=rows.exposed_at.notnull(),
        assigned_on=local_day(rows.assigned_at, time_zone(engine)),
    )


def time_zone(engine: Engine) -> str:
    """The reporting time zone of the release."""
    return engine.release.options.time_zone if engine.release else "UTC"


def compared(engine: Engine, reading: Reading) -> Table:
    """The assigned customers whose variant is compared and who are in the segment."""
    rows = assigned(engine, reading.key)
    return within(rows.filter(rows.variant.isin(reading.variants)), engine, reading.segment)


def can_be_measured(engine: Engine, measures: Iterable[Measure], outcomes: Collection[str]) -> tuple[Measure, ...]:
    """The measures whose tables the release holds, or whose columns are among `outcomes`."""
    return tuple(m for m in measures if _there(engine, m, outcomes))


def _there(engine: Engine, measure: Measure, outcomes: Collection[str]) -> bool:
    if measure.kind == "outcome":
        return all(outcome_column(name) in outcomes for name in (measure.column, measure.per, measure.before) if name)
    return engine.has(table_of(measure))


def table_of(measure: Measure) -> str:
    """The table that a measure is counted from."""
    return "assignments" if measure.kind == "outcome" else NEEDS.get(measure.kind, "movements")


def outcome_column(name: str) -> str:
    """The column of an outcome, by its key or its label in the file."""
    return OUTCOME + attribute_key(name)


def parts(measure: Measure) -> tuple[str, ...]:
    """Which columns a measure has: value, and where there are such per and before."""
    if measure.kind == "outcome":
        return ("value", *(["per"] if measure.per else []), *(["before"] if measure.before else []))
    if measure.kind in _RATIOS:
        return ("value", "per")
    return ("value", "before") if measure.kind in {"revenue", "use"} else ("value",)


def measured(engine: Engine, rows: Table, measures: Sequence[Measure]) -> Table:
    """Assigned customers (customer_id, variant, assigned_on, outcomes) with the columns of every measure.

    Who counts in none of them may be left out.
    """
    timed = [m for m in measures if m.kind != "outcome"]
    if timed:
        rows = _with_facts(engine, rows, timed, payers_alone=len(timed) == len(measures))
    columns: dict[str, Value] = {}
    for i, measure in enumerate(measures):
        found = _of_outcome(rows, measure) if measure.kind == "outcome" else _of_facts(engine, rows, measure)
        columns |= {f"{name}_{i}": value for name, value in found.items()}
    kept = [name for name in ("group", "by") if name in rows.columns]
    return rows.select("customer_id", "variant", *kept, **columns)


def with_values(engine: Engine, rows: Table, name: str, attribute: str) -> Table:
    """The rows with an attribute of their customers as a further column; '' where a customer has none."""
    values = values_table(engine, attribute)
    found = _beside(rows, values.select(who="customer_id", **{name: values.value}))
    return found.mutate(**{name: found[name].fill_null("")})


def in_groups(table: Table, measures: Sequence[Measure]) -> Table:
    """Sums over the groups in which customers were assigned together; `per` of a plain measure: its customers."""
    sums: dict[str, Value] = {}
    for i, measure in enumerate(measures):
        value = table[f"value_{i}"]
        sums |= {f"{name}_{i}": table[f"{name}_{i}"].sum() for name in parts(measure)}
        if "per" not in parts(measure):
            sums[f"per_{i}"] = value.count().nullif(0).cast("float64")
    keys = [name for name in ("variant", "by", "group") if name in table.columns]
    return table.group_by(*keys).agg(**sums)


def _of_outcome(rows: Table, measure: Measure) -> dict[str, Value]:
    """The columns of an outcome: what is empty does not count, and a figure before that is not known is 0."""
    value = rows[outcome_column(measure.column)]
    if not measure.per and not measure.before:
        return {"value": value}
    found = {"value": value}
    if measure.per:
        per = rows[outcome_column(measure.per)]
        counts = value.notnull() & per.notnull()
        found = {"value": counts.ifelse(value, None), "per": counts.ifelse(per, None)}
    if measure.before:
        # Nothing added to it, but empty where the value is: a condition takes longer over millions of rows.
        found["before"] = rows[outcome_column(measure.before)].fill_null(0.0) + found["value"] * 0.0
    return found


def _of_facts(engine: Engine, rows: Table, measure: Measure) -> dict[str, Value]:
    """The columns of a measure that the product's own tables tell."""
    days, kind = measure.days, measure.kind
    counts = ready(engine, rows, days) & rows.paying
    if kind in {"retained", "revenue"}:
        found = {name: rows[f"{kind}_{name}_{days}"] for name in parts(measure)}
    elif kind == "downgraded":
        found = {"value": rows[f"downgraded_value_{days}"], "per": rows[f"months_{days}"]}
    elif kind == "renewed":
        counts = counts & rows[f"renewed_{days}"].notnull()
        found = {"value": rows[f"renewed_{days}"]}
    elif kind == "complaints":
        counts = counts & (rows.assigned_on >= _first_day(engine, "tickets")).fill_null(False)
        found = {"value": rows[f"tickets_{days}"].fill_null(0), "per": rows[f"months_{days}"]}
    else:
        table = "usage_daily"
        counts = counts & (rows.assigned_on >= _first_day(engine, table)).fill_null(False)
        names = {"value": "use", "per": "in_use", "before": "use_before"}
        found = {name: rows[f"{names[name]}_{days}"].fill_null(0) for name in parts(measure)}
    return {name: counts.ifelse(value.cast("float64"), None) for name, value in found.items()}


def ready(engine: Engine, rows: Table, days: int) -> Value:
    """Whether the whole horizon of a customer assigned lies within the data."""
    return (days_known(engine, rows) >= days).fill_null(False)


def days_known(engine: Engine, rows: Table) -> Value:
    """Days from the assignment to the as-of date."""
    return days_since(ibis.date(as_of(engine).isoformat()), rows.assigned_on)


def as_of(engine: Engine) -> date:
    """The last day that the data tell of."""
    if engine.release is None:
        raise ValueError("experiments are judged on a recorded release")
    return engine.release.as_of


def _with_facts(engine: Engine, rows: Table, measures: Sequence[Measure], *, payers_alone: bool = False) -> Table:
    """The rows with `paying` and one column for each thing counted within each horizon.

    payers_alone  Leave out who never paid: then nothing has to be joined to all rows again.
    """
    known = rows.filter(rows.assigned_on.notnull())
    dated = known.select(who="customer_id", assigned_on="assigned_on")
    if payers_alone:
        kept = [name for name in ("variant", "group", "by", "assigned_on") if name in rows.columns]
        rows = _money(known.select(*kept, who="customer_id"), engine.table("movements"), measures)
        rows = rows.rename(customer_id="who")
    else:
        rows = _beside(rows, _money(dated, engine.table("movements"), measures).drop("assigned_on"))
        rows = rows.mutate(paying=rows.paying.fill_null(False))
    for kinds, count in ((("use", "use-per-day"), _use), (("complaints",), _tickets), (("renewed",), _renewed)):
        horizons = sorted({m.days for m in measures if m.kind in kinds})
        for found in count(engine, dated, horizons) if horizons else ():
            rows = _beside(rows, found)
    return rows


def with_paying(engine: Engine, rows: Table) -> Table:
    """The rows with `paying`: whether a customer paid on the day before its assignment, or began to on that day."""
    return _with_facts(engine, rows, ())


def _money(dated: Table, movements: Table, measures: Sequence[Measure]) -> Table:
    """What each customer paid before and after its assignment, from the changes of its monthly amount.

    dated  who, assigned_on and what else is kept of each.
    """
    own = dated.columns
    m = dated.inner_join(movements, dated.who == movements.customer_id)
    m = m.select(
        *own,
        "kind",
        delta="delta_cents",
        before="mrr_before_cents",
        after="mrr_after_cents",
        age=days_since(m.on, m.assigned_on),
    )
    sums: dict[str, Value] = {
        "paying": (_total(m.delta, m.age < 0) > 0) | (_total(m.delta, m.age <= 0) > 0),
    }
    for measure in measures:
        days = measure.days
        if measure.kind == "retained":
            sums[f"retained_value_{days}"] = _total(m.delta, m.age <= days) > 0
        if measure.kind == "revenue":
            left = ibis.least(days - m.age, days)
            sums[f"revenue_value_{days}"] = _total(m.delta * left, m.age < days) / DAYS_A_MONTH
            lasted = ibis.least(-m.age, days)
            sums[f"revenue_before_{days}"] = _total(m.delta * lasted, m.age < 0) / DAYS_A_MONTH
        if measure.kind in _PER_MONTH:
            change = (m.after > 0).cast("int64") - (m.before > 0).cast("int64")
            paid = _total(change * ibis.least(days - m.age, days), m.age < days)
            sums[f"months_{days}"] = paid / DAYS_A_MONTH
        if measure.kind == "downgraded":
            less = (m.kind == "contraction") & (m.after > 0)
            sums[f"downgraded_value_{days}"] = (less & (m.age >= 0) & (m.age < days)).any()
    return m.group_by(*own).agg(**sums)


def _total(amount: Value, where: Value) -> Value:
    return amount.sum(where=where).fill_null(0).cast("float64")


def _use(engine: Engine, dated: Table, horizons: Sequence[int]) -> list[Table]:
    """Core actions within each horizon and before it, and days in use."""
    use = engine.table("usage_daily")
    actions, logins = use.core_actions.fill_null(0), use.logins.fill_null(0)
    use = use.select("customer_id", "day", actions=actions, used=((actions > 0) | (logins > 0)).cast("int64"))
    near = _near(dated, use, horizons)
    sums: dict[str, Value] = {}
    for days in horizons:
        sums[f"use_{days}"] = near.actions.sum(where=_within(near, days))
        sums[f"in_use_{days}"] = near.used.sum(where=_within(near, days))
        sums[f"use_before_{days}"] = near.actions.sum(where=_just_before(near, days))
    return [near.group_by("who").agg(**sums)]


def _tickets(engine: Engine, dated: Table, horizons: Sequence[int]) -> list[Table]:
    """Tickets opened within each horizon and before it."""
    tickets = engine.table("tickets")
    near = _near(dated, tickets.select("customer_id", day=local_day(tickets.opened_at, time_zone(engine))), horizons)
    sums: dict[str, Value] = {}
    for days in horizons:
        sums[f"tickets_{days}"] = _within(near, days).sum()
    return [near.group_by("who").agg(**sums)]


def _renewed(engine: Engine, dated: Table, horizons: Sequence[int]) -> list[Table]:
    """Whether the contracts that fell due within each horizon were renewed; null where none did."""
    found: list[Table] = []
    for days in horizons:
        windows = dated.select("who", starts=dated.assigned_on, until=dated.assigned_on + ibis.interval(days=days))
        due = due_for(engine, windows)
        found.append(due.group_by("who").agg(**{f"renewed_{days}": ~due.lost.any()}))
    return found


def _near(dated: Table, events: Table, horizons: Sequence[int]) -> Table:
    """The events (customer_id, day) around the assignment of their customer, with their `age` in days since it."""
    both = dated.inner_join(events, dated.who == events.customer_id)
    both = both.mutate(age=days_since(both.day, both.assigned_on))
    return both.filter((both.age >= -max(horizons)) & (both.age < max(horizons)))


def _within(near: Table, days: int) -> Value:
    return (near.age >= 0) & (near.age < days)


def _just_before(near: Table, days: int) -> Value:
    return (near.age < 0) & (near.age >= -days)


def days_before(dated: Table, events: Table, days: int) -> Table:
    """The events (customer_id, day) of the days before the assignment of their customer (who, assigned_on)."""
    near = _near(dated, events, (days,))
    return near.filter(near.age < 0)


def days_since(day: Value, assigned_on: Value) -> Value:
    """Days from the assignment to a day; negative before it."""
    return day.delta(assigned_on, unit="day").cast("int64")


def _first_day(engine: Engine, name: str) -> Value:
    """The first day on record of a table: who was assigned before it has no known figure."""
    table = engine.table(name)
    day = table.day.min() if name == "usage_daily" else local_day(table.opened_at.min(), time_zone(engine))
    first = engine.known((_first_day, name), lambda: engine.rows(table.agg(first=day))[0]["first"])
    return ibis.date(first.isoformat())


def _beside(rows: Table, other: Table) -> Table:
    """The rows, each with the row of its customer in `other` (keyed by `who`), or with nulls."""
    return rows.left_join(other, rows.customer_id == other.who).drop("who")
