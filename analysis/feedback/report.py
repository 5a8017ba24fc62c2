"""Why customers left: reasons by customers and by money, how many are known, and how often the three disagree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.feedback.losses import KINDS, Feedback, Kind, Loss, facts_of, losses_of
from analysis.results import Answer, NotEnoughData
from analysis.statistics.proportions import MIN_CUSTOMERS, wilson_interval
from data.errors import ReviewError
from data.records import Period, Scope

if TYPE_CHECKING:
    from data.engine import Engine


@dataclass(frozen=True)
class ReasonRow:
    """One reason of one kind.

    reason     Code; avoidable: what the list of reasons says of it.
    customers  Losses for it; mrr_cents: what they paid.
    share      Of the losses of which a reason of this kind is known.
    """

    reason: str
    kind: Kind
    customers: int
    mrr_cents: int
    avoidable: str
    share: Answer


@dataclass(frozen=True)
class Disagreement:
    """Two kinds of reasons held against each other, where both are known.

    cells  (code of the one, code of the other) -> losses.
    share  Of the losses with both, those where they differ.
    """

    one: Kind
    other: Kind
    cells: Mapping[tuple[str, str], int]
    share: Answer


@dataclass(frozen=True)
class ReasonReport:
    """Reasons of a scope's losses, under one version of the list of reasons."""

    rows: tuple[ReasonRow, ...]
    losses: int
    mrr_cents: int
    undiagnosed: Answer
    disagreements: tuple[Disagreement, ...]
    unmapped: tuple[tuple[str, int], ...]
    taxonomy: int
    mapping: int


def reasons(engine: Engine, scope: Scope, feedback: Feedback) -> ReasonReport:
    """The reasons of everybody lost in a range; without a range, of everybody lost by the as-of date."""
    return report(losses_of(facts_of(engine, scope.segment, range_of(scope)), feedback), feedback)


def range_of(scope: Scope) -> Period | None:
    """The range a scope names; None when it names none."""
    if scope.start is None and scope.end is None:
        return None
    if scope.start is None or scope.end is None:
        raise ReviewError("Give both --from and --to, or neither.")
    if scope.start >= scope.end:
        raise ReviewError(f"The range from {scope.start} to {scope.end} is empty. Choose a start before the end.")
    return Period(scope.start, scope.end)


def report(losses: Sequence[Loss], feedback: Feedback) -> ReasonReport:
    """What losses that were read already say together."""
    undiagnosed = sum(not loss.diagnosed for loss in losses)
    texts = Counter(loss.said for loss in losses if loss.unmapped)
    return ReasonReport(
        rows=tuple(row for kind in KINDS for row in by_reason(losses, kind, feedback)),
        losses=len(losses),
        mrr_cents=sum(loss.mrr_cents for loss in losses),
        undiagnosed=wilson_interval(undiagnosed, len(losses)),
        disagreements=tuple(disagreement(losses, *pair) for pair in PAIRS),
        unmapped=tuple(sorted(texts.items(), key=lambda item: (-item[1], item[0]))),
        taxonomy=feedback.version,
        mapping=feedback.mapping.version,
    )


PAIRS: tuple[tuple[Kind, Kind], ...] = (("stated", "diagnosed"), ("stated", "suggested"), ("diagnosed", "suggested"))


def by_reason(losses: Iterable[Loss], kind: Kind, feedback: Feedback) -> tuple[ReasonRow, ...]:
    """One row per reason that was given, most losses first."""
    known = [loss for loss in losses if loss.reason(kind)]
    customers = Counter(loss.reason(kind) for loss in known)
    cents: Counter[str] = Counter()
    for loss in known:
        cents[loss.reason(kind)] += loss.mrr_cents
    codes = sorted(customers, key=lambda code: (-customers[code], -cents[code], code))
    return tuple(_row(code, kind, customers[code], cents[code], len(known), feedback) for code in codes)


def _row(code: str, kind: Kind, customers: int, cents: int, known: int, feedback: Feedback) -> ReasonRow:
    reason = feedback.taxonomy.find(code)
    avoidable = reason.avoidable if reason is not None else "unclear"
    return ReasonRow(code, kind, customers, cents, avoidable, wilson_interval(customers, known))


def disagreement(losses: Iterable[Loss], one: Kind, other: Kind) -> Disagreement:
    """How often two kinds of reasons differ, among the losses that have both."""
    cells = Counter((a, b) for loss in losses if (a := loss.reason(one)) and (b := loss.reason(other)))
    both = sum(cells.values())
    differ = sum(n for (a, b), n in cells.items() if a != b)
    return Disagreement(one, other, dict(cells), enough(differ, both))


def enough(successes: int, n: int) -> Answer:
    """A share with its interval; NotEnoughData below ten losses, as everywhere."""
    if n < MIN_CUSTOMERS:
        return NotEnoughData("too few losses", n, MIN_CUSTOMERS)
    return wilson_interval(successes, n)


def grouped(
    losses: Iterable[Loss], kind: Kind, group_of: Callable[[Loss], str]
) -> dict[str, tuple[int, Mapping[str, Answer]]]:
    """Per group of losses: how many have a reason of this kind, and the share of each reason among those."""
    found: dict[str, Counter[str]] = {}
    for loss in losses:
        if code := loss.reason(kind):
            found.setdefault(group_of(loss), Counter())[code] += 1
    return {
        group: (codes.total(), {code: enough(n, codes.total()) for code, n in codes.most_common()})
        for group, codes in found.items()
    }


def notes(found: ReasonReport) -> tuple[str, ...]:
    """What must be known of the rows."""
    if not found.losses:
        return ("Nobody was lost.",)
    counted = Counter({kind: sum(row.customers for row in found.rows if row.kind == kind) for kind in KINDS})
    known = ", ".join(f"{counted[kind]} {kind}" for kind in KINDS)
    told = [
        f"{found.losses} losses; with a reason: {known}. Each share is of the losses with a reason of that kind.",
        f"Reasons are those of version {found.taxonomy} of the list, imported texts those of version "
        f"{found.mapping} of their mapping (0: as the program knows them).",
        f"{_share(found.undiagnosed)} of the losses are not diagnosed in an interview.",
    ]
    told += [
        f"Where both are known, {d.one} and {d.other} reason differ in {_share(d.share)}." for d in found.disagreements
    ]
    if found.unmapped:
        texts = ", ".join(f"{text} ({n})" for text, n in found.unmapped[:5])
        told.append(f"{len(found.unmapped)} texts stand for no reason yet, the most frequent: {texts}.")
    return tuple(told)


def _share(share: Answer) -> str:
    if isinstance(share, NotEnoughData):
        return f"an unknown share ({share.reason}: {share.have})"
    interval = (
        "" if share.low is None or share.high is None else f" ({100 * share.low:.1f} to {100 * share.high:.1f} %)"
    )
    return f"{100 * share.value:.1f} %{interval} of {share.n}"
