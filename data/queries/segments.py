"""Segments as predicates: the customers that meet every condition."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

import ibis

from data.contracts import ATTRIBUTE_PREFIX, CUSTOMERS
from data.errors import UnknownSegment
from data.expressions import Table, Value
from data.queries import behaviour
from data.queries.origins import first_day_of_many, with_origin
from data.records import EVERYBODY, Condition, Segment

if TYPE_CHECKING:
    from data.engine import Engine

SUBSCRIPTION_ATTRIBUTES = ("plan", "interval", "status", "currency")
"""Columns of `lifetimes` that may be used like attributes: as they are now, or were at the loss."""

LIFE = {
    "started_on": ("lifetimes", "started_on"),
    "churned_on": ("lifetimes", "lost_on"),
    "first_lost_on": ("lifetimes", "first_lost_on"),
    "age_from": ("ages", "origin"),
    "lost_at_age": ("ages", "age"),
}
"""What conditions may ask of a customer's life, though nothing is split by it: days, the day its age counts from, and
the age at the first loss; with where each is kept."""


def attribute_key(name: str) -> str:
    """The stored form of an attribute's name: lower case, every other sign than a letter or digit an underscore."""
    return re.sub(r"\W+", "_", name.strip().lower()).strip("_")


def attribute_columns(engine: Engine) -> dict[str, str]:
    """Attribute key -> column: subscription attributes, further columns of the file, contract columns.

    Where a further column has the key of one of the others that holds values, it is `customer_...`: `plan` is the
    plan of the subscription, `customer_plan` the column of the customers' file.
    """
    columns = engine.table("customers").columns
    ours = {c: c for c in (*SUBSCRIPTION_ATTRIBUTES, *_OF_CUSTOMERS) if c in SUBSCRIPTION_ATTRIBUTES or c in columns}
    further = {c.removeprefix(ATTRIBUTE_PREFIX): c for c in columns if c.startswith(ATTRIBUTE_PREFIX)}
    shared = [key for key in further if key in ours]
    taken = engine.known((_holding_values, *shared), lambda: _holding_values(engine, shared)) | LIFE.keys()
    named: dict[str, str] = {}
    for key, column in further.items():
        name = f"customer_{key}" if key in taken else key
        while name != key and (name in further or name in ours):
            name = f"customer_{name}"
        named[name] = column
    of_subscriptions = {c: c for c in SUBSCRIPTION_ATTRIBUTES}
    return {**of_subscriptions, **named, **{c: c for c in ours if c not in named and c not in of_subscriptions}}


_OF_CUSTOMERS = tuple(c for c in CUSTOMERS.names if c not in {"customer_id", "name", "signed_on"})


def _holding_values(engine: Engine, keys: Sequence[str]) -> set[str]:
    """Those of some keys of ours whose column is not empty; nothing is asked where a file has no column called so."""
    found: set[str] = set()
    for name in ("lifetimes", "customers"):
        mine = [key for key in keys if (key in SUBSCRIPTION_ATTRIBUTES) == (name == "lifetimes")]
        table = engine.table(name)
        counts = engine.rows(table.agg(**{key: table[key].count() for key in mine}))[0] if mine else {}
        found |= {key for key, n in counts.items() if n}
    return found


def in_lifetimes(engine: Engine, attribute: str) -> bool:
    """Whether an attribute is a column of `lifetimes` under its own name, which nothing needs to be joined for."""
    return attribute in SUBSCRIPTION_ATTRIBUTES and attribute_columns(engine)[attribute] == attribute


def file_labels(engine: Engine) -> dict[str, str]:
    """Attribute key -> what the column is called in the file; without those whose name is one of ours."""
    labels = engine.release.attributes if engine.release else {}
    keys = {column: key for key, column in attribute_columns(engine).items()}
    return {key: labels[c] for c, key in keys.items() if c in labels and c == ATTRIBUTE_PREFIX + key}


def column_of(engine: Engine, attribute: str) -> str:
    """The column of an attribute; UnknownSegment lists what there is."""
    columns = attribute_columns(engine)
    key = attribute_key(attribute)
    # A column of the file that was called PaymentMethod is kept as payment_method.
    key = key if key in columns else attribute_key(re.sub(r"(?<=[a-z])(?=[A-Z])", "_", attribute))
    if key not in columns:
        known = ", ".join(sorted({*columns, *behaviour.known(engine)}))
        raise UnknownSegment(f"There is no attribute {attribute}. Known attributes: {known}.")
    return columns[key]


def values_table(engine: Engine, attribute: str) -> Table:
    """The attribute of every customer: customer_id and value, as text; null where a customer has none."""
    name, column = _place(engine, attribute)
    table = _holding(engine, name)
    return table.select("customer_id", value=table[column].cast("string"))


def values_together(engine: Engine, attributes: Mapping[str, str]) -> list[Table]:
    """Attributes under chosen names, as text: one table with a customer_id for each place where some of them are kept.

    A join for each attribute would nest a question too deep for many of them.
    """
    places: dict[str, dict[str, str]] = {}
    for name, attribute in attributes.items():
        place, column = _place(engine, attribute)
        places.setdefault(place, {})[name] = column
    tables = ((_holding(engine, place), columns) for place, columns in places.items())
    return [
        table.select("customer_id", **{name: table[column].cast("string") for name, column in columns.items()})
        for table, columns in tables
    ]


def _place(engine: Engine, attribute: str) -> tuple[str, str]:
    """Where an attribute is kept: the name of a table or of a behaviour, and the column."""
    key = attribute_key(attribute)
    if behaviour.find(engine, key) is not None:
        return key, "value"
    if key in LIFE:
        return LIFE[key]
    column = column_of(engine, attribute)
    return ("customers" if column in engine.table("customers").columns else "lifetimes"), column


def _holding(engine: Engine, name: str) -> Table:
    if name in {"customers", "lifetimes"}:
        return engine.table(name)
    if name == "ages":
        lives = with_origin(engine.table("lifetimes"), engine, first_day_of_many(engine))
        return lives.mutate(age=lives.first_lost_on.delta(lives.origin, unit="day"))
    return behaviour.table(engine, name)


def within(table: Table, engine: Engine, segment: Segment) -> Table:
    """The rows of `table` (with a customer_id) whose customer is in the segment."""
    if segment == EVERYBODY:
        return table
    return table.semi_join(members(engine, segment), "customer_id")


def members(engine: Engine, segment: Segment) -> Table:
    """The customer ids of a segment, one row each."""
    found = _meeting_all(engine, segment.conditions)
    if not segment.without:
        return found
    return found.anti_join(_meeting_all(engine, segment.without).view(), "customer_id")


def _meeting_all(engine: Engine, conditions: tuple[Condition, ...]) -> Table:
    by_table: dict[str, list[tuple[str, Condition]]] = {}
    for condition in conditions:
        name, column = _place(engine, condition.attribute)
        by_table.setdefault(name, []).append((column, condition))
    # Lifetimes has the customers whom the customers table does not know.
    order = sorted(by_table, key=lambda name: name != "lifetimes") or ["customers"]
    first, *rest = (_matching(_asked(engine, name, by_table.get(name, [])), by_table.get(name, [])) for name in order)
    for other in rest:
        first = first.semi_join(other, "customer_id")
    return first


def _asked(engine: Engine, name: str, conditions: list[tuple[str, Condition]]) -> Table:
    """The table conditions are asked of; where having no value meets them all, with customers it does not know."""
    table = _holding(engine, name)
    if (
        name == "lifetimes"
        or not conditions
        or not all(_met_by_nothing(condition) for _column, condition in conditions)
    ):
        return table
    table = table.select("customer_id", *dict.fromkeys(column for column, _condition in conditions))
    unknown = engine.table("lifetimes").select("customer_id").anti_join(table.view(), "customer_id")
    nothing = {column: ibis.null(table[column].type()) for column in table.columns if column != "customer_id"}
    return table.union(unknown.mutate(**nothing).select(*table.columns))


def _met_by_nothing(condition: Condition) -> bool:
    """Whether a customer without a value meets a condition."""
    return condition.operator not in _COMPARE and ("" in condition.values) == (condition.operator != "not in")


def _matching(table: Table, conditions: list[tuple[str, Condition]]) -> Table:
    for column, condition in conditions:
        table = table.filter(predicate(table[column], condition))
    return table.select("customer_id")


_COMPARE = {"<": "__lt__", "<=": "__le__", ">": "__gt__", ">=": "__ge__"}


def predicate(column: Value, condition: Condition) -> Value:
    """The condition as an expression; text that is no number never meets < <= > >=."""
    if condition.operator in _COMPARE and column.type().is_date():
        return getattr(column, _COMPARE[condition.operator])(_day(condition)).fill_null(False)
    if condition.operator in _COMPARE:
        return getattr(_number(column), _COMPARE[condition.operator])(_limit(condition)).fill_null(False)
    text = column.cast("string")
    values = [v for v in condition.values if v != ""]
    found: Value = text.isin(values) if values else ibis.literal(False)
    if "" in condition.values:
        found = found | column.isnull() | (text == "")
    return ~found.fill_null(False) if condition.operator == "not in" else found.fill_null(False)


def _number(column: Value) -> Value:
    return column if column.type().is_numeric() else column.try_cast("float64")


def _day(condition: Condition) -> Value:
    try:
        return ibis.date(date.fromisoformat(condition.values[0]).isoformat())
    except ValueError as wrong:
        raise UnknownSegment(
            f"{condition.attribute} {condition.operator} {condition.values[0]} compares with something that is no day. "
            "Write it as year-month-day, for example 2026-09-30."
        ) from wrong


def _limit(condition: Condition) -> float:
    try:
        return float(condition.values[0])
    except ValueError as wrong:
        raise UnknownSegment(
            f"{condition.attribute} {condition.operator} {condition.values[0]} compares with something that is no "
            "number. Give a number, or list values with =."
        ) from wrong
