"""What was sent of an experiment's assignments, batch by batch: begun before it goes out, sent when it was taken."""

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from data.database.connection import Database
from data.database.tables import DeliveryRow
from data.errors import NoData
from data.records_experiments import Delivery, Experiment

_HELD = ("idempotency_key", "address", "customers", "through_at", "through", "state", "attempts", "answer")


def begin(db: Database, experiment: Experiment, batch: Delivery, *, who: str | None = None) -> Delivery:
    """Writes down that a batch is about to go out; one that was begun before goes on."""
    with db.writing(who) as session:
        row = session.scalar(_keyed(batch.idempotency_key))
        if row is None:
            row = DeliveryRow(
                experiment_id=experiment.id,
                idempotency_key=batch.idempotency_key,
                address=batch.address,
                state="begun",
                customers=batch.customers,
                through_at=batch.through_at,
                through=batch.through,
                attempts=0,
                answer="",
            )
            session.add(row)
            session.flush()
        return _delivery(row)


def tried(db: Database, key: str, *, attempts: int, answer: str, taken: bool, who: str | None = None) -> Delivery:
    """Adds attempts and the last answer to a batch that was begun; `taken` makes it sent for good."""
    with db.writing(who) as session:
        row = _begun(session, key)
        row.attempts += attempts
        row.answer = answer
        row.state = "sent" if taken else row.state
        session.flush()
        return _delivery(row)


def all(db: Database, experiment: Experiment, address: str | None = None) -> tuple[Delivery, ...]:
    """The batches of an experiment in the order they went out, to one address or to all."""
    wanted = select(DeliveryRow).where(DeliveryRow.experiment_id == experiment.id).order_by(DeliveryRow.id)
    if address is not None:
        wanted = wanted.where(DeliveryRow.address == address)
    with db.reading() as session:
        return tuple(_delivery(row) for row in session.scalars(wanted))


def _keyed(key: str) -> Select[DeliveryRow]:
    return select(DeliveryRow).where(DeliveryRow.idempotency_key == key)


def _begun(session: Session, key: str) -> DeliveryRow:
    row = session.scalar(_keyed(key))
    if row is None:
        raise NoData(f"No batch of assignments was begun under {key}. Send the assignments again.")
    return row


def _delivery(row: DeliveryRow) -> Delivery:
    held: dict[str, Any] = {name: getattr(row, name) for name in _HELD}
    return Delivery(**held, at=row.updated_at)
