"""The figures of the overview judged: every change that is shown, tested together, and the one its sentences tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.kpis.changes import Change, Changes, Pair, changes
from analysis.kpis.headline import FIGURES, Headline, Span, headline
from data.records import EVERYBODY, Compare, Grain, Scope, Segment

if TYPE_CHECKING:
    from data.engine import Engine


@dataclass(frozen=True)
class Compared:
    """Two rows, and how every figure of the overview changed between them."""

    pair: Pair
    changes: Mapping[str, Change]


@dataclass(frozen=True, eq=False)
class Judged:
    """The figures of the overview with every change that is shown, judged together; equal only to itself.

    grain    Of the periods, and of the rates that differences are between.
    compare  What the last complete period is compared with: the one before, the same last year, another segment.
    spans    The changes over a month, a quarter and a year, as far as the data reach.
    other    The change under `compare`; None where there is nothing to compare with.
    judged   Comparisons that were judged together; equal ones count once.
    """

    headline: Headline
    grain: Grain
    compare: Compare
    spans: Mapping[Span, Compared]
    other: Compared | None
    judged: int


def overview(engine: Engine, scope: Scope, compare: Compare = "previous", against: Segment = EVERYBODY) -> Judged:
    """What the overview shows; `against` matters only when segments are compared."""
    found = headline(engine, scope, against if compare == "segment" else None)
    return judge(found, compare, scope.grain)


def judge(headline: Headline, compare: Compare, grain: Grain) -> Judged:
    """Compare all that the overview compares; nothing when no period is complete."""
    other = _other(headline, compare, grain)
    pairs = [*headline.spans.values(), *([other] if other else [])]
    found = changes(list(FIGURES), pairs, grain)
    spans: dict[Span, Compared] = {name: _compared(pair, found) for name, pair in headline.spans.items()}
    return Judged(headline, grain, compare, spans, _compared(other, found) if other else None, found.judged)


def _compared(pair: Pair, found: Changes) -> Compared:
    return Compared(pair, {figure: found.of(figure, pair) for figure in FIGURES})


def _other(headline: Headline, compare: Compare, grain: Grain) -> Pair | None:
    """What the last complete period is compared with."""
    if compare == "segment":
        found = headline.against
        return None if found is None else Pair(found.this, found.other, grain)
    if compare == "year":
        return headline.spans.get("year")
    complete = [row for row in headline.report.rows if row.complete]
    return Pair(complete[-1], complete[-2], grain) if len(complete) > 1 else None
