"""What the behaviour before a loss points to: seven rules with fixed limits, each loss judged by the engine.

A rule gives its name where it fires and null where it does not. The most specific stand first: what points to one
reason alone before what goes before many losses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import ibis

from data.expressions import Table, Value
from data.queries.loss_facts import RECENT_DAYS, TICKET_DAYS, USUAL_TICKET_DAYS

EARLY_DAYS = 91
"""Left so soon: the customer never got going."""
LITTLE_USE_DAYS = 14
USUAL_KNOWN_DAYS = 14
FALL = 0.5
PRICE_DAYS = 123
EVENT_DAYS = 30
MANY_TICKETS, TICKET_SURGE = 4, 3.0
LOW_CSAT = 2

FAMILIES = ("payment", "contact", "onboarding", "price", "support", "engagement", "event")
"""The rules in their order. The first rules out all others, and the last speaks only where no other does."""


@dataclass(frozen=True)
class EventDays:
    """Days on which prices changed, and days of releases and incidents."""

    price_changes: tuple[date, ...] = ()
    upheavals: tuple[date, ...] = ()


def ruled(losses: Table, days: EventDays) -> Table:
    """Losses `with_deeds`, judged by each rule.

    payment, contact, ...    Per rule of `FAMILIES` what fired, null for nothing; first: the first of them, '' for none.
    fall                     How far daily use fell below the customer's own usual (0-1); null while too few usual days
                             are known.
    age                      Days since the start or the signing; null where that is not known: nothing is early then.
    usual_tickets            Tickets that are usual in 60 days.
    changed_on, happened_on  The last price change up to 123 days before the loss; release or incident up to 30.
    """
    rows = losses.mutate(
        age=losses.lost_on.delta(losses.age_from, unit="day"),
        fall=_fall(losses),
        changed_on=_last_before(losses.lost_on, days.price_changes, PRICE_DAYS),
        happened_on=_last_before(losses.lost_on, days.upheavals, EVENT_DAYS),
    )
    rows = rows.mutate(usual_tickets=_usual_tickets(rows))
    rows = rows.mutate(
        payment=_where(rows.cause == "payment", "payment"),
        contact=_where(rows.contact_left_on.notnull(), "contact"),
        onboarding=_never_got_going(rows),
        price=_priced_out(rows),
        support=_badly_supported(rows),
        engagement=_where(rows.fall >= FALL, "use_fell"),
        event=_where(rows.happened_on.notnull(), "event"),
    )
    return rows.mutate(first=ibis.coalesce(*(rows[name] for name in FAMILIES), ibis.literal("")))


def _where(fires: Value, rule: str) -> Value:
    return ibis.cases((fires, ibis.literal(rule)), else_=ibis.null("string"))


def _never_got_going(rows: Table) -> Value:
    early = rows.age <= EARLY_DAYS
    return ibis.cases(
        (early & rows.use_days.isnull(), ibis.literal("early")),
        (early & (rows.use_days <= LITTLE_USE_DAYS), ibis.literal("early_little_use")),
        (early & (rows.fall >= FALL), ibis.literal("early_fall")),
        else_=ibis.null("string"),
    )


def _priced_out(rows: Table) -> Value:
    # Who signed after the change knew the price.
    raised = rows.changed_on.notnull() & (rows.age_from.fill_null(rows.started_on) < rows.changed_on)
    return ibis.cases(
        (raised, ibis.literal("price_change")),
        (rows.downgraded_on.notnull(), ibis.literal("downgrade")),
        else_=ibis.null("string"),
    )


def _badly_supported(rows: Table) -> Value:
    known = _ticket_days(rows) >= TICKET_DAYS
    surge = (rows.tickets >= MANY_TICKETS) & (rows.tickets >= TICKET_SURGE * rows.usual_tickets)
    return ibis.cases(
        (rows.worst_csat <= LOW_CSAT, ibis.literal("csat")),
        (known & surge, ibis.literal("tickets")),
        else_=ibis.null("string"),
    )


def _usual_tickets(rows: Table) -> Value:
    days = ibis.greatest(_ticket_days(rows), TICKET_DAYS)
    return rows.tickets_before.fill_null(0) * TICKET_DAYS / ibis.least(days, USUAL_TICKET_DAYS - TICKET_DAYS)


def _ticket_days(rows: Table) -> Value:
    """Days before the last sixty of which the tickets are known."""
    return rows.lost_on.delta(rows.tickets_from, unit="day") - TICKET_DAYS


def _fall(rows: Table) -> Value:
    days = rows.lost_on.delta(rows.used_since, unit="day") - RECENT_DAYS
    known = (rows.usual_use > 0) & (days >= USUAL_KNOWN_DAYS)
    # What is not known is null before it is divided by: Spark refuses a division by zero.
    usual, over = (known.ifelse(value, ibis.null("int64")) for value in (rows.usual_use, days))
    return 1 - rows.recent_use / RECENT_DAYS / (usual / over)


def _last_before(day: Value, days: Sequence[date], most: int) -> Value:
    latest_first = sorted(set(days), reverse=True)
    none = ibis.null("date")
    cases = [(day.between(_day(on), _day(on + timedelta(days=most))), _day(on)) for on in latest_first]
    return ibis.cases(*cases, else_=none) if cases else none


def _day(day: date) -> Value:
    return ibis.date(day.isoformat())
