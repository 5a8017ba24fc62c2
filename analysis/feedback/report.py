"""Why customers left: reasons by customers and by money, how many are known, and how often the three disagree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.feedback.groups import Part, parts_of
from analysis.feedback.losses import KINDS, Feedback, Kind
from analysis.periods import range_of, refuse_unseen
from analysis.results import Answer, NotEnoughData
from analysis.statistics.proportions import MIN_CUSTOMERS, wilson_interval
from data.records import Scope

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
    period = range_of(scope)
    refuse_unseen(engine, period)
    return report(parts_of(engine, scope.segment, period, feedback), feedback)


def report(parts: Sequence[Part], feedback: Feedback) -> ReasonReport:
    """What losses that were counted already say together."""
    losses = sum(part.customers for part in parts)
    texts: Counter[str] = Counter()
    for part in parts:
        if part.of.unmapped:
            texts[part.of.said] += part.customers
    return ReasonReport(
        rows=tuple(row for kind in KINDS for row in by_reason(parts, kind, feedback)),
        losses=losses,
        mrr_cents=sum(part.mrr_cents for part in parts),
        undiagnosed=wilson_interval(sum(part.customers for part in parts if not part.of.diagnosed), losses),
        disagreements=tuple(disagreement(parts, *pair) for pair in PAIRS),
        unmapped=tuple(sorted(texts.items(), key=lambda item: (-item[1], item[0]))),
        taxonomy=feedback.version,
        mapping=feedback.mapping.version,
    )


PAIRS: tuple[tuple[Kind, Kind], ...] = (("stated", "diagnosed"), ("stated", "suggested"), ("diagnosed", "suggested"))


def by_reason(parts: Iterable[Part], kind: Kind, feedback: Feedback) -> tuple[ReasonRow, ...]:
    """One row per reason that was given, most losses first."""
    customers: Counter[str] = Counter()
    cents: Counter[str] = Counter()
    for part in parts:
        if code := part.of.reason(kind):
            customers[code] += part.customers
            cents[code] += part.mrr_cents
    codes = sorted(customers, key=lambda code: (-customers[code], -cents[code], code))
    return tuple(_row(code, kind, customers[code], cents[code], customers.total(), feedback) for code in codes)


def _row(code: str, kind: Kind, customers: int, cents: int, known: int, feedback: Feedback) -> ReasonRow:
    reason = feedback.taxonomy.find(code)
    avoidable = reason.avoidable if reason is not None else "unclear"
    return ReasonRow(code, kind, customers, cents, avoidable, wilson_interval(customers, known))


def disagreement(parts: Iterable[Part], one: Kind, other: Kind) -> Disagreement:
    """How often two kinds of reasons differ, among the losses that have both."""
    cells: Counter[tuple[str, str]] = Counter()
    for part in parts:
        if (a := part.of.reason(one)) and (b := part.of.reason(other)):
            cells[a, b] += part.customers
    differ = sum(n for (a, b), n in cells.items() if a != b)
    return Disagreement(one, other, dict(cells), enough(differ, cells.total()))


def enough(successes: int, n: int) -> Answer:
    """A share with its interval; NotEnoughData below ten losses, as everywhere."""
    if n < MIN_CUSTOMERS:
        return NotEnoughData("too few losses", n, MIN_CUSTOMERS)
    return wilson_interval(successes, n)


def grouped(parts: Iterable[Part], kind: Kind) -> dict[str, tuple[int, Mapping[str, Answer]]]:
    """Per place of losses: how many have a reason of this kind, and the share of each reason among those."""
    found: dict[str, Counter[str]] = {}
    for part in parts:
        if code := part.of.reason(kind):
            found.setdefault(part.of.place, Counter())[code] += part.customers
    return {
        place: (codes.total(), {code: enough(n, codes.total()) for code, n in codes.most_common()})
        for place, codes in found.items()
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
