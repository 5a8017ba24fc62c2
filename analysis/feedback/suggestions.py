"""What the behaviour before a loss points to, in words and numbers; the engine decides which rules fire.

A suggestion says what happened before a loss, not what caused it. The first rule that fires gives the reason; all that
fire are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from data.queries.events import logged_events
from data.queries.loss_rules import FAMILIES, EventDays
from data.records import FIRST_DAY

if TYPE_CHECKING:
    from data.engine import Engine

PRICE_CHANGES, UPHEAVALS = {"price_change"}, {"release", "incident"}
Number = str | int


@dataclass(frozen=True)
class Event:
    """Something the company did on a day, as the releases log names it."""

    on: date
    kind: str
    title: str


@dataclass(frozen=True)
class Evidence:
    """Why a reason is suggested: the code of the first list of reasons, the rule, and the numbers of its sentence."""

    code: str
    rule: str
    numbers: tuple[tuple[str, Number], ...] = ()

    def sentence(self) -> str:
        """The evidence in words."""
        return SENTENCES[self.rule].format(**dict(self.numbers))


CODES: Mapping[str, str] = {
    "payment": "payment_failure",
    "contact": "key_contact_left",
    "early_little_use": "onboarding",
    "early_fall": "onboarding",
    "early": "onboarding",
    "price_change": "price",
    "downgrade": "price",
    "csat": "support",
    "tickets": "support",
    "use_fell": "weak_engagement",
    "event": "instability",
}
"""The reason each rule points to, as the first list of reasons knows it."""
SENTENCES: Mapping[str, str] = {
    "payment": "The last invoices were not paid; nobody cancelled.",
    "contact": "A key contact left {days} days before.",
    "early_little_use": "Left {age} days after the start, and used it on {used} of the last 28 days.",
    "early_fall": "Left {age} days after the start, and use had fallen by {fall} %.",
    "early": "Left {age} days after the start; no use is recorded.",
    "price_change": "Left {days} days after the price change “{title}”.",
    "downgrade": "Went down to a lower amount {days} days before.",
    "csat": "Rated support {score} of 5 in the last 60 days.",
    "tickets": "Wrote {tickets} tickets in the last 60 days; {usual} are usual.",
    "use_fell": "Use in the last 28 days was {fall} % below what is usual for this customer.",
    "event": "Left {days} days after “{title}”, and nothing else stands out.",
}
"""The evidence of each rule in plain words."""


def events_of(engine: Engine) -> tuple[Event, ...]:
    """Everything the releases log knows up to the as-of date."""
    if engine.release is None:
        raise ValueError("losses are read from a recorded release")
    end = engine.release.as_of + timedelta(days=1)
    return tuple(Event(e["on"], e["kind"], e["title"]) for e in logged_events(engine, FIRST_DAY, end))


def days_of(events: Sequence[Event]) -> EventDays:
    """The days of events that rules look back to."""
    changes, upheavals = (tuple(e.on for e in events if e.kind in kinds) for kinds in (PRICE_CHANGES, UPHEAVALS))
    return EventDays(changes, upheavals)


def evidence_of(row: Mapping[str, Any], events: Sequence[Event]) -> tuple[Evidence, ...]:
    """Everything the behaviour before a loss points to, the most specific first; () when nothing does.

    row  As `data.queries.loss_list.loss_rows` gives it.
    """
    fired = [row[family] for family in FAMILIES if row[family]]
    if "payment" in fired:
        fired = ["payment"]
    elif len(fired) > 1:
        fired = [rule for rule in fired if rule != "event"]
    return tuple(Evidence(CODES[rule], rule, _numbers(rule, row, events)) for rule in fired)


def _numbers(rule: str, row: Mapping[str, Any], events: Sequence[Event]) -> tuple[tuple[str, Number], ...]:
    return tuple((name, _NUMBERS[name](rule, row, events)) for name in _NAMED[rule])


def _days(rule: str, row: Mapping[str, Any], _events: Sequence[Event]) -> Number:
    return (row["lost_on"] - row[_SINCE[rule]]).days


def _title(rule: str, row: Mapping[str, Any], events: Sequence[Event]) -> Number:
    kinds, on = PRICE_CHANGES if rule == "price_change" else UPHEAVALS, row[_SINCE[rule]]
    return next(event.title for event in events if event.kind in kinds and event.on == on)


_SINCE = {
    "contact": "contact_left_on",
    "price_change": "changed_on",
    "downgrade": "downgraded_on",
    "event": "happened_on",
}
#: The numbers each sentence names, in their order.
_NAMED: Mapping[str, tuple[str, ...]] = {
    "payment": (),
    "contact": ("days",),
    "early_little_use": ("age", "used"),
    "early_fall": ("age", "fall"),
    "early": ("age",),
    "price_change": ("days", "title"),
    "downgrade": ("days",),
    "csat": ("score",),
    "tickets": ("tickets", "usual"),
    "use_fell": ("fall",),
    "event": ("days", "title"),
}
_NUMBERS: Mapping[str, Callable[[str, Mapping[str, Any], Sequence[Event]], Number]] = {
    "days": _days,
    "title": _title,
    "age": lambda _rule, row, _events: row["age"],
    "used": lambda _rule, row, _events: row["use_days"],
    "fall": lambda _rule, row, _events: round(100 * row["fall"]),
    "score": lambda _rule, row, _events: round(row["worst_csat"]),
    "tickets": lambda _rule, row, _events: row["tickets"],
    "usual": lambda _rule, row, _events: f"{row['usual_tickets']:.1f}",
}
