"""The reason that a customer's behaviour before leaving suggests, by rules anybody can check, each with its evidence.

A suggestion says what happened before a loss, not what caused it. The first rule that fires gives the reason; all that
fire are shown.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from data.queries.reasons import RECENT_DAYS, TICKET_DAYS, USUAL_DAYS, USUAL_TICKET_DAYS

EARLY_DAYS = 91
"""Left so soon: the customer never got going."""
LITTLE_USE_DAYS = 14
USUAL_KNOWN_DAYS = 14
FALL = 0.5
PRICE_DAYS = 123
EVENT_DAYS = 30
MANY_TICKETS, TICKET_SURGE = 4, 3.0
LOW_CSAT = 2

PRICE_CHANGES, UPHEAVALS = {"price_change"}, {"release", "incident"}


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
    numbers: tuple[tuple[str, str | int], ...] = ()

    def sentence(self) -> str:
        """The evidence in words."""
        return SENTENCES[self.rule].format(**dict(self.numbers))


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


def suggestions(facts: Mapping[str, Any], events: Sequence[Event]) -> tuple[Evidence, ...]:
    """Everything the behaviour before a loss points to, the most specific first; () when nothing does.

    facts   A row of `data.queries.reasons.loss_facts`.
    events  Price changes, releases and incidents.
    """
    if facts["cause"] == "payment":
        return (Evidence("payment_failure", "payment"),)
    fired = [found for rule in RULES if (found := rule(facts, events)) is not None]
    return tuple(fired) if fired else _upheaval(facts, events)


def _contact_left(facts: Mapping[str, Any], _events: Sequence[Event]) -> Evidence | None:
    left = facts["contact_left_on"]
    return left and Evidence("key_contact_left", "contact", (("days", (facts["lost_on"] - left).days),))


def _never_got_going(facts: Mapping[str, Any], _events: Sequence[Event]) -> Evidence | None:
    age = (facts["lost_on"] - facts["started_on"]).days
    if age > EARLY_DAYS:
        return None
    if facts["use_days"] is None:
        return Evidence("onboarding", "early", (("age", age),))
    if facts["use_days"] <= LITTLE_USE_DAYS:
        return Evidence("onboarding", "early_little_use", (("age", age), ("used", facts["use_days"])))
    fall = _fall(facts)
    if fall is None or fall < FALL:
        return None
    return Evidence("onboarding", "early_fall", (("age", age), ("fall", round(100 * fall))))


def _priced_out(facts: Mapping[str, Any], events: Sequence[Event]) -> Evidence | None:
    change = _last(events, PRICE_CHANGES, facts, PRICE_DAYS)
    # Who signed after the change knew the price.
    if change is not None and facts["started_on"] < change.on:
        days = (facts["lost_on"] - change.on).days
        return Evidence("price", "price_change", (("days", days), ("title", change.title)))
    down = facts["downgraded_on"]
    return down and Evidence("price", "downgrade", (("days", (facts["lost_on"] - down).days),))


def _badly_supported(facts: Mapping[str, Any], _events: Sequence[Event]) -> Evidence | None:
    score = facts["worst_csat"]
    if score is not None and score <= LOW_CSAT:
        return Evidence("support", "csat", (("score", round(score)),))
    tickets, known = facts["tickets"] or 0, (facts["lost_on"] - facts["started_on"]).days - TICKET_DAYS
    if tickets < MANY_TICKETS or known < TICKET_DAYS:
        return None
    usual = (facts["tickets_before"] or 0) * TICKET_DAYS / min(known, USUAL_TICKET_DAYS - TICKET_DAYS)
    if tickets < TICKET_SURGE * usual:
        return None
    return Evidence("support", "tickets", (("tickets", tickets), ("usual", f"{usual:.1f}")))


def _used_less(facts: Mapping[str, Any], _events: Sequence[Event]) -> Evidence | None:
    fall = _fall(facts)
    if fall is None or fall < FALL:
        return None
    return Evidence("weak_engagement", "use_fell", (("fall", round(100 * fall)),))


def _fall(facts: Mapping[str, Any]) -> float | None:
    """How far daily use fell below the customer's own usual (0-1); None while too few usual days are known."""
    if not facts["usual_use"]:
        return None
    since = max(facts["used_since"], facts["lost_on"] - timedelta(days=USUAL_DAYS))
    usual_days = (facts["lost_on"] - since).days - RECENT_DAYS
    if usual_days < USUAL_KNOWN_DAYS:
        return None
    return 1 - facts["recent_use"] / RECENT_DAYS / (facts["usual_use"] / usual_days)


def _upheaval(facts: Mapping[str, Any], events: Sequence[Event]) -> tuple[Evidence, ...]:
    event = _last(events, UPHEAVALS, facts, EVENT_DAYS)
    if event is None:
        return ()
    days = (facts["lost_on"] - event.on).days
    return (Evidence("instability", "event", (("days", days), ("title", event.title))),)


def _last(events: Sequence[Event], kinds: set[str], facts: Mapping[str, Any], days: int) -> Event | None:
    lost_on = facts["lost_on"]
    found = [e for e in events if e.kind in kinds and timedelta(0) <= lost_on - e.on <= timedelta(days=days)]
    return max(found, key=lambda event: event.on, default=None)


Rule = Callable[[Mapping[str, Any], Sequence[Event]], Evidence | None]
#: The most specific first: what points to one reason alone before what goes before many losses.
RULES: tuple[Rule, ...] = (_contact_left, _never_got_going, _priced_out, _badly_supported, _used_less)
