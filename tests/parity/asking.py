"""What a case of the parity tests is, and the segments and days that the cases ask about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis

from data.engine import Engine
from data.records import EVERYBODY, Condition, Operator, Period, Segment

Question = Callable[[Engine], Any]


@dataclass(frozen=True)
class Case:
    """A question to a function; `empty` are the columns that may hold nothing but nulls, zeros and false."""

    function: Callable[..., Any]
    name: str
    ask: Question
    company: str = "contracts"
    empty: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        return f"{self.function.__module__.removeprefix('data.')}.{self.function.__name__}-{self.name}"


def months(year: int = 2024) -> tuple[Period, ...]:
    return tuple(Period(date(year, m, 1), date(year + m // 12, m % 12 + 1, 1)) for m in range(1, 13))


FROM, TO = date(2023, 1, 1), date(2025, 1, 1)
YEARS = ((FROM, date(2024, 1, 1)), *((date(2024, m, 1), date(2025, m, 1)) for m in range(1, 13)))


def a_segment(*conditions: tuple[str, Operator, tuple[str, ...]]) -> Segment:
    return Segment(tuple(Condition(name, operator, values) for name, operator, values in conditions))


SEGMENTS = {
    "everybody": EVERYBODY,
    "text": a_segment(("industry", "in", ("retail", "Bücher & Möbel"))),
    "text-or-none": a_segment(("industry", "in", ("食品", ""))),
    "not": a_segment(("country", "not in", ("DE",))),
    "not-none": a_segment(("country", "not in", ("",))),
    "number": a_segment(("employees", "<", ("50",))),
    "at-least": a_segment(("employees", ">=", ("12",))),
    "number-as-text": a_segment(("employees", "in", ("12", "3000"))),
    "number-in-text": a_segment(("Seats", ">", ("4.5",))),
    "blank": a_segment(("tier", "in", ("", "Gold, old"))),
    "contract": a_segment(("plan", "in", ("Größe 9", "")), ("interval", "in", ("year", "month"))),
    "mixed": a_segment(("status", "not in", ("lost",)), ("seats", "<=", ("12.5",)), ("currency", "in", ("USD", "usd"))),
    "without": Segment(without=(Condition("country", "not in", ("DE",)), Condition("plan", "in", ("Größe 9", "")))),
}
SEGMENTS |= {
    "days": a_segment(("started_on", ">=", ("2023-02-01",)), ("churned_on", "<", ("2024-12-01",))),
    "age": a_segment(("lost_at_age", "<", ("90",)), ("age_from", ">=", ("2023-02-01",))),
    "behaviour": a_segment(("trainings_in_first_30_days", "in", ("1", "2+")), ("plan", "not in", ("Basic",))),
}
RETAIL = SEGMENTS["text"]

#: Which columns a list fills depends on who is in it; `kind-all` has them all.
ANY = frozenset({"*"})


def as_rows(columns: Any) -> list[dict[str, Any]]:
    """Columns of one length as rows."""
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def plain(engine: Engine, answer: Any) -> Any:
    """An answer as plain values: tables as rows in a fixed order, floats to twelve digits (sums have no order)."""
    if isinstance(answer, ibis.Table):
        return sorted((plain(engine, row) for row in engine.rows(answer)), key=repr)
    if isinstance(answer, dict):
        return {k: plain(engine, v) for k, v in answer.items()}
    if isinstance(answer, (list, tuple)):
        return [plain(engine, v) for v in answer]
    return float(f"{answer:.12g}") if isinstance(answer, float) else answer
