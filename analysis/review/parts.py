"""What sections of a pack are made of: figures, tables, charts and sentences as plain JSON, in codes of no language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from analysis.feedback.groups import Part, asked_by_many
from analysis.feedback.losses import Feedback
from analysis.results import Answer, Estimate
from data.records import EVERYBODY, Condition, Period, Scope

if TYPE_CHECKING:
    from data.database import Database
    from data.engine import Engine
    from data.records import Release

Document = dict[str, Any]


@dataclass(frozen=True)
class Asked:
    """What every section is asked about.

    quarter, before  The quarter the review looks at, and the one before it.
    counted          Losses by their reasons, per period that was counted already.
    held             What sections look up once for all of them lies there until the pack is made.
    """

    engine: Engine
    database: Database
    release: Release
    quarter: Period
    before: Period
    feedback: Feedback
    counted: dict[Period, tuple[Part, ...]] = field(default_factory=dict[Period, "tuple[Part, ...]"])
    held: ExitStack = field(default_factory=ExitStack)

    @property
    def scope(self) -> Scope:
        """The quarter as reports are asked for it."""
        return Scope(self.quarter.start, self.quarter.end, "quarter", release=self.release.number)

    @property
    def both(self) -> Scope:
        """The quarter and the one before it."""
        return replace(self.scope, start=self.before.start)

    def look_up_losses(self) -> None:
        """Has the losses of both quarters looked up once, for the sections that speak of them."""
        self.held.enter_context(asked_by_many(self.engine, EVERYBODY, (self.before, self.quarter)))


@dataclass(frozen=True)
class Section:
    """One section: `unknown` says why it has nothing to show, where it has not."""

    figures: Sequence[Document] = ()
    tables: Sequence[Document] = ()
    charts: Sequence[Document] = ()
    notes: Sequence[str] = ()
    unknown: str = ""

    def document(self, key: str) -> Document:
        """The section as it stands in the pack."""
        parts = {name: list(getattr(self, name)) for name in ("figures", "tables", "charts", "notes")}
        return {"key": key, **parts, "unknown": self.unknown}


@dataclass(frozen=True)
class Column:
    """A column of a table: where its cells are, what it is called (a code), and how its cells are written.

    kind  text, said, amount, count, money, rate, points, number, p, day, conditions, or the name of a list of codes:
          reason, kind, cause, avoidable, attribute, unlike, state, verdict, metric, missing, measure, measured,
          outcome, decision, experiment_state, source. Amounts may have limits beside them: the field's name with
          _low and _high.
    """

    field: str
    kind: str = "text"
    name: str = ""


def figure(
    name: str,
    unit: str,
    found: Answer | float | None,
    before: Answer | float | None = None,
    p: float | None = None,
    **also: Any,
) -> Document:
    """One figure with what it was in the quarter before; without a value it says why."""
    shown: Document = {"name": name, "unit": unit, **_of(found), "before": _value(before), "p": p}
    return {**shown, **also}


def _of(found: Answer | float | None) -> Document:
    empty: Document = dict.fromkeys(("value", "low", "high", "n"), None) | {"unknown": "", "have": None, "needed": None}
    if found is None:
        return {**empty, "unknown": "not recorded"}
    if isinstance(found, int | float):
        return {**empty, "value": found}
    if isinstance(found, Estimate):
        return {**empty, "value": found.value, "low": found.low, "high": found.high, "n": found.n}
    return {**empty, "unknown": found.reason, "have": found.have, "needed": found.needed}


def _value(found: Answer | float | None) -> float | None:
    if isinstance(found, Estimate):
        return found.value
    return found if isinstance(found, int | float) else None


def table(key: str, columns: Sequence[Column], rows: Iterable[Mapping[str, Any]], **also: Any) -> Document:
    """A table; every row holds the fields of its columns, and the limits of those that have any."""
    named = [{"field": c.field, "name": c.name or c.field, "kind": c.kind} for c in columns]
    return {"key": key, "columns": named, "rows": [_plain(row) for row in rows], **also}


def chart(kind: str, key: str, rows: Iterable[Mapping[str, Any]], **also: Any) -> Document:
    """What a chart is drawn from."""
    return {"kind": kind, "key": key, "rows": [_plain(row) for row in rows], **also}


def limited(field_name: str, found: Answer | None) -> Document:
    """A value with its limits as the fields of a row; None where there is not enough data."""
    known = found if isinstance(found, Estimate) else None
    values = (None, None, None) if known is None else (known.value, known.low, known.high)
    return dict(zip((field_name, f"{field_name}_low", f"{field_name}_high"), values, strict=True))


def conditions(found: Iterable[Condition]) -> list[Document]:
    """Whom a row counts, as conditions."""
    return [{"attribute": c.attribute, "operator": c.operator, "values": list(c.values)} for c in found]


def day(found: date | None) -> str | None:
    """A day as JSON writes it."""
    return None if found is None else found.isoformat()


def _plain(row: Mapping[str, Any]) -> Document:
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in row.items()}
