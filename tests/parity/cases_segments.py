"""Which customers a condition names, and what is known of each."""

from __future__ import annotations

from typing import Any

from data.engine import Engine
from data.queries import attributes, behaviour, customers, segments
from data.records import EVERYBODY, Condition
from tests.parity.asking import RETAIL, SEGMENTS, Case, plain


def _segments() -> list[Case]:
    found = [
        Case(segments.members, name, lambda e, s=segment: segments.members(e, s))
        for name, segment in SEGMENTS.items()
        if segment != EVERYBODY
    ]
    return [
        *found,
        Case(segments.within, "text", lambda e: segments.within(e.table("movements"), e, RETAIL)),
        *(
            Case(segments.values_table, name, lambda e, a=name: segments.values_table(e, a))
            for name in ("industry", "seats", "plan", "lost_at_age", *behaviour.BEHAVIOURS)
        ),
        Case(segments.attribute_columns, "every", lambda e: sorted(segments.attribute_columns(e).items())),
        Case(segments.file_labels, "every", lambda e: sorted(segments.file_labels(e).items())),
        *(
            Case(segments.column_of, name, lambda e, a=name: [{"column": segments.column_of(e, a)}])
            for name in ("plan", "customer_plan")
        ),
        Case(
            segments.in_lifetimes,
            "some",
            lambda e: [{"in": segments.in_lifetimes(e, a)} for a in ("plan", "customer_plan")],
        ),
        Case(segments.values_together, "some", _values_together),
        Case(segments.predicate, "every", _predicates, empty=frozenset({"a_tier-number"})),
    ]


def _values_together(engine: Engine) -> Any:
    tables = segments.values_together(engine, {"a": "industry", "b": "plan", "c": "seats"})
    return [row for table in tables for row in plain(engine, table)]


def _predicates(engine: Engine) -> Any:
    """Each condition on each kind of column, as a column of answers: null never stays null."""
    c = engine.table("customers")
    asked = {
        "listed": Condition("x", "in", ("50", "gold", "5", "")),
        "other": Condition("x", "not in", ("50", "gold", "5")),
        "number": Condition("x", ">=", ("5",)),
    }
    columns = ("employees", "a_seats", "a_tier")
    answers = {f"{c_}-{n}": segments.predicate(c[c_], condition) for c_ in columns for n, condition in asked.items()}
    return c.select("customer_id", **answers)


def _attributes() -> list[Case]:
    return [
        Case(attributes.all_values, "every", attributes.all_values),
        Case(customers.attribute_values, "column", lambda e: customers.attribute_values(e, "a_tier")),
        Case(customers.attribute_values, "number", lambda e: customers.attribute_values(e, "employees")),
        Case(customers.attribute_values, "contract", lambda e: customers.attribute_values(e, "plan", 3)),
    ]


CASES = (
    *_segments(),
    *_attributes(),
)
