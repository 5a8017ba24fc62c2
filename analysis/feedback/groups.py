"""Losses that are alike, counted: the engine counts them by their texts and rules, and here those become reasons.

Interviews are in no release. Who had one is counted with all others, taken out again, and put where the interview says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.feedback.losses import Feedback, Loss, Meaning, ThreeReasons, imported, with_interviews
from analysis.feedback.suggestions import days_of, events_of
from analysis.periods import floor
from data.queries.crosstab import Dimension, values_of_customers
from data.queries.judged_losses import asked_by_many as looked_up_for_many
from data.queries.loss_groups import Place, loss_groups
from data.records import LossQuery, Period, Segment

if TYPE_CHECKING:
    from data.engine import Engine


@dataclass(frozen=True)
class Group:
    """Losses with the same texts and the same first rule, as the engine counts them; place: see `Place`, else ''."""

    stated: str
    survey: str
    first: str
    place: str
    customers: int
    mrr_cents: int


@dataclass(frozen=True)
class Reasons(ThreeReasons):
    """What `Loss` says of each of some losses that are alike.

    said, said_code, unmapped     The text behind the stated reason, and what it stands for.
    stated, diagnosed, suggested  Codes; "" where there is none.
    """

    said: str
    said_code: str
    unmapped: bool
    stated: str
    diagnosed: str
    suggested: str
    place: str = ""


@dataclass(frozen=True)
class Part:
    """So many losses with the same reasons, and what they paid."""

    of: Reasons
    customers: int
    mrr_cents: int


def asked_by_many(engine: Engine, segment: Segment, periods: Sequence[Period]) -> AbstractContextManager[None]:
    """Within, the losses of these periods are looked up once for all questions, also for those `listed` one by one."""
    return looked_up_for_many(engine, segment, periods, days_of(events_of(engine)))


def count(
    engine: Engine, segment: Segment, period: Period | None, places: Sequence[Place] = (Place(),)
) -> tuple[tuple[Group, ...], ...]:
    """The losses of a range, or of everybody so far, as the engine counts them: for each way to tell places apart."""
    found = loss_groups(engine, segment, period, days_of(events_of(engine)), places)
    return tuple(tuple(Group(**row) for row in rows) for rows in found)


def interviewed(engine: Engine, query: LossQuery, feedback: Feedback) -> tuple[Loss, ...]:
    """The losses of customers with an interview, as the data alone tell them; few beside all others."""
    customers = tuple(sorted({interview.customer_id for interview in feedback.interviews}))
    asked = LossQuery(segment=query.segment, period=query.period, left=query.left, customers=customers)
    return imported(engine, asked, feedback) if customers else ()


def places_of(engine: Engine, losses: Sequence[Loss], by: Place) -> Callable[[Loss], str]:
    """Where single losses are counted."""
    if by.grain is not None:
        grain = by.grain
        return lambda loss: floor(loss.lost_on, grain).isoformat()
    if not by.attribute or not losses:
        return lambda _loss: ""
    found = values_of_customers(engine, [Dimension(by.attribute)], [loss.customer_id for loss in losses])
    return lambda loss: found[loss.customer_id][by.attribute]


def parts(
    groups: Iterable[Group], losses: Sequence[Loss], place_of: Callable[[Loss], str], feedback: Feedback
) -> tuple[Part, ...]:
    """Groups of losses with their reasons.

    losses  Those of the groups with an interview, as the data alone tell them.
    """
    meaning = Meaning(feedback)
    found: dict[Reasons, tuple[int, int]] = {}
    for group in groups:
        _add(found, _reasons_of(group, meaning), group.customers, group.mrr_cents)
    for before, after in zip(losses, with_interviews(losses, feedback), strict=True):
        _add(found, _of(before, place_of(before)), -1, -before.mrr_cents)
        _add(found, _of(after, place_of(after)), 1, after.mrr_cents)
    return tuple(Part(of, n, cents) for of, (n, cents) in found.items() if n)


def parts_of(engine: Engine, segment: Segment, period: Period | None, feedback: Feedback) -> tuple[Part, ...]:
    """The losses of a range, or of everybody so far, with their reasons."""
    held = interviewed(engine, LossQuery(segment=segment, period=period), feedback)
    (groups,) = count(engine, segment, period)
    return parts(groups, held, places_of(engine, held, Place()), feedback)


def _add(found: dict[Reasons, tuple[int, int]], of: Reasons, customers: int, mrr_cents: int) -> None:
    n, cents = found.get(of, (0, 0))
    found[of] = (n + customers, cents + mrr_cents)


def _reasons_of(group: Group, meaning: Meaning) -> Reasons:
    said, meant = meaning.said(group.stated, group.survey)
    code = meant or ""
    return Reasons(said, code, meant is None, code, "", meaning.suggested(group.first), group.place)


def _of(loss: Loss, place: str) -> Reasons:
    texts = (loss.said, loss.said_code, loss.unmapped)
    return Reasons(*texts, loss.stated, loss.diagnosed, loss.suggested, place)
