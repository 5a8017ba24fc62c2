"""Losses with what was said of them and the rule their behaviour meets; looked up once where many questions ask."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import date
from typing import TYPE_CHECKING

import ibis

from data.expressions import Table
from data.queries.loss_facts import with_facts
from data.queries.loss_rules import EventDays, ruled
from data.queries.reasons import losses
from data.records import Period, Segment

if TYPE_CHECKING:
    from data.engine import Engine


@contextmanager
def judged_losses(engine: Engine, segment: Segment, period: Period | None, days: EventDays) -> Iterator[Table]:
    """Within, the `losses` of a range, or of everybody so far, with words and deeds, judged by every rule."""
    known = looked_up(engine, segment, period, days)
    if known is not None:
        yield known
        return
    with engine.holding("losses", lambda: losses(engine, segment, period)) as lost:
        yield _judged(engine, lost, days)


@contextmanager
def asked_by_many(engine: Engine, segment: Segment, periods: Sequence[Period], days: EventDays) -> Iterator[None]:
    """Within, the losses of these periods, no two of which overlap, are looked up and judged once for all questions."""
    first, *others = (_begun(losses(engine, segment, period), period.start) for period in periods)
    key = (asked_by_many, segment, tuple(periods), days)
    with ExitStack() as held:
        lost = held.enter_context(engine.holding(("losses", *key), lambda: first.union(*others) if others else first))
        rows = held.enter_context(engine.holding(key, lambda: _judged(engine, lost, days)))
        held.enter_context(engine.naming({_key(segment, one, days): _of_one(rows, one.start) for one in periods}))
        yield


def looked_up(engine: Engine, segment: Segment, period: Period | None, days: EventDays) -> Table | None:
    """The judged losses of a period that were looked up for many questions; None where they were not."""
    return engine.held(_key(segment, period, days))


def _key(segment: Segment, period: Period | None, days: EventDays) -> Hashable:
    return judged_losses, segment, period, days


def _judged(engine: Engine, lost: Table, days: EventDays) -> Table:
    return ruled(with_facts(engine, lost, "words", "deeds"), days)


def _begun(lost: Table, start: date) -> Table:
    return lost.mutate(lost_from=ibis.date(start.isoformat()))


def _of_one(rows: Table, start: date) -> Table:
    return rows.filter(rows.lost_from == ibis.date(start.isoformat())).drop("lost_from")
