"""What was known of customers before they were assigned: figures, and one 0/1 column for each common value."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import ibis

from data.expressions import Table, Value
from data.queries import measured as m
from data.queries.segments import attribute_columns, values_together

if TYPE_CHECKING:
    from data.engine import Engine

USE_DAYS, TICKET_DAYS = 28, 60
_OF_CUSTOMERS = ("industry", "region", "channel")
_OF_CONTRACTS = ("plan", "interval")
_COMMON, _MOST = 0.05, 8
"""Values of at least this share of the customers are compared, at most so many of each attribute."""


def known_before(engine: Engine, rows: Table, *, dated: bool = True) -> tuple[Table, tuple[str, ...]]:
    """customer_id, variant and columns `value_<i>`, and what each of these is: `mrr_cents`, `plan=Basic`, ...

    rows   Assigned customers, see `measured.assigned`.
    dated  Whether a day of assignment is known of anybody; otherwise only what never changes can be told.

    Plan and interval are those of the contract that ran on the day before.
    """
    rows = rows.select("customer_id", "variant", "assigned_on")
    rows, names = _with_attributes(engine, rows, dated=dated)
    values = _shares(engine, rows, names)
    if dated:
        known = rows.filter(rows.assigned_on.notnull()).select(who="customer_id", assigned_on="assigned_on")
        for table in _figures(engine, known):
            figures = [name for name in table.columns if name != "who"]
            rows = rows.left_join(table, rows.customer_id == table.who).drop("who")
            values |= {name: rows[name].cast("float64") for name in figures}
    placed = {f"value_{i}": value for i, value in enumerate(values.values())}
    return rows.select("customer_id", "variant", **placed), tuple(values)


def filled_attributes(engine: Engine) -> tuple[str, ...]:
    """Those of industry, region and channel that hold a value for anybody."""
    return engine.known(filled_attributes, lambda: _filled_attributes(engine))


def _filled_attributes(engine: Engine) -> tuple[str, ...]:
    known = [name for name in _OF_CUSTOMERS if name in attribute_columns(engine)]
    counts: dict[str, int] = {}
    for table in values_together(engine, {name: name for name in known}) if known else ():
        mine = [name for name in table.columns if name != "customer_id"]
        counts |= engine.rows(table.agg(**{name: table[name].count() for name in mine}))[0]
    return tuple(name for name in known if counts[name])


def _with_attributes(engine: Engine, rows: Table, *, dated: bool) -> tuple[Table, tuple[str, ...]]:
    """The rows with the attributes the release knows, '' where a customer has none."""
    known = filled_attributes(engine)
    for table in values_together(engine, {name: name for name in known}) if known else ():
        mine = [name for name in table.columns if name != "customer_id"]
        rows = _beside(rows, table.rename(who="customer_id"), mine)
    if engine.has("subscriptions") and dated:
        rows = _beside(rows, _contracts(engine, rows), list(_OF_CONTRACTS))
        known = (*_OF_CONTRACTS, *known)
    return rows, known


def _beside(rows: Table, other: Table, names: list[str]) -> Table:
    found = rows.left_join(other, rows.customer_id == other.who).drop("who")
    return found.mutate(**{name: found[name].fill_null("") for name in names})


def _contracts(engine: Engine, rows: Table) -> Table:
    """Plan and interval of the contract that ran on the day before the assignment; the latest of several."""
    s = engine.table("subscriptions")
    dated = rows.filter(rows.assigned_on.notnull()).select(who="customer_id", assigned_on="assigned_on")
    s = dated.inner_join(s, dated.who == s.customer_id)
    s = s.filter((s.starts_on < s.assigned_on) & (s.ends_on.isnull() | (s.ends_on >= s.assigned_on)))
    order = ibis.struct({"day": s.starts_on, "id": s.subscription_id})
    whole: Value = ibis.struct({name: s[name] for name in _OF_CONTRACTS})
    last = s.group_by("who").agg(last=whole.argmax(order))
    said: Value = last["last"]
    return last.select("who", **{name: said[name] for name in _OF_CONTRACTS})


def _shares(engine: Engine, rows: Table, names: tuple[str, ...]) -> dict[str, Value]:
    """A 0/1 column for each common value; of an attribute with two values one of them tells all."""
    if not names:
        return {}
    counted = engine.rows(rows.group_by(*names).agg(n=rows.count()))
    whole, found = sum(row["n"] for row in counted), dict[str, Value]()
    for name in names:
        sizes = Counter[str]()
        for row in counted:
            sizes[row[name]] += row["n"]
        ordered = sorted(sizes, key=lambda value: (-sizes[value], value))
        common = [value for value in ordered if _COMMON * whole <= sizes[value] < whole][:_MOST]
        for value in common[: 1 if len(sizes) == 2 else None]:
            found[f"{name}={value}"] = (rows[name] == value).cast("float64")
    return found


def _figures(engine: Engine, dated: Table) -> list[Table]:
    """Age and monthly amount at the end of the day before, use and tickets of the days before."""
    found = [_money(dated, engine.table("movements"))]
    if engine.has("usage_daily"):
        use = engine.table("usage_daily")
        near = m.days_before(dated, use.select("customer_id", "day", amount=use.core_actions.fill_null(0)), USE_DAYS)
        found.append(_filled(dated, near.group_by("who").agg(n=near.amount.sum()), f"core_actions_{USE_DAYS}"))
    if engine.has("tickets"):
        tickets = engine.table("tickets")
        day = m.local_day(tickets.opened_at, m.time_zone(engine))
        near = m.days_before(dated, tickets.select("customer_id", day=day), TICKET_DAYS)
        found.append(_filled(dated, near.group_by("who").agg(n=near.count()), f"tickets_{TICKET_DAYS}"))
    return found


def _money(dated: Table, movements: Table) -> Table:
    rows = dated.inner_join(movements, dated.who == movements.customer_id)
    rows = rows.select(
        "who",
        "delta_cents",
        age=m.days_since(rows.on, rows.assigned_on),
        begun=rows.started_on,
        assigned_on=rows.assigned_on,
    )
    rows = rows.filter(rows.age < 0)
    return rows.group_by("who").agg(
        age_days=m.days_since(rows.assigned_on, rows.begun).max(), mrr_cents=rows.delta_cents.sum()
    )


def _filled(dated: Table, counted: Table, name: str) -> Table:
    """A count for everybody, 0 where nothing happened."""
    counted = counted.select(counted_for="who", n="n")
    both = dated.left_join(counted, dated.who == counted.counted_for)
    return both.select("who", **{name: both.n.fill_null(0)})
