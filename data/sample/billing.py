"""The tables of the billing system: subscription periods, invoices and one-off purchases."""

import numpy as np
import pyarrow as pa

from data.sample.columns import NOT_A_DAY, arrow_table, labels, present, row_ids
from data.sample.firms import Firms, pick, whole_units
from data.sample.lives import ACTIVE, FAILED, NO_LOSS, OPEN, PAST_DUE, PAUSED, Columns, Lives
from data.sample.reasons import REASONS, Reasons
from data.sample.timeline import Days, Flags, Ints, Timeline, days, months_between, months_later
from data.sample.truth import INTERVALS, PLANS, Truth

CURRENCY = "EUR"
STATUSES = {ACTIVE: "active", PAUSED: "paused", PAST_DUE: "past_due"}
FAILURES = ("insufficient_funds", "card_declined", "expired_card", "direct_debit_returned")
FAILURE_SHARES = (0.40, 0.30, 0.18, 0.12)
ATTEMPTS_BEFORE_GIVING_UP = 4
#: Late invoices are paid before dunning ends, so that being late alone never counts as leaving.
LATE_DAYS = (5, 26)
PURCHASES_A_MONTH = 0.02


def ordered(columns: Columns, *by: str) -> Columns:
    """Return the rows in order of customer, then of the columns named."""
    order = np.lexsort([columns[name] for name in reversed(by)] + [columns["customer"]])
    return {name: values[order] for name, values in columns.items()}


def subscriptions_table(lives: Lives, firms: Firms, line: Timeline, reasons: Reasons) -> pa.Table:
    """Return the rows of `subscriptions`."""
    spells = ordered(lives.spells, "starts_on")
    who, loss, ends_on = spells["customer"], spells["loss"], spells["ends_on"]
    lost = loss >= 0
    over = lost & (ends_on <= days(line.as_of))
    kind = np.where(lost, _at(lives.losses["kind"], loss), NO_LOSS)
    trial = (spells["starts_on"] == firms.signed_on[who]) & (firms.paid_from[who] > firms.signed_on[who])
    return arrow_table(
        "subscriptions",
        {
            "subscription_id": row_ids("S", firms.ids, who),
            "customer_id": firms.ids.take(pa.array(who)),
            "plan": labels(PLANS, spells["plan"]),
            "interval": labels(tuple(INTERVALS.values()), np.searchsorted(list(INTERVALS), firms.interval[who])),
            "currency": labels((CURRENCY,), np.zeros(len(who), dtype=np.int64)),
            "mrr_cents": spells["mrr_cents"],
            "starts_on": spells["starts_on"],
            "ends_on": ends_on,
            "status": _statuses(spells["status"], over),
            "cancel_kind": labels(("voluntary", "payment"), kind - 1),
            "cancel_reason": labels(REASONS, np.where(lost, _at(reasons.stated, loss), -1)),
            "trial_ends_on": present(firms.paid_from[who], trial),
            "renews_on": present(_renewals(spells, firms, line), np.isnat(ends_on) & (spells["status"] != PAUSED)),
            "paused_on": present(spells["starts_on"], spells["status"] == PAUSED),
        },
    )


def _at(values: Ints, places: Ints) -> Ints:
    """Return the values at these places; anything where the place is below zero."""
    return np.append(values, 0)[places]


def _statuses(status: Ints, over: Flags) -> pa.Array:
    names = (*STATUSES.values(), "cancelled")
    codes = np.searchsorted(list(STATUSES), status)
    return labels(names, np.where(over & (status != PAUSED), len(STATUSES), codes))


def _renewals(spells: Columns, firms: Firms, line: Timeline) -> Days:
    """First day of the next interval after the as-of date."""
    who = spells["customer"]
    interval, start = firms.interval[who], firms.paid_from[who]
    age = -months_between(line.as_of, start)
    turns = np.maximum(0, -(-(age - spells["anchor"]) // interval))
    due = spells["anchor"] + turns * interval
    day = months_later(start, due)
    passed = day <= days(line.as_of)
    return months_later(start, due + np.where(passed, interval, 0))


def invoices_table(lives: Lives, firms: Firms, line: Timeline, truth: Truth, rng: np.random.Generator) -> pa.Table:
    """Return the rows of `invoices`: most paid in days, some late, some after failed attempts, some never."""
    bills = ordered(lives.invoices, "due_on")
    who, due_on, fate = bills["customer"], bills["due_on"], bills["fate"]
    chance = rng.random(len(who))
    recovered = chance < truth.recovered_payment_share
    late = (chance > 1.0 - truth.late_invoice_share) | recovered
    wait = np.where(late, rng.integers(*LATE_DAYS, len(who)), rng.integers(0, 3, len(who)))
    unpaid = (fate == FAILED) | (fate == OPEN)
    paid_on = np.where(unpaid, NOT_A_DAY, due_on + wait)
    paid = paid_on <= days(line.as_of)
    failing = unpaid | recovered
    failure = pick(FAILURE_SHARES, len(who), rng)
    tries = np.where(unpaid, ATTEMPTS_BEFORE_GIVING_UP, np.where(recovered, 2 + (wait > 12), 1))
    return arrow_table(
        "invoices",
        {
            "invoice_id": row_ids("I", firms.ids, who),
            "customer_id": firms.ids.take(pa.array(who)),
            "due_on": due_on,
            "paid_on": present(paid_on, paid),
            "amount_cents": bills["amount_cents"],
            "currency": labels((CURRENCY,), np.zeros(len(who), dtype=np.int64)),
            "status": labels(("paid", "open", "uncollectible"), np.where(paid, 0, np.where(fate == FAILED, 2, 1))),
            "attempts": tries,
            "failure_code": labels(FAILURES, np.where(failing, failure, -1)),
        },
    )


def purchases_table(lives: Lives, firms: Firms, line: Timeline, rng: np.random.Generator) -> pa.Table:
    """Return the rows of `purchases`: training packs and set-up help, bought now and then by paying customers."""
    paid = ordered(lives.invoices, "due_on")
    chance = PURCHASES_A_MONTH * firms.interval[paid["customer"]]
    chosen = np.flatnonzero(rng.random(len(chance)) < chance)
    who = paid["customer"][chosen]
    quantity = rng.integers(1, 4, len(who))
    on = np.minimum(paid["due_on"][chosen] + rng.integers(0, 28, len(who)), days(line.as_of))
    amount = whole_units(quantity * 0.6 * firms.mrr_cents[who])
    return arrow_table(
        "purchases",
        {
            "purchase_id": row_ids("P", firms.ids, who),
            "customer_id": firms.ids.take(pa.array(who)),
            "on": on,
            "amount_cents": amount,
            "currency": labels((CURRENCY,), np.zeros(len(who), dtype=np.int64)),
            "quantity": quantity.astype(np.float64),
        },
    )
