"""Tells another system who was assigned to what: in signed batches, each taken once, going on where it stopped."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from analysis.experiments.checks import refuse_unsafe_address
from data.database.repositories import deliveries
from data.errors import ReviewError, SettingsProblem
from data.queries.deliveries import assigned_after
from data.records_experiments import Delivery, Experiment
from data.webhook import WAITS, post

if TYPE_CHECKING:
    from data.database import Database
    from data.engine import Engine

BATCH = 500
"""Customers told of in one post."""


@dataclass(frozen=True)
class Sent:
    """What a run sent: batches and customers in them, and how many customers were sent by now in all."""

    batches: int
    customers: int
    in_all: int


@dataclass(frozen=True)
class _Sender:
    """Who sends what of which experiment; `waits`: seconds before each further attempt."""

    db: Database
    experiment: Experiment
    secret: str
    waits: Sequence[float]
    who: str | None

    @property
    def address(self) -> str:
        return self.experiment.plan.webhook


def send(
    db: Database,
    engine: Engine,
    experiment: Experiment,
    secret: str,
    *,
    waits: Sequence[float] = WAITS,
    who: str | None = None,
) -> Sent:
    """Post the assignments that the address of the plan does not have yet.

    A batch is written down before it goes out and when it was taken, so that after a crash or a refusal the next run
    begins with the very batch that is not known to have arrived, under the key it had.

    secret  CHURN_WEBHOOK_SECRET, which signs every batch.
    """
    refuse_unless_sendable(experiment, secret)
    sender = _Sender(db, experiment, secret, waits, who)
    before = deliveries.all(db, experiment, sender.address)
    taken = [each for each in before if each.state == "sent"]
    begun = before[-1] if before and before[-1].state == "begun" else None
    last, sent = (taken[-1] if taken else None), list[Delivery]()
    while batch := _next(engine, experiment, last, begun):
        last, begun = _deliver(sender, batch, last), None
        sent.append(last)
    customers = sum(each.customers for each in sent)
    return Sent(len(sent), customers, customers + sum(each.customers for each in taken))


def refuse_unless_sendable(experiment: Experiment, secret: str) -> None:
    """ReviewError when there is nothing to send, or nowhere, or no secret to sign with."""
    if experiment.plan.assigned != "here":
        raise ReviewError(f"The customers of {experiment.key} are assigned elsewhere: there is nothing to send.")
    if not experiment.plan.webhook:
        raise ReviewError(f"The plan of {experiment.key} names no address to send assignments to. Amend it first.")
    refuse_unsafe_address(experiment.plan.webhook)
    if not secret:
        raise SettingsProblem(
            "CHURN_WEBHOOK_SECRET is not set: nobody could check where assignments come from. Set it to at least 16 "
            "characters that the other side knows too."
        )


def _next(
    engine: Engine, experiment: Experiment, last: Delivery | None, begun: Delivery | None
) -> list[dict[str, Any]]:
    """The next batch; one that was begun before is cut where it was then."""
    after = (last.through_at, last.through) if last else None
    rows = assigned_after(engine, experiment.key, after, BATCH)
    if begun is None:
        return rows
    until = (begun.through_at, begun.through)
    # None of its customers may be there any more: then there is nothing of it to repeat.
    return [row for row in rows if (row["assigned_at"], row["customer_id"]) <= until] or rows


def _deliver(sender: _Sender, batch: list[dict[str, Any]], last: Delivery | None) -> Delivery:
    """Send one batch and keep what became of it."""
    begun = deliveries.begin(sender.db, sender.experiment, _described(sender, batch, last), who=sender.who)
    key, body = begun.idempotency_key, body_of(sender.experiment, batch)
    answered = post(sender.address, body, key=key, secret=sender.secret, waits=sender.waits)
    known = deliveries.tried(
        sender.db, key, attempts=answered.attempts, answer=answered.answer, taken=answered.taken, who=sender.who
    )
    if not answered.taken:
        raise ReviewError(
            f"{sender.address} did not take the assignments: {answered.answer} (attempts: {answered.attempts}). What "
            "was taken before is not sent again; send once more when the other side is back."
        )
    return known


def _described(sender: _Sender, batch: list[dict[str, Any]], last: Delivery | None) -> Delivery:
    """The batch with its key, which depends on where it begins and ends alone."""
    end = batch[-1]
    since = [last.through_at.isoformat(), last.through] if last else []
    until = [end["assigned_at"].isoformat(), end["customer_id"]]
    place = json.dumps([sender.experiment.key, sender.address, since, until])
    return Delivery(
        sha256(place.encode()).hexdigest()[:32], sender.address, len(batch), end["assigned_at"], end["customer_id"]
    )


def body_of(experiment: Experiment, batch: list[dict[str, Any]]) -> bytes:
    """The JSON document of a batch: {"experiment", "assignments": [{"customer_id", "variant", "assigned_at"}]}."""
    rows = [{**row, "assigned_at": row["assigned_at"].isoformat()} for row in batch]
    return json.dumps({"experiment": experiment.key, "assignments": rows}, ensure_ascii=False).encode()
